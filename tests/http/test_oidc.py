"""Signing in with an OpenID provider that is a process of its own, as a browser does it."""

from __future__ import annotations

import base64
import re
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
import uvicorn
from pydantic import SecretStr

from services.local.process import free_ports
from services.registry import app as registry
from tests.http.conftest import SIGNER, District
from tests.http.test_commands import problem


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    (port,) = free_ports(1)
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "-p", str(port), "--require-nonce", "true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    issuer = f"http://127.0.0.1:{port}"
    try:
        _until(f"{issuer}/.well-known/openid-configuration")
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def signing(district: District, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A second process of the registry, which has a provider and the private key."""
    folder, (port,) = tmp_path_factory.mktemp("oidc"), free_ports(1)
    key: Path = folder / "token-key"
    key.write_text(f"test-1:{base64.b64encode(SEED).decode()}\n")
    settings = district.settings["registry"].model_copy(
        update={
            "port": port, "token_signing_key_file": key, "oidc_issuer": provider, "oidc_client_id": "taizhang",
            "oidc_client_secret": SecretStr("s:e/c"), "oidc_redirect_uri": f"http://127.0.0.1:{port}/oidc/callback",
        }
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(registry.create(settings), port=port, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _until(f"http://127.0.0.1:{port}/health/live")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


SEED = SIGNER.seed


def _until(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            if httpx.get(address, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")


def sent_back(signing: str, who: str) -> tuple[str, httpx.Cookies]:
    """Signs in at the provider's page; where it sends the browser back to, and what the browser has kept."""
    with httpx.Client(trust_env=False, timeout=20) as browser:
        first = browser.get(f"{signing}/oidc/login")
        assert first.status_code == 302
        kept = first.headers["Set-Cookie"]
        assert "HttpOnly; SameSite=Lax" in kept
        assert "; Secure" not in kept, "this one is reached without TLS"
        page = browser.get(first.headers["Location"])
        assert page.status_code == 200, page.text
        form = re.search(r'action="([^"]*)"', page.text)
        there = form[1].replace("&amp;", "&") if form and form[1] else first.headers["Location"]
        answer = browser.post(str(httpx.URL(first.headers["Location"]).join(there)), data={"sub": who})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"]), browser.cookies


def come_back(back: str, cookies: httpx.Cookies | None = None) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=20, cookies=cookies) as browser:
        return browser.get(back)


def test_a_browser_signs_in(district: District, signing: str) -> None:
    who = f"P{secrets.token_hex(4)}"
    told = district.registry.command("GrantRole", {"principal": who, "role": "auditor", "from": "2024-01-01"})
    assert told.status_code == 201
    back, cookies = sent_back(signing, who)
    problem(come_back(back), 401, "sign-in-failed")
    problem(come_back(back, httpx.Cookies({"taizhang_oidc": "x" * 32})), 401, "sign-in-failed")
    session = come_back(back, cookies)
    assert session.status_code == 200, session.text
    said = session.json()
    assert (said["principal"], said["must_change_password"]) == (who, False)
    shown = {"Authorization": f"Bearer {said['token']}", "Taizhang-After": told.headers["Taizhang-Position"]}
    assert httpx.get(f"{signing}/me", headers=shown).json()["grants"] == [{"role": "auditor", "unit_id": None, "cadre_id": None}]
    assert httpx.get(f"{district.compliance.base_url}/feed", headers=shown).status_code == 200, "every service believes it"
    problem(come_back(back, cookies), 401, "sign-in-failed")
    again = httpx.delete(f"{signing}/sessions", headers=shown)
    assert again.status_code == 200, again.text
    problem(httpx.get(f"{signing}/me", headers=shown), 401, "token-revoked")


@pytest.mark.parametrize("change", ["state", "code"])
def test_what_was_not_asked_for_signs_nobody_in(signing: str, change: str) -> None:
    back, cookies = sent_back(signing, "P1")
    said = {k: v[0] for k, v in parse_qs(urlsplit(back).query).items()} | {change: "x"}
    problem(come_back(f"{signing}/oidc/callback?{urlencode(said)}", cookies), 401, "sign-in-failed")


def test_a_principal_is_an_id(signing: str) -> None:
    problem(come_back(*sent_back(signing, "not an id")), 401, "sign-in-failed")

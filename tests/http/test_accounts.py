"""Local accounts, sessions and tokens for programs."""

from __future__ import annotations

import secrets
import time
from datetime import timedelta
from typing import Any

import httpx
import psycopg
import pytest

from services.kernel.clock import today
from services.registry import accounts
from tests.http.conftest import KNOWN, District
from tests.http.test_commands import problem

OWN = "a pass phrase 7"


def say(method: str, address: str, token: str = "", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    said = {"json": body} if method == "POST" else {}
    return httpx.request(method, address, headers=headers, timeout=20, trust_env=False, **said)  # type: ignore[arg-type]


def account(signing: str) -> tuple[str, str]:
    """A fresh principal, and the first password."""
    who = f"P{secrets.token_hex(4)}"
    told = httpx.post(f"{signing}/accounts", json={"principal": who}, headers=KNOWN, timeout=20, trust_env=False)
    assert told.status_code == 201, told.text
    return who, told.json()["password"]


def signed_in(signing: str) -> tuple[str, str]:
    """A principal with a password of their own, and a token."""
    who, first = account(signing)
    token = say("POST", f"{signing}/sessions", principal=who, password=first).json()["token"]
    told = say("POST", f"{signing}/password", token, old=first, new=OWN)
    assert told.status_code == 200, told.text
    return who, told.json()["token"]


def test_the_first_password_only_sets_another(signing: str) -> None:
    who, first = account(signing)
    session = say("POST", f"{signing}/sessions", principal=who, password=first).json()
    assert session["must_change_password"]
    problem(say("GET", f"{signing}/me", session["token"]), 403, "password-change-due")
    for weak in ("short", first, f"x{who}x", "aaaaaaaaaaaa"):
        problem(say("POST", f"{signing}/password", session["token"], old=first, new=weak), 422, "weak-password")
    problem(say("POST", f"{signing}/password", session["token"], old="wrong", new=OWN), 401, "sign-in-failed")
    changed = say("POST", f"{signing}/password", session["token"], old=first, new=OWN)
    assert say("GET", f"{signing}/me", changed.json()["token"]).json()["principal"] == who
    problem(say("POST", f"{signing}/sessions", principal=who, password=first), 401, "sign-in-failed")
    assert not say("POST", f"{signing}/sessions", principal=who, password=OWN).json()["must_change_password"]


def test_too_many_wrong_passwords_lock_and_nobody_learns_whether_there_is_an_account(signing: str, district: District) -> None:
    who, _ = signed_in(signing)
    wrong = [say("POST", f"{signing}/sessions", principal=who, password="wrong") for _ in range(5)]
    nobody = say("POST", f"{signing}/sessions", principal="P-nobody", password="wrong")
    locked = say("POST", f"{signing}/sessions", principal=who, password=OWN)
    assert {a.content for a in (*wrong, nobody, locked)} == {nobody.content}
    problem(locked, 401, "sign-in-failed")
    dsn = district.settings["registry"].dsn.get_secret_value()
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute("update accounts set locked_until = now() where principal = %s", (who,))
    assert say("POST", f"{signing}/sessions", principal=who, password=OWN).status_code == 201
    tried = district.registry.get("/reads", params={"actor": who}).json()["items"]
    assert [t["code"] for t in tried if t["what"] == "sign_in"].count("sign-in-failed") == 6, "each is recorded"


def test_a_lock_counts_for_tries_that_are_under_way(signing: str, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    who, _ = signed_in(signing)
    dsn, right = district.settings["registry"].dsn.get_secret_value(), accounts._is

    def locked_meanwhile(hashed: str, password: str) -> bool:
        with psycopg.connect(dsn, autocommit=True) as c:
            c.execute("update accounts set locked_until = now() + interval '1 minute' where principal = %s", (who,))
        return right(hashed, password)

    monkeypatch.setattr(accounts, "_is", locked_meanwhile)
    problem(say("POST", f"{signing}/sessions", principal=who, password=OWN), 401, "sign-in-failed")


def test_no_password_is_kept(signing: str, district: District) -> None:
    who, _ = signed_in(signing)
    with psycopg.connect(district.settings["registry"].dsn.get_secret_value()) as c:
        row = c.execute("select hash from accounts where principal = %s", (who,)).fetchone()
    assert row
    assert row[0].startswith("$argon2id$")


def test_tokens_are_listed_and_taken_back_everywhere(signing: str, district: District) -> None:
    who, session = signed_in(signing)
    granted = district.registry.command("GrantRole", {"principal": who, "role": "auditor", "from": "2024-01-01"})
    until = today(district.settings["registry"].now()) + timedelta(days=30)
    made = say("POST", f"{signing}/tokens", session, until=until.isoformat(), client="payroll")
    assert made.status_code == 201, made.text
    token, token_id = made.json()["token"], made.json()["token_id"]
    assert token not in say("GET", f"{signing}/tokens", session).text
    (one,) = say("GET", f"{signing}/tokens", session).json()["items"]
    assert one == {"token_id": token_id, "client": "payroll", "until": until.isoformat(), "state": "good"}
    after = {"Authorization": f"Bearer {token}", "Taizhang-After": granted.headers["Taizhang-Position"]}
    addresses = [f"{c.base_url}/feed?limit=1" for c in (district.registry, district.assignments, district.compliance)]
    assert [httpx.get(a, headers=after, timeout=20, trust_env=False).status_code for a in addresses] == [200, 200, 200]
    problem(say("POST", f"{signing}/tokens", token, until=until.isoformat()), 403, "forbidden")
    of_somebody = httpx.post(f"{signing}/tokens", json={"until": str(until)}, headers=KNOWN | {"Taizhang-Actor": who}, trust_env=False)
    problem(of_somebody, 403, "forbidden")
    _, other = signed_in(signing)
    problem(say("DELETE", f"{signing}/tokens/{token_id}", other), 404, "unknown-token")
    problem(say("GET", f"{signing}/tokens?principal={who}", other), 403, "forbidden")
    assert say("DELETE", f"{signing}/tokens/{token_id}", session).status_code == 200
    for address in addresses:
        end = time.monotonic() + 10
        while httpx.get(address, headers={"Authorization": f"Bearer {token}"}, trust_env=False).status_code != 401:
            assert time.monotonic() < end, f"{address} still believes it"
            time.sleep(0.1)
    assert say("GET", f"{signing}/tokens", session).json()["items"][0]["state"] == "revoked"
    for days in (-1, 367):
        told = say("POST", f"{signing}/tokens", session, until=(until + timedelta(days=days - 30)).isoformat())
        problem(told, 422, "token-too-long")


def test_what_is_said_is_read_strictly(signing: str) -> None:
    for body in ({}, {"principal": "P1"}, {"principal": 7, "password": "x"}, {"principal": "P1", "password": ""}):
        problem(say("POST", f"{signing}/sessions", **body), 422, "field-missing")
    problem(say("POST", f"{signing}/sessions", principal="P1", password="x", more=1), 400, "bad-request")
    problem(say("POST", f"{signing}/sessions", principal="not an id", password="x"), 400, "bad-query")
    assert "secret" not in say("POST", f"{signing}/sessions", principal="P1", password="secret").text

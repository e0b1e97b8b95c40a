"""The first grants of an instance that nobody started with `taizhang up`: its registry's address and the file of its key are all there is."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from deploy.prepare import prepare
from services.local import init
from tests.http.conftest import SIGNER


def test_of_another_instance_by_its_address_and_key(
    signing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(init, "find", lambda: None)
    secrets = tmp_path / "secrets"
    prepare(secrets)
    grants = ["p-away:committee"]
    assert init.run(grants, "json", signing) == 2, "a key is needed"
    assert init.run(grants, "json", signing, tmp_path / "nothing") == 5
    assert init.run(grants, "json", signing, secrets / "service_token") == 2
    assert init.run(grants, "json", signing, secrets / "token_signing_key") == 1, "of another instance"
    assert "unauthenticated" in capsys.readouterr().err
    own = tmp_path / "token-key"
    own.write_text(f"test-1:{base64.b64encode(SIGNER.seed).decode()}\n")
    program = [sys.executable, "-m", "services.cli", "init", "--url", signing, "--grant", *grants, "-o", "json"]
    there = os.environ | {"TAIZHANG_TOKEN_SIGNING_KEY_FILE": str(own), "XDG_STATE_HOME": str(tmp_path)}
    assert init.run(["p-away:branch:U-nowhere"], "json", signing, own) == 1
    assert "registered first" in capsys.readouterr().err
    told = subprocess.run(program, env=there, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    (account,) = json.loads(told.stdout)["accounts"]
    said = {"principal": "p-away", "password": account["first_password"]}
    assert httpx.post(f"{signing}/sessions", json=said, timeout=30, trust_env=False).status_code == 201

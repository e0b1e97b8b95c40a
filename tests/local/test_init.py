"""The first grants, from the key of the instance."""

from __future__ import annotations

import json

import httpx
import pytest

from services.local import init
from services.local.init import First, run
from services.local.supervisor import Taizhang


def test_what_is_no_grant_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["p1:mayor"], "table") == 2
    assert "p1:mayor" in capsys.readouterr().err
    assert First.read("p-li:branch:U01") == First("p-li", "branch", "U01")
    for wrong in ("", "p1", "张三:section", "p1:branch:一"):
        with pytest.raises(ValueError, match=f"^{wrong}$"):
            First.read(wrong)


def test_the_first_grants_are_facts_of_the_system(
    taizhang: Taizhang, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(init, "find", lambda: taizhang.instance)
    assert run(["p-first:committee", "p-keeper:operator"], "json") == 0
    accounts = {a["principal"]: a for a in json.loads(capsys.readouterr().out)["accounts"]}
    registry = taizhang.urls["registry"]
    said = {"principal": "p-first", "password": accounts["p-first"]["first_password"]}
    session = httpx.post(f"{registry}/sessions", json=said, timeout=30, trust_env=False).json()
    changed = httpx.post(
        f"{registry}/password",
        json={"old": said["password"], "new": "a pass phrase 7"},
        headers={"Authorization": f"Bearer {session['token']}"},
        timeout=30,
        trust_env=False,
    )
    assert changed.status_code == 200, changed.text
    shown = {"Authorization": f"Bearer {changed.json()['token']}"}
    me = httpx.get(f"{registry}/me", headers=shown, trust_env=False).json()
    assert me["grants"] == [{"role": "committee", "unit_id": None, "cadre_id": None}]
    feed = httpx.get(f"{registry}/feed", params={"type": "taizhang.registry.RoleGranted.v1"}, headers=shown, trust_env=False).json()
    assert {(e["actor"], e["role"]) for e in feed if e["data"]["principal"] in accounts} == {("taizhang", "system")}

"""`taizhang token`: a token for a program, made by whoever it acts for: they sign in, set a password of their own if theirs is a first one,
and are shown the token this once, with what it may hear on the bus."""

from __future__ import annotations

import json
import sys
from datetime import date
from getpass import getpass
from typing import Any

import httpx

from services.problems import Problem, problem_of

OK, NEGATIVE, UNAVAILABLE = 0, 1, 5


def run(principal: str, until: date, client: str | None, url: str, output: str) -> int:
    """Passwords are asked for; without a terminal they are lines of stdin."""
    try:
        made = make(principal, until, client, url)
    except Problem as problem:
        print(f"{problem.code}: {problem.zh} · {problem.en}", file=sys.stderr)
        return UNAVAILABLE if problem.unavailable else NEGATIVE
    except httpx.HTTPError:
        print(f"{url} 没有应答 · does not answer", file=sys.stderr)
        return UNAVAILABLE
    if output == "json":
        print(json.dumps(made))
        return OK
    heard = made["bus"] or {"user": "—", "subjects": ["—"], "withheld": []}
    print(f"令牌 · token:  {made['token']}")  # whole, on one line: it is shown this once
    print(f"编号 · id:  {made['token_id']}")
    print(f"总线用户 · user of the bus:  {heard['user']}")
    print(f"可订阅 · may subscribe to:  {' '.join(heard['subjects'])}")
    kinds = len(heard["withheld"])
    print(f"其中 {kinds} 种不投递，见 GET /bus · {kinds} kinds of these are withheld, see GET /bus")
    return OK


def make(principal: str, until: date, client: str | None, url: str) -> dict[str, Any]:
    """Raises Problem. `bus`: None for somebody who is granted nothing to hear."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
        old = _word("密码 · password: ")
        session = _said(http.post("/sessions", json={"principal": principal, "password": old}))
        if session["must_change_password"]:
            new = _word("新密码 · new password: ")
            session = _said(http.post("/password", json={"old": old, "new": new}, headers=_shown(session["token"])))
        body = {"until": until.isoformat()} | ({"client": client} if client else {})
        made = _said(http.post("/tokens", json=body, headers=_shown(session["token"])))
        heard = http.get("/bus", headers=_shown(made["token"]))
        _said(http.delete("/sessions", headers=_shown(session["token"])))
        return made | {"bus": _said(heard) if heard.status_code != 403 else None}


def _said(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        raise problem_of(answer)
    found: dict[str, Any] = answer.json()
    return found


def _shown(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _word(prompt: str) -> str:
    return getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")

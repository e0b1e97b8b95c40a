"""Local accounts, sessions and tokens for programs."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import median
from typing import Any

import httpx
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from services.kernel.clock import today
from services.kernel.refusal import Refused
from services.registry import hashing
from services.registry.accounts import Accounts
from tests.http.conftest import KNOWN, District
from tests.http.test_commands import problem

OWN = "a pass phrase 7"
HTTP = httpx.Client(timeout=20, trust_env=False)


def say(method: str, address: str, token: str = "", **body: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    said = {"json": body} if method == "POST" else {}
    return HTTP.request(method, address, headers=headers, **said)  # type: ignore[arg-type]


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
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    said = {"principal": who, "password": OWN}
    opened = httpx.post(f"{signing}/sessions", json=said, headers=elsewhere, timeout=20, trust_env=False)
    assert opened.status_code == 201, "nobody locks somebody out of everywhere"
    lock(district, who, "now()")
    again = say("POST", f"{signing}/sessions", principal=who, password="wrong")
    problem(again, 401, "sign-in-failed")
    with psycopg.connect(dsn_of(district)) as c:
        row = c.execute("select failures, round(extract(epoch from until - at)) from tries where who = %s", (digest(who),)).fetchone()
    assert row == (6, 120), "twice as long after one more"
    lock(district, who, "now()")
    assert say("POST", f"{signing}/sessions", principal=who, password=OWN).status_code == 201
    wait(lambda: refusals(district, who) == ["sign-in-failed"] * 7, "each is recorded")


def dsn_of(district: District) -> str:
    return district.settings["registry"].dsn.get_secret_value()


def digest(who: str) -> bytes:
    return hashlib.sha256(f"{who}\n127.0.0.1".encode()).digest()


def lock(district: District, who: str, until: str) -> None:
    with psycopg.connect(dsn_of(district), autocommit=True) as c:
        said = f"insert into tries values (%s, 1, {until}, now()) on conflict (who) do update set until = excluded.until"
        c.execute(said.encode(), (digest(who),))


def refusals(district: District, who: str, what: str = "sign_in") -> list[str]:
    items = district.registry.get("/reads", params={"actor": who, "limit": 500}).json()["items"]
    return [t["code"] for t in items if t["what"] == what and not t["allowed"]]


def wait(reached: Callable[[], bool], why: str) -> None:
    end = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < end, why
        time.sleep(0.05)


def test_a_lock_counts_for_tries_that_are_under_way(signing: str, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    who, _ = signed_in(signing)
    right = hashing.verify

    def locked_meanwhile(hashed: str, password: str) -> bool:
        lock(district, who, "now() + interval '1 minute'")
        return right(hashed, password)

    monkeypatch.setattr(hashing, "verify", locked_meanwhile)
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


def ended(signing: str, district: District, tokens: list[str]) -> bool:
    addresses = [f"{c.base_url}/feed?limit=1" for c in (district.registry, district.assignments, district.compliance)]
    shown = [{"Authorization": f"Bearer {token}"} for token in tokens]
    return all(httpx.get(a, headers=h, timeout=20, trust_env=False).status_code == 401 for a in addresses for h in shown)


def test_a_changed_password_ends_what_the_old_one_opened(signing: str, district: District) -> None:
    """Sessions and tokens for programs, whoever has them, by one's own change and by an operator's."""
    who, session = signed_in(signing)
    assert district.registry.command("GrantRole", {"principal": who, "role": "auditor", "from": "2024-01-01"}).status_code == 201
    other = say("POST", f"{signing}/sessions", principal=who, password=OWN).json()["token"]
    until = today(district.settings["registry"].now()) + timedelta(days=30)
    wait(lambda: bool(say("GET", f"{signing}/me", session).json()["grants"]), "the grant is known")
    program = say("POST", f"{signing}/tokens", other, until=until.isoformat()).json()["token"]
    fresh = say("POST", f"{signing}/password", session, old=OWN, new="another phrase 8").json()["token"]
    wait(lambda: ended(signing, district, [session, other, program]), "all of them, everywhere")
    assert say("GET", f"{signing}/me", fresh).status_code == 200
    first = httpx.post(f"{signing}/accounts", json={"principal": who}, headers=KNOWN, timeout=20, trust_env=False).json()["password"]
    wait(lambda: ended(signing, district, [fresh]), "given anew by the operator")
    assert say("POST", f"{signing}/sessions", principal=who, password=first).json()["must_change_password"]


def test_a_sign_in_under_way_does_not_outlive_the_password(signing: str, district: District) -> None:
    who, _ = signed_in(signing)

    async def story() -> None:
        pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
        async with AsyncConnectionPool(dsn_of(district), min_size=1, open=False) as pool:
            accounts = Accounts(pool, timedelta(days=14))
            tried = await accounts.attempt(who, OWN, "192.0.2.1")
            await accounts.opened(who, "t-before", 60, tried.hash)
            await accounts.change(who, OWN, "another phrase 8", tried.hash)
            with pytest.raises(Refused, match="sign-in-failed"):
                await accounts.change(who, OWN, "a third phrase 9", tried.hash)
            with pytest.raises(Refused, match="sign-in-failed"):
                await accounts.opened(who, "t-after", 60, tried.hash)
            assert "t-before" in await accounts.sessions(who), "to be ended"
            assert "t-after" not in await accounts.sessions(who)

    asyncio.run(story())


def test_no_token_made_meanwhile_outlives_a_password_given_anew(signing: str, district: District) -> None:
    who, session = signed_in(signing)
    assert district.registry.command("GrantRole", {"principal": who, "role": "auditor", "from": "2024-01-01"}).status_code == 201
    wait(lambda: bool(say("GET", f"{signing}/me", session).json()["grants"]), "the grant is known")
    until = (today(district.settings["registry"].now()) + timedelta(days=30)).isoformat()
    made, begun = list[str](), threading.Barrier(5)

    def make() -> None:
        begun.wait()
        while (told := say("POST", f"{signing}/tokens", session, until=until)).status_code == 201:
            made.append(told.json()["token"])

    with ThreadPoolExecutor(4) as makers:
        making = [makers.submit(make) for _ in range(4)]
        begun.wait()
        assert httpx.post(f"{signing}/accounts", json={"principal": who}, headers=KNOWN, timeout=20, trust_env=False).status_code == 201
        for one in making:
            one.result()
    time.sleep(1.1)  # for so long what was found about somebody is believed
    assert made and {say("GET", f"{signing}/me", token).status_code for token in made} == {401}


def test_a_first_password_is_good_for_some_days(signing: str, district: District) -> None:
    who, first = account(signing)
    with psycopg.connect(dsn_of(district), autocommit=True) as c:
        c.execute("update accounts set changed_at = now() - interval '14 days' where principal = %s", (who,))
    problem(say("POST", f"{signing}/sessions", principal=who, password="wrong"), 401, "sign-in-failed")
    problem(say("POST", f"{signing}/sessions", principal=who, password=first), 401, "first-password-over")


def test_a_flood_of_sign_ins_keeps_nobody_else_waiting(signing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a hash is bounded and told to come again; everything else goes on."""
    _, session = signed_in(signing)
    go, right = threading.Event(), hashing.verify

    def slow(hashed: str, password: str) -> bool:
        return go.wait(20) and right(hashed, password)

    monkeypatch.setattr(hashing, "verify", slow)
    monkeypatch.setattr(hashing, "WAITING", 2)
    with ThreadPoolExecutor(6) as flood:
        try:
            tries = [flood.submit(say, "POST", f"{signing}/sessions", principal=f"P-{n}", password="x") for n in range(6)]
            wait(lambda: sum(t.done() for t in tries) == 2, "two of six are too many")
            assert say("GET", f"{signing}/me", session).status_code == 200
        finally:
            go.set()
    told = [t.result() for t in tries]
    busy = [t for t in told if t.status_code == 503]
    assert sorted(t.status_code for t in told) == [401] * 4 + [503] * 2
    for one in busy:
        problem(one, 503, "sign-in-busy")
        assert one.headers["Retry-After"] == "1"


def test_time_does_not_tell_whether_there_is_an_account(signing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash apart, which takes as long for nobody's: a binomial of 30, beyond 4 and 26 once in 70,000."""
    there = [account(signing)[0] for _ in range(8)]
    monkeypatch.setattr(hashing, "verify", lambda hashed, password: False)

    def took(http: httpx.Client, who: str) -> float:
        began = time.perf_counter()
        assert http.post(f"{signing}/sessions", json={"principal": who, "password": "x"}).status_code == 401
        return time.perf_counter() - began

    with httpx.Client(timeout=20, trust_env=False) as http:
        pairs = [(took(http, there[n % 8]), took(http, f"{there[n % 8]}x")) for n in range(32)]
    known, unknown = zip(*pairs[2:], strict=True)
    slower = sum(t > median(unknown) for t in known)
    assert 4 <= slower <= 26, (slower, median(known), median(unknown))


def test_what_cannot_be_revoked_is_not_said_to_be(signing: str, district: District) -> None:
    problem(httpx.delete(f"{signing}/sessions", headers=KNOWN, timeout=20, trust_env=False), 409, "token-of-the-instance")
    assert httpx.get(f"{signing}/me", headers=KNOWN, trust_env=False).status_code == 200


def test_who_may_do_nothing_fills_no_log(signing: str, district: District) -> None:
    who, session = signed_in(signing)
    until = today(district.settings["registry"].now()).isoformat()
    problem(say("POST", f"{signing}/tokens", session, until=until), 403, "forbidden")
    issue = {"principal": who, "token_id": "t-1", "until": until}
    problem(say("POST", f"{signing}/commands/IssueToken", session, **issue), 403, "forbidden")
    problem(say("POST", f"{signing}/commands/RevokeToken", session, principal=who, token_id="t-1"), 404, "unknown-token")
    assert say("DELETE", f"{signing}/sessions", session).status_code == 200, "one's own session ends all the same"


def test_tries_without_a_good_token_are_counted(signing: str, district: District) -> None:
    """The first at once; a flood is one row more a minute."""

    def found() -> list[Any]:
        items = httpx.get(f"{signing}/reads?actor=-&limit=500", headers=KNOWN, trust_env=False).json()["items"]
        return [i for i in items if (i["what"], i["code"]) == ("admission", "unauthenticated")]

    before = len(found())
    for n in range(40):
        problem(say("GET", f"{signing}/me", f"no token {n}"), 401, "unauthenticated")
    wait(lambda: len(found()) > 0, "recorded")
    assert len(found()) - before <= 2

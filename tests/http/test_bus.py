"""A subscriber on the bus: what its grant gives it hears, nothing else does it hear, say or ask, and it is put out when the grant ends."""

from __future__ import annotations

import asyncio
import io
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client

from contracts.access import Grant
from services import token_making
from services.kernel.clock import today
from services.local.nats import Nats
from services.registry.bus import Hearing, hearing
from tests.http.conftest import KNOWN, SIGNER, District

EXITED, TRANSFERRED = "taizhang.registry.CadreExited", "taizhang.registry.CadreTransferred"
SOON = 5.0


class Ear:
    """Connected as a principal; what it was told it may not."""

    def __init__(self, bus: Nats) -> None:
        self.bus, self.refused, self.heard, self.closed = bus, list[str](), list[str](), 0
        self.nc: Client | None = None

    async def enter(self, user: str, token: str) -> Client:
        async def hear(error: Exception) -> None:
            self.refused.append(str(error).lower())

        async def out() -> None:
            self.closed += 1

        self.nc = await nats.connect(
            self.bus.url(user, token), error_cb=hear, disconnected_cb=out, allow_reconnect=False, connect_timeout=5
        )
        return self.nc

    async def listen(self, subject: str) -> None:
        async def hear(message: Any) -> None:
            self.heard.append(message.subject)

        assert self.nc
        await self.nc.subscribe(subject, cb=hear)


def granted(district: District, **how: Any) -> tuple[str, str, str]:
    """A fresh subscriber: principal, token, token id."""
    who = f"p-{secrets.token_hex(4)}"
    said = {"principal": who, "role": "subscriber", "from": "2024-01-01"} | how
    told = district.registry.command("GrantRole", said)
    assert told.status_code == 201, told.text
    token, bearer = SIGNER.sign(who, "api", 3600)
    return who, token, bearer.token_id


def left(district: District) -> str:
    """A cadre, who leaves a post: an open event, then a restricted one."""
    cadre = district.cadre()
    unit = district.registry.get(f"/cadres/{cadre}").json()["unit_id"]
    said = {"cadre_id": cadre, "unit_id": unit, "post": "校长", "reason": "age", "decision_no": "1", "exited_on": "2024-03-01"}
    assert district.registry.command("RegisterExit", said).status_code == 201
    return cadre


async def until(reached: Callable[[], bool], seconds: float = SOON) -> float:
    """How long it took."""
    began = time.monotonic()
    while not reached():
        assert time.monotonic() - began < seconds, "it did not come about in time"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


def run(story: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(60):
            await story()

    asyncio.run(bounded())


def test_what_a_grant_gives() -> None:
    everything = {f"taizhang.{service}.>" for service in ("registry", "assignments", "compliance")}
    whole = hearing([Grant("subscriber")])
    assert set(whole.subjects) == everything
    assert f"{EXITED}.>" in whole.withheld
    assert f"{TRANSFERRED}.>" not in whole.withheld
    assert hearing([Grant("subscriber", events=("CadreExited",))]) == Hearing((f"{EXITED}.>",))
    both = hearing([Grant("subscriber"), Grant("subscriber", events=("CadreExited",))])
    assert f"{EXITED}.>" not in both.withheld
    assert set(both.withheld) < set(whole.withheld)
    for others in (
        Grant("section"),
        Grant("committee"),
        Grant("operator"),
        Grant("cadre", cadre_id="C1"),
        Grant("subscriber", cadre_id="C1"),
    ):
        assert hearing([others]) == Hearing(), others


def connected(signing: str) -> int:
    part = httpx.get(f"{signing}/health/ready", trust_env=False).json()["parts"]["subscribers"]
    assert part["ok"], part
    return int(part["connected"])


def test_it_hears_what_it_is_granted(district: District, nats_server: Nats, signing: str) -> None:
    async def story() -> None:
        whole, named = Ear(nats_server), Ear(nats_server)
        await whole.enter(*granted(district)[:2])
        await named.enter(*granted(district, events=["CadreExited"])[:2])
        await whole.listen("taizhang.registry.>")
        await named.listen(f"{EXITED}.>")
        for ear in (whole, named):
            assert ear.nc
            await ear.nc.flush()
        await until(lambda: connected(signing) >= 2)
        cadre = await asyncio.to_thread(left, district)
        await until(lambda: f"{EXITED}.{cadre}" in named.heard and f"taizhang.registry.CadreRegistered.{cadre}" in whole.heard)
        assert {s.split(".")[2] for s in named.heard} == {"CadreExited"}
        assert not {s for s in whole.heard if s.startswith(EXITED)}, "restricted"
        assert whole.refused == named.refused == []
        for ear in (whole, named):
            assert ear.nc
            await ear.nc.close()

    run(story)


def test_what_it_may_hear_is_told(district: District, signing: str) -> None:
    who, token, _ = granted(district, events=["CadreExited"])
    told = httpx.get(f"{signing}/bus", headers={"Authorization": f"Bearer {token}"}, trust_env=False).json()
    assert (told["user"], told["subjects"], told["withheld"]) == (who, [f"{EXITED}.>"], [])
    somebody = SIGNER.sign("p-nobody", "session", 60)[0]
    assert httpx.get(f"{signing}/bus", headers={"Authorization": f"Bearer {somebody}"}, trust_env=False).status_code == 403


def test_its_token_is_made_by_those_who_keep_it(
    district: District, signing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    who, _, _ = granted(district)
    first = httpx.post(f"{signing}/accounts", json={"principal": who}, headers=KNOWN, timeout=20, trust_env=False).json()["password"]
    until = today(district.settings["registry"].now()) + timedelta(days=30)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{first}\na pass phrase 7\n"))
    assert token_making.run(who, until, "payroll", signing, "json") == 0
    made = json.loads(capsys.readouterr().out)
    assert made["bus"]["user"] == who
    shown = {"Authorization": f"Bearer {made['token']}"}
    assert httpx.get(f"{signing}/feed?limit=1", headers=shown, trust_env=False).status_code == 200
    monkeypatch.setattr("sys.stdin", io.StringIO("a pass phrase 7\n"))
    assert token_making.run(who, until, None, signing, "table") == 0
    assert re.search(r": +eyJ[\w-]+\.[\w-]+\.[\w-]{86}$", capsys.readouterr().out, re.MULTILINE), "shown whole"
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert token_making.run(who, until, "payroll", signing, "table") == 1
    assert "sign-in-failed" in capsys.readouterr().err


def revoke_role(district: District, who: str, token_id: str) -> None:
    on = today(district.settings["registry"].now()).isoformat()
    told = district.registry.command("RevokeRole", {"principal": who, "role": "subscriber", "revoked_on": on})
    assert told.status_code == 201, told.text


def revoke_token(district: District, who: str, token_id: str) -> None:
    told = district.registry.command("RevokeToken", {"principal": who, "token_id": token_id})
    assert told.status_code == 201, told.text


def widen(district: District, who: str, token_id: str) -> None:
    told = district.registry.command("GrantRole", {"principal": who, "role": "subscriber", "from": "2024-01-02", "events": ["CadreExited"]})
    assert told.status_code == 201, told.text


@pytest.mark.parametrize("change", [revoke_role, revoke_token, widen])
def test_a_change_puts_it_out(district: District, nats_server: Nats, signing: str, change: Callable[[District, str, str], None]) -> None:
    async def story() -> None:
        ear, (who, token, token_id) = Ear(nats_server), granted(district)
        nc = await ear.enter(who, token)
        await nc.flush()
        await asyncio.sleep(1.1)
        assert ear.closed == 0, "who may stay, stays"
        await asyncio.to_thread(change, district, who, token_id)
        await until(lambda: ear.closed > 0)
        if change is widen:
            again = await Ear(nats_server).enter(who, token)
            await again.subscribe(f"{EXITED}.*")
            await again.flush()
            await again.close()
        else:
            with pytest.raises(nats.errors.Error, match="Authorization Violation"):
                await Ear(nats_server).enter(who, token)

    run(story)


def test_a_token_that_runs_out_ends_its_connection(district: District, nats_server: Nats, signing: str) -> None:
    async def story() -> None:
        who, _, _ = await asyncio.to_thread(granted, district)
        ear = Ear(nats_server)
        await ear.enter(who, SIGNER.sign(who, "api", 2)[0])
        assert await until(lambda: ear.closed > 0) < 3

    run(story)


def strangers(district: District) -> list[tuple[str, str]]:
    who, token, _ = granted(district)
    _, others, _ = granted(district)
    first = SIGNER.sign(who, "first", 60)[0]
    section = SIGNER.sign("local", "instance", None, ["section", "operator"])[0]
    ended = granted(district, **{"from": "2023-01-01", "until": "2023-12-31"})
    of_one = granted(district, cadre_id=district.cadre())
    return [
        (who, "wrong"), (who, ""), (who, others), (who, first), (who, token + "x"), (who, SIGNER.sign(who, "api", -5)[0]),
        ("registry", SIGNER.sign("registry", "api", 60)[0]), ("operator", "guessed"), ("warden", "guessed"), ("subscriber", "guessed"),
        ("local", section), ("p-nobody", SIGNER.sign("p-nobody", "api", 60)[0]), (ended[0], ended[1]), (of_one[0], of_one[1]),
    ]  # fmt: skip


SERVICES = ("REGISTRY", "ASSIGNMENTS", "COMPLIANCE")
HEARS = [
    ">", "*.>", "*", "taizhang.>", "taizhang.*.>", "taizhang.*.*.C1", "taizhang.registry.*.C1", f"{EXITED[:-11]}RoleGranted.>",
    "taizhang.compliance.>", "taizhang.compliance.InvestigationOpened.>", "taizhang.compliance.ComplaintReceived.*",
    "taizhang.assignments.LeaveRequested.C1", "reminders.>", "_INBOX.>", "_INBOX_registry.>", "_INBOX_compliance.>", "_INBOX_operator.>",
    "$SYS.>", "$SYS.REQ.USER.AUTH", "$SYS.ACCOUNT.>", "$JS.>", "$JS.API.>", "$JS.EVENT.ADVISORY.>", "$JS.ACK.>", "$KV.>", "$O.>", "_R_.>",
]  # fmt: skip
SAYS = [
    f"{EXITED}.C1", f"{TRANSFERRED}.C1", "taizhang.compliance.MeasureDecided.C1", "reminders.x", "_INBOX_registry.x", "x",
    "$SYS.REQ.USER.AUTH", "$SYS.REQ.USER.INFO", "$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.PING.CONNZ", "$JS.API.INFO", "$JS.API.STREAM.NAMES",
    "$JS.API.STREAM.LIST", "$JS.API.STREAM.CREATE.X", "$JS.API.STREAM.SNAPSHOT.TAIZHANG_REGISTRY",
    *[f"$JS.API.STREAM.{verb}.TAIZHANG_{s}" for verb in ("INFO", "UPDATE", "DELETE", "PURGE", "MSG.GET", "MSG.DELETE") for s in SERVICES],
    "$JS.API.DIRECT.GET.TAIZHANG_REGISTRY", f"$JS.API.DIRECT.GET.TAIZHANG_REGISTRY.{EXITED}.C1", "$JS.API.CONSUMER.NAMES.TAIZHANG_REGISTRY",
    "$JS.API.CONSUMER.CREATE.TAIZHANG_REGISTRY", "$JS.API.CONSUMER.CREATE.TAIZHANG_REGISTRY.mine", "$JS.API.CONSUMER.LIST.TAIZHANG_REGISTRY",
    f"$JS.API.CONSUMER.CREATE.TAIZHANG_REGISTRY.mine.{TRANSFERRED}.>", f"$JS.API.CONSUMER.CREATE.TAIZHANG_REGISTRY.mine.{EXITED}.>",
    "$JS.API.CONSUMER.DURABLE.CREATE.TAIZHANG_REGISTRY.mine", "$JS.API.CONSUMER.INFO.TAIZHANG_REGISTRY.assignments",
    "$JS.API.CONSUMER.MSG.NEXT.TAIZHANG_REGISTRY.assignments", "$JS.API.CONSUMER.DELETE.TAIZHANG_REGISTRY.assignments",
    "$JS.ACK.TAIZHANG_REGISTRY.assignments.1.1.1.1.1", "$JS.FC.TAIZHANG_REGISTRY.assignments.x",
]  # fmt: skip
"""Subjects of requests; each is sent with a place for the answer, once its own and once a subject of the stream."""


def test_what_a_subscriber_may_not(district: District, nats_server: Nats, signing: str) -> None:
    """Whatever it asks for is refused in the same words whether it is there or not, leaves the streams as they were, and stands in the
    server's log under its name."""

    async def story() -> None:
        for user, token in await asyncio.to_thread(strangers, district):
            with pytest.raises(nats.errors.Error, match="Authorization Violation"):
                await Ear(nats_server).enter(user, token)
        ear, (who, token, _) = Ear(nats_server), await asyncio.to_thread(granted, district, events=["CadreTransferred"])
        nc = await ear.enter(who, token)
        before = await asyncio.to_thread(last, district)
        for n, subject in enumerate(HEARS, 1):
            await ear.listen(subject)
            await nc.flush()
            await until(lambda n=n: len(ear.refused) == n)  # type: ignore[misc]
            assert ear.refused[-1] == f'nats: permissions violation for subscription to "{subject.lower()}"'
        for n, subject in enumerate(SAYS, len(HEARS) + 1):
            await nc.publish(subject, b'{"subjects_filter": ">"}', reply=f"{TRANSFERRED}.C1" if n % 2 else f"_INBOX_{who}.1")
            await nc.flush()
            await until(lambda n=n: len(ear.refused) == n)  # type: ignore[misc]
            assert ear.refused[-1] == f'nats: permissions violation for publish to "{subject.lower()}"'
        assert ear.heard == []
        await nc.close()
        assert await asyncio.to_thread(last, district) == before, "nothing was put into a stream, nothing taken out"
        logged = [line for line in nats_server.log.read_text().splitlines() if f"user:{who}/" in line and "Violation" in line]
        assert len(logged) == len(HEARS) + len(SAYS) >= 50

    run(story)


def last(district: District) -> list[tuple[int, bool]]:
    """Of each service, where its log ends and whether its stream ends there."""
    found = []
    for client in (district.registry, district.assignments, district.compliance):
        parts = client.get("/health/ready").json()["parts"]
        found.append((parts["database"]["position"], all(part["ok"] for part in parts.values())))
    return found


def test_refused_connections_are_recorded(district: District, nats_server: Nats, signing: str) -> None:
    """By name where the token was signed here; the others together, and not one by one."""

    async def story() -> None:
        who, _, _ = granted(district)
        of_another, alike = SIGNER.sign("p-other", "api", 60)[0], SIGNER.sign(who, "first", 60)[0]
        for token in (of_another, alike, "wrong", "wrong", "wrong"):
            with pytest.raises(nats.errors.Error, match="Authorization Violation"):
                await Ear(nats_server).enter(who, token)

    run(story)
    items = httpx.get(f"{signing}/reads", params={"limit": 500}, headers=KNOWN, trust_env=False).json()["items"]
    found = [(i["actor"], i["code"]) for i in items if i["what"] == "bus"]
    assert ("p-other", "unauthenticated") in found
    assert "password-change-due" in {code for _, code in found}
    assert found.count(("-", "unauthenticated")) <= 2

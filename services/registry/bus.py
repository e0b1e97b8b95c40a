"""Who is let onto the bus besides the services: a subscriber, with the token that it shows over HTTP too, to hear what its grants give.
Asked by NATS of every connection (auth callout); who is no longer granted what they hear is put out.

A subscriber may publish nothing at all. Whoever may send one request, to the API of JetStream for instance, has the answer sent wherever
they like, into a stream too: docs/decisions/0011."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import httpx
import orjson
import psycopg
import structlog
from litestar import Response, get
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as BusError
from psycopg_pool import PoolTimeout

from contracts.access import Grant, may_see, of_everybody
from contracts.message import facts
from services.kernel.broker import Broker
from services.kernel.caller import Asker, Gate, caller
from services.kernel.nkeys import Issuer, claims
from services.kernel.problem import report
from services.kernel.refusal import Refused, refused
from services.kernel.service import Service
from services.kernel.tokens import Bearer, Signer
from services.kernel.told import Told

ASKED = "$SYS.REQ.USER.AUTH"
LONGEST = 24 * 3600
"""Seconds after which a connection has to be made anew, whatever else happens."""
LOOK = 1.0
"""Seconds between two looks at who is connected: with the second for which facts are believed, a revoked subscriber is put out after two
to three seconds."""
PAGE = 1024
PATIENCE = 5.0
"""Seconds for one look at everybody."""
TROUBLE = (httpx.HTTPError, BusError, TimeoutError, ValueError, KeyError, psycopg.Error, PoolTimeout)
TOLD = {
    "/bus": Told({
        "user": "p-payroll", "subjects": ["taizhang.registry.>"], "withheld": ["taizhang.registry.CadreExited.>"],
        "until": None,
    }, ("forbidden",)),
}  # fmt: skip

log = structlog.get_logger(__name__)


class Hearing(NamedTuple):
    """Subjects that may be subscribed to, and those of them that are not delivered."""

    subjects: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        return hashlib.sha256(orjson.dumps([self.subjects, self.withheld])).hexdigest()[:16]


def hearing(grants: Iterable[Grant]) -> Hearing:
    """What the feed gives to a subscriber, the bus delivers. A grant that names a unit or a cadre is for the feed alone: a subject does
    not say where somebody belongs on a day."""
    given = of_everybody(g for g in grants if g.role == "subscriber")
    known = {f"taizhang.{f.SERVICE}.{f.event_name()}.>": (f.event_name(), f.GRANT == "restricted") for f in facts().values()}
    heard = {subject for subject, (event, restricted) in known.items() if may_see(event, restricted, given)}
    if any(not g.events for g in given):
        return Hearing(tuple(sorted({f"taizhang.{f.SERVICE}.>" for f in facts().values()})), tuple(sorted(known.keys() - heard)))
    return Hearing(tuple(sorted(heard)))


class Door:
    def __init__(self, service: Service, gate: Gate, seed: bytes) -> None:
        self.service, self.gate, self.issuer = service, gate, Issuer(seed)
        self.warden = Broker(service.settings.nats_warden_url.get_secret_value(), "warden")
        self.trouble: str | None = None
        self.connected = 0

    async def open(self) -> None:
        """As long as the service runs: several processes of the registry share the work."""
        nc = await self.service.broker.client()
        await nc.subscribe(ASKED, queue="registry", cb=self._asked)
        await asyncio.Event().wait()

    async def watch(self) -> None:
        """What is not allowed any more ends, whoever let it in."""
        monitors = [m.strip().rstrip("/") for m in self.service.settings.nats_monitor.split(",") if m.strip()]
        try:
            async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
                while True:
                    before, self.trouble = self.trouble, None
                    try:
                        async with asyncio.timeout(PATIENCE):
                            nc = await self.warden.client()
                            self.connected = sum([await self._look(http, nc, monitor) for monitor in monitors])
                    except TROUBLE as error:
                        self.trouble = type(error).__name__
                    if self.trouble and self.trouble != before:
                        log.warning("who is connected to the bus is not known", error=self.trouble)
                    await asyncio.sleep(LOOK)
        finally:
            await self.warden.close()

    async def health(self) -> dict[str, Any]:
        """A part of the service: not well while nobody would be put out."""
        return {"ok": self.trouble is None, "trouble": self.trouble, "connected": self.connected}

    async def _look(self, http: httpx.AsyncClient, nc: Client, monitor: str) -> int:
        """How many are let in on one server and stay."""
        offset, total, staying = 0, 1, 0
        while offset < total:
            found = (await http.get(f"{monitor}/connz", params={"auth": "true", "limit": PAGE, "offset": offset})).raise_for_status().json()
            for connection in found["connections"]:
                name = str(connection.get("authorized_user", ""))
                if "/" not in name:
                    continue
                if await self._still(*name.split("/")):
                    staying += 1
                    continue
                await nc.request(f"$SYS.REQ.SERVER.{found['server_id']}.KICK", orjson.dumps({"cid": connection["cid"]}), timeout=2)
                log.info("somebody is put out of the bus")
            offset, total = offset + PAGE, int(found["total"])
        return staying

    async def _still(self, principal: str, token_id: str, mark: str) -> bool:
        try:
            return mark == OF_THE_INSTANCE or mark == hearing(await self.gate.standing(principal, token_id)).mark
        except Refused:
            return False

    async def _asked(self, message: Msg) -> None:
        """NATS waits two seconds for an answer and then refuses, so does whoever cannot be known now."""
        try:
            asked = claims(message.data)["nats"]
            user, said = str(asked["user_nkey"]), asked["connect_opts"]
            answer: dict[str, Any] = {"type": "authorization_response", "version": 2}
            try:
                answer["jwt"] = await self._let_in(user, str(said.get("user", "")), str(said.get("pass", "")))
            except Refused as refusal:
                answer["error"] = refusal.code
            about = {"sub": user, "aud": str(asked["server_id"]["id"]), "iat": int(time.time())}
            await message.respond(self.issuer.sign(about | {"nats": answer}).encode())
        except Exception as error:  # nats-py would pass it over
            report(error, "bus")

    async def _let_in(self, nkey: str, user: str, token: str) -> str:
        """The permissions of a connection, signed. Raises Refused, recorded."""
        bearer: Bearer | None = None
        try:
            bearer = self.service.verifier.verify(token)
            if bearer.kind == "first":
                raise refused("password-change-due")
            if bearer.principal != user:
                raise refused("unauthenticated")
            heard = await self.heard(bearer)
            if not heard.subjects:
                raise refused("forbidden")
        except Refused as refusal:
            self.gate.tally.note(bearer.principal if bearer else "-", "bus", refusal.code)
            raise
        self.gate.tally.note(bearer.principal, "bus", None)
        now = int(time.time())
        mark = OF_THE_INSTANCE if bearer.kind == "instance" else heard.mark
        allowed: dict[str, Any] = {"pub": {"deny": [">"]}, "sub": {"allow": heard.subjects, "deny": heard.withheld}}
        limits = {"subs": -1, "data": -1, "payload": -1}
        return self.issuer.sign(
            {
                "sub": nkey, "aud": "$G", "name": f"{bearer.principal}/{bearer.token_id}/{mark}", "iat": now,
                "exp": min(bearer.expires_at or now + LONGEST, now + LONGEST), "nats": {"type": "user", "version": 2, **allowed, **limits},
            }
        )  # fmt: skip

    async def heard(self, bearer: Bearer) -> Hearing:
        return hearing(bearer.grants if bearer.kind == "instance" else await self.gate.standing(bearer.principal, bearer.token_id))


OF_THE_INSTANCE = "-"
"""Stands for what a token of the instance carries itself: it ends with the key."""


def handlers(service: Service, gate: Gate) -> Sequence[Any]:
    path = service.settings.token_signing_key_file
    if path and service.settings.nats_warden_url.get_secret_value():
        door = Door(service, gate, Signer.read(path).seed)
        service.background(door.open)
        service.background(door.watch)
        service.probes["subscribers"] = door.health

    @get("/bus", summary="What one may hear on the bus: subjects to subscribe to, and those of them that are withheld")
    async def bus(request: Asker) -> Response[bytes]:
        who = caller(request)
        heard = hearing(who.grants)
        if not heard.subjects:
            await gate.refuse(request, "events_open")
        until = who.bearer.expires_at
        body = {
            "user": who.bearer.principal, "subjects": heard.subjects, "withheld": heard.withheld,
            "until": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(until)) if until else None,
        }  # fmt: skip
        return Response(orjson.dumps(body), media_type="application/json", headers={"Cache-Control": "no-store"})

    return [bus]

"""Attachments: the files that leave is evidenced by, each encrypted under a key of its cadre. No fact holds one: facts cite them by id,
digest and type, so that what was decided stays when a file is destroyed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

from contracts.assignments import LeaveRequested, LeaveSupplemented
from contracts.codes import Evidence
from contracts.message import Fact, instant
from services.assignments import known
from services.kernel.line import Actor
from services.kernel.past import Past
from services.kernel.refusal import refused
from services.kernel.scope import Scope, reading
from services.kernel.seal import Erased
from services.kernel.service import Service

T = TypeVar("T")
CLASS = "attachment"
WAITING, MOST = 20, 200
"""Files of a cadre that no leave cites yet, and in all: who uploads has something to apply for."""
DDL = """
create table if not exists attachments (cadre_id text collate "C" not null, evidence_id text collate "C" not null, sha256 text not null,
  media_type text not null, size int not null, uploaded_at timestamptz not null, uploaded_by text not null, role text not null,
  document_no text, state text not null check (state in ('quarantined', 'clean', 'refused', 'erased')), tried_at timestamptz,
  ciphertext bytea, primary key (cadre_id, evidence_id), check ((ciphertext is null) = (state in ('refused', 'erased'))));
alter table attachments alter ciphertext set storage external;
create index if not exists attachments_evidence on attachments (evidence_id);
create index if not exists attachments_quarantined on attachments (tried_at) where state = 'quarantined';
"""
NAMES = "cadre_id, evidence_id, sha256, media_type, size, uploaded_at, uploaded_by, state"
ONE = f"select {NAMES} from attachments where cadre_id = %s and evidence_id = %s"  # noqa: S608
FOUND = f"select {NAMES} from attachments where evidence_id = %s and (%s::text is null or cadre_id = %s)"  # noqa: S608
LISTED = f"select {NAMES} from attachments where cadre_id = %s order by uploaded_at, evidence_id"  # noqa: S608
KEEP = f"insert into attachments ({NAMES}, role, document_no, ciphertext) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608
NEXT = f"""update attachments set tried_at = clock_timestamp() where (cadre_id, evidence_id) = (select cadre_id, evidence_id from attachments
  where state = 'quarantined' and (tried_at is null or tried_at < clock_timestamp() - %s) order by tried_at nulls first
  limit 1 for update skip locked) returning {NAMES}"""  # noqa: S608
JUDGED = """update attachments set state = %s, ciphertext = case when %s = 'clean' then ciphertext end
  where cadre_id = %s and evidence_id = %s and state = 'quarantined'"""
ERASE = "update attachments set state = 'erased', ciphertext = null where cadre_id = %s and evidence_id = %s and state <> 'erased'"


class Attachment(NamedTuple):
    """Without its content."""

    cadre_id: str
    evidence_id: str
    sha256: str
    media_type: str
    size: int
    uploaded_at: datetime
    uploaded_by: str
    state: str

    @property
    def name(self) -> str:
        """What the ciphertext is bound to, beside owner and class: another file, or the same called something else, does not open."""
        return f"evidence-{self.evidence_id}|{self.sha256}|{self.media_type}"

    def told(self) -> dict[str, Any]:
        return self._asdict() | {"uploaded_at": instant(self.uploaded_at)}


class Attachments:
    """`scanned`: whether a file waits in quarantine for the verdict of a scanner."""

    def __init__(self, service: Service, scanned: bool) -> None:
        self.service, self.pool, self.vault, self.scanned = service, service.ledger.pool, service.ledger.vault, scanned

    async def keep(self, cadre_id: str, evidence_id: str, data: bytes, kind: str, by: Actor) -> tuple[Attachment, bool]:
        """The attachment, and whether it is new. Raises Refused `id-in-use` for another file under an id that is taken."""
        digest = await asyncio.to_thread(lambda: sha256(data).hexdigest())
        state = "quarantined" if self.scanned else "clean"
        made = Attachment(cadre_id, evidence_id, digest, kind, len(data), self.service.clock(), by.id, state)
        cited = await self._cited(cadre_id)
        if any(e.evidence_id == evidence_id for e in cited) and not any(_agrees(e, made) for e in cited):
            raise refused("evidence-differs", "evidence_id")
        sealed = await _unless_erased(self.vault.seal_bytes, made.name, cadre_id, CLASS, data)
        async with self.pool.connection() as c, c.transaction():
            await c.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"attachments of {cadre_id}",))
            kept = [Attachment._make(row) for row in await (await c.execute(LISTED, (cadre_id,))).fetchall()]
            if found := next((a for a in kept if a.evidence_id == evidence_id), None):
                if (found.sha256, found.media_type) != (digest, kind):
                    raise refused("id-in-use", "evidence_id")
                return found, False
            _must_have_room([a for a in kept if a.state in ("quarantined", "clean")], frozenset(e.evidence_id for e in cited))
            await c.execute(KEEP, (*made, by.role, by.document, sealed))
        return made, True

    async def found(self, seen: Scope, evidence_id: str, cadre_id: str | None) -> Sequence[Attachment]:
        """Those of this id that may be seen: of one cadre, or where none is named of each."""
        async with reading(self.pool, self.service.name, seen) as c:
            rows = await (await c.execute(FOUND, (evidence_id, cadre_id, cadre_id))).fetchall()
        return [Attachment._make(row) for row in rows]

    async def of(self, seen: Scope, cadre_id: str) -> Sequence[Attachment]:
        """All of a cadre, in the order in which they came."""
        async with reading(self.pool, self.service.name, seen) as c:
            return [Attachment._make(row) for row in await (await c.execute(LISTED, (cadre_id,))).fetchall()]

    async def content(self, one: Attachment) -> bytes:
        """Raises Refused `file-erased`, also when it is the key that was destroyed."""
        query = "select ciphertext from attachments where cadre_id = %s and evidence_id = %s"
        async with self.pool.connection() as c:
            row = await (await c.execute(query, (one.cadre_id, one.evidence_id), binary=True)).fetchone()
        if row is None or row[0] is None:
            raise refused("file-erased")
        try:
            return await asyncio.to_thread(self.vault.open_bytes, one.name, one.cadre_id, CLASS, row[0])
        except Erased:
            raise refused("file-erased") from None

    async def agree(self, command: Fact) -> None:
        """Raises Refused `evidence-differs` where a leave cites a file that is here by another digest or type. What is not here may be
        cited: it may be on paper, or come later."""
        evidence: Sequence[Evidence] = getattr(command, "evidence", ()) if isinstance(command, LeaveRequested | LeaveSupplemented) else ()
        for cited in evidence:
            async with self.pool.connection() as c:
                row = await (await c.execute(ONE, (getattr(command, "cadre_id", None), cited.evidence_id))).fetchone()
            if row and not _agrees(cited, Attachment._make(row)):
                raise refused("evidence-differs", "evidence")

    async def next(self, again: timedelta) -> Attachment | None:
        """One in quarantine that was not tried for so long; it now counts as tried."""
        async with self.pool.connection() as c:
            row = await (await c.execute(NEXT, (again,))).fetchone()
        return Attachment._make(row) if row else None

    async def judge(self, one: Attachment, state: str) -> None:
        """`clean` or `refused`; the content of what is refused is destroyed."""
        async with self.pool.connection() as c:
            await c.execute(JUDGED, (state, state, one.cadre_id, one.evidence_id))

    async def erase(self, cadre_id: str, evidence_id: str) -> bool:
        """Destroys the content; digest, type and size stay. Whether there was anything to destroy."""
        async with self.pool.connection() as c:
            return (await c.execute(ERASE, (cadre_id, evidence_id))).rowcount > 0

    async def health(self) -> dict[str, Any]:
        query = "select count(*), min(uploaded_at) from attachments where state = 'quarantined'"
        async with self.pool.connection() as c:
            row = await (await c.execute(query)).fetchone()
        many, since = row or (0, None)
        return {"ok": True, "scanned": self.scanned, "quarantined": many, "since": instant(since) if since else None}

    async def _cited(self, cadre_id: str) -> Sequence[Evidence]:
        """What the cadre's leaves cite. Raises Refused `unknown-cadre`."""
        past = Past(await self.service.ledger.history((cadre_id,)))
        known.cadre(past, cadre_id, "cadre")
        asked, added = past.all(LeaveRequested, cadre_id=cadre_id), past.all(LeaveSupplemented, cadre_id=cadre_id)
        return [*(e for leave in asked for e in leave.evidence), *(e for leave in added for e in leave.evidence)]


def _agrees(cited: Evidence, one: Attachment) -> bool:
    return (cited.evidence_id, cited.sha256.lower(), cited.media_type) == (one.evidence_id, one.sha256, one.media_type)


def _must_have_room(kept: Sequence[Attachment], cited: frozenset[str]) -> None:
    if len(kept) >= MOST or sum(a.evidence_id not in cited for a in kept) >= WAITING:
        raise refused("too-many-files")


async def _unless_erased(use: Callable[..., T], *arguments: Any) -> T:
    try:
        return await asyncio.to_thread(use, *arguments)
    except Erased:
        raise refused("personal-data-erased") from None

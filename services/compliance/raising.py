"""Findings that begin or end to hold: what of it is news, and which of them stand. One finding is one stream, raised and cleared in
turn; what does not change is said once, however often it is derived."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import psycopg

from contracts.compliance import FindingCleared, FindingRaised
from contracts.message import Event
from services.compliance.law.findings import Raised
from services.kernel import arrays

DDL = """
create table if not exists findings (finding_id text collate "C" primary key, about text collate "C" not null,
  code text collate "C" not null, event_id text not null, open boolean not null);
create index if not exists findings_about on findings (about);
"""
KNOWN = "select about, finding_id, event_id, open from findings where about = any(%s)"
IN_LOG = """select distinct on (stream) subject, stream, version, type
  from log where subject = any(%s) and type = any(%s) order by stream, version desc"""
UPSERT = """insert into findings select i, a, c, e, o = 1 from unnest(%b, %b, %b, %b, %b) n(i, a, c, e, o)
  on conflict (finding_id) do update set event_id = excluded.event_id, open = excluded.open"""
STREAM = "finding-"
KEPT_BACK = frozenset({"health_inability_alert"})
"""Facts about somebody's health travel on no event: who may see such a finding asks for the answer."""
RAISED, CLEARED = FindingRaised.type(), FindingCleared.type()

Conn = psycopg.AsyncConnection[Any]


class Known(NamedTuple):
    """What was published last of a finding."""

    event_id: str
    open: bool


class Change(NamedTuple):
    """A finding that begins or ends to hold; `version` is the one that its stream will have."""

    about: str
    finding_id: str
    version: int
    fact: FindingRaised | FindingCleared


def changes(about: str, found: Mapping[str, Raised], known: Mapping[str, Known], cause: Event) -> Iterator[Change]:
    """Raises ValueError for a finding that cannot be said. What was made good names the acts; what ended otherwise, the cause."""
    for id_, one in found.items():
        before = known.get(id_)
        if one.code not in KEPT_BACK and not one.cleared and (before is None or not before.open):
            yield Change(about, id_, _next(before), _raised(about, id_, one))
    for id_, last in known.items():
        ended = found.get(id_)
        if last.open and (ended is None or ended.cleared):
            evidence = (ended.good if ended else ()) or (cause.id,)
            yield Change(about, id_, _next(last), FindingCleared(finding_id=id_, code=code_of(id_), about=about, evidence=evidence))


def _raised(about: str, id_: str, one: Raised) -> FindingRaised:
    shown = one.finding(about).model_dump(include={"code", "accountable", "unit_id", "article", "due_on", "evidence"}, exclude_none=True)
    return FindingRaised.model_validate({**shown, "finding_id": id_, "about": about})


def _next(before: Known | None) -> int:
    return int(before.event_id.rsplit("@", 1)[1]) + 1 if before else 1


def standing(rows: Sequence[tuple[str, str, str, bool]]) -> dict[str, dict[str, Known]]:
    """By whom they are about, then by id."""
    found: dict[str, dict[str, Known]] = {}
    for about, id_, event_id, is_open in rows:
        found.setdefault(about, {})[id_] = Known(event_id, is_open)
    return found


async def recall(conn: Conn, about: Sequence[str]) -> dict[str, dict[str, Known]]:
    """What the log itself says was published about those of whom nothing is kept here: a ledger may begin with its log."""
    rows = await (await conn.execute(IN_LOG, (list(about), [RAISED, CLEARED]))).fetchall()
    found = [(subject, name.removeprefix(STREAM), f"compliance/{name}@{version}", kind == RAISED) for subject, name, version, kind in rows]
    if found:
        await _keep(conn, found)
    return standing(found)


async def keep(conn: Conn, news: Sequence[Change]) -> None:
    await _keep(conn, [(n.about, n.finding_id, event_id(n), isinstance(n.fact, FindingRaised)) for n in news])


async def _keep(conn: Conn, rows: Sequence[tuple[str, str, str, bool]]) -> None:
    columns = (
        arrays.text([id_.encode() for _, id_, _, _ in rows]),
        arrays.text([about.encode() for about, _, _, _ in rows]),
        arrays.text([code_of(id_).encode() for _, id_, _, _ in rows]),
        arrays.text([event_id.encode() for _, _, event_id, _ in rows]),
        arrays.int4([int(is_open) for _, _, _, is_open in rows]),
    )
    await conn.execute(UPSERT, columns, prepare=True)


def code_of(finding_id: str) -> str:
    return finding_id.split("-", 1)[0]


def stream(change: Change) -> str:
    return STREAM + change.finding_id


def event_id(change: Change) -> str:
    return f"compliance/{stream(change)}@{change.version}"

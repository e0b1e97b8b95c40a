"""Article 9 - how a unit manages its exited cadres counts in its yearly assessment; one that neglects them, with many or
serious complaints, is named in a circular to the whole system.

Neglect and enough substantiated complaints from different people make a candidate. Not computed: whether there will be a
circular. The committee decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from contracts.answers import Complaints, Raising, Scorecard
from contracts.compliance import (
    ComplaintDecided,
    ComplaintReceived,
    UnitCircularIssued,
    UnitCircularWithdrawn,
    UnitNeglectDetermined,
)
from services.compliance.law.findings import NEVER, Raised
from services.compliance.law.system import System

ARTICLE = "9"
CONNIVANCE = "unit_connivance"


def complaints(system: System, unit: str, year: int) -> tuple[Complaints, tuple[str, ...]]:
    """Those received in the year, and the evidence of the substantiated ones."""
    decided = {d.complaint_id: d.outcome for _, d in system.of(ComplaintDecided)}
    received = [(e, r) for e, r in system.of(ComplaintReceived) if r.unit_id == unit and r.received_on.year == year]
    upheld = [(e, r) for e, r in received if decided.get(r.complaint_id) == "substantiated"]
    sources = len({r.source_ref for _, r in upheld})
    return Complaints(received=len(received), substantiated=len(upheld), sources=sources), tuple(e.id for e, _ in upheld)


def circular(system: System, unit: str, year: int) -> str | None:
    """The number of the circular of the year that stands."""
    withdrawn = {(w.document_no, w.withdrawn_on) for _, w in system.of(UnitCircularWithdrawn) if w.unit_id == unit and w.year == year}
    issued = [i for _, i in system.of(UnitCircularIssued) if i.unit_id == unit and i.year == year]
    standing = [i for i in issued if not any(no == i.document_no and on >= i.issued_on for no, on in withdrawn)]
    return standing[-1].document_no if standing else None


def circular_candidate(system: System, unit: str, year: int, raised: Sequence[Raised]) -> Iterator[Raised]:
    """`raised`: the findings about the cadres of the unit."""
    neglect = [e.id for e, n in system.of(UnitNeglectDetermined) if n.unit_id == unit and n.year == year]
    tolerated = [r for r in raised if r.code == CONNIVANCE and r.since.year == year]
    neglect += [i for r in tolerated for i in r.evidence]
    counted, evidence = complaints(system, unit, year)
    day = min(system.as_of, date(year, 12, 31))
    least = system.policies.on("art9.complaints_min", day).number
    sources = system.policies.on("art9.distinct_sources_min", day).number
    enough = counted.substantiated >= least and counted.sources >= sources
    if neglect and enough and circular(system, unit, year) is None:
        ids = tuple(dict.fromkeys([*neglect, *evidence]))
        times = {e.id: e.time for e in system.common.events}
        first = min([*(times[i] for i in ids if i in times), *(r.first for r in tolerated if r.first)])
        yield Raised("circular_candidate", ARTICLE, "committee", first, unit, None, ids, first=first)


def scorecard(system: System, unit: str, year: int, cadres: int, raised: Iterable[Raised]) -> Scorecard:
    """Findings that arose in the year, and those that are still open from before it."""
    counts: dict[str, list[int]] = {}
    for one in raised:
        if one.since.year == year or (one.since.year < year and not one.cleared):
            of_code = counts.setdefault(one.code, [0, 0])
            of_code[0] += 1
            of_code[1] += not one.cleared
    return Scorecard(
        cadres=cadres,
        by_code={code: Raising(raised=n, open=open_) for code, (n, open_) in sorted(counts.items())},
        complaints=complaints(system, unit, year)[0],
        circular=circular(system, unit, year),
    )


def complaint_to_decide(system: System, unit: str) -> Iterator[Raised]:
    """Whether it is substantiated, nobody has said yet."""
    decided = {d.complaint_id for _, d in system.of(ComplaintDecided)}
    for event, received in system.of(ComplaintReceived):
        if received.unit_id == unit and received.complaint_id not in decided:
            yield Raised("complaint_to_decide", ARTICLE, "section", NEVER, unit, None, (event.id,), owed_since=received.received_on)

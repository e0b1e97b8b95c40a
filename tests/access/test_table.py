"""role × action × object × unit × day, against a second reading of the contract."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from itertools import product
from types import SimpleNamespace
from typing import Any

from contracts.access import About, Grant, held, may_act, may_read
from contracts.message import Event, facts
from contracts.registry import RoleGranted, RoleRevoked
from tests.access.reading import RULES, Holding, Thing, acted, acts, reads

BEGAN, MOVED, ENDED = date(2024, 3, 1), date(2024, 6, 15), date(2024, 9, 30)
DAYS = (BEGAN - timedelta(1), BEGAN, MOVED - timedelta(1), MOVED, ENDED, ENDED + timedelta(1))
THINGS = (Thing("C1", "U1", "U2", MOVED), Thing("C2", "U2", "U2", MOVED), Thing(None, "U1", None, MOVED), Thing(None, None, None, MOVED))
ROLES = ("cadre", "branch", "unit_head", "section", "committee", "medical_reviewer", "auditor", "operator", "subscriber")
WHOSE: dict[str, tuple[tuple[str | None, str | None], ...]] = {
    "cadre": ((None, "C1"),),
    "branch": (("U1", None), ("U2", None)),
    "unit_head": (("U1", None),),
    "medical_reviewer": ((None, "C1"),),
    "auditor": ((None, None), (None, "C1"), ("U1", None)),
    "committee": ((None, None), (None, "C1")),
    "section": ((None, None), ("U1", None)),
    "operator": ((None, None),),
    "subscriber": (),  # of the feed alone: the names of its events decide, see below
}


def holdings() -> list[Holding]:
    return [Holding(role, unit, cadre, BEGAN, ENDED) for role in ROLES for unit, cadre in WHOSE[role]]


@cache
def granted(holding: Holding, on: date) -> tuple[Grant, ...]:
    """Through the facts, as services know it."""
    said = RoleGranted.model_validate(
        {"principal": "P1", "role": holding.role, "unit_id": holding.unit, "cadre_id": holding.cadre, "from": holding.first,
         "until": holding.last}
    )  # fmt: skip
    return held([event(said, 1)], on)


def event(fact: Any, n: int) -> Event:
    day = getattr(fact, "from_", None) or fact.revoked_on
    recorded = f"2024-01-01T00:00:00.{n:06}Z"
    return Event(
        f"registry/principal-P1@{n}",
        "/taizhang/registry",
        type(fact).type(),
        "P1",
        day,
        recorded,
        n,
        "P9",
        "committee",
        "-",
        "r",
        "c",
        fact,
    )


def about(thing: Thing, on: date) -> About:
    return About(thing.cadre, thing.unit(on))


def test_reads() -> None:
    cells, wrong = 0, []
    for what, holding, thing, on in product(RULES["reads"], holdings(), THINGS, DAYS):
        cells += 1
        found, expected = may_read(what, granted(holding, on), about(thing, on)), reads(what, holding, thing, on)
        if found != expected:
            wrong.append((what, holding, thing, on, found, expected))
    assert (wrong[:5], len(wrong)) == ([], 0)
    assert cells >= 5_000


def test_acts() -> None:
    cells, wrong = 0, []
    kinds = {(f.SERVICE, f.event_name()): f for f in facts().values()}
    papers, days = (None, "cadre", "branch", "committee"), (BEGAN - timedelta(1), MOVED - timedelta(1), MOVED, ENDED)
    for (service, name, level), holding, thing, on, paper in product(acted(), holdings(), THINGS, days, papers):
        cells += 1
        kind: Any = kinds[service, name]
        grant = may_act(SimpleNamespace(level=level), kind, granted(holding, on), about(thing, on), paper)  # type: ignore[arg-type]
        expected = acts(service, name, level, holding, thing, on, paper)
        if (grant is not None) != expected:
            wrong.append((name, level, holding, thing, on, paper, grant, expected))
    assert (wrong[:5], len(wrong)) == ([], 0)
    assert cells >= 50_000


def test_what_the_second_reading_allows_is_not_everything_and_not_nothing() -> None:
    every = [reads(w, h, t, d) for w, h, t, d in product(RULES["reads"], holdings(), THINGS, DAYS)]
    assert {"yes", "no", "logged"} == set(every)
    assert 0.1 < sum(e != "no" for e in every) / len(every) < 0.6


def test_grants_end_and_begin_again() -> None:
    def grant(first: int, last: int | None = None, unit: str = "U1") -> RoleGranted:
        said = {"principal": "P1", "role": "branch", "unit_id": unit, "from": date(2024, 1, first)}
        return RoleGranted.model_validate(said | ({"until": date(2024, 1, last)} if last else {}))

    def revoke(on: int, unit: str = "U1") -> RoleRevoked:
        return RoleRevoked(principal="P1", role="branch", unit_id=unit, revoked_on=date(2024, 1, on))

    def days(*said: Any) -> list[int]:
        told = [event(fact, n) for n, fact in enumerate(said, 1)]
        return [d for d in range(1, 32) if any(g.unit_id == "U1" for g in held(told, date(2024, 1, d)))]

    assert days(grant(5, 9)) == [5, 6, 7, 8, 9]
    assert days(grant(5), revoke(8)) == [5, 6, 7]
    assert days(grant(5), revoke(8), grant(8, 10)) == [5, 6, 7, 8, 9, 10], "granted anew after it ended"
    assert days(revoke(8), grant(5)) == list(range(5, 32)), "what was revoked before is not what is granted after"
    assert days(grant(5, 9), revoke(7, "U2")) == [5, 6, 7, 8, 9], "another unit's"
    assert days(grant(20), grant(5, 6)) == [5, 6, *range(20, 32)]

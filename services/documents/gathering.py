"""What the documents are about, asked from the services by somebody who may know it: what they may not read is not in the document."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.assignments import LeaveApproved, LeaveRejected
from contracts.labels import Language
from services.client import Client
from services.documents.attendance_month import Month, attendance_month
from services.documents.case_file import Case, case_file, events
from services.documents.circular import circular
from services.documents.explanation import explanation
from services.documents.leave_decision import Undecided, leave_decision
from services.documents.letterhead import Letterhead
from services.documents.paper import Paper
from services.documents.roster import roster
from services.documents.scorecard import scorecard
from services.documents.table import Book
from services.problems import Problem

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gathering:
    """Raises services.problems.Problem as the client does."""

    client: Client
    lang: Language = "zh"
    letterhead: Letterhead | None = None

    @property
    def house(self) -> Letterhead:
        return self.letterhead or Letterhead.of(self.lang)

    def _export(self, kind: str, **about: str) -> None:
        """Names go out: said, admitted and recorded before they are asked for."""
        self.client.post("registry", "/exports", {"kind": kind, **about})

    def roster(self, as_of: date, unit: str | None = None) -> Book:
        self._export("roster", **({"unit_id": unit} if unit else {}))
        query = {"as_of": as_of.isoformat()} | ({"unit": unit} if unit else {})
        if unit:
            self._unit(unit, as_of)
        return roster(self._items("registry", "/cadres", query), self._units(as_of), as_of, self.lang, unit)

    def attendance(self, unit: str, month: date) -> Book:
        """Those who were in the unit, and in scope, on the first or on the last day of the month."""
        self._export("attendance-month", unit_id=unit)
        first, last = month.replace(day=1), month.replace(day=monthrange(month.year, month.month)[1])
        people: dict[str, Data] = {}
        for on in (first, last):
            query = {"unit": unit, "state": "exited", "as_of": on.isoformat()}
            people |= {c["cadre_id"]: c for c in self._items("registry", "/cadres", query)}
        found = self.client.get("compliance", f"/units/{unit}/workdays", {"year": month.year, "as_of": last.isoformat()})
        worked = found["workdays"] if found["calendar"] else None
        absences, leaves = (
            [x for cadre in sorted(people) for x in self._items("assignments", path, {"cadre": cadre})] for path in ("/absences", "/leaves")
        )
        return attendance_month(self._unit(unit, last), Month.of(first, worked), people.values(), absences, leaves, self.lang)

    def scorecard(self, unit: str, year: int, as_of: date | None = None) -> Book:
        self._export("scorecard", unit_id=unit)
        query = {"year": year} | ({"as_of": as_of.isoformat()} if as_of else {})
        answer = self.client.get("compliance", f"/units/{unit}/answer", query)
        about = {f["about"] for f in answer["findings"] if f.get("about") and f["about"] != unit}
        names = {c: self._name(c) for c in sorted(about)}
        return scorecard(self._unit(unit, date.fromisoformat(answer["as_of"])), answer, names, self.lang)

    def case(self, cadre: str, year: int | None = None, as_of: date | None = None) -> Book:
        self._export("case-file", cadre_id=cadre)
        answer = self.answer(cadre, year, as_of)
        on = date.fromisoformat(answer["as_of"])
        duties, tasks, leaves, absences = (
            self._items("assignments", path, {"cadre": cadre}) for path in ("/duties", "/tasks", "/leaves", "/absences")
        )
        facts = events(self._items("compliance", f"/cadres/{cadre}/facts"))
        return case_file(Case(self._cadre(cadre, on), self._units(on), duties, tasks, leaves, absences, facts, answer), self.lang)

    def explanation(self, cadre: str, dated: date, year: int | None = None, as_of: date | None = None) -> Paper:
        """With what would change the answer."""
        answer = self.answer(cadre, year, as_of, explain=True)
        on = date.fromisoformat(answer["as_of"])
        facts = events(self._items("compliance", f"/cadres/{cadre}/facts"))
        return explanation(answer, self._cadre(cadre, on), self._units(on), facts, self.house, dated, self.lang)

    def leave_decision(self, leave: str) -> Paper:
        """Raises leave_decision.Undecided where nobody has decided about it."""
        found = self.client.get("assignments", f"/leaves/{leave}")
        facts = events(self._items("compliance", f"/cadres/{found['cadre_id']}/facts"))
        decided = [e.data.decided_on for e in facts if isinstance(e.data, LeaveApproved | LeaveRejected) and e.data.leave_id == leave]
        if not decided:
            raise Undecided(leave)
        on = decided[-1]
        return leave_decision(leave, self._cadre(found["cadre_id"], on), self._units(on), facts, self.house, self.lang)

    def circular(self, unit: str, year: int, dated: date, as_of: date | None = None) -> Paper:
        """The one that was issued, else a draft with the day `dated`."""
        query = {"year": year} | ({"as_of": as_of.isoformat()} if as_of else {})
        answer = self.client.get("compliance", f"/units/{unit}/answer", query)
        about: dict[str, str | int] = {"unit": unit, "year": year}
        issued = [c for c in self._items("compliance", "/circulars", about) if c["state"] == "issued"]
        neglects = [n["determined_on"] for n in self._items("compliance", "/neglects", about)]
        on = date.fromisoformat(issued[-1]["issued_on"]) if issued else dated
        return circular(
            self._unit(unit, on), answer, self.house, on, self.lang, issued[-1]["document_no"] if issued else "",
            date.fromisoformat(neglects[-1]) if neglects else None,
        )  # fmt: skip

    def answer(self, cadre: str, year: int | None, as_of: date | None, *, explain: bool = False) -> Data:
        query: dict[str, Any] = {"explain": "true"} if explain else {}
        query |= ({"year": year} if year else {}) | ({"as_of": as_of.isoformat()} if as_of else {})
        found: Data = self.client.get("compliance", f"/cadres/{cadre}/answer", query)
        return found

    def _cadre(self, cadre: str, on: date) -> Data:
        found: Data = self.client.get("registry", f"/cadres/{cadre}", {"as_of": on.isoformat()})
        return found

    def _name(self, cadre: str) -> str:
        """The id of somebody whom the reader may not know by name any more: one who left the unit within the year."""
        try:
            return str(self.client.get("registry", f"/cadres/{cadre}").get("name") or cadre)
        except Problem as problem:
            if problem.status in (403, 404):
                return cadre
            raise

    def _unit(self, unit: str, on: date) -> Data:
        found: Data = self.client.get("registry", f"/units/{unit}", {"as_of": on.isoformat()})
        return found

    def _units(self, on: date) -> dict[str, str]:
        return {u["unit_id"]: u["name"] for u in self.client.items("registry", "/units", {"as_of": on.isoformat()})}

    def _items(self, service: str, path: str, query: Mapping[str, str | int] | None = None) -> list[Data]:
        return list(self.client.items(service, path, {**(query or {}), "limit": 500}))

"""The table of duties → `DeclareDutyPreference`, `AssignDuty`, `AssignTask`, `RecordTaskOutcome`.

How a task came out is known on the day of the table, which its head names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from contracts import assignments as a
from contracts.message import Fact
from services.kernel.refusal import Refused
from services.workbooks import duty_words as words
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, compact, name, text
from services.workbooks.days import NotADay, day
from services.workbooks.headings import Heading
from services.workbooks.identity import derived
from services.workbooks.known import Known
from services.workbooks.outcome import Place, Understood
from services.workbooks.people import People
from services.workbooks.rehearsing import Rehearsal
from services.workbooks.sent_back import SentBack, needed_day
from services.workbooks.tables import no_table, remark, rows, tables, title_of

_NEEDED = ("name", "category", "from")
_REQUIRED = ("name", "category", "from", "host")
_DATED = re.compile(r"(?:填表|填报|制表|统计|截止|编制)(?:日期|时间)?[:：]?\s*(\d{4}\s*[-./年．].*|\d{8})")
_YEAR = re.compile(r"(\d{4})年?度?")


def read_duties(book: Book, known: Known, rehearsal: Rehearsal, made: Understood | None = None) -> Understood:
    """Raises Unreadable when no sheet has such a table's heading."""
    made = made or Understood()
    people = People(known)
    for sheet, heading in tables(book, words.WORDING, _NEEDED, made):
        table = _Table(sheet, heading, known, people, made)
        for place, row in rows(sheet, heading, "name"):
            table.accept(place, {field: heading.cell(row, field) for field in words.WORDING}, rehearsal)
    if not made.header_rows:
        raise no_table(book, words.WORDING, _NEEDED, ("工作安排表", "a table of duties"))
    return made


class _Table:
    def __init__(self, sheet: Sheet, heading: Heading, known: Known, people: People, made: Understood) -> None:
        self.sheet, self.heading, self.known, self.people, self.made = sheet, heading, known, people, made
        stated = _YEAR.match(compact(heading.named("outcome")))
        self.year = int(stated[1]) if stated else None
        self.seen: dict[str, Place] = {}
        self._dated = _dated(title_of(sheet, heading))
        self._asked = False

    def accept(self, place: Place, cells: Mapping[str, Cell], rehearsal: Rehearsal) -> None:
        before, used = len(self.made.questions), len(self.made.used)
        try:
            commands = self.read(place, cells)
            added = rehearsal.carry_out(commands)
        except SentBack as refusal:
            self.made.reject(place, refusal.code, refusal.raw)
        except Refused as refusal:
            del self.made.questions[before:]
            if self.made.doubt(place, used):
                self.accept(place, cells, rehearsal)
            else:
                self.made.refuse(place, refusal.code, refusal.zh, refusal.en)
        else:
            self.made.accept(place, added, repeated=not added)
            remark(self.sheet, place, self.made)

    def read(self, place: Place, cells: Mapping[str, Cell]) -> list[Fact]:
        """Raises SentBack for what makes the whole row unreadable."""
        said_name = name(cells["name"])
        if said_name and words.not_yet(cells["category"]):
            raise SentBack("not_yet_assigned", text(cells["category"]))
        if not all(compact(cells[f]) for f in _REQUIRED):
            raise SentBack("missing_required", said_name)
        cadre = self.people.find(cells["name"], cells["unit"], cells["cadre_id"])
        categories = words.categories(cells["category"])
        if categories is None or len(categories) > 1:
            raise SentBack("two_categories" if categories else "unknown_duty", text(cells["category"]))
        host = self.known.unit(cells["host"])
        if host is None:
            raise SentBack("unknown_unit", text(cells["host"]))
        first = needed_day(cells["from"], self.sheet.date1904)
        until = self._until(cells["until"], first)
        duty_id = derived("duty", cadre.cadre_id, categories[0], host, first)
        self._unrepeated(place, cadre.cadre_id, cells, duty_id, said_name)
        of = {"cadre_id": cadre.cadre_id, "duty_id": duty_id}
        description = text(cells["description"])
        preference = self._preference(place, cadre.cadre_id, cells)
        ended: list[Fact] = []
        if until is None and not words.open_ended(cells["until"]):
            answer = self.made.ask(place, "until_unclear", text(cells["until"]))
            if answer and answer != "open":  # the duty may be recorded already, without an end
                ended.append(a.EndDuty.model_validate(of | {"ended_on": date.fromisoformat(answer), "why": "other"}))
        given = of | {"category": categories[0], "host_unit_id": host, "from": first} | ({"until": until} if until else {})
        private = {"private": a.DutyAssignedPrivate(description=description)} if description else {}
        return [*preference, a.AssignDuty.model_validate(given | private), *ended, *self._task(place, of, cells, description)]

    def _until(self, cell: Cell, first: date) -> date | None:
        if words.open_ended(cell):
            return None
        try:
            until = day(cell, date1904=self.sheet.date1904)
        except NotADay:
            return None
        if until < first:
            raise SentBack("until_before_from", text(cell))
        return until

    def _unrepeated(self, place: Place, cadre_id: str, cells: Mapping[str, Cell], duty_id: str, said_name: str) -> None:
        same = repr([cadre_id, *(compact(cells[f]) for f in words.WORDING if f not in ("unit", "name"))])
        if self.seen.setdefault(same, place) != place:
            raise SentBack("duplicate_row", said_name)
        if self.seen.setdefault(duty_id, place) != place:
            raise SentBack("conflicting_row", said_name)

    def _preference(self, place: Place, cadre_id: str, cells: Mapping[str, Cell]) -> list[Fact]:
        if not compact(cells["preference"]):
            return []
        categories = words.categories(cells["preference"])
        if categories is None:
            self.made.ask(place, "preference_unclear", text(cells["preference"]))
            return []
        declared_on = self._day_or_asked(place, cells["preferred_on"], "preference_without_date")
        if declared_on is None:
            return []
        return [a.DeclareDutyPreference(cadre_id=cadre_id, categories=tuple(categories), declared_on=declared_on)]

    def _task(self, place: Place, of: Mapping[str, str], cells: Mapping[str, Cell], description: str) -> list[Fact]:
        said = compact(cells["outcome"])
        if not compact(cells["due_on"]):
            if said:
                self.made.ask(place, "outcome_without_task", text(cells["outcome"]))
            return []
        due_on = self._day_or_asked(place, cells["due_on"], "due_unclear")
        if due_on is None:
            return []
        year = self.year or due_on.year
        task = {"task_id": derived("task", of["duty_id"], year), "cadre_id": of["cadre_id"], "year": year}
        private = {"private": a.TaskAssignedPrivate(description=description)} if description else {}
        commands: list[Fact] = [a.AssignTask.model_validate(task | {"duty_id": of["duty_id"], "due_on": due_on} | private)]
        if said:
            outcome = words.outcome(cells["outcome"]) or self.made.ask(place, "outcome_unclear", text(cells["outcome"]))
            if outcome and (recorded_on := self._dated_on()):
                commands.append(a.RecordTaskOutcome.model_validate(task | {"outcome": outcome, "recorded_on": recorded_on}))
        return commands

    def _dated_on(self) -> date | None:
        """The day of the table, or the one that was answered; asked once."""
        if self._dated is None and not self._asked:
            self._asked = True
            answer = self.made.ask(Place(self.sheet.name, self.heading.first + 1), "table_without_date")
            self._dated = date.fromisoformat(answer) if answer else None
        return self._dated

    def _day_or_asked(self, place: Place, cell: Cell, code: str) -> date | None:
        try:
            return day(cell, date1904=self.sheet.date1904)
        except NotADay:
            answer = self.made.ask(place, code, text(cell))
            return date.fromisoformat(answer) if answer else None


def _dated(title: list[str]) -> date | None:
    for said in title:
        if found := _DATED.search(said):
            try:
                return day(found[1])
            except NotADay:
                continue
    return None

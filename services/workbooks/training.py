"""Registers of talks and of training → `HoldExitTalk`, `HoldUnitTalk`, `HoldThoughtExchange`, `RecordTraining`. A workbook may
hold both, a sheet each."""

from __future__ import annotations

from collections.abc import Mapping

from contracts import compliance as c
from contracts.message import Fact
from services.workbooks import talk_words as words
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, compact, name, text
from services.workbooks.known import Cadre, Known
from services.workbooks.outcome import Place, Understood
from services.workbooks.people import People, listed, without_others
from services.workbooks.sent_back import SentBack, needed_day
from services.workbooks.tables import no_table, remark, rows, tables

Cells = Mapping[str, Cell]
_TALK_NEEDED = ("held_on", "name", "talk")
_TRAINING_NEEDED = ("attended_on", "kind", "hours")


def read_training(book: Book, known: Known, made: Understood | None = None) -> Understood:
    """Raises Unreadable when no sheet has a heading of talks or of training."""
    made = made or Understood()
    people = People(known)
    for sheet, heading in tables(book, words.TALKS, _TALK_NEEDED, made):
        talks = _Talks(sheet, people)
        for place, row in rows(sheet, heading, "name"):
            _row(talks, sheet, place, {field: heading.cell(row, field) for field in words.TALKS}, made)
    for sheet, heading in tables(book, words.TRAINING, _TRAINING_NEEDED, made):
        training = _Training(sheet, people, made)
        names = "persons" if "persons" in heading.columns else "name"
        for place, row in rows(sheet, heading, names):
            _row(training, sheet, place, {field: heading.cell(row, field) for field in words.TRAINING}, made)
    if not made.header_rows:
        raise no_table(book, words.TRAINING, _TRAINING_NEEDED, ("谈话或培训登记表", "talks or of training"))
    return made


def _row(reader: _Talks | _Training, sheet: Sheet, place: Place, cells: Cells, made: Understood) -> None:
    try:
        commands = reader.read(place, cells)
    except SentBack as refusal:
        made.reject(place, refusal.code, refusal.raw)
        return
    same = repr(sorted(command.model_dump_json() for command in commands)), compact(cells.get("content", ""))
    if same in reader.seen:
        made.reject(place, "duplicate_row", reader.who(cells))
        return
    reader.seen.add(same)
    added = [command for command in commands if not reader.people.known.holds(command)]
    made.accept(place, added, repeated=not added)
    remark(sheet, place, made)


class _Talks:
    def __init__(self, sheet: Sheet, people: People) -> None:
        self.sheet, self.people = sheet, people
        self.seen: set[tuple[str, str]] = set()

    def who(self, cells: Cells) -> str:
        return name(cells["name"])

    def read(self, _: Place, cells: Cells) -> list[Fact]:
        office = text(cells["office"])
        if not all(compact(cells[f]) for f in ("held_on", "name", "talk", "office")):
            raise SentBack("missing_required", office)
        cadre = self.people.find(cells["name"], cells["unit"], cells["cadre_id"])
        held_on = needed_day(cells["held_on"], self.sheet.date1904)
        talk = words.talk(cells["talk"])
        if talk is None:
            raise SentBack("unknown_talk", text(cells["talk"]))
        if talk == "reminder":
            raise SentBack("no_concern_to_attach", office)
        if talk == "exit":
            if not words.of_committee(cells["office"]):
                raise SentBack("talker_not_committee", office)
            return [c.HoldExitTalk(cadre_id=cadre.cadre_id, held_on=held_on)]
        offices = words.offices(cells["office"])
        if len(offices) != 1:
            raise SentBack("office_unclear" if offices else "talker_not_head", office)
        unit_id = self.people.known.unit(cells["unit"]) or cadre.unit_on(held_on)
        given = {"cadre_id": cadre.cadre_id, "unit_id": unit_id, "by_office": offices.pop(), "held_on": held_on}
        return [(c.HoldUnitTalk if talk == "unit" else c.HoldThoughtExchange).model_validate(given)]


class _Training:
    def __init__(self, sheet: Sheet, people: People, made: Understood) -> None:
        self.sheet, self.people, self.made = sheet, people, made
        self.seen: set[tuple[str, str]] = set()

    def who(self, cells: Cells) -> str:
        return text(cells["persons"]) or name(cells["name"])

    def read(self, place: Place, cells: Cells) -> list[Fact]:
        if not all(compact(cells[f]) for f in ("attended_on", "kind", "hours")) or not self.who(cells):
            raise SentBack("missing_required", "")
        if words.everybody(cells["persons"]):
            raise SentBack("participants_not_named", text(cells["persons"]))
        attended_on = needed_day(cells["attended_on"], self.sheet.date1904)
        kind, hours = words.training_kind(cells["kind"]), words.hours(cells["hours"])
        if kind is None:
            raise SentBack("unknown_training", text(cells["kind"]))
        if hours is None:
            raise SentBack("hours_not_a_number", text(cells["hours"]))
        cadres = self._persons(place, cells)
        return [c.RecordTraining(cadre_id=one.cadre_id, kind=kind, hours=hours, attended_on=attended_on) for one in cadres]

    def _persons(self, place: Place, cells: Cells) -> list[Cadre]:
        """Raises SentBack when nobody of them is known."""
        if not compact(cells["persons"]):
            return [self.people.find(cells["name"], cells["unit"], cells["cadre_id"])]
        found: dict[str, Cadre] = {}
        asked: list[tuple[str, str]] = []
        for said in listed(cells["persons"]):
            who, others = without_others(said)
            if others:
                asked.append(("list_not_complete", said))
            try:
                cadre = self.people.find(who, cells["unit"])
                found[cadre.cadre_id] = cadre
            except SentBack as unknown:
                asked.append(("ambiguous_person_in_list" if unknown.code == "ambiguous_person" else "unknown_person_in_list", who))
        if not found:
            raise SentBack("ambiguous_person" if asked[-1][0].startswith("ambiguous") else "unknown_person", text(cells["persons"]))
        for code, said in asked:
            answer = self.made.ask(place, code, said)
            if answer in self.people.known.cadres:
                found[answer] = self.people.known.cadres[answer]
        return list(found.values())

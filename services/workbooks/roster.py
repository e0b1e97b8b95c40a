"""The roster of cadres who left leading posts → `RegisterCadre`, `RegisterExit`, `CompleteRetirement`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from stdnum.cn import ric

from contracts.codes import ManagedBy
from contracts.message import Fact
from contracts.registry import CadreRegisteredPrivate, CompleteRetirement, RecordPostGrade, RegisterCadre, RegisterExit
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, compact, name, name_key, text
from services.workbooks.days import NotADay, day
from services.workbooks.headings import Heading, is_note
from services.workbooks.identity import cadre_id
from services.workbooks.known import Cadre, Known
from services.workbooks.outcome import Place, Understood
from services.workbooks.roster_words import WORDING, birth, exit_reason, managed_by, post_category, post_grade
from services.workbooks.sent_back import SentBack, needed_day
from services.workbooks.tables import no_table, remark, rows, tables

_NEEDED = ("name", "unit", "exited_on")
_REQUIRED = ("name", "unit", "post", "exited_on", "reason", "decision_no", "category")
_NOTHING = re.compile(r"[/\\—–\-无否未]|未办理|未退休|未办|暂未办理|")


@dataclass(slots=True)
class _Person:
    """What a row says. `told` tells namesakes of one unit apart."""

    register: RegisterCadre
    exit: RegisterExit
    retire: CompleteRetirement | None
    told: str
    questions: list[tuple[str, str]] = field(default_factory=list)

    @property
    def commands(self) -> list[Fact]:
        return [self.register, self.exit, *([self.retire] if self.retire else [])]

    @property
    def key(self) -> tuple[str, str]:
        return self.register.unit_id, name_key(self.register.private.name)


def read_roster(book: Book, known: Known, key: bytes, made: Understood | None = None) -> Understood:
    """`key` keys the ids of cadres (`identity.id_key`). Raises Unreadable when no sheet has a roster's heading."""
    made = made or Understood()
    for sheet, heading in tables(book, WORDING, _NEEDED, made):
        _read(sheet, heading, known, key, made)
    if not made.header_rows:
        raise no_table(book, WORDING, _NEEDED, ("花名册", "a roster"))
    return made


def _read(sheet: Sheet, heading: Heading, known: Known, key: bytes, made: Understood) -> None:
    below = sheet.rows[heading.last + 1 :]
    around = [*sheet.rows[: heading.first], *(row for row in below if is_note(row, heading.columns["name"]))]
    manager = managed_by("".join(compact(cell) for row in around for cell in row))
    registered: dict[tuple[str, str], list[Cadre]] = {}
    for cadre in known.cadres.values():
        for unit_id in {unit for _, unit in cadre.units}:
            registered.setdefault((unit_id, name_key(cadre.name)), []).append(cadre)
    seen: dict[tuple[str, str], list[_Person]] = {}
    for place, row in rows(sheet, heading, "name"):
        cells = {f: heading.cell(row, f) for f in WORDING}
        try:
            person = _person(cells, manager, known, key, sheet.date1904)
            earlier = seen.setdefault(person.key, [])
            _unrepeated(person, earlier)
        except SentBack as refusal:
            made.reject(place, refusal.code, refusal.raw)
            continue
        earlier.append(person)
        _accept(place, person, registered.get(person.key, []), made)
        remark(sheet, place, made)


def _person(cells: Mapping[str, Cell], usual: ManagedBy | None, known: Known, key: bytes, date1904: bool) -> _Person:
    said_name = name(cells["name"])
    own = compact(cells["managed_by"])
    manager = managed_by(own) if own else usual
    if manager is None or not all(compact(cells[f]) for f in _REQUIRED):
        raise SentBack("missing_required", said_name)
    unit_id = known.unit(cells["unit"])
    if unit_id is None:
        raise SentBack("unknown_unit", text(cells["unit"]))
    exited_on = needed_day(cells["exited_on"], date1904)
    reason, category = exit_reason(cells["reason"]), post_category(cells["category"])
    if reason is None:
        raise SentBack("unknown_reason", text(cells["reason"]))
    if category is None:
        raise SentBack("unknown_category", text(cells["category"]))
    questions: list[tuple[str, str]] = []
    retired_on = _retired_on(cells["retired_on"], date1904, questions)
    if retired_on and exited_on > retired_on:
        raise SentBack("exit_after_retirement", said_name)
    number = compact(cells["id_number"]).upper()
    if number and not ric.is_valid(number):
        questions.append(("id_number_unreadable", ""))
        number = ""
    told = number or birth(cells["birth"])
    cid = compact(cells["cadre_id"]) or cadre_id(key, unit_id, name_key(said_name), told)
    given: dict[str, object] = {"name": said_name}
    if number:
        given["id_number"] = number
    if re.fullmatch(r"\d{4}-\d\d-\d\d", born := birth(cells["birth"])):
        given["birth_date"] = needed_day(born, date1904)
    stated: dict[str, object] = {"cadre_id": cid, "unit_id": unit_id, "managed_by": manager, "category": category}
    grade = post_grade(cells["grade"])
    if isinstance(grade, str):
        questions.append((grade, text(cells["grade"])))
    elif grade is not None:
        stated["post_grade"] = grade
    try:
        register = RegisterCadre.model_validate(stated | {"private": CadreRegisteredPrivate.model_validate(given)})
        left = RegisterExit(
            cadre_id=cid,
            unit_id=unit_id,
            post=text(cells["post"]),
            reason=reason,
            exited_on=exited_on,
            decision_no=text(cells["decision_no"]),
        )
    except ValueError:
        raise SentBack("invalid_value", said_name[:80]) from None
    return _Person(register, left, CompleteRetirement(cadre_id=cid, completed_on=retired_on) if retired_on else None, told, questions)


def _retired_on(cell: Cell, date1904: bool, questions: list[tuple[str, str]]) -> date | None:
    if _NOTHING.fullmatch(compact(cell)):
        return None
    try:
        return day(cell, date1904=date1904)
    except NotADay:
        questions.append(("retirement_unclear", text(cell)))
        return None


def _unrepeated(person: _Person, earlier: list[_Person]) -> None:
    """The same person again is a duplicate; namesakes that nothing tells apart are ambiguous."""
    said_name = person.register.private.name
    for other in earlier:
        if other.told == person.told and other.commands == person.commands:
            raise SentBack("duplicate_row", said_name)
        if other.told == person.told or other.register.cadre_id == person.register.cadre_id:
            raise SentBack("ambiguous_person", said_name)


def _accept(place: Place, person: _Person, namesakes: list[Cadre], made: Understood) -> None:
    """Whoever is registered already keeps their id, and what is registered of them is not said again; what is not, is."""
    grade = _answered(place, person, made)
    same = [c for c in namesakes if c.cadre_id == person.register.cadre_id] or [c for c in namesakes if _exited_alike(person.exit, c)]
    if not same and not namesakes:
        made.accept(place, person.commands)
        return
    agrees = len(same) == 1 and _agrees(person, same[0])
    added = _added(person, same[0], grade) if agrees else []
    made.accept(place, added, repeated=agrees and not added)
    if not agrees:
        made.ask(place, "differs_from_register", person.register.private.name)


def _answered(place: Place, person: _Person, made: Understood) -> int | None:
    """Asks what the row leaves open; what was answered completes it. The post grade that was answered, if one was."""
    grade = None
    for code, raw in person.questions:
        said = made.ask(place, code, raw)
        if said and code in ("two_grades", "grade_unreadable"):
            grade = int(said)
            person.register = person.register.model_copy(update={"post_grade": grade})
        elif said and code == "retirement_unclear" and said != "none":
            person.retire = CompleteRetirement(cadre_id=person.register.cadre_id, completed_on=date.fromisoformat(said))
    return grade


def _added(person: _Person, cadre: Cadre, grade: int | None) -> list[Fact]:
    """What the row says of somebody registered that the register does not have yet."""
    added: list[Fact] = []
    if grade is not None and cadre.registered.post_grade is None:
        stated = {"cadre_id": cadre.cadre_id, "category": cadre.registered.category, "post_grade": grade, "from": person.exit.exited_on}
        added.append(RecordPostGrade.model_validate(stated))
    if person.retire and cadre.retired_on is None:
        added.append(CompleteRetirement(cadre_id=cadre.cadre_id, completed_on=person.retire.completed_on))
    return added


def _exited_alike(exit_: RegisterExit, cadre: Cadre) -> bool:
    return any(e.exited_on == exit_.exited_on and e.decision_no == exit_.decision_no for e in cadre.exits)


def _agrees(person: _Person, cadre: Cadre) -> bool:
    """Nothing that the row says is otherwise in the register; what one of them leaves out does not count."""
    own, theirs = person.register, cadre.registered
    grades = {own.post_grade, theirs.post_grade} - {None}
    register = (own.managed_by, own.category) == (theirs.managed_by, theirs.category) and len(grades) < 2
    left = any((e.exited_on, e.reason, e.post) == (person.exit.exited_on, person.exit.reason, person.exit.post) for e in cadre.exits)
    return register and left and (person.retire is None or cadre.retired_on in (None, person.retire.completed_on))

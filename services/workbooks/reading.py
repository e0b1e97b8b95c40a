"""An uploaded workbook, read: `read_upload` says what it would record, what it sends back and what it asks, without touching
anything; `recording.record` carries that out. Both need nothing but bytes: a path and a web request serve alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.workbooks import duty_words, leave_words, month_sheet, roster_words, talk_words, units
from services.workbooks.answering import form_of
from services.workbooks.attendance import read_attendance
from services.workbooks.book import Book, open_book
from services.workbooks.columns import AS_NAMED, NOTHING, Columns, fingerprint, heading_key
from services.workbooks.duties import read_duties
from services.workbooks.headings import Wording
from services.workbooks.identity import id_key, sha256
from services.workbooks.kinds import KINDS, Kind
from services.workbooks.known import Known
from services.workbooks.leave import read_leave
from services.workbooks.outcome import Question, Rejected, Remark, Understood
from services.workbooks.returned import returned
from services.workbooks.roster import read_roster
from services.workbooks.training import read_training
from services.workbooks.workdays import workday

WORDINGS: Mapping[str, Wording] = {
    "units": units.WORDING,
    "roster": roster_words.WORDING,
    "attendance": month_sheet.WORDING,
    "leave": leave_words.WORDING,
    "duties": duty_words.WORDING,
    "training": {**talk_words.TRAINING, **talk_words.TALKS},
}
__all__ = ["KINDS", "BadColumns", "Kind", "Reading", "columns_said", "read_upload"]


class BadColumns(ValueError):
    """What was said about the columns cannot be: `zh` and `en` say why, `code` is stable."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(en)
        self.code, self.zh, self.en = code, zh, en


@dataclass(frozen=True, slots=True)
class Reading:
    """What an upload of `kind` says. Nothing is recorded yet."""

    kind: Kind
    name: str
    data: bytes
    book: Book
    made: Understood
    branch: str | None = None
    """The unit whose branch imports it."""

    @property
    def accepted(self) -> int:
        """Rows."""
        return len(self.made.accepted)

    @property
    def duplicates(self) -> int:
        """Rows that add nothing."""
        return len(self.made.repeated)

    @property
    def rejected(self) -> list[Rejected]:
        return self.made.rejected

    @property
    def questions(self) -> list[Question]:
        return self.made.questions

    @property
    def returned(self) -> bytes | None:
        """The workbook that goes back, when there is something to send back or to ask."""
        return returned(self.book, self.made) if self.made.rejected or self.made.questions else None

    def public(self) -> dict[str, Any]:
        """As `-o json` prints it."""
        made = self.made
        return {
            "file": self.name,
            "accepted": self.accepted,
            "duplicates": self.duplicates,
            "rejected": [_said(r) for r in made.rejected],
            "questions": [
                {"id": q.id(made.document), **_said(q), "answers": form_of(q.code).en, "answers_zh": form_of(q.code).zh}
                for q in made.questions
            ],
            "warnings": [_said(w) for w in made.warnings],
            "columns": [{"sheet": c.sheet, "column": c.letter, "heading": c.heading, "meaning": c.meaning} for c in made.described],
            "commands": dict(Counter(type(p.command).__name__ for p in made.proposed)),
        }

    def layouts(self, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
        """What is to be remembered of what was said about the columns: fingerprint of each layout that has such a heading →
        heading → meaning."""
        found: dict[str, dict[str, str]] = {}
        for sheet in self.book.sheets:
            if sheet.name in self.made.header_rows:
                for row in sheet.rows[: self.made.header_rows[sheet.name]]:
                    there = {heading_key(cell) for cell in row}
                    if own := {heading: meaning for heading, meaning in given.items() if heading_key(heading) in there}:
                        found[fingerprint(row)] = own
        return found


def read_upload(
    data: bytes, name: str, kind: Kind, known: Known, columns: Columns = AS_NAMED, answers: Mapping[str, str] | None = None
) -> Reading:
    """Pure. `known` is what the services know (`asking.ask`), `columns` what people said about headings, `answers` what they
    answered, by the id of the question. Raises Unreadable when the file is no workbook or has no table of this kind, and
    BadColumns for a heading that is not there."""
    book = open_book(data)
    _all_there(book, columns.given)
    made = Understood(sha256(data), columns, answers or {})
    rehearsal = known.rehearsal.copy()
    match kind:
        case "units":
            read_units(book, known, made)
        case "roster":
            read_roster(book, known, id_key(data), made)
        case "attendance":
            read_attendance(book, known, workday, name, made)
        case "leave":
            read_leave(book, known, rehearsal, workday, made)
        case "duties":
            read_duties(book, known, rehearsal, made)
        case "training":
            read_training(book, known, made)
    return Reading(kind, name, data, book, made, known.branch)


read_units = units.read_units


def columns_said(kind: Kind, said: Iterable[str]) -> dict[str, str]:
    """`职工=姓名`, `职工=name` or `职工=-` (not to be read) → heading → meaning. Raises BadColumns."""
    wording = WORDINGS[kind]
    usual = {names[0]: field for field, names in wording.items()} | {field: field for field in wording} | {NOTHING: NOTHING}
    found = {}
    for one in said:
        heading, equals, meaning = one.rpartition("=")
        if not equals or not heading_key(heading) or meaning.strip() not in usual:
            can = "、".join(f"{names[0]}（{field}）" for field, names in wording.items())
            raise BadColumns(
                "unknown-meaning",
                f"写作“列名=含义”，含义可以是：{can}，或 - 表示不读",
                f"HEADING=MEANING; meanings: {', '.join(wording)}, or -",
            )
        found[heading.strip()] = usual[meaning.strip()]
    return found


def _all_there(book: Book, given: Mapping[str, str]) -> None:
    there = {heading_key(cell) for sheet in book.sheets for row in sheet.rows[:32] for cell in row} if given else set()
    for heading in given:
        if heading_key(heading) not in there:
            raise BadColumns("unknown-heading", f"表里没有这一列：{heading}", f"no such heading in the workbook: {heading}")


def _said(remark: Remark) -> dict[str, Any]:
    return {"sheet": remark.sheet, "row": remark.row, "code": remark.code, "zh": remark.zh, "en": remark.en}

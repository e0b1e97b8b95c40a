"""What a reader made of a workbook: what it would record, what it sends back, what it asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from contracts.message import Fact
from services.workbooks.answering import BadAnswer, understood
from services.workbooks.columns import AS_NAMED, Column, Columns
from services.workbooks.identity import digest_of
from services.workbooks.wording import words


class Place(NamedTuple):
    """A row as people count it: the first row of a sheet is 1."""

    sheet: str
    row: int


@dataclass(frozen=True, slots=True)
class Proposed:
    command: Fact
    sheet: str
    row: int

    @property
    def place(self) -> Place:
        return Place(self.sheet, self.row)


@dataclass(frozen=True, slots=True)
class Remark:
    """A coded remark about a row. `raw` is what the cell says; it is shown to whoever brought the workbook and goes
    nowhere else. `detail` is a day, a column: what the code leaves open."""

    sheet: str
    row: int
    code: str
    raw: str = ""
    detail: str = ""
    said: tuple[str, str] | None = None
    """The words, when a service spoke instead of the reader."""

    @property
    def place(self) -> Place:
        return Place(self.sheet, self.row)

    @property
    def zh(self) -> str:
        return self._with_detail((self.said or words(self.code))[0], "（{}）")

    @property
    def en(self) -> str:
        return self._with_detail((self.said or words(self.code))[1], " ({})")

    def _with_detail(self, sentence: str, form: str) -> str:
        return sentence + (form.format(self.detail) if self.detail else "")


class Rejected(Remark):
    """Nothing of the row is recorded."""


class Question(Remark):
    """Only a person can answer it; what depends on it is not recorded yet."""

    def id(self, document: str) -> str:
        """The same file asks the same question under the same id."""
        return f"q-{digest_of(document, self.sheet, self.row, self.code, self.raw, self.detail)[:10]}"


class Warned(Remark):
    """Never changes what is recorded."""


@dataclass(slots=True)
class Understood:
    """Every row of the table is either in `accepted` or in `rejected`. The first three are what the reader is told."""

    document: str = ""
    """SHA-256 of the file; questions are known by it."""
    columns: Columns = AS_NAMED
    answers: Mapping[str, str] = field(default_factory=dict)
    """What people answered, by the id of the question."""
    accepted: list[Place] = field(default_factory=list)
    proposed: list[Proposed] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    repeated: set[Place] = field(default_factory=set)
    """Accepted rows that say nothing that is not recorded already."""
    header_rows: dict[str, int] = field(default_factory=dict)
    """Last header row of every sheet that was read."""
    described: list[Column] = field(default_factory=list)
    """The columns of these sheets with their meanings."""
    used: list[str] = field(default_factory=list)
    """Questions whose answers were taken, in order."""
    doubted: set[str] = field(default_factory=set)
    """Questions whose answers cannot be so."""

    @property
    def commands(self) -> list[Fact]:
        return [p.command for p in self.proposed]

    def accept(self, place: Place, commands: Iterable[Fact], *, repeated: bool = False) -> None:
        self.accepted.append(place)
        self.proposed.extend(Proposed(c, *place) for c in commands)
        if repeated:
            self.repeated.add(place)

    def reject(self, place: Place, code: str, raw: str = "", detail: str = "") -> None:
        self.rejected.append(Rejected(*place, code, raw, detail))

    def refuse(self, place: Place, code: str, zh: str, en: str) -> None:
        """Rejected in the words of the service that would refuse it."""
        self.rejected.append(Rejected(*place, code, said=(zh, en)))

    def ask(self, place: Place, code: str, raw: str = "", detail: str = "") -> str | None:
        """The answer in its one form, when a person gave one; else None, and the question stands."""
        question = Question(*place, code, raw, detail)
        number = question.id(self.document)
        if (said := self.answers.get(number)) is not None and number not in self.doubted:
            try:
                answer = understood(code, said)
                self.used.append(number)
                return answer
            except BadAnswer:  # given to an earlier edition
                pass
        self.questions.append(question)
        return None

    def doubt(self, place: Place, since: int) -> bool:
        """Answers taken since then are refused with what is recorded: their questions are open again. False when none was taken."""
        taken = self.used[since:]
        self.doubted |= set(taken)
        if taken:
            self.warn(place, "answer_refused")
        return bool(taken)

    def warn(self, place: Place, code: str, detail: str = "") -> None:
        self.warnings.append(Warned(*place, code, "", detail))

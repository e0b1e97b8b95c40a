"""The leave ledger → `RequestLeave`, `ReviewLeave`, `ReportLeave`, `ApproveLeave` or `RejectLeave`, `ConfirmReturn`.

Each step is recorded as far as the ledger says it for certain, with its own day. What is named as evidence is not evidence yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from contracts import assignments as a
from contracts.message import Fact
from services.kernel.refusal import Refused
from services.workbooks import leave_words as words
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import Cell, compact, name, text
from services.workbooks.days import NotADay, day
from services.workbooks.identity import derived
from services.workbooks.known import Known
from services.workbooks.outcome import Place, Understood
from services.workbooks.people import People
from services.workbooks.rehearsing import Rehearsal
from services.workbooks.sent_back import SentBack, needed_day
from services.workbooks.tables import no_table, remark, rows, tables

Workday = Callable[[date], bool | None]
Cells = Mapping[str, Cell]
_NEEDED = ("name", "reason_class", "requested_on")
_REQUIRED = ("name", "reason_class", "requested_on", "applicant", "form")
_BESIDES = ("evidence", "review", "reviewed_on", "report_no", "reported_on", "authority", "decision_no", "decided_on", "returned_on")


def read_leave(book: Book, known: Known, rehearsal: Rehearsal, workday: Workday, made: Understood | None = None) -> Understood:
    """Raises Unreadable when no sheet has a ledger's heading."""
    made = made or Understood()
    people = People(known)
    seen: set[tuple[str, ...]] = set()
    for sheet, heading in tables(book, words.WORDING, _NEEDED, made):
        for place, row in rows(sheet, heading, "name"):
            cells = {field: heading.cell(row, field) for field in words.WORDING}
            try:
                asked = _Row(place, cells, sheet, people, workday, made)
            except SentBack as refusal:
                made.reject(place, refusal.code, refusal.raw)
                continue
            if asked.said in seen:
                made.reject(place, "duplicate_row", asked.name)
            else:
                seen.add(asked.said)
                _accept(asked, rehearsal, sheet)
    if not made.header_rows:
        raise no_table(book, words.WORDING, _NEEDED, ("请假台账", "a leave ledger"))
    return made


def _accept(row: _Row, rehearsal: Rehearsal, sheet: Sheet) -> None:
    before, used = len(row.made.questions), len(row.made.used)
    commands = [row.request, *row.steps()]
    try:
        added = rehearsal.carry_out(commands)
    except Refused as refusal:
        del row.made.questions[before:]
        if row.made.doubt(row.place, used):
            _accept(row, rehearsal, sheet)
            return
        row.made.refuse(row.place, refusal.code, refusal.zh, refusal.en)
        return
    row.made.accept(row.place, added, repeated=not added)
    row.remark(sheet)


class _Row:
    """One application with what became of it. Raises SentBack for what makes the whole row unreadable."""

    def __init__(self, place: Place, cells: Cells, sheet: Sheet, people: People, workday: Workday, made: Understood) -> None:
        self.place, self.cells, self.made, self._workday = place, cells, made, workday
        self._date1904 = sheet.date1904
        self.name = name(cells["name"])
        if not all(compact(cells[f]) for f in _REQUIRED) or not (compact(cells["period"]) or compact(cells["from"])):
            raise SentBack("missing_required", self.name)
        cadre = people.find(cells["name"], cells["unit"], cells["cadre_id"])
        self.first, self.last = self._period()
        reason = words.leave_reason(cells["reason_class"])
        applicant = words.applicant(cells["applicant"], self.name)
        written = words.in_writing(cells["form"])
        if reason is None:
            raise SentBack("unknown_leave_type", text(cells["reason_class"]))
        if applicant is None:
            raise SentBack("applicant_unclear", text(cells["applicant"]))
        if written is None:
            raise SentBack("form_unclear", text(cells["form"]))
        requested_on = self._day("requested_on")
        leave_id = derived("leave", cadre.cadre_id, self.first, requested_on)
        self._of = {"leave_id": leave_id, "cadre_id": cadre.cadre_id}
        grounds = text(cells["grounds"])
        stated = {"applicant": applicant, "reason_class": reason, "written": written, "evidence": (), "requested_on": requested_on}
        private = {"private": a.LeaveRequestedPrivate(grounds=grounds)} if grounds else {}
        self.request = a.RequestLeave.model_validate(self._of | stated | private | {"from": self.first, "until": self.last})

    @property
    def said(self) -> tuple[str, ...]:
        """What tells one row from another: the application, and all that the row says besides."""
        return self.request.model_dump_json(), *(compact(self.cells[field]) for field in _BESIDES)

    def steps(self) -> list[Fact]:
        """What followed, as far as it is certain; the rest is asked."""
        if not words.nothing(self.cells["evidence"]):
            self.made.ask(self.place, "evidence_named_not_attached", text(self.cells["evidence"]))
        review = self._review()
        return [step for step in (review, self._report(review), self._decision(), self._return()) if step]

    def _review(self) -> a.ReviewLeave | None:
        cell = self.cells["review"]
        if words.nothing(cell):
            if words.nothing(self.cells["report_no"]):
                return None
            return self._reviewed(self.made.ask(self.place, "review_missing"))
        outcome, beside = words.review(cell)
        if outcome is None:
            return self._reviewed(self.made.ask(self.place, "review_unclear", text(cell)))
        on = self._asked_day("review_without_date", self.cells["reviewed_on"] if compact(self.cells["reviewed_on"]) else beside, None)
        return a.ReviewLeave(**self._of, outcome=outcome, reviewed_on=on) if on else None

    def _reviewed(self, answer: str | None) -> a.ReviewLeave | None:
        outcome, _, on = (answer or "").partition(" ")
        given = self._of | {"outcome": outcome, "reviewed_on": date.fromisoformat(on) if on else None}
        return a.ReviewLeave.model_validate(given) if on else None

    def _report(self, review: a.ReviewLeave | None) -> a.ReportLeave | None:
        """A report rests on a review that passed; what is known of it waits for the answer about the review."""
        number, stated = text(self.cells["report_no"]), self.cells["reported_on"]
        if words.nothing(number) and words.nothing(stated):
            return None
        document = number if not words.nothing(number) else self.made.ask(self.place, "report_without_number")
        on = self._asked_day("report_without_date", stated, None)
        if not document or not on or review is None or review.outcome != "passed":
            return None
        return a.ReportLeave(**self._of, document_no=document, reported_on=on)

    def _decision(self) -> a.ApproveLeave | a.RejectLeave | None:
        authority, number, stated = self.cells["authority"], text(self.cells["decision_no"]), self.cells["decided_on"]
        if all(words.nothing(cell) for cell in (authority, number, stated)):
            return None
        level, granted = words.decision(authority)
        level_said = level or self.made.ask(self.place, "decision_level_unclear", text(authority))
        decision_no = number if not words.nothing(number) else self.made.ask(self.place, "decision_without_number")
        on = self._asked_day("decision_without_date", stated, None)
        if not level_said or not decision_no or not on:
            return None
        given = self._of | {"level": level_said, "decision_no": decision_no, "decided_on": on}
        if granted:
            return a.ApproveLeave.model_validate(given | {"from": self.first, "until": self.last})
        return a.RejectLeave.model_validate(given)

    def _return(self) -> a.ConfirmReturn | None:
        if words.nothing(self.cells["returned_on"]):
            return None
        on = self._asked_day("return_unclear", self.cells["returned_on"], text(self.cells["returned_on"]))
        return a.ConfirmReturn(**self._of, returned_on=on) if on else None

    def remark(self, sheet: Sheet) -> None:
        remark(sheet, self.place, self.made)
        stated = words.number_of_days(self.cells["days"])
        civil = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        working = [self._workday(d) for d in civil] if len(civil) < 1000 else [None]
        if stated is not None and None not in working and stated not in (len(civil), sum(map(bool, working))):
            self.made.warn(self.place, "days_disagree")

    def _period(self) -> tuple[date, date]:
        try:
            if compact(self.cells["period"]):
                raw = text(self.cells["period"])
                first, last = words.period(self.cells["period"], date1904=self._date1904)
            else:
                raw = text(self.cells["from"])
                first, last = self._day("from"), self._day("until")
        except NotADay as refusal:
            raise SentBack(refusal.code, raw) from None
        if last < first:
            raise SentBack("until_before_from", raw)
        return first, last

    def _day(self, field: str) -> date:
        return needed_day(self.cells[field], self._date1904)

    def _asked_day(self, code: str, cell: Cell, raw: str | None) -> date | None:
        """The day that the cell says, else the one that was answered."""
        try:
            return day(cell, date1904=self._date1904)
        except NotADay:
            answer = self.made.ask(self.place, code, raw if raw is not None else text(cell))
            return date.fromisoformat(answer) if answer else None

"""Acts that could be done on the day of the question, each as the facts that it would record (what they lead to is tried in
`explaining.py`). They come from the cadre's own absences, leaves, tasks, grade and duties; of many objects of a kind those
that the present answer rests on go first, then the newest, and those beyond the bound are counted, not hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from contracts.answers import Accountable, Act, ActCode, Answer, NotTried, Supposed
from contracts.assignments import (
    AbsenceCharacterised,
    AbsenceRescinded,
    DutyAssigned,
    DutyEnded,
    DutyProposed,
    LeaveApproved,
    LeaveRejected,
    LeaveRevoked,
    NoticeServed,
    ReturnConfirmed,
    ReturnDeclared,
    TaskOutcomeRecorded,
)
from contracts.compliance import GradeRevised, PerformanceDetermined
from contracts.message import Fact
from services.compliance.law.case import Case
from services.compliance.law.leaves import Leave, is_withdrawn, refusal
from services.compliance.law.superior_appraisal_2023 import BELOW_QUALIFIED
from services.compliance.law.tasks import outcomes_of

MOST_OBJECTS = 12
"""Of a kind: absences, leaves, tasks."""

NEW_DUTY = "new"
WORDS = {
    "excused": ("有正当理由", "excused"),
    "official_business": ("公务", "official business"),
    "awol": ("旷工", "truancy"),
    "completed": ("完成", "completed"),
    "not_attributable": ("非本人原因未完成", "not attributable to the cadre"),
    "not_completed": ("未完成", "not completed"),
    "can": ("能正常履职", "can perform normally"),
    "cannot": ("不能正常履职", "cannot perform normally"),
    "restored": ("恢复正常履职", "performs normally again"),
    "qualified": ("合格", "qualified"),
    "basically_qualified": ("基本合格", "basically qualified"),
}
BY: dict[ActCode, tuple[Accountable, Accountable | None, str]] = {
    "rescind_absence": ("branch", None, "8.2"),
    "characterise_absence": ("branch", "section", "8.2"),
    "decide_leave": ("committee", None, "8.1"),
    "confirm_return": ("branch", None, "8.1"),
    "serve_notice": ("branch", None, "8.1"),
    "record_task_outcome": ("branch", None, "8.2"),
    "determine_performance": ("branch", "section", "7.1"),
    "revise_grade": ("committee", None, "8.2"),
    "assign_duty": ("section", None, "5"),
}
"""Who does it, who countersigns, under which article."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act not done yet. `thing`: what it is about and its id; two acts about the same thing exclude each other."""

    code: ActCode
    thing: tuple[str, str]
    zh: str
    en: str
    facts: tuple[Fact, ...]
    year: int | None = None

    def act(self, times: Sequence[date]) -> Act:
        by, countersigned_by, article = BY[self.code]
        return Act(
            act=self.code,
            object=self.thing[1] or None,
            year=self.year,
            by=by,
            countersigned_by=countersigned_by,
            article=article,
            zh=self.zh + "。",
            en=self.en + ".",
            facts=tuple(Supposed(type=f.type(), time=on, data=f.public()) for f, on in zip(self.facts, times, strict=True)),
        )


@dataclass(frozen=True, slots=True)
class Object:
    """An absence, a leave or a task, with the day and the facts by which its place among others is found."""

    proposals: tuple[Proposal, ...]
    on: date
    evidence: tuple[str, ...]


def proposals(case: Case, answer: Answer) -> tuple[list[Proposal], tuple[NotTried, ...]]:
    """What could be done, the likeliest to matter first; and how many objects were left out."""
    closed = [part for part in (answer.promotion, answer.appraisal) if part.outcome != "eligible"]
    cited = {i for part in closed for reason in part.reasons for i in reason.evidence}
    found = [*_determination(case, answer), *_grade(case), *_duty(case)]
    left_out: Counter[ActCode] = Counter()
    for objects in (_absences(case), _leaves(case), _tasks(case, answer.year)):
        newest = sorted(objects, key=lambda o: (not cited.isdisjoint(o.evidence), o.on), reverse=True)
        found += [p for o in newest[:MOST_OBJECTS] for p in o.proposals]
        for o in newest[MOST_OBJECTS:]:
            left_out.update({p.code for p in o.proposals})
    return found, tuple(NotTried(act=code, left_out=n) for code, n in sorted(left_out.items()))


def _absences(case: Case) -> Iterator[Object]:
    """Standing absences with a day in scope that is, or may be, a working day."""
    for record in case.days.records:
        if record.days.isdisjoint(case.in_scope):
            continue
        own = record.fact
        thing, (zh, en) = ("absence", own.absence_id), _span(own.from_, own.until)
        rescinded = _fact(case, AbsenceRescinded, absence_id=own.absence_id)
        found = [Proposal("rescind_absence", thing, f"撤销{zh}的缺勤记录", f"Rescind the absence of {en}", (rescinded,))]
        for how in ("excused", "official_business", "awol"):
            if how != record.characterised:
                as_zh, as_en = WORDS[how]
                fact = _fact(case, AbsenceCharacterised, absence_id=own.absence_id, as_=how, decided_on=case.as_of)
                words = f"将{zh}的缺勤定性为“{as_zh}”", f"Characterise the absence of {en} as {as_en}"
                found.append(Proposal("characterise_absence", thing, *words, (fact,)))
        yield Object(tuple(found), own.from_, tuple(record.evidence()))


def _leaves(case: Case) -> Iterator[Object]:
    for leave in case.leaves:
        if leave.asked is not None and not is_withdrawn(leave):
            first, last = (date.fromordinal(d) for d in leave.asked)
            if found := (*_decisions(case, leave, first, last), *_return(case, leave, first, last), *_notice(case, leave, first, last)):
                yield Object(found, first, tuple(leave.ids(*leave.facts)))


def _decisions(case: Case, leave: Leave, first: date, last: date) -> Iterator[Proposal]:
    """The committee decides once. An approval grants the whole period asked for; a refusal is served the same day."""
    approval = leave.last(LeaveApproved)
    if leave.event(LeaveRejected) or leave.event(LeaveRevoked) or (approval and approval.level == "committee"):
        return
    thing, (zh, en) = ("decision", leave.id), _span(first, last)
    decision: dict[str, Any] = {"leave_id": leave.id, "level": "committee", "decision_no": "-", "decided_on": case.as_of}
    approved = _fact(case, LeaveApproved, **decision, from_=first, until=last)
    yield Proposal("decide_leave", thing, f"批准{zh}的请假", f"Approve the leave of {en}", (approved,))
    refused = _fact(case, LeaveRejected, **decision), _fact(case, NoticeServed, leave_id=leave.id, served_on=case.as_of)
    words = f"不批准{zh}的请假，并于当日送达", f"Refuse the leave of {en} and serve the notice the same day"
    yield Proposal("decide_leave", thing, *words, refused)


def _return(case: Case, leave: Leave, first: date, last: date) -> Iterator[Proposal]:
    """On the day that the cadre declared, else on the day of the question."""
    if leave.event(ReturnConfirmed) or first >= case.as_of:
        return
    declared = leave.last(ReturnDeclared)
    on, (zh, en) = declared.returned_on if declared else case.as_of, _span(first, last)
    fact = _fact(case, ReturnConfirmed, leave_id=leave.id, returned_on=on)
    words = f"确认{zh}的请假已于{on}返岗销假", f"Confirm the return on {on} from the leave of {en}"
    yield Proposal("confirm_return", ("return", leave.id), *words, (fact,))


def _notice(case: Case, leave: Leave, first: date, last: date) -> Iterator[Proposal]:
    if refusal(leave) is None or leave.event(NoticeServed):
        return
    fact, (zh, en) = _fact(case, NoticeServed, leave_id=leave.id, served_on=case.as_of), _span(first, last)
    words = f"将不批准{zh}请假的决定送达本人", f"Serve the notice that the leave of {en} is refused"
    yield Proposal("serve_notice", ("notice", leave.id), *words, (fact,))


def _tasks(case: Case, year: int) -> Iterator[Object]:
    for task_id, (events, outcome) in outcomes_of(case, year).items():
        found = []
        for how in ("completed", "not_attributable", "not_completed"):
            if how != outcome:
                zh, en = WORDS[how]
                fact = _fact(case, TaskOutcomeRecorded, task_id=task_id, year=year, outcome=how, recorded_on=case.as_of)
                words = f"将{year}年任务{task_id}的结果登记为“{zh}”", f"Record task {task_id} of {year} as {en}"
                found.append(Proposal("record_task_outcome", ("task", task_id), *words, (fact,)))
        yield Object(tuple(found), events[-1].time, tuple(e.id for e in events))


def _determination(case: Case, answer: Answer) -> Iterator[Proposal]:
    if not case.scope.covers(case.dossier.today):
        return
    for result in ("restored" if answer.promotion.outcome == "ineligible" else "can", "cannot"):
        fact, (zh, en) = _fact(case, PerformanceDetermined, result=result, from_=case.as_of), WORDS[result]
        words = f"认定自{case.as_of}起{zh}", f"Determine that from {case.as_of} on the cadre {en}"
        yield Proposal("determine_performance", ("performance", ""), *words, (fact,))


def _grade(case: Case) -> Iterator[Proposal]:
    """Of the year before that of the question, the only one that promotion reads: to the other side of qualified."""
    year = case.as_of.year - 1
    if found := case.dossier.grade(year):
        grade = "qualified" if found[0] in BELOW_QUALIFIED else "basically_qualified"
        fact, (zh, en) = _fact(case, GradeRevised, year=year, grade=grade, revised_on=case.as_of), WORDS[grade]
        words = f"将{year}年度考核等次更正为“{zh}”", f"Revise the grade of {year} to {en}"
        yield Proposal("revise_grade", ("grade", ""), *words, (fact,), year)


def _duty(case: Case) -> Iterator[Proposal]:
    """From the day of the question on, where none is in force: what was proposed last, else any."""
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    assigned = {d.duty_id: d for _, d in case.dossier.of(DutyAssigned)}
    running = any(d.from_ <= case.as_of <= min(d.until or date.max, ended.get(i, date.max)) for i, d in assigned.items())
    if running or not case.scope.covers(case.dossier.today):
        return
    offered = [p for _, p in case.dossier.of(DutyProposed) if p.duty_id not in assigned]
    what = {"duty_id": NEW_DUTY, "category": "other_central_work", "host_unit_id": case.dossier.unit_on(case.as_of)}
    if offered:
        what = {"duty_id": offered[-1].duty_id, "category": offered[-1].category, "host_unit_id": offered[-1].host_unit_id}
    fact = _fact(case, DutyAssigned, **what, from_=case.as_of)
    thing = ("duty", what["duty_id"] if offered else "")
    yield Proposal("assign_duty", thing, f"自{case.as_of}起安排工作", f"Assign a duty from {case.as_of} on", (fact,))


def _fact(case: Case, kind: type[Fact], **data: object) -> Fact:
    return kind.model_validate({"cadre_id": case.dossier.cadre.id, **data})


def _span(first: date, last: date) -> tuple[str, str]:
    return (f"{first}", f"{first}") if first == last else (f"{first}至{last}", f"{first} to {last}")

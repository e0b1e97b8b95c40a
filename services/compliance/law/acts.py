"""Acts that could be done on the day of the question, each as the facts that it would record (what they lead to is tried in
`explaining.py`). They come from the cadre's own absences, leaves, tasks, grade and duties; of many objects of a kind those
that the present answer rests on go first, then the newest, and those beyond the bound are counted, not hidden."""

from __future__ import annotations

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
from contracts.labels import label
from contracts.message import Fact
from services.compliance.law.case import Case
from services.compliance.law.leaves import Leave, is_withdrawn, refusal
from services.compliance.law.superior_appraisal_2023 import BELOW_QUALIFIED
from services.compliance.law.tasks import outcomes_of

MOST_OBJECTS = 12
"""Of a kind: absences, leaves, tasks."""

NEW_DUTY = "new"
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
    """An act not done yet. Two proposals about the same `thing` exclude each other."""

    code: ActCode
    thing: tuple[str, str]
    zh: str
    en: str
    facts: tuple[Fact, ...]
    object: str | None = None
    year: int | None = None

    def act(self, times: Sequence[date]) -> Act:
        by, countersigned_by, article = BY[self.code]
        given = zip(self.facts, times, strict=True)
        return Act(
            act=self.code,
            object=self.object,
            year=self.year,
            by=by,
            countersigned_by=countersigned_by,
            article=article,
            zh=self.zh + "。",
            en=self.en + ".",
            facts=tuple(Supposed(type=f.type(), time=on, data=f.public()) for f, on in given),
        )


@dataclass(frozen=True, slots=True)
class Object:
    """An absence, a leave or a task, with the day and the facts by which its place among others is found."""

    proposals: tuple[Proposal, ...]
    on: date
    evidence: tuple[str, ...]


def proposals(case: Case, answer: Answer) -> tuple[list[Proposal], tuple[NotTried, ...]]:
    """What could be done, the likeliest to matter first; and how many objects were left out."""
    cited = {i for part in (answer.promotion, answer.appraisal) for reason in part.reasons for i in reason.evidence}
    found = [*_determination(case, answer), *_grade(case), *_duty(case)]
    left_out: list[NotTried] = []
    for codes, objects in (
        (("rescind_absence", "characterise_absence"), _absences(case)),
        (("decide_leave", "confirm_return", "serve_notice"), _leaves(case)),
        (("record_task_outcome",), _tasks(case, answer.year)),
    ):
        newest = sorted(objects, key=lambda o: (not cited.isdisjoint(o.evidence), o.on), reverse=True)
        found += [p for o in newest[:MOST_OBJECTS] for p in o.proposals]
        if more := newest[MOST_OBJECTS:]:
            counted = {code: sum(any(p.code == code for p in o.proposals) for o in more) for code in codes}
            left_out += [NotTried(act=code, left_out=n) for code, n in counted.items() if n]  # type: ignore[arg-type]
    return found, tuple(left_out)


def _absences(case: Case) -> Iterator[Object]:
    """Standing absences with a day in scope that is, or may be, a working day."""
    for record in case.days.records:
        if record.days.isdisjoint(case.in_scope):
            continue
        own = record.fact
        about: dict[str, Any] = {"absence_id": own.absence_id, "cadre_id": own.cadre_id}
        span, span_en = _span(own.from_, own.until)
        rescinded = _of(
            "rescind_absence", own.absence_id, f"撤销{span}的缺勤记录", f"Rescind the absence of {span_en}", AbsenceRescinded(**about)
        )
        found = [rescinded]
        for how in ("excused", "official_business", "awol"):
            if how != record.characterised:
                zh, en = label(how, "zh", "as"), label(how, "en", "as").lower()
                fact = AbsenceCharacterised(**about, as_=how, decided_on=case.as_of)  # type: ignore[arg-type]
                found.append(
                    _of(
                        "characterise_absence",
                        own.absence_id,
                        f"将{span}的缺勤定性为“{zh}”",
                        f"Characterise the absence of {span_en} as {en}",
                        fact,
                    )
                )
        yield Object(tuple(found), own.from_, tuple(record.evidence()))


def _leaves(case: Case) -> Iterator[Object]:
    for leave in case.leaves:
        if leave.asked is not None and not is_withdrawn(leave):
            found = (*_decisions(case, leave), *_return(case, leave), *_notice(case, leave))
            if found:
                yield Object(found, date.fromordinal(leave.asked[0]), tuple(leave.ids(*leave.facts)))


def _decisions(case: Case, leave: Leave) -> Iterator[Proposal]:
    """The committee decides once. An approval grants the whole period asked for; a refusal is served the same day."""
    approval = leave.last(LeaveApproved)
    if leave.asked is None or leave.event(LeaveRejected) or leave.event(LeaveRevoked) or (approval and approval.level == "committee"):
        return
    first, last = (date.fromordinal(d) for d in leave.asked)
    about: dict[str, Any] = {"leave_id": leave.id, "cadre_id": case.dossier.cadre.id}
    decision: dict[str, Any] = about | {"level": "committee", "decision_no": "-", "decided_on": case.as_of}
    span, span_en = _span(first, last)
    approved = LeaveApproved(**decision, from_=first, until=last)
    yield _of("decide_leave", leave.id, f"批准{span}的请假", f"Approve the leave of {span_en}", approved)
    served = NoticeServed(**about, served_on=case.as_of)
    yield _of(
        "decide_leave", leave.id, f"不批准{span}的请假，并于当日送达", f"Refuse the leave of {span_en} and serve the notice the same day",
        LeaveRejected(**decision), served,
    )  # fmt: skip


def _return(case: Case, leave: Leave) -> Iterator[Proposal]:
    """On the day that the cadre declared, else on the day of the question."""
    if leave.event(ReturnConfirmed) or leave.asked is None or leave.asked[0] >= case.dossier.today:
        return
    declared = leave.last(ReturnDeclared)
    on = declared.returned_on if declared else case.as_of
    fact = ReturnConfirmed(leave_id=leave.id, cadre_id=case.dossier.cadre.id, returned_on=on)
    span, span_en = _span(*(date.fromordinal(d) for d in leave.asked))
    yield _of(
        "confirm_return", leave.id, f"确认{span}的请假已于{on}返岗销假", f"Confirm the return on {on} from the leave of {span_en}", fact
    )


def _notice(case: Case, leave: Leave) -> Iterator[Proposal]:
    if refusal(leave) is None or leave.event(NoticeServed) or leave.asked is None:
        return
    fact = NoticeServed(leave_id=leave.id, cadre_id=case.dossier.cadre.id, served_on=case.as_of)
    span, span_en = _span(*(date.fromordinal(d) for d in leave.asked))
    yield _of("serve_notice", leave.id, f"送达不批准{span}请假的决定", f"Serve the notice that the leave of {span_en} is refused", fact)


def _tasks(case: Case, year: int) -> Iterator[Object]:
    for task_id, (events, outcome) in outcomes_of(case, year).items():
        about: dict[str, Any] = {"task_id": task_id, "cadre_id": case.dossier.cadre.id, "year": year, "recorded_on": case.as_of}
        found = []
        for how in ("completed", "not_attributable", "not_completed"):
            if how != outcome:
                zh, en = label(how, "zh", "outcome"), label(how, "en", "outcome").lower()
                fact = TaskOutcomeRecorded(**about, outcome=how)  # type: ignore[arg-type]
                found.append(
                    _of(
                        "record_task_outcome",
                        task_id,
                        f"将{year}年任务{task_id}的结果登记为“{zh}”",
                        f"Record task {task_id} of {year} as {en}",
                        fact,
                    )
                )
        yield Object(tuple(found), events[-1].time, tuple(e.id for e in events))


def _determination(case: Case, answer: Answer) -> Iterator[Proposal]:
    if not case.scope.covers(case.dossier.today):
        return
    barred = answer.promotion.outcome == "ineligible"
    for result in ("restored" if barred else "can", "cannot"):
        fact = PerformanceDetermined(cadre_id=case.dossier.cadre.id, result=result, from_=case.as_of)  # type: ignore[arg-type]
        zh, en = label(result, "zh", "result"), label(result, "en", "result").lower()
        yield Proposal(
            "determine_performance",
            ("performance", ""),
            f"认定自{case.as_of}起{zh}",
            f"Determine that from {case.as_of} the cadre {en}",
            (fact,),
        )


def _grade(case: Case) -> Iterator[Proposal]:
    """Of the year before that of the question, the only one that promotion reads: to the other side of qualified."""
    year = case.as_of.year - 1
    if found := case.dossier.grade(year):
        grade = "qualified" if found[0] in BELOW_QUALIFIED else "basically_qualified"
        fact = GradeRevised(cadre_id=case.dossier.cadre.id, year=year, grade=grade, revised_on=case.as_of)  # type: ignore[arg-type]
        zh, en = label(grade, "zh", "grade"), label(grade, "en", "grade").lower()
        yield Proposal(
            "revise_grade",
            ("grade", str(year)),
            f"将{year}年度考核等次更正为“{zh}”",
            f"Revise the grade of {year} to {en}",
            (fact,),
            year=year,
        )


def _duty(case: Case) -> Iterator[Proposal]:
    """From the day of the question on, where none is in force: what was proposed last, else any."""
    if not case.scope.covers(case.dossier.today):
        return
    ended = {x.duty_id: x.ended_on for _, x in case.dossier.of(DutyEnded)}
    assigned = {d.duty_id: d for _, d in case.dossier.of(DutyAssigned)}
    if any(d.from_ <= case.as_of <= min(d.until or date.max, ended.get(i, date.max)) for i, d in assigned.items()):
        return
    proposed = [p for _, p in case.dossier.of(DutyProposed) if p.duty_id not in assigned]
    what = proposed[-1] if proposed else None
    duty_id, category = (what.duty_id, what.category) if what else (NEW_DUTY, "other_central_work")
    host = what.host_unit_id if what else case.dossier.unit_on(case.as_of)
    fact = DutyAssigned(
        duty_id=duty_id, cadre_id=case.dossier.cadre.id, category=category, host_unit_id=host, from_=case.as_of  # type: ignore[arg-type]
    )  # fmt: skip
    yield Proposal(
        "assign_duty", ("duty", ""), f"自{case.as_of}起安排工作", f"Assign a duty from {case.as_of} on", (fact,), what and what.duty_id
    )


def _of(code: ActCode, object_: str, zh: str, en: str, *facts: Fact) -> Proposal:
    kind = "absence" if code in ("rescind_absence", "characterise_absence") else code
    return Proposal(code, (kind, object_), zh, en, facts, object_)


def _span(first: date, last: date) -> tuple[str, str]:
    return (f"{first}", f"{first}") if first == last else (f"{first}至{last}", f"{first} to {last}")

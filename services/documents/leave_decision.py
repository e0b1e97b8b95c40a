"""请假审批决定: a decision about a leave as it was made: what was asked for, by which steps, what was decided, on which ground, and
what can be done against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from contracts.assignments import LeaveApproved, LeaveRejected, LeaveRequested
from contracts.labels import Language, label
from contracts.message import Event
from services.assignments.leave import Leave
from services.compliance.law.numbers import in_force
from services.documents.letterhead import Letterhead
from services.documents.paper import Block, Numbered, Paper, Text
from services.documents.words import IN_FULL, MEASURES, article, day, name_of, period, said
from services.kernel.past import Past

Data = Mapping[str, Any]
Decision = LeaveApproved | LeaveRejected
PROTECTED = ("maternity", "work_injury")


class Undecided(Exception):
    """There is nothing to print: no such leave of this cadre, or nobody has decided about it yet."""


def leave_decision(
    leave_id: str, cadre: Data, units: Mapping[str, str], facts: Sequence[Event], house: Letterhead, lang: Language = "zh"
) -> Paper:
    """Of the last decision: the committee's where there is one. Raises Undecided."""
    leave = Leave.of(Past(facts), leave_id)
    if leave is None or leave.decision is None:
        raise Undecided(leave_id)
    decision, name = leave.decision, name_of(cadre)
    unit = units.get(cadre["unit_id"], cadre["unit_id"])
    branch = said(lang, f"{unit}党（总）支部", f"Party branch of {unit}")
    approved = isinstance(decision, LeaveApproved)
    headings = Numbered(lang)
    body: list[Block] = [*_asked(leave, name, branch, lang)]
    body += [headings.first(said(lang, "决定", "Decision")), _decided(leave, decision, name, lang)]
    body += [headings.first(said(lang, "有关事项", "What follows")), *_follows(leave, decision, branch, lang)]
    body += [headings.first(said(lang, "救济途径", "Remedies")), *_remedies(decision.decided_on, lang)]
    title = said(
        lang,
        f"关于{'批准' if approved else '不予批准'}{name}同志请假的决定",
        f"Decision: leave of {name} {'approved' if approved else 'not approved'}",
    )
    by = house.committee if decision.level == "committee" else branch
    return Paper(
        f"{said(lang, '请假审批决定', 'leave-decision')}_{leave_id}_{decision.decided_on}", title,
        said(lang, f"{branch}，{name}同志：", f"To the {branch}, and to {name}:"), body, by, decision.decided_on, lang, by, decision.decision_no,
    )  # fmt: skip


def _asked(leave: Leave, name: str, branch: str, lang: Language) -> Iterator[Block]:
    """The steps that are on record; of those that are not it is said that they are not."""
    if (request := leave.requested) is None:
        yield Text(said(lang, f"台账中没有{name}同志的请假申请。", f"There is no application of {name} on record."))
    else:
        yield Text(_request(request, name, branch, lang))
    said_so = []
    if (review := leave.reviewed) is not None:
        on, outcome = day(lang, review.reviewed_on), label(review.outcome, lang, "outcome")
        said_so.append(said(lang, f"{branch}于{on}作出审核意见：{outcome}", f"reviewed by the unit on {on}: {outcome}"))
    if (report := leave.reported) is not None:
        on = day(lang, report.reported_on)
        said_so.append(said(lang, f"于{on}书面报告（{report.document_no}）", f"reported in writing on {on} ({report.document_no})"))
    if said_so:
        yield Text(said(lang, f"{'，'.join(said_so)}。", f"The application was {', '.join(said_so)}."))
    lacking = [
        word
        for step, word in ((leave.reviewed, ("单位审核", "review by the unit")), (leave.reported, ("书面报告", "written report")))
        if step is None
    ]
    if lacking and leave.decision and leave.decision.level == "committee":
        zh, en = "、".join(w for w, _ in lacking), ", ".join(w for _, w in lacking)
        yield Text(said(lang, f"作出决定时，台账中没有{zh}的记录。", f"Not on record when it was decided: {en}."))


def _request(request: LeaveRequested, name: str, branch: str, lang: Language) -> str:
    why, asked = label(request.reason_class, lang, "reason_class"), period(lang, request.from_, request.until)
    by_proxy = said(lang, "（由他人代为申请）", " (by proxy)") if request.applicant == "proxy" else ""
    form = said(lang, "书面" if request.written else "", "in writing" if request.written else "orally")
    evidence = len(request.evidence)
    zh_evidence = f"并附证明材料{evidence}份" if evidence else "未附证明材料"
    return said(
        lang,
        f"{name}同志于{day(lang, request.requested_on)}向{branch}{form}申请请假{by_proxy}，类别为{why}，期间为{asked}，{zh_evidence}。",
        f"On {day(lang, request.requested_on)} {name} applied {form} to the {branch}{by_proxy} for leave ({why.lower()}), {asked}, "
        f"with {evidence or 'no'} piece(s) of evidence.",
    )


def _decided(leave: Leave, decision: Decision, name: str, lang: Language) -> Text:
    ground = article(lang, "8.1").replace(MEASURES[0], IN_FULL)
    if isinstance(decision, LeaveApproved):
        days = (decision.until - decision.from_).days + 1
        span = period(lang, decision.from_, decision.until)
        zh = f"根据{ground}，经研究，批准{name}同志请假，期间为{span}，共{days}天（含休息日）。"
        return Text(said(lang, zh, f"Under {ground}, leave of {name} is approved: {span}, {days} days, days of rest included."))
    span = period(lang, leave.requested.from_, leave.requested.until) if leave.requested else ""
    zh = f"根据{ground}，经研究，对{name}同志{span}的请假申请不予批准。"
    return Text(said(lang, zh, f"Under {ground}, the application of {name} for leave, {span}, is not approved."))


def _follows(leave: Leave, decision: Decision, branch: str, lang: Language) -> Iterator[Block]:
    if isinstance(decision, LeaveRejected):
        zh = f"由{branch}送达本人。本人应当按时到岗；送达后仍未到岗又无其他批准的，按缺勤记录（{article(lang, '8.2')}）。"
        en = f"The {branch} serves this decision. Days without attendance after service, and without other leave, are absence ({article(lang, '8.2')})."
        yield Text(said(lang, zh, en))
        return
    zh = f"请假期满应当返岗，由{branch}确认销假；需要续假的，应当在期满前提出。"
    en = f"At its end the cadre returns and the {branch} confirms it; an extension is asked for before the end."
    yield Text(said(lang, zh, en))
    if decision.level == "committee" and not (leave.requested and leave.requested.reason_class in PROTECTED):
        zh = f"请假期间至确认返岗前，按不能正常履职掌握，暂不晋升岗位等级（{article(lang, '7.1')}）；经批准的请假不计为缺勤。"
        en = f"Until the return is confirmed promotion is barred ({article(lang, '7.1')}); approved leave is no absence."
        yield Text(said(lang, zh, en))
    if (more := leave.extended) is not None:
        zh, en = (
            f"该请假已续至{day(lang, more.until)}（{more.decision_no}）。",
            f"It was extended to {day(lang, more.until)} ({more.decision_no}).",
        )
        yield Text(said(lang, zh, en))
    if (revoked := leave.revoked) is not None:
        zh = f"对该请假的批准已自{day(lang, revoked.revoked_from)}起撤销（{revoked.decision_no}）。"
        yield Text(said(lang, zh, f"The approval was revoked from {day(lang, revoked.revoked_from)} ({revoked.decision_no})."))


def _remedies(on: date, lang: Language) -> Iterator[Block]:
    """The deadlines of the superior rule as they are built in on the day of the decision."""
    review, appeal = in_force("review.apply_days", on), in_force("appeal.apply_days", on)
    if review is None or appeal is None:
        raise Undecided("the Measures were not in force")
    where = review.source.partition(" · ")[0 if lang == "zh" else 2]
    zh = (
        f"对本决定不服的，可以自收到本决定之日起{review.value}日内向作出决定的机关申请复核；对复核决定不服的，可以自收到复核决定之日起"
        f"{appeal.value}日内提出申诉（依据：{where}）。复核、申诉期间不停止本决定的执行，也不因此加重处理。"
    )
    en = (
        f"Within {review.value} days of receiving it, a review may be asked for from whoever decided; within {appeal.value} days of receiving "
        f"that decision, an appeal may be filed ({where}). Neither suspends the decision, and neither makes it worse."
    )
    yield Text(said(lang, zh, en))

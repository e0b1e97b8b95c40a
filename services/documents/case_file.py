"""个人台账: everything about one cadre that the reader may see, a sheet for each side of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from contracts.compliance import ExitTalkHeld, ThoughtExchangeHeld, TrainingAttended, UnitTalkHeld
from contracts.labels import Language, label
from contracts.message import Event
from contracts.registry import CadreExited, ExitCorrected
from services.documents.scorecard import finding_row
from services.documents.table import Book, Cell, Column, Sheet
from services.documents.told import told
from services.documents.words import article, day, known, name_of, said, several
from services.kernel.past import Past

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """`facts` as compliance gives them; the lists as registry and assignments do; `units`: id → name. What began, or takes effect,
    after the day of the answer is left out; what is listed is listed in its present state."""

    cadre: Data
    units: Mapping[str, str]
    duties: Sequence[Data]
    tasks: Sequence[Data]
    leaves: Sequence[Data]
    absences: Sequence[Data]
    facts: Sequence[Event]
    answer: Data

    def unit(self, unit_id: str | None) -> str:
        return self.units.get(unit_id, unit_id) if unit_id else ""


def case_file(case: Case, lang: Language = "zh") -> Book:
    name, as_of = name_of(case.cadre), case.answer["as_of"]
    title = said(lang, f"{name}个人台账", f"Case file of {name}")
    of = f"（{case.cadre['cadre_id']}）" if lang == "zh" else f" ({case.cadre['cadre_id']})"
    about = (said(lang, f"姓名：{name}{of}　　单位：{case.unit(case.cadre['unit_id'])}　　截至：{day(lang, as_of)}",
                  f"Name: {name}{of}    Unit: {case.unit(case.cadre['unit_id'])}    As of: {day(lang, as_of)}"),)  # fmt: skip
    case = until(case, as_of)
    past = Past(case.facts)
    made = (
        _identity(case, past, lang),
        _duties(case, lang),
        _leaves(case, lang),
        _absences(case, lang),
        _talks(case, past, lang),
        _answers(case, lang),
        _findings(case, lang),
        _timeline(case, past, lang),
    )
    sheets = [Sheet(word, f"{title} · {word}", columns, rows, about, notes) for word, columns, rows, notes in made]
    return Book(f"{said(lang, '个人台账', 'case')}_{case.cadre['cadre_id']}_{as_of}", sheets, title)


def until(case: Case, day_: str) -> Case:
    duties, tasks, leaves, absences = (
        [x for x in found if (x.get("from") or day_) <= day_] for found in (case.duties, case.tasks, case.leaves, case.absences)
    )
    facts = [e for e in case.facts if e.time.isoformat() <= day_]
    return replace(case, duties=duties, tasks=tasks, leaves=leaves, absences=absences, facts=facts)


def _present(lang: Language) -> tuple[str, ...]:
    return (said(lang, "状态为制表时的状态。", "States are those of the day on which this was made."),)


Part = tuple[str, list[Column], list[list[Cell]], tuple[str, ...]]


def _identity(case: Case, past: Past, lang: Language) -> Part:
    c, a = case.cadre, case.answer
    exited = past.last(CadreExited, cadre_id=c["cadre_id"])
    corrected = past.last(ExitCorrected, cadre_id=c["cadre_id"])
    reason = (corrected.reason if corrected and corrected.reason else None) or (exited.reason if exited else None)
    rows: list[list[Cell]] = [
        [said(lang, "姓名", "Name"), name_of(c)],
        [said(lang, "编号", "Id"), c["cadre_id"]],
        [said(lang, "所在单位", "Unit"), case.unit(c["unit_id"])],
        [said(lang, "管理主体", "Managed by"), known(lang, c.get("managed_by"), "managed_by")],
        [said(lang, "岗位类别", "Category"), known(lang, c.get("category"), "category")],
        [said(lang, "岗位等级", "Post grade"), c.get("post_grade")],
        [said(lang, "状态", "State"), known(lang, c["state"], "cadre_state")],
        [said(lang, "原任职务", "Former post"), c.get("post") or ""],
        [said(lang, "退出领导岗位日期", "Left the post on"), _on(c.get("exited_on"))],
        [said(lang, "退出原因", "Reason"), known(lang, reason, "reason")],
        [said(lang, "退出决定文号", "Decision no."), c.get("decision_no") or ""],
        [said(lang, "晋升", "Promotion"), known(lang, a["promotion"]["outcome"], "outcome")],
        [said(lang, f"{a['year']}年度考核", f"Appraisal of {a['year']}"), known(lang, a["appraisal"]["outcome"], "outcome")],
    ]
    counts = a["counts"]
    rows += [
        [said(lang, f"{a['year']}年未经批准缺勤（工作日）", "Absent without leave, working days"), counts["unexcused_workdays"]],
        [said(lang, f"{a['year']}年请假（工作日）", "On leave, working days"), counts["leave_workdays"]],
        [said(lang, f"{a['year']}年待定（工作日）", "Not settled, working days"), counts["pending_workdays"]],
    ]
    return said(lang, "基本情况", "Person"), [Column(said(lang, "项目", "What"), 36), Column(said(lang, "内容", "Is"), 60)], rows, ()


def _duties(case: Case, lang: Language) -> Part:
    columns = [
        Column(said(lang, "种类", "Kind"), 10, "short"), Column(said(lang, "编号", "Id"), 24, "fine"), Column(said(lang, "内容", "What"), 24),
        Column(said(lang, "服务单位", "Host unit"), 26), Column(said(lang, "起始", "From"), 12, "day"), Column(said(lang, "截止", "Until"), 12, "day"),
        Column(said(lang, "状态", "State"), 18, "short"),
    ]  # fmt: skip
    duty, task = said(lang, "工作安排", "Duty"), said(lang, "任务", "Task")
    rows: list[list[Cell]] = [
        [duty, d["duty_id"], known(lang, d["category"], "category"), case.unit(d["unit_id"]), _on(d["from"]), _on(d["until"]),
         known(lang, d["state"], "duty_state")]
        for d in case.duties
    ]  # fmt: skip
    for t in case.tasks:
        state = known(lang, t["state"], "task_state" if t["state"] == "open" else "outcome")
        year = said(lang, f"{t['year']}年度任务", f"Task of {t['year']}")
        rows.append([task, t["task_id"], year, case.unit(t["unit_id"]), None, _on(t["due_on"]), state])
    return said(lang, "工作安排", "Duties"), columns, rows, _present(lang)


def _leaves(case: Case, lang: Language) -> Part:
    columns = [
        Column(said(lang, "编号", "Id"), 24, "fine"), Column(said(lang, "起始", "From"), 12, "day"), Column(said(lang, "截止", "Until"), 12, "day"),
        Column(said(lang, "状态", "State"), 18, "short"), Column(said(lang, "批准层级", "Level"), 14, "short"),
        Column(said(lang, "决定文号", "Decision no."), 28), Column(said(lang, "返岗日期", "Returned on"), 12, "day"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [x["leave_id"], _on(x["from"]), _on(x["until"]), known(lang, x["state"], "leave_state"), known(lang, x["level"], "level"),
         x.get("decision_no") or "", _on(x["returned_on"])]
        for x in case.leaves
    ]  # fmt: skip
    return said(lang, "请假", "Leave"), columns, rows, _present(lang)


def _absences(case: Case, lang: Language) -> Part:
    columns = [
        Column(said(lang, "编号", "Id"), 24, "fine"), Column(said(lang, "记录单位", "Recorded by"), 26), Column(said(lang, "起始", "From"), 12, "day"),
        Column(said(lang, "截止", "Until"), 12, "day"), Column(said(lang, "每日比例", "Of each day"), 10, "short"),
        Column(said(lang, "状态", "State"), 12, "short"), Column(said(lang, "更正掉的日期", "Days removed"), 40),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [x["absence_id"], case.unit(x["unit_id"]), _on(x["from"]), _on(x["until"]), x.get("fraction"),
         known(lang, x["state"], "absence_state"), several(lang, [f"{p['from']}—{p['until']}" for p in x["removed"]])]
        for x in case.absences
    ]  # fmt: skip
    return said(lang, "缺勤", "Absence"), columns, rows, _present(lang)


def _talks(case: Case, past: Past, lang: Language) -> Part:
    columns = [
        Column(said(lang, "日期", "Day"), 12, "day"), Column(said(lang, "事项", "What"), 24), Column(said(lang, "谈话人、类别", "By, kind"), 26),
        Column(said(lang, "单位", "Unit"), 26), Column(said(lang, "学时", "Hours"), 8, "number"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for fact in past.any_of(ExitTalkHeld, UnitTalkHeld, ThoughtExchangeHeld, TrainingAttended):
        what, data = label(fact.event_name(), lang), fact.public()
        by = known(lang, data.get("by_office"), "office") or known(lang, data.get("kind"), "kind")
        rows.append([_on(data.get("held_on") or data.get("attended_on")), what, by, case.unit(data.get("unit_id")), data.get("hours")])
    return said(lang, "谈话学习", "Talks and training"), columns, sorted(rows, key=lambda r: str(r[0])), ()


def _answers(case: Case, lang: Language) -> Part:
    columns = [
        Column(said(lang, "结论", "Answer"), 22), Column(said(lang, "理由", "Reason"), 24), Column(said(lang, "依据", "Article"), 30),
        Column(said(lang, "说明", "In words"), 60), Column(said(lang, "应由谁办理", "Owed by"), 22), Column(said(lang, "依据的事实", "Facts"), 36, "fine"),
    ]  # fmt: skip
    a, rows = case.answer, list[list[Cell]]()
    parts = (
        ("promotion", said(lang, "晋升", "Promotion")),
        ("appraisal", said(lang, f"{a['year']}年度考核", f"Appraisal of {a['year']}")),
    )
    for part, word in parts:
        outcome = f"{word}{said(lang, '：', ': ')}{known(lang, a[part]['outcome'], 'outcome')}"
        for reason in a[part]["reasons"]:
            rows.append([
                outcome, label(reason["code"], lang, f"{part}_reason"), article(lang, reason["article"]), reason[lang],
                known(lang, reason.get("owed_by"), "accountable"), "\n".join(reason["evidence"]),
            ])  # fmt: skip
    grades = several(lang, [label(g, lang, "grade") for g in a["appraisal"]["allowed_grades"]])
    note = said(
        lang, f"可评等次：{grades or '—'}。结论供研究参考，由组织决定。", f"Grades that stand open: {grades or '—'}. People decide."
    )
    return said(lang, "结论", "Answers"), columns, rows, (note,)


def _findings(case: Case, lang: Language) -> Part:
    columns = [
        Column(said(lang, "序号", "No."), 6, "short"), Column(said(lang, "所涉对象", "About"), 16), Column(said(lang, "事项", "Finding"), 24),
        Column(said(lang, "依据", "Article"), 30), Column(said(lang, "责任主体", "Accountable"), 24), Column(said(lang, "期限", "Due on"), 12, "day"),
        Column(said(lang, "依据的事实", "Facts"), 36, "fine"),
    ]  # fmt: skip
    rows = [finding_row(n, f, name_of(case.cadre), lang) for n, f in enumerate(case.answer["findings"], 1)]
    return said(lang, "事项", "Findings"), columns, rows, ()


def _timeline(case: Case, past: Past, lang: Language) -> Part:
    columns = [
        Column(said(lang, "起效日期", "Effective"), 12, "day"), Column(said(lang, "事项", "What"), 24), Column(said(lang, "内容", "In words"), 56),
        Column(said(lang, "文号", "Document no."), 22, "fine"), Column(said(lang, "记录日期", "Recorded"), 12, "day"), Column(said(lang, "编号", "Event"), 32, "fine"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for event in sorted(case.facts, key=lambda e: (e.time, e.recordedtime)):
        what = label(event.data.event_name(), lang) + (said(lang, "（已撤回）", " (retracted)") if event.id in past.retracted else "")
        words = told(event.data.public(), event.data.event_name(), case.units, lang)
        rows.append([event.time, what, words, number_of(event), date.fromisoformat(event.recordedtime[:10]), event.id])
    return said(lang, "时间线", "Timeline"), columns, rows, ()


def number_of(event: Event) -> str:
    """The paper: the decision that the fact names, else the document under which it was entered."""
    data = event.data.public()
    return str(data.get("decision_no") or data.get("document_no") or event.documentno or "")


def _on(iso: str | date | None) -> date | None:
    return date.fromisoformat(iso) if isinstance(iso, str) else iso


def events(lines: Iterable[Data]) -> list[Event]:
    return [Event.of(line) for line in lines]

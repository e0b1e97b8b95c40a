"""One cadre's answer for people, from top to bottom: what follows, why, by which facts and numbers, what is missing and who owes it,
and, where it was asked for, what would change it. Chinese and English beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.labels import label

PARTS = (("promotion", "晋升", "promotion"), ("appraisal", "年度专业技术考核", "yearly technical appraisal"))
EFFECTS = {"better": ("有利", "better"), "mixed": ("有利有弊", "better and worse"), "worse": ("不利", "worse")}
COUNTS = {
    "unexcused_workdays": ("未经批准缺勤", "without leave"),
    "longest_unexcused_run": ("最长连续", "longest run"),
    "pending_workdays": ("待定", "pending"),
    "leave_workdays": ("请假", "on leave"),
    "year_workdays": ("全年", "in the year"),
}
CHOSEN = "chosen"
"""The source of such a number already says that it is not in the Measures."""


def in_full(answer: Mapping[str, Any], facts: Mapping[str, str] | None = None) -> Iterator[str]:
    """Lines of text. `facts`: what is known of an event beside its id."""
    known = answer["known_at"][:19].replace("T", " ")
    yield f"干部 cadre {answer['cadre_id']} · 截至 as of {answer['as_of']} · 按此时所知 known at {known} UTC · 年度 year {answer['year']}"
    if (since := answer.get("uncertain_since")) is not None:
        yield f"未能处理全部事实，结论可能不全 · since position {since} not every fact could be processed"
    for part, zh, en in PARTS:
        yield ""
        yield from _part(answer[part], part, zh, en, facts or {})
    yield ""
    counts = "，".join(f"{COUNTS[k][0]} {COUNTS[k][1]} {v:g}" for k, v in answer["counts"].items() if v is not None)
    yield f"工作日 working days：{counts}"
    yield from _findings(answer["findings"])
    if changes := answer.get("would_change"):
        yield ""
        yield from _changes(changes)
    yield ""
    inputs = "，".join(f"{s} {n}" for s, n in answer["inputs"].items())
    yield f"依据 made from：政策 policy {'、'.join(answer['policy'])} · 日历 calendar {'、'.join(answer['calendars']) or '—'} · 位置 positions {inputs or '—'}"


def _part(part: Mapping[str, Any], name: str, zh: str, en: str, facts: Mapping[str, str]) -> Iterator[str]:
    yield f"【{zh} {en}】{both(part['outcome'], 'outcome')}"
    if grades := part.get("allowed_grades"):
        yield "  可评等次 allowed grades：" + "、".join(both(g, "grade") for g in grades)
    if part.get("under_review"):
        yield "  等次正在复核或申诉 · the grade is under review"
    for reason in part["reasons"]:
        yield from _reason(reason, name, facts)
    if readings := part.get("readings"):
        force = next((p["value"] for r in part["reasons"] for p in r["parameters"] if p["name"] == "art8.reading"), None)
        shown = "；".join(f"{r}{'（现行 in force）' if r == force else ''} {both(o, 'outcome')}" for r, o in readings.items())
        differ = "  ← 各种理解结论不一 the readings disagree" if part.get("reading_sensitive") else ""
        yield f"  第 8 条的四种理解 readings：{shown}{differ}"
    by_itself = part.get("next_change_on")
    yield f"  若无新事实，最早变化之日 first change by itself：{by_itself or '无 none'}"


def _reason(reason: Mapping[str, Any], part: str, facts: Mapping[str, str]) -> Iterator[str]:
    yield f"  · {article(reason['article'])}  {both(reason['code'], f'{part}_reason')}  [{reason['code']}]"
    yield f"    {reason['zh']}"
    yield f"    {reason['en']}"
    if reason.get("owed_by"):
        yield f"    待办 owed by：{both(reason['owed_by'], 'accountable')}"
    for n, event in enumerate(reason["evidence"]):
        yield f"    {'事实 facts     ' if n == 0 else '               '} {event}{'  ' + facts[event] if event in facts else ''}"
    for n, parameter in enumerate(reason["parameters"]):
        yield f"    {'参数 parameters' if n == 0 else '               '} {parameter['name']} = {_value(parameter['value'])}"
        yield f"                      {parameter['policy']}：{parameter['source']}{_mark(parameter)}"


def article(number: str) -> str:
    """An article of the Measures, or a superior rule by its name."""
    zh, en = label(number, "zh", "article"), label(number, "en", "article")
    return f"第 {number} 条 Art. {number}" if zh == number else f"{zh} {en}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mark(parameter: Mapping[str, Any]) -> str:
    mark = parameter.get("mark")
    return f" 〔{label(mark, 'zh', 'mark')} · {label(mark, 'en', 'mark')}〕" if mark and mark != CHOSEN else ""


def _findings(findings: list[Mapping[str, Any]]) -> Iterator[str]:
    yield f"事项 findings：{len(findings) or '无 none'}"
    for finding in findings:
        due = f"，到期 due {finding['due_on']}" if finding.get("due_on") else ""
        one = finding.get("office") in ("party", "administrative")
        owed = both(finding["office"], "office") if one else both(finding["accountable"], "accountable")
        yield f"  ! {article(finding['article'])}  {both(finding['code'], 'finding')}，责任 accountable {owed}{due}"


def _changes(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"【怎样才会改变 what would change it】试过 tried {found['tried']}"
    if not found["changes"]:
        yield "  所列行为单独或两项并用都不改变结论 · no act of the list changes it, alone or together with another"
    for n, change in enumerate(found["changes"], 1):
        zh, en = EFFECTS[change["effect"]]
        yield f"  {n}. {zh} {en}：晋升 promotion → {both(change['promotion'], 'outcome')}；考核 appraisal → {both(change['appraisal'], 'outcome')}"
        for act in change["acts"]:
            by = "、".join(both(who, "accountable") for who in (act["by"], act.get("countersigned_by")) if who)
            yield f"     {act['zh']} {act['en']}"
            yield f"       {article(act['article'])}，由 by {by}"
        for code in change["breaches"]:
            yield f"     注意 note：{both(code, 'finding')}"
    for left in found["not_tried"]:
        what = both(left["act"], "act") if left.get("act") else "两项并用 pairs"
        yield f"  未试 not tried：{what} {left['left_out']}"


def both(code: str, kind: str) -> str:
    return f"{label(code, 'zh', kind)} {label(code, 'en', kind)}"

"""说明: an answer about a cadre explained to people: what follows, why, by which facts and numbers, what is missing and who owes it,
what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from contracts.labels import Language, label
from contracts.message import CHINA, Event
from services.documents.letterhead import Letterhead
from services.documents.paper import Attachment, Block, Grid, Numbered, Paper, Text, item
from services.documents.scorecard import accountable
from services.documents.told import told
from services.documents.words import IN_FULL, article, day, known, mark, name_of, number, said, several, source, value

Data = Mapping[str, Any]
PARTS = (("promotion", "晋升岗位等级", "promotion"), ("appraisal", "年度专业技术考核", "yearly technical appraisal"))
EFFECTS = {"better": ("有利", "better"), "mixed": ("有利有弊", "better and worse"), "worse": ("不利", "worse")}
NO_ADVICE = (
    "以上只说明结论将怎样变化，不是办理建议：缺勤确未发生的才能撤销缺勤记录，任务确已完成的才能登记完成。",
    "This says how the answer would change; it is no advice: an absence is rescinded when it did not take place.",
)


def explanation(
    answer: Data, cadre: Data, units: Mapping[str, str], facts: Sequence[Event], house: Letterhead, dated: date, lang: Language = "zh"
) -> Paper:
    """`answer`: with `would_change` where it was asked for. `facts`: those about the cadre."""
    name, cited = name_of(cadre), Cited(lang)
    headings = Numbered(lang)
    body: list[Block] = [_opening(answer, cadre, units, lang)]
    if (since := answer.get("uncertain_since")) is not None:
        zh, en = f"自第{since}号位置起有事实未能处理，以下结论可能不全。", f"Not every fact since position {since} could be processed."
        body.append(Text(said(lang, zh, en)))
    body += [headings.first(said(lang, "结论", "What follows")), *_outcomes(answer, lang)]
    body.append(headings.first(said(lang, "理由", "Why")))
    for code, zh, en in PARTS:
        body += [headings.second(said(lang, zh, en.capitalize())), *_part(answer, code, cited, lang)]
    body += [headings.first(said(lang, "工作日的计算", "Working days")), _counts(answer, lang)]
    body += [headings.first(said(lang, "尚缺的手续和应办事项", "What is missing, and who owes it")), *_owed(answer, lang)]
    if changes := answer.get("would_change"):
        body += [headings.first(said(lang, "怎样会改变结论", "What would change it")), *_changes(changes, lang)]
    body.append(_closing(answer, house, lang))
    return Paper(
        f"{said(lang, '说明', 'explanation')}_{answer['cadre_id']}_{answer['as_of']}",
        said(lang, f"关于{name}同志晋升和年度考核有关情况的说明", f"Explanation: promotion and appraisal of {name}"),
        said(lang, f"{name}同志：", f"To {name}:"), body, house.section, dated, lang, attachments=cited.attachments(units, facts),
    )  # fmt: skip


@dataclass(slots=True)
class Cited:
    """What reasons rest on, each thing once, in the order in which it is first cited."""

    lang: Language
    events: list[str] = field(default_factory=list)
    parameters: list[Data] = field(default_factory=list)

    def of(self, reason: Data) -> str:
        """`事实见附件1第1、2项；参数见附件2第1项`."""
        facts = [str(n) for n in sorted(self._place(self.events, e) for e in reason["evidence"])]
        numbers = [str(n) for n in sorted(self._place(self.parameters, p) for p in reason["parameters"])]
        found = []
        if facts:
            found.append(said(self.lang, f"事实见附件1第{'、'.join(facts)}项", f"facts: Annex 1, {', '.join(facts)}"))
        if numbers:
            found.append(said(self.lang, f"参数见附件2第{'、'.join(numbers)}项", f"parameters: Annex 2, {', '.join(numbers)}"))
        return said(self.lang, "；", "; ").join(found)

    @staticmethod
    def _place(known_: list[Any], one: Any) -> int:
        if one not in known_:
            known_.append(one)
        return known_.index(one) + 1

    def attachments(self, units: Mapping[str, str], facts: Sequence[Event]) -> tuple[Attachment, ...]:
        lang, by_id = self.lang, {e.id: e for e in facts}
        columns = [("序号", "No.", 1.5), ("事项", "What", 3.0), ("内容", "In words", 5.0), ("起效", "From", 3.1), ("记录", "Recorded", 3.1),
                   ("编号", "Event", 4.2)]  # fmt: skip
        rows = [_fact_row(n, event, by_id.get(event), units, lang) for n, event in enumerate(self.events, 1)]
        numbers = [("序号", "No.", 1.5), ("参数", "Parameter", 3.6), ("取值", "Value", 4), ("政策", "Policy", 1.7), ("出处", "Source", 4.4),
                   ("性质", "Rests on", 4.1)]  # fmt: skip
        of = [
            [str(n), label(p["name"], lang, "parameter"), value(lang, p), str(p["policy"]), source(lang, p), mark(lang, p)]
            for n, p in enumerate(self.parameters, 1)
        ]
        return (
            Attachment(said(lang, "依据的事实", "Facts cited"), (_grid(columns, rows, lang),)),
            Attachment(said(lang, "起决定作用的参数", "Parameters that decided"), (_grid(numbers, of, lang),)),
        )


def _grid(columns: Sequence[tuple[str, str, float]], rows: Sequence[Sequence[str]], lang: Language) -> Block:
    if not rows:
        return Text(said(lang, "无。", "None."))
    return Grid([said(lang, zh, en) for zh, en, _ in columns], [width for *_, width in columns], rows)


def _fact_row(n: int, event_id: str, event: Event | None, units: Mapping[str, str], lang: Language) -> list[str]:
    if event is None:
        return [str(n), said(lang, "其他事实", "another fact"), "", "", "", event_id]
    kind = event.data.event_name()
    recorded = datetime.fromisoformat(event.recordedtime).astimezone(CHINA).date()
    words = told(event.data.public(), kind, units, lang)
    return [str(n), label(kind, lang), words, event.time.isoformat(), recorded.isoformat(), event_id]


def _opening(answer: Data, cadre: Data, units: Mapping[str, str], lang: Language) -> Text:
    known_at = day(lang, datetime.fromisoformat(answer["known_at"]).astimezone(CHINA).date())
    unit = units.get(cadre["unit_id"], cadre["unit_id"])
    zh = (
        f"根据{IN_FULL}，现将你（编号{cadre['cadre_id']}，所在单位{unit}）截至"
        f"{day(lang, answer['as_of'])}的有关情况说明如下。本说明以{known_at}以前记录的事实为依据，供你本人和组织核对；结论供研究参考，"
        "由组织作出决定，没有限制情形不等于应当晋升或者应当评定某一等次。"
    )
    en = (
        f"Under the Measures, this is how things stand for you ({cadre['cadre_id']}, {unit}) as of {day(lang, answer['as_of'])}, by the facts "
        f"recorded until {known_at}. People decide; that nothing stands in the way is no entitlement."
    )
    return Text(said(lang, zh, en))


def _outcomes(answer: Data, lang: Language) -> Iterator[Block]:
    promotion, appraisal = answer["promotion"], answer["appraisal"]
    words = label(promotion["outcome"], lang, "outcome")
    yield item(lang, 1, said(lang, f"晋升岗位等级：{words}。", f"Promotion: {words}."))
    words = label(appraisal["outcome"], lang, "outcome")
    grades = several(lang, [label(g, lang, "grade") for g in appraisal["allowed_grades"]])
    zh = f"{answer['year']}年度专业技术考核：{words}" + (f"，可评等次为{grades}" if grades else "")
    en = f"Technical appraisal of {answer['year']}: {words}" + (f"; grades that stand open: {grades}" if grades else "")
    if appraisal.get("under_review"):
        zh, en = f"{zh}；等次正在复核或者申诉", f"{en}; the grade is under review"
    yield item(lang, 2, said(lang, f"{zh}。", f"{en}."))


def _part(answer: Data, code: str, cited: Cited, lang: Language) -> Iterator[Block]:
    for n, reason in enumerate(answer[code]["reasons"], 1):
        words = f"{label(reason['code'], lang, f'{code}_reason')}{said(lang, '（', ' (')}{article(lang, reason['article'])}{said(lang, '）。', '). ')}"
        rests = cited.of(reason)
        rests = said(lang, f"（{rests}。）", f" ({rests}.)") if rests else ""
        yield item(lang, n, f"{words}{reason[lang]}{rests}")
    if readings := answer[code].get("readings"):
        yield _readings(answer[code], readings, lang)
    by_itself = answer[code].get("next_change_on")
    if by_itself:
        yield Text(
            said(
                lang,
                f"如无新的事实，这一结论最早于{day(lang, by_itself)}变化。",
                f"With no new fact it changes on {day(lang, by_itself)} at the earliest.",
            )
        )
    else:
        yield Text(said(lang, "如无新的事实，这一结论不会自行变化。", "With no new fact it does not change by itself."))


def _readings(part: Data, readings: Data, lang: Language) -> Text:
    force = next((p["value"] for r in part["reasons"] for p in r["parameters"] if p["name"] == "art8.reading"), None)
    now = said(lang, "，现行采用", ", in force")
    shown = [
        f"{label(r, lang, 'reading')}{said(lang, '（', ' (')}{r}{now if r == force else ''}{said(lang, '）：', '): ')}{label(o, lang, 'outcome')}"
        for r, o in readings.items()
    ]
    differ = (
        said(lang, "各种理解的结论不一致，由局党工委解释。", " They disagree; the committee interprets.")
        if part.get("reading_sensitive")
        else ""
    )
    text = said(lang, "；", "; ").join(shown)
    return Text(said(lang, f"《办法》第八条第二款的四种理解——{text}。{differ}", f"The four readings of Art. 8.2: {text}.{differ}"))


def _counts(answer: Data, lang: Language) -> Text:
    c = answer["counts"]
    total = number(c["year_workdays"], said(lang, "日历未公布", "calendar not published"))
    zh = (
        f"{answer['year']}年度工作日{total}天；未经批准缺勤{number(c['unexcused_workdays'])}天，其中最长连续{number(c['longest_unexcused_run'])}天；"
        f"请假{number(c['leave_workdays'])}天；待定{number(c['pending_workdays'])}天。"
    )
    en = (
        f"{answer['year']} has {total} working days: {number(c['unexcused_workdays'])} absent without leave, the longest run "
        f"{number(c['longest_unexcused_run'])}; {number(c['leave_workdays'])} on leave; {number(c['pending_workdays'])} not settled."
    )
    return Text(said(lang, zh, en) + said(lang, f"工作日历：{several(lang, list(answer['calendars'])) or '无'}；适用政策：{several(lang, list(answer['policy']))}。",
                                          f" Calendars: {several(lang, list(answer['calendars'])) or 'none'}; policies: {several(lang, list(answer['policy']))}."))  # fmt: skip


def _owed(answer: Data, lang: Language) -> Iterator[Block]:
    n = 0
    for code, zh, en in PARTS:
        for reason in answer[code]["reasons"]:
            if owed := reason.get("owed_by"):
                n += 1
                words, by = label(reason["code"], lang, f"{code}_reason"), known(lang, owed, "accountable")
                yield item(lang, n, said(lang, f"{words}（影响{zh}）：应由{by}办理。", f"{words} (for {en}): owed by {by}."))
    for finding in answer["findings"]:
        n += 1
        due = f"，期限{day(lang, finding['due_on'])}" if finding.get("due_on") else ""
        due = said(lang, due, f", due {day(lang, finding.get('due_on'))}" if finding.get("due_on") else "")
        words, under = label(finding["code"], lang, "finding"), article(lang, finding["article"])
        yield item(lang, n, said(lang, f"{words}（{under}）：责任主体{accountable(finding, lang)}{due}。",
                                 f"{words} ({under}): {accountable(finding, lang)}{due}."))  # fmt: skip
    if not n:
        yield Text(said(lang, "没有。", "Nothing."))


def _changes(found: Data, lang: Language) -> Iterator[Block]:
    if not found["changes"]:
        yield Text(
            said(lang, "所列行为单独或者两项并用，都不改变结论。", "No act that was tried changes it, alone or together with another.")
        )
    for n, change in enumerate(found["changes"], 1):
        acts = said(lang, "；", " ").join(a[lang].rstrip("。") for a in change["acts"])
        who = list(dict.fromkeys(label(w, lang, "accountable") for a in change["acts"] for w in (a["by"], a.get("countersigned_by")) if w))
        under = list(dict.fromkeys(article(lang, a["article"]) for a in change["acts"]))
        effect = EFFECTS[change["effect"]][0 if lang == "zh" else 1]
        promotion, appraisal = (label(change[part], lang, "outcome") for part in ("promotion", "appraisal"))
        zh = f"{acts}（由{several(lang, who)}办理，{several(lang, under)}），则晋升为“{promotion}”，考核为“{appraisal}”（{effect}）。"
        en = f"{acts} ({several(lang, who)}; {several(lang, under)}) Then promotion: {promotion}; appraisal: {appraisal} ({effect})."
        for breach in change["breaches"]:
            words = label(breach, lang, "finding")
            zh, en = f"{zh}但这一行为本身将产生“{words}”。", f"{en} The act itself would raise: {words}."
        yield item(lang, n, said(lang, zh, en))
    yield Text(NO_ADVICE[0 if lang == "zh" else 1])


def _closing(answer: Data, house: Letterhead, lang: Language) -> Text:
    positions = several(lang, [f"{label(s, lang, 'service')}{said(lang, '', ' ')}{n}" for s, n in answer["inputs"].items()])
    zh = f"对所列事实或者结论有异议的，可以向{house.section}提出，由其核对并答复。"
    en = f"Whoever contests a fact or the answer may turn to: {house.section}."
    if positions:
        zh, en = f"{zh}本说明读取的台账位置：{positions}。", f"{en} Positions read: {positions}."
    return Text(said(lang, zh, en))

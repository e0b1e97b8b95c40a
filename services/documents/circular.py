"""通报: a circular about how a unit manages its cadres (Article 9). It names the unit and figures, no cadre: it is read by everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.labels import Language, label
from services.documents.grounds import grounds
from services.documents.letterhead import Letterhead
from services.documents.paper import Block, Numbered, Paper, Text, item
from services.documents.words import IN_FULL, article, day, said

Data = Mapping[str, Any]


def circular(
    unit: Data, answer: Data, house: Letterhead, dated: date, lang: Language = "zh", number: str = "", neglect_on: date | None = None
) -> Paper:
    """`answer`: of the unit. `number`: that of the circular which was issued; without one this is a draft. `neglect_on`: the day on
    which the committee determined neglect, if it did."""
    name, year = str(unit.get("name", unit["unit_id"])), answer["year"]
    headings, draft = Numbered(lang), not number
    body: list[Block] = [_opening(answer, name, lang)]
    body += [headings.first(said(lang, "基本情况", "In figures")), _figures(answer, name, lang)]
    body += [headings.first(said(lang, "主要问题", "What was missed")), *_missed(answer, lang)]
    body += [headings.first(said(lang, "群众反映", "Complaints")), _complaints(answer, lang)]
    body += [headings.first(said(lang, "认定和要求", "Determination, and what is asked")), *_asked(name, neglect_on, lang)]
    title = said(
        lang,
        f"关于{name}{year}年度退出领导岗位干部管理工作情况的通报",
        f"Circular: how {name} managed cadres who left leading posts in {year}",
    )
    if draft:
        title += said(lang, "（拟稿）", " (draft)")
    return Paper(
        f"{said(lang, '通报', 'circular')}_{unit['unit_id']}_{year}", title, said(lang, f"{house.everybody}：", f"{house.everybody}:"), body,
        house.committee, dated, lang, house.committee, number or said(lang, f"〔{dated.year}〕　号", f"[{dated.year}] No. ___"),
    )  # fmt: skip


def _opening(answer: Data, name: str, lang: Language) -> Text:
    zh = f"根据{IN_FULL}第九条，现将{name}{answer['year']}年度退出领导岗位干部管理工作情况（截至{day(lang, answer['as_of'])}）通报如下。"
    en = f"Under Art. 9 of the Measures: how {name} managed cadres who left leading posts in {answer['year']}, as of {day(lang, answer['as_of'])}."
    return Text(said(lang, zh, en))


def _figures(answer: Data, name: str, lang: Language) -> Text:
    card = answer["scorecard"]
    raised, open_ = (sum(c[what] for c in card["by_code"].values()) for what in ("raised", "open"))
    zh = f"{name}在管退出领导岗位干部{card['cadres']}人；当年发生应办未办或者违反规定的事项{raised}次，其中尚未办结{open_}次。"
    return Text(said(lang, zh, f"{card['cadres']} cadres in scope; {raised} findings in the year, {open_} of them still open."))


def _missed(answer: Data, lang: Language) -> Iterator[Block]:
    articles = grounds(answer["findings"])
    counted = sorted(answer["scorecard"]["by_code"].items(), key=lambda pair: (-pair[1]["raised"], pair[0]))
    for n, (code, count) in enumerate(counted, 1):
        under = article(lang, articles[code]) if code in articles else ""
        words = label(code, lang, "finding") + (said(lang, f"（{under}）", f" ({under})") if under else "")
        open_zh = f"，其中{count['open']}次尚未办结" if count["open"] else "，均已办结"
        yield item(
            lang, n, said(lang, f"{words}：{count['raised']}次{open_zh}。", f"{words}: {count['raised']}, of them open {count['open']}.")
        )
    if not counted:
        yield Text(said(lang, "没有记录。", "Nothing on record."))


def _complaints(answer: Data, lang: Language) -> Text:
    c = answer["scorecard"]["complaints"]
    zh = f"当年收到群众反映{c['received']}件，经核查属实{c['substantiated']}件，来自{c['sources']}个来源。"
    return Text(said(lang, zh, f"{c['received']} received, {c['substantiated']} substantiated, from {c['sources']} sources."))


def _asked(name: str, neglect_on: date | None, lang: Language) -> Iterator[Block]:
    if neglect_on is not None:
        yield Text(said(lang, f"{day(lang, neglect_on)}已认定该单位疏于管理。", f"Neglect was determined on {day(lang, neglect_on)}."))
    zh = f"请{name}对尚未办结的事项逐项办理，并将结果书面报告。本通报所列情况作为该单位年度考核的重要内容。其他单位应当对照检查。"
    en = f"{name} is asked to settle what is open and to report in writing. This counts in the unit's yearly assessment (Art. 9)."
    yield Text(said(lang, zh, en))

"""单位考评表: what a unit has to show for a year (Article 9): how often each duty was missed, what is still open, complaints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.labels import Language, label
from services.documents.grounds import grounds
from services.documents.table import Book, Cell, Column, Sheet
from services.documents.words import article, day, said

Data = Mapping[str, Any]


def scorecard(unit: Data, answer: Data, cadres: Mapping[str, str], lang: Language = "zh") -> Book:
    """`answer`: of the unit, as compliance gives it; `cadres`: id → name, as far as the reader may know them."""
    year, name = answer["year"], unit.get("name", unit["unit_id"])
    title = said(lang, f"{name}{year}年度退出领导岗位干部管理工作考评表", f"{name}: management of cadres who left leading posts, {year}")
    return Book(
        f"{said(lang, '单位考评表', 'scorecard')}_{unit['unit_id']}_{year}",
        (_summary(title, answer, lang), _findings(title, answer, unit, cadres, lang)),
        title,
    )


def _about(answer: Data, lang: Language) -> tuple[str, ...]:
    card, complaints = answer["scorecard"], answer["scorecard"]["complaints"]
    circular = card.get("circular") or said(lang, "无", "none")
    return (
        said(
            lang,
            f"单位编号：{answer['unit_id']}　　考核年度：{answer['year']}　　截至：{day(lang, answer['as_of'])}　　在管干部：{card['cadres']}人",
            f"Unit: {answer['unit_id']}    Year: {answer['year']}    As of: {day(lang, answer['as_of'])}    Cadres in scope: {card['cadres']}",
        ),
        said(
            lang,
            f"群众反映：收到{complaints['received']}件，属实{complaints['substantiated']}件，来源{complaints['sources']}个　　通报文号：{circular}",
            f"Complaints: {complaints['received']} received, {complaints['substantiated']} substantiated, "
            f"{complaints['sources']} sources    Circular: {circular}",
        ),
    )


def _summary(title: str, answer: Data, lang: Language) -> Sheet:
    counted = sorted(answer["scorecard"]["by_code"].items())
    articles = grounds(answer["findings"])
    rows: list[list[Cell]] = [
        [n, label(code, lang, "finding"), article(lang, articles[code]) if code in articles else "", c["raised"], c["open"]]
        for n, (code, c) in enumerate(counted, 1)
    ]
    if rows:
        sums = [sum(c[what] for _, c in counted) for what in ("raised", "open")]
        rows.append([None, said(lang, "合计", "Total"), None, *sums])
    columns = [
        Column(said(lang, "序号", "No."), 6, "short"),
        Column(said(lang, "事项", "Finding"), 34),
        Column(said(lang, "依据", "Article"), 40),
        Column(said(lang, "当年发生（次）", "Raised"), 15, "number"),
        Column(said(lang, "未办结（次）", "Open"), 13, "number"),
    ]
    note = said(lang, "本表供年度考核参考；是否通报由局党工委决定（《办法》第九条）。",
                "For the yearly assessment; whether a circular is issued is decided by the committee (Art. 9).")  # fmt: skip
    return Sheet(said(lang, "汇总", "Summary"), title, columns, rows, _about(answer, lang), (note,), total=bool(rows))


def _findings(title: str, answer: Data, unit: Data, cadres: Mapping[str, str], lang: Language) -> Sheet:
    columns = [
        Column(said(lang, "序号", "No."), 6, "short"),
        Column(said(lang, "所涉对象", "About"), 16),
        Column(said(lang, "事项", "Finding"), 24),
        Column(said(lang, "依据", "Article"), 34),
        Column(said(lang, "责任主体", "Accountable"), 24),
        Column(said(lang, "期限", "Due on"), 12, "day"),
        Column(said(lang, "依据的事实", "Facts"), 36, "fine"),
    ]
    ordered = sorted(answer["findings"], key=lambda f: (f.get("about") or "", f["code"], f.get("due_on") or ""))
    rows = [finding_row(n, f, _who(f, unit, cadres), lang) for n, f in enumerate(ordered, 1)]
    return Sheet(said(lang, "明细", "Findings"), title, columns, rows, _about(answer, lang)[:1])


def _who(finding: Data, unit: Data, cadres: Mapping[str, str]) -> str:
    about = finding.get("about") or ""
    return str(unit.get("name", about)) if about == unit["unit_id"] else cadres.get(about) or about


def finding_row(n: int, finding: Data, who: str, lang: Language) -> list[Cell]:
    due = finding.get("due_on")
    return [
        n,
        who,
        label(finding["code"], lang, "finding"),
        article(lang, finding["article"]),
        accountable(finding, lang),
        date.fromisoformat(due) if due else None,
        "\n".join(finding.get("evidence", ())),
    ]


def accountable(finding: Data, lang: Language) -> str:
    """Which of the two heads, where one of them answers for it."""
    if finding.get("office") in ("party", "administrative"):
        return label(finding["office"], lang, "office")
    return label(finding["accountable"], lang, "accountable")

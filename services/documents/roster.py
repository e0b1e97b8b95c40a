"""花名册: who is who on a day, of one unit or of all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from contracts.labels import Language
from services.documents.table import Book, Cell, Column, Sheet
from services.documents.words import day, known, said

Data = Mapping[str, Any]


def roster(cadres: Iterable[Data], units: Mapping[str, str], as_of: date, lang: Language = "zh", unit: str | None = None) -> Book:
    """`cadres` as the registry lists them, `units`: id → name. Those of one unit stand together."""
    ordered = sorted(cadres, key=lambda c: (c["unit_id"], c["cadre_id"]))
    of = units.get(unit, unit) if unit else said(lang, "全系统", "all units")
    title = said(lang, "退出领导岗位干部花名册", "Roster of cadres who left leading posts")
    exited = sum(1 for c in ordered if c["state"] == "exited")
    about = said(
        lang,
        f"范围：{of}　　截至：{day(lang, as_of)}　　共{len(ordered)}人，其中在管{exited}人",
        f"Of: {of}    As of: {day(lang, as_of)}    {len(ordered)} cadres, {exited} of them in scope",
    )
    sheet = Sheet(said(lang, "花名册", "Roster"), title, _columns(lang), [_row(n, c, units, lang) for n, c in enumerate(ordered, 1)],
                  about=(about,), fixed=2)  # fmt: skip
    return Book(f"{said(lang, '花名册', 'roster')}_{unit or said(lang, '全部', 'all')}_{as_of}", (sheet,), title)


def _columns(lang: Language) -> list[Column]:
    return [
        Column(said(lang, "序号", "No."), 6, "short"),
        Column(said(lang, "姓名", "Name"), 12),
        Column(said(lang, "编号", "Id"), 19, "fine"),
        Column(said(lang, "所在单位", "Unit"), 28),
        Column(said(lang, "原任职务", "Former post"), 16),
        Column(said(lang, "退出日期", "Left on"), 12, "day"),
        Column(said(lang, "决定文号", "Decision no."), 22),
        Column(said(lang, "岗位类别", "Category"), 15 if lang == "zh" else 30),
        Column(said(lang, "岗位等级", "Post grade"), 11, "short"),
        Column(said(lang, "管理主体", "Managed by"), 12 if lang == "zh" else 18),
        Column(said(lang, "状态", "State"), 12, "short"),
    ]


def _row(n: int, cadre: Data, units: Mapping[str, str], lang: Language) -> list[Cell]:
    left = cadre.get("exited_on")
    return [
        n,
        cadre.get("name") or "",
        cadre["cadre_id"],
        units.get(cadre["unit_id"], cadre["unit_id"]),
        cadre.get("post") or "",
        date.fromisoformat(left) if left else None,
        cadre.get("decision_no") or "",
        known(lang, cadre.get("category"), "category"),
        cadre.get("post_grade"),
        known(lang, cadre.get("managed_by"), "managed_by"),
        known(lang, cadre["state"], "cadre_state"),
    ]

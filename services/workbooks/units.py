"""The list of units → `RegisterUnit`."""

from __future__ import annotations

import re

from contracts.codes import UnitKind
from contracts.message import Fact
from contracts.registry import RegisterUnit
from services.workbooks.book import Book, Sheet
from services.workbooks.cells import compact, text
from services.workbooks.headings import Heading
from services.workbooks.identity import derived
from services.workbooks.known import Known
from services.workbooks.outcome import Place, Understood
from services.workbooks.tables import no_table, rows, tables

WORDING = {
    "unit_id": ("单位编号", "单位代码", "编号", "代码", "机构编号", "unit_id"),
    "name": ("单位名称", "单位", "名称", "机构名称", "学校名称", "全称", "name"),
    "kind": ("单位类别", "单位类型", "类别", "类型", "机构类别", "单位性质", "kind"),
}
_NEEDED = ("name", "kind")
_KINDS: dict[str, UnitKind] = {
    **dict.fromkeys(("学校", "中学", "小学", "中小学", "高中", "初中", "职业学校", "特殊教育学校", "school"), "school"),
    **dict.fromkeys(("幼儿园", "园所", "kindergarten"), "kindergarten"),
    **dict.fromkeys(("机关", "中心", "直属单位", "事业单位", "二级单位", "股室", "office"), "office"),
    **dict.fromkeys(("其他", "其它", "other"), "other"),
}


def read_units(book: Book, known: Known, made: Understood | None = None) -> Understood:
    """Raises Unreadable when no sheet has a heading with a name and a kind."""
    made = made or Understood()
    for sheet, heading in tables(book, WORDING, _NEEDED, made):
        _read(sheet, heading, known, made)
    if not made.header_rows:
        raise no_table(book, WORDING, _NEEDED, ("单位名单", "a list of units"))
    return made


def _read(sheet: Sheet, heading: Heading, known: Known, made: Understood) -> None:
    seen: dict[str, tuple[str, str]] = {}
    names: dict[str, str] = {}
    registered = {compact(name): unit_id for unit_id, called in known.units.items() for name in called}
    for place, row in rows(sheet, heading, "name"):
        name = " ".join(text(heading.cell(row, "name")).split())
        kind = _KINDS.get(compact(heading.cell(row, "kind")))
        unit_id = compact(heading.cell(row, "unit_id")) or registered.get(compact(name)) or derived("u", compact(name))
        if not name or not compact(heading.cell(row, "kind")):
            made.reject(place, "missing_required", name)
        elif kind is None:
            made.reject(place, "unknown_kind", text(heading.cell(row, "kind")))
        elif len(name) > 300 or not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", unit_id):
            made.reject(place, "invalid_value", unit_id[:80])
        elif seen.get(unit_id) == (compact(name), kind) or names.get(compact(name)) == unit_id:
            made.reject(place, "duplicate_row", name)
        elif unit_id in seen or compact(name) in names:
            made.reject(place, "invalid_value", name)
        else:
            seen[unit_id], names[compact(name)] = (compact(name), kind), unit_id
            _accept(place, unit_id, name, kind, known, made)


def _accept(place: Place, unit_id: str, name: str, kind: UnitKind, known: Known, made: Understood) -> None:
    if unit_id not in known.units:
        commands: list[Fact] = [RegisterUnit.model_validate({"unit_id": unit_id, "name": name, "kind": kind})]
        made.accept(place, commands)
    elif known.kinds[unit_id] == kind and compact(name) in map(compact, known.units[unit_id]):
        made.accept(place, (), repeated=True)
    else:
        made.accept(place, ())
        made.ask(place, "differs_from_register", name)

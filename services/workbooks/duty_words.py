"""What the cells of a table of duties mean: the five categories of Article 5, outcomes, ends."""

from __future__ import annotations

import re
from typing import Literal

from contracts.codes import Category
from services.workbooks.cells import Cell, compact
from services.workbooks.people import CADRE_ID, NAME, UNIT

Outcome = Literal["completed", "partly", "not_completed"]

WORDING = {
    "cadre_id": CADRE_ID,
    "name": NAME,
    "unit": UNIT,
    "preference": ("个人意愿", "意愿", "个人申报", "申报意愿", "本人意愿", "个人申报类别", "意向", "个人意向"),
    "preferred_on": ("意愿申报日期", "申报日期", "意愿日期", "个人申报日期", "申报时间"),
    "category": ("安排类别", "工作类别", "任务类别", "安排岗位类别", "工作任务类别", "岗位类别", "类别"),
    "description": ("具体工作", "工作内容", "工作任务", "具体任务", "任务内容", "安排工作", "具体工作任务"),
    "host": ("服务单位", "安排单位", "工作地点", "服务学校", "派驻单位", "任务单位", "到岗单位"),
    "from": ("起始时间", "开始时间", "安排时间", "起始日期", "开始日期", "到岗时间"),
    "until": ("终止时间", "结束时间", "终止日期", "结束日期", "到期时间"),
    "due_on": ("年度任务完成时限", "任务完成时限", "完成时限", "任务时限", "完成期限", "时限"),
    "outcome": ("完成情况", "任务完成情况", "年度完成情况", "年度任务完成情况"),
}
_CATEGORIES: dict[str, Category] = {
    **dict.fromkeys(("责任督学", "责任督学挂牌督导", "挂牌督导", "督学", "学校责任督学", "参与责任督学挂牌督导"), "responsible_inspector"),
    **dict.fromkeys(("政策宣讲", "参与政策宣讲", "宣讲", "政策宣传", "理论宣讲"), "policy_lecturing"),
    **dict.fromkeys(
        ("党建指导", "基层党建", "党建督导、巡察", "党建督导,巡察", "党建督导", "巡察", "党建", "指导基层党建", "参与指导基层党建"),
        "party_building",
    ),
    **dict.fromkeys(("信访维稳", "协助信访维稳", "矛盾调处", "信访", "维稳", "信访工作"), "petitions_and_stability"),
    **dict.fromkeys(
        ("其他中心工作", "中心工作", "校园安全", "防汛", "抗洪防汛", "文明创建", "参与其他中心工作", "重点工程", "重点工程项目建设"),
        "other_central_work",
    ),
}  # fmt: skip
_SEPARATORS = re.compile(r"[、,;；/和及]")
_NOT_YET = re.compile(r"待安排|未安排|待定|暂未安排|暂不安排|拟安排.*")
_OPEN = re.compile(r"至今|长期|目前|现在|持续|/|-|—|")
_OUTCOMES: dict[str, Outcome] = {
    **dict.fromkeys(("已完成", "完成", "全部完成", "按时完成", "已全部完成"), "completed"),
    **dict.fromkeys(("部分完成",), "partly"),
    **dict.fromkeys(("未完成", "没有完成", "没完成"), "not_completed"),
}  # fmt: skip


def categories(cell: Cell) -> list[Category] | None:
    """Every category that is named, in order; None when one of the words names none."""
    said = compact(cell)
    if said in _CATEGORIES:
        return [_CATEGORIES[said]]
    parts = [part for part in _SEPARATORS.split(said) if part]
    if not parts or not all(part in _CATEGORIES for part in parts):
        return None
    return list(dict.fromkeys(_CATEGORIES[part] for part in parts))


def not_yet(cell: Cell) -> bool:
    return _NOT_YET.fullmatch(compact(cell)) is not None


def open_ended(cell: Cell) -> bool:
    return _OPEN.fullmatch(compact(cell)) is not None


def outcome(cell: Cell) -> Outcome | None:
    return _OUTCOMES.get(compact(cell))

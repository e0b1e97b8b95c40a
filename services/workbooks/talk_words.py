"""What the cells of registers of talks and of training mean."""

from __future__ import annotations

import re
from typing import Literal

from contracts.codes import Office
from services.workbooks.cells import Cell, compact
from services.workbooks.people import CADRE_ID, NAME, UNIT

Talk = Literal["exit", "unit", "exchange", "reminder"]

TALKS = {
    "cadre_id": CADRE_ID,
    "held_on": ("谈话日期", "谈话时间", "谈心谈话时间", "谈心时间"),
    "name": ("谈话对象", "谈话对象姓名", "被谈话人", "谈心对象", "被谈话人姓名", *NAME),
    "unit": (*UNIT, "谈话对象单位"),
    "talk": ("谈话类别", "谈话类型", "谈话性质", "谈话种类", "谈话形式"),
    "talker": ("谈话人", "谈话人姓名"),
    "office": ("谈话人职务", "谈话人职务职称", "职务", "谈话人身份"),
}
TRAINING = {
    "cadre_id": CADRE_ID,
    "attended_on": ("日期", "培训日期", "学习日期", "时间", "培训时间", "学习时间", "培训学习日期", "活动日期"),
    "content": ("培训内容", "学习内容", "培训", "内容", "培训学习内容", "主题"),
    "kind": ("类别", "培训类别", "学习类别", "类型", "培训类型", "形式", "学习形式"),
    "hours": ("学时", "课时", "学时数", "培训学时", "时长", "学习学时"),
    "persons": ("参加人员", "参训人员", "参学人员", "参加人", "人员名单", "参训人员名单", "参加人员名单", "学员"),
    "name": NAME,
    "unit": UNIT,
}
_TALKS: dict[str, Talk] = {
    **dict.fromkeys(("退出谈话", "退出领导岗位谈话", "退岗谈话", "退出领导岗位谈心谈话"), "exit"),
    **dict.fromkeys(("谈心", "谈心谈话", "交心谈心", "谈话", "日常谈心", "日常谈话", "日常谈心谈话"), "unit"),
    **dict.fromkeys(("思想沟通", "沟通思想", "思想交流", "思想汇报沟通", "定期沟通", "思想谈话"), "exchange"),
    **dict.fromkeys(("提醒谈话", "批评教育", "诫勉谈话", "约谈", "提醒", "批评教育谈话"), "reminder"),
}  # fmt: skip
_KINDS: dict[str, Literal["daily", "periodic"]] = {
    **dict.fromkeys(("日常", "日常学习", "日常培训", "平时学习"), "daily"),
    **dict.fromkeys(("定期", "定期培训", "集中培训", "集中学习", "定期学习", "专题培训", "集中轮训"), "periodic"),
}  # fmt: skip
_PARTY = r"(?:党(?:支部|总支|委|组)|支部|总支)?书记"
_ADMINISTRATIVE = r"(?:中心)?(?:校长|园长|主任|院长)"
_COMMITTEE = re.compile(r"党工委|工委|教体局|教育局|局党组|局党委|局长|组织人事股|分管局领导")
_EVERYBODY = re.compile(r"全体.*|全部.*|所有.*|全员.*")


def talk(cell: Cell) -> Talk | None:
    return _TALKS.get(compact(cell))


def of_committee(cell: Cell) -> bool:
    return _COMMITTEE.search(compact(cell)) is not None


def offices(cell: Cell) -> set[Office]:
    """The offices of a main head that the title names; none for anybody else."""
    said = compact(cell)
    if re.search("副|助理|办公室", said) or of_committee(cell):
        return set()
    parts = [part for part in re.split(r"[、,;/兼和及]", said) if part]
    if len(parts) == 1 and (both := re.fullmatch(f"({_PARTY})({_ADMINISTRATIVE})|({_ADMINISTRATIVE})({_PARTY})", parts[0])):
        parts = [part for part in both.groups() if part]
    found: set[Office] = set()
    for part in parts:
        if re.fullmatch(_PARTY, part):
            found.add("party")
        elif re.fullmatch(_ADMINISTRATIVE, part):
            found.add("administrative")
    return found


def training_kind(cell: Cell) -> Literal["daily", "periodic"] | None:
    return _KINDS.get(compact(cell))


def hours(cell: Cell) -> float | None:
    """None for what is no number of hours: half a day is none."""
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?)(?:个)?(?:学时|课时|小时|h)?", compact(cell).lower())
    return float(found[1]) if found and float(found[1]) > 0 else None


def everybody(cell: Cell) -> bool:
    return _EVERYBODY.fullmatch(compact(cell)) is not None

"""What the cells of a leave ledger mean. What fits nothing, or two things, has no meaning."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from contracts.codes import LeaveReason
from services.workbooks.cells import Cell, compact, text
from services.workbooks.days import NotADay, day
from services.workbooks.people import CADRE_ID, NAME, UNIT

WORDING = {
    "cadre_id": CADRE_ID,
    "name": (*NAME, "请假人", "请假人姓名", "申请人姓名"),
    "unit": UNIT,
    "reason_class": ("请假类别", "请假类型", "假别", "请假种类", "类别", "请假性质"),
    "grounds": ("事由", "请假事由", "请假原因", "原因", "理由", "请假理由"),
    "period": ("起止时间", "请假起止时间", "起止日期", "请假时间", "请假期间", "请假日期", "起讫时间", "请假起止日期"),
    "from": ("开始时间", "起始时间", "开始日期", "请假开始时间", "起始日期", "自"),
    "until": ("结束时间", "终止时间", "结束日期", "请假结束时间", "终止日期", "至"),
    "days": ("天数", "请假天数", "共计天数", "天"),
    "applicant": ("申请人", "申请方", "由谁申请", "代办人"),
    "form": ("申请形式", "申请方式", "请假方式", "形式"),
    "requested_on": ("申请日期", "申请时间", "提出日期", "请假申请日期", "申请书日期"),
    "evidence": ("证明材料", "材料", "附件", "证明", "相关证明", "证明材料名称"),
    "review": ("单位审核意见", "单位意见", "审核意见", "所在单位意见", "所在单位审核意见", "党支部意见", "支部意见"),
    "reviewed_on": ("审核日期", "单位审核日期", "审核时间"),
    "report_no": ("上报文号", "报告文号", "上报文件号"),
    "reported_on": ("上报日期", "上报时间", "报告日期"),
    "authority": ("批准机关", "审批机关", "批准单位", "审批单位", "批准人", "审批意见"),
    "decision_no": ("批准文号", "批复文号", "审批文号", "批准文件"),
    "decided_on": ("批准日期", "批准时间", "审批日期", "批复日期"),
    "returned_on": ("销假日期", "销假时间", "返岗日期", "返岗时间", "到岗日期"),
}
_REASONS: dict[str, LeaveReason] = {
    **dict.fromkeys(("病假", "因病住院", "因病", "住院", "疾病", "因病休养", "病休", "身体原因"), "health"),
    **dict.fromkeys(("护理假", "陪护", "陪护家人", "照顾家人", "照顾病人", "家属陪护", "陪护假"), "family_care"),
    **dict.fromkeys(("事假", "私事", "因私", "个人事务"), "personal"),
    **dict.fromkeys(("产假", "生育假", "孕产假", "哺乳假", "流产假"), "maternity"),
    **dict.fromkeys(("工伤", "工伤假", "因公负伤"), "work_injury"),
    **dict.fromkeys(("学习", "进修", "培训", "学习进修", "脱产学习"), "study"),
    **dict.fromkeys(("其他", "其它", "婚假", "丧假", "探亲假", "年休假", "年假", "公休假"), "other"),
}
_PROXY = re.compile(r"代|家属|其妻|其夫|妻子|丈夫|配偶|子女|儿子|女儿|父亲|母亲|亲属|同事|他人")
_SINCE = re.compile(r"(\d{4}[-./年]\d{1,2}[-./月]\d{1,2}|\d{8})[日号]?(?:起)?")
_BETWEEN = re.compile(r"[-—–―~－至到]+")
_NO_YEAR = re.compile(r"(\d{1,2})[-./月](\d{1,2})[日号]?")
_ONLY_DAY = re.compile(r"(\d{1,2})[日号]?")
_NONE = re.compile(r"[/\\—–\-无]|没有|未提供|")


def leave_reason(cell: Cell) -> LeaveReason | None:
    said = re.sub(r"[(（].*?[)）]", "", compact(cell))
    return _REASONS.get(said) or _REASONS.get(said.removesuffix("假"))


def applicant(cell: Cell, name: str) -> Literal["self", "proxy"] | None:
    said = compact(cell)
    if _PROXY.search(said):
        return "proxy"
    return "self" if said in ("本人", "自己", "本人申请", compact(name)) else None


def in_writing(cell: Cell) -> bool | None:
    said = compact(cell)
    if re.fullmatch(r"书面|书面申请|纸质|请假条|书面材料", said):
        return True
    return False if re.fullmatch(r"口头|电话|口头申请|电话申请|当面口头|电话请假|口头请假", said) else None


def nothing(cell: Cell) -> bool:
    return _NONE.fullmatch(compact(cell)) is not None


def period(cell: Cell, *, date1904: bool = False) -> tuple[date, date]:
    """`2025.1.22—1.24`, `2025年1月15日至2月13日`, or one day. Raises NotADay."""
    said = re.sub(r"[(（].*?[)）]|共\d+天?", "", compact(cell)) if isinstance(cell, str) else ""
    begun = _SINCE.match(said)
    if begun is None or begun.end() == len(said):
        only = day(cell, date1904=date1904)
        return only, only
    first = day(begun[1])
    between = _BETWEEN.match(said, begun.end())
    rest = said[between.end() :].removesuffix("止") if between else ""
    if within := _NO_YEAR.fullmatch(rest):
        return first, day(f"{first.year}-{within[1]}-{within[2]}")
    if (within := _ONLY_DAY.fullmatch(rest)) and len(rest) < 4:
        return first, day(f"{first.year}-{first.month}-{within[1]}")
    if not rest:
        raise NotADay("date_unreadable")
    return first, day(rest)


def number_of_days(cell: Cell) -> float | None:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(?:天|日|个工作日|工作日)?", compact(cell))
    return float(found[1]) if found else None


def review(cell: Cell) -> tuple[Literal["passed", "refused"] | None, str]:
    """`同意 2025.1.20`: what the unit said, and what is written beside it, which should be a day."""
    said = text(cell)
    outcome: Literal["passed", "refused"] | None = None
    if re.search(r"不同意|不予|未通过|不批准|不通过", said):
        outcome = "refused"
    elif re.search(r"同意|通过|属实|准假|批准", said):
        outcome = "passed"
    beside = re.search(r"\d{4}\s*[-./年．].*|\d{8}|[０-９]{4}.*", said)
    return outcome, beside[0] if beside else ""


def decision(cell: Cell) -> tuple[Literal["unit", "committee"] | None, bool]:
    """Who decided, and whether it was granted: `局党工委（不予批准）`."""
    said = compact(cell)
    granted = re.search(r"不予|不同意|不批准|未批准|驳回|不准", said) is None
    committee, unit = (
        re.search(r"党工委|工委|教体局|局党组|局党委", said),
        re.search(r"本单位|所在单位|本校|本园|学校|支部|园长|校长", said),
    )
    if bool(committee) == bool(unit):
        return None, granted
    return "committee" if committee else "unit", granted

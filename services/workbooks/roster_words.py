"""What a roster's cells mean: exit reasons, post categories, post grades. What fits no code, or two, has no meaning."""

from __future__ import annotations

import re

from contracts.codes import ExitReason, ManagedBy, PostCategory
from services.workbooks.cells import Cell, compact

WORDING = {
    "cadre_id": ("干部编号", "人员编号", "cadre_id"),
    "name": ("姓名", "干部姓名", "名字"),
    "birth": ("出生年月", "出生日期", "出生年月日", "出生时间", "生日"),
    "id_number": ("身份证号", "身份证号码", "公民身份号码", "身份证"),
    "unit": ("单位", "所在单位", "工作单位", "现单位", "单位名称", "现所在单位", "所属单位", "学校"),
    "post": ("原任职务", "原职务", "退出前职务", "原任领导职务", "原领导职务", "职务"),
    "exited_on": ("退出时间", "退出日期", "退出领导岗位时间", "退出领导岗位日期", "免职时间", "退岗时间"),
    "reason": ("退出原因", "原因", "退出领导岗位原因", "免职原因", "退岗原因"),
    "decision_no": ("批准文号", "文号", "文件号", "批准文件", "免职文号", "任免文号", "批文号"),
    "category": ("岗位类别", "岗位", "岗位类型", "岗位性质", "现岗位类别", "类别"),
    "grade": ("岗位等级", "等级", "岗位级别", "聘用等级", "聘任等级", "现聘岗位等级"),
    "retired_on": ("办理退休时间", "退休时间", "退休日期", "办理退休手续时间", "退休手续办理时间", "办理退休日期"),
    "managed_by": ("管理权限", "干部管理权限", "管理主体"),
}

_REASONS: dict[ExitReason, str] = {
    "age": "到龄|年龄|超龄",
    "health": "健康|因病|身体|疾病",
    "institutional_reform": "机构改革|撤并|撤销合并|机构调整|机构合并|学校合并",
    "up_down": "能上能下",
    "other": "其他|其它|辞去|辞职|个人申请|本人申请",
}
_CATEGORIES: dict[str, PostCategory] = {
    **dict.fromkeys(("专业技术岗位", "专业技术", "专技", "专技岗位", "专业技术岗", "专技岗"), "professional_technical"),
    **dict.fromkeys(("管理岗位", "管理", "管理岗"), "management"),
    **dict.fromkeys(("专技兼管理", "管理兼专技", "双肩挑", "专业技术兼管理", "双肩挑岗位", "专业技术岗位兼管理岗位"), "both"),
}
_NUMERALS = {n: i for i, n in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12, "十三": 13}
_GRADE = re.compile(
    r"(?:专业技术岗位|专业技术|专技岗位|专技|管理岗位|管理)?(\d{1,2}|十[一二三]?|[一二三四五六七八九])(?:级)?(?:职员|岗位|岗)?"
)


def exit_reason(cell: Cell) -> ExitReason | None:
    said = compact(cell)
    found: list[ExitReason] = [code for code, words in _REASONS.items() if re.search(words, said)]
    return found[0] if len(found) == 1 else None


def post_category(cell: Cell) -> PostCategory | None:
    return _CATEGORIES.get(compact(cell))


def post_grade(cell: Cell) -> int | str | None:
    """The grade, the code of a question, or None when nothing is said."""
    said = compact(cell)
    if not said or set(said) <= set("/-—－无"):
        return None
    parts = [part for part in re.split("[/、,;+和兼]", said) if part]
    if len(parts) > 1 and all(_GRADE.fullmatch(part) for part in parts):
        return "two_grades"
    if found := _GRADE.fullmatch(said):
        grade = int(found[1]) if found[1].isdigit() else _NUMERALS[found[1]]
        return grade if 1 <= grade <= 13 else "grade_unreadable"
    return "grade_unreadable"


def managed_by(said: str) -> ManagedBy | None:
    """Whose cadre, as a title or a cell says it."""
    committee = re.search("党工委管理|局党工委|党委管理|党工委", said)
    school = re.search("学校管理|校管|本校管理", said)
    if committee and not school:
        return "committee"
    return "school" if school and not committee else None


def birth(cell: Cell) -> str:
    """Year and month, however they are written, as `1971-05`; with the day when one is given; else what is written."""
    if hasattr(cell, "isoformat"):
        return str(cell)[:10]
    said = compact(cell)
    if found := re.fullmatch(r"(\d{4})[-./年]?(\d{1,2})月?", said):
        return f"{found[1]}-{int(found[2]):02}"
    if found := re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", said) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", said):
        return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    return said

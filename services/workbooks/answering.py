"""What may be answered to a question, in the words that people use, and the one form in which a reader takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.workbooks.cells import compact
from services.workbooks.days import NotADay, day
from services.workbooks.legend import Mark
from services.workbooks.roster_words import post_grade

NOTED = "noted"
"""The answer that only closes a question: what it is about is entered otherwise, or not at all."""


class BadAnswer(ValueError):
    """`zh` and `en` say what can be answered."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class Form:
    """What can be answered: `zh` and `en` tell people, `read` gives the one form, or None for what is no answer."""

    zh: str
    en: str
    read: Callable[[str], str | None]


def understood(code: str, said: str) -> str:
    """Raises BadAnswer."""
    form = form_of(code)
    found = form.read(said.strip())
    if found is None:
        raise BadAnswer(form.zh, form.en)
    return found


def form_of(code: str) -> Form:
    return _FORMS.get(code, _NOTED)


def _one_of(words: Mapping[str, str]) -> Callable[[str], str | None]:
    """Each code answers for itself, and so does each of its words."""
    codes = {code: code for code in words.values()}
    return lambda said: (codes | dict(words)).get(compact(said).lower())


def _day(said: str) -> str | None:
    try:
        return day(said).isoformat()
    except NotADay:
        return None


def _day_or(word: str, *others: str) -> Callable[[str], str | None]:
    return lambda said: word if compact(said) in (word, *others) else _day(said)


def _grade(said: str) -> str | None:
    grade = post_grade(said)
    return str(grade) if isinstance(grade, int) else None


def _reviewed(said: str) -> str | None:
    """`passed 2025-01-20`, as `同意 2025.1.20` says it."""
    found = re.match(r"(passed|refused|同意|不同意)\s*(.+)", said)
    on = _day(found[2]) if found else None
    return f"{'passed' if found[1] in ('passed', '同意') else 'refused'} {on}" if found and on else None


def _text(said: str) -> str | None:
    return said if 0 < len(said) <= 300 else None


def _cadre(said: str) -> str | None:
    return said if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", said) else NOTED if said in ("无", "none") else None


_MARKS = {
    "到岗": Mark.present, "出勤": Mark.present, "缺勤": Mark.absent_unexplained, "事假": Mark.personal_leave_claimed,
    "病假": Mark.sick_leave_claimed, "半天": Mark.half_day_away, "公差": Mark.official_business, "寒暑假": Mark.vacation,
}  # fmt: skip
_OUTCOMES = {"已完成": "completed", "完成": "completed", "部分完成": "partly", "未完成": "not_completed", "非本人原因": "not_attributable"}
_NOTED = Form("已知悉", "noted", _one_of({"已知悉": NOTED, "知悉": NOTED, "无": NOTED, "none": NOTED}))
_MARK = Form("到岗、缺勤、事假、病假、半天、公差、寒暑假", "one of " + ", ".join(dict.fromkeys(_MARKS.values())), _one_of(_MARKS))
_GRADE = Form("1—13", "1 to 13", _grade)
_DAY = Form("日期，如 2025-01-20", "a day, as 2025-01-20", _day)
_DAY_OR_OPEN = Form("日期，或“长期”", "a day, or open", _day_or("open", "长期", "至今"))
_DAY_OR_NONE = Form("日期，或“未办理”", "a day, or none", _day_or("none", "未办理", "无"))
_CADRE = Form("干部编号，或“无”", "a cadre's id, or none", _cadre)
_FORMS: dict[str, Form] = {
    **dict.fromkeys(
        ("working_day_unmarked", "blank_on_working_day", "rest_marked_on_working_day", "unknown_symbol", "symbol_without_legend"), _MARK
    ),
    **dict.fromkeys(("two_grades", "grade_unreadable"), _GRADE),
    **dict.fromkeys(
        ("review_without_date", "report_without_date", "decision_without_date", "preference_without_date", "table_without_date",
         "return_unclear", "due_unclear"),
        _DAY,
    ),
    **dict.fromkeys(("review_unclear", "review_missing"), Form("同意或不同意，加日期，如 同意 2025-01-20", "passed or refused, and the day: passed 2025-01-20", _reviewed)),
    **dict.fromkeys(("report_without_number", "decision_without_number"), Form("文号", "the document's number", _text)),
    **dict.fromkeys(("unknown_person_in_list", "ambiguous_person_in_list"), _CADRE),
    "retirement_unclear": _DAY_OR_NONE,
    "until_unclear": _DAY_OR_OPEN,
    "decision_level_unclear": Form("本单位，或局党工委", "unit or committee", _one_of({"本单位": "unit", "局党工委": "committee", "党工委": "committee"})),
    "outcome_unclear": Form("已完成、部分完成、未完成、非本人原因", "one of " + ", ".join(dict.fromkeys(_OUTCOMES.values())), _one_of(_OUTCOMES)),
    "hidden_sheet": Form("读取，或不读取", "read or ignore", _one_of({"读取": "read", "是": "read", "不读取": "ignore", "否": "ignore"})),
}  # fmt: skip

"""A civil day as offices write it. What is not certainly one day is a refusal with a code, never a guess."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from services.workbooks.cells import Cell, compact

_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?号?")
_TIME = re.compile(r"[T日]?0?0:00(:00(\.0+)?)?$")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(
    r"\d{4}[-./年](\d{1,2})月?份?|(\d{4})(\d{2})|\d{4}年?|\d{4}年(上半年|下半年|[上中下]旬|初|底|末|春|夏|秋|冬).*|\d{4}年?\d{1,2}月?[上中下]旬"
)
_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")


class NotADay(ValueError):
    """`code` is one of the reason codes."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def day(cell: Cell, *, date1904: bool = False) -> date:
    """The day that the cell names. Raises NotADay."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise NotADay("date_unreadable")
    if isinstance(cell, int | float) and 10_000 <= cell < 100_000:
        return serial(float(cell), date1904=date1904)
    return _written(compact(cell))


def serial(value: float, *, date1904: bool = False) -> date:
    """An Excel serial number; a time of day is left out."""
    if date1904:
        return date(1904, 1, 1) + timedelta(days=int(value))
    return date(1899, 12, 30) + timedelta(days=int(value))


def _written(said: str) -> date:
    if not said:
        raise NotADay("missing_required")
    said = _TIME.sub("", said) if len(said) > 10 else said
    if "年" in said and re.search("[一二三四五六七八九十]", said):
        said = _chinese(said)
    if found := _DAY.fullmatch(said) or _PLAIN.fullmatch(said):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise NotADay("impossible_date") from None
    if found := _MONTH.fullmatch(said):
        month = int(found[1] or found[3] or 1)
        raise NotADay("date_without_day" if 1 <= month <= 12 else "impossible_date")
    if len(_DAY.findall(said)) > 1 or re.fullmatch(r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?号?([-—–~、,，和至到及]\D*\d{1,2}.*)", said):
        raise NotADay("date_not_single")
    raise NotADay("date_unreadable")


def _chinese(said: str) -> str:
    """`二〇二四年十一月三日` in digits."""

    def number(found: re.Match[str]) -> str:
        tens, _, ones = found[0].partition("十")
        if "十" in found[0]:
            return str(int(tens.translate(_CHINESE) or 1) * 10 + int(ones.translate(_CHINESE) or 0))
        return found[0].translate(_CHINESE)

    return re.sub("[〇零○一二三四五六七八九十]+", number, said)

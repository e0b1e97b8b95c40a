"""考勤月报: a unit's month, a line for each cadre, a column for each day. What was recorded is shown; a day without a record stays
empty: no record is no presence."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from contracts.labels import Language
from services.documents.table import Book, Cell, Column, Sheet
from services.documents.words import day, name_of, number, said

Data = Mapping[str, Any]
WEEKDAYS = ("一二三四五六日", "MTWTFSS")
MARKS = {"absent": ("缺", "A"), "half": ("半", "H"), "leave": ("假", "L"), "pending": ("待", "P")}
UNDECIDED = frozenset({"requested", "returned", "reviewed", "refused", "reported"})


@dataclass(frozen=True, slots=True)
class Month:
    """The civil days of a month and those of them that are worked in the unit; None where no calendar is published."""

    first: date
    workdays: frozenset[date] | None

    @classmethod
    def of(cls, first: date, worked: Iterable[date | str] | None) -> Month:
        if worked is None:
            return cls(first.replace(day=1), None)
        days = {date.fromisoformat(d) if isinstance(d, str) else d for d in worked}
        return cls(first.replace(day=1), frozenset(d for d in days if (d.year, d.month) == (first.year, first.month)))

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(n) for n in range(monthrange(self.first.year, self.first.month)[1])]

    def counts(self, on: date) -> bool:
        """In a year without calendar every day might be one that is worked."""
        return self.workdays is None or on in self.workdays


def attendance_month(
    unit: Data,
    month: Month,
    cadres: Iterable[Data],
    absences: Collection[Data],
    leaves: Collection[Data],
    lang: Language = "zh",
) -> Book:
    """`cadres` of the unit in that month; `absences` and `leaves` as assignments lists them."""
    title = said(
        lang,
        f"{unit.get('name', unit['unit_id'])}{month.first.year}年{month.first.month}月退出领导岗位干部考勤月报",
        f"{unit.get('name', unit['unit_id'])}: attendance of cadres who left leading posts, {month.first:%Y-%m}",
    )
    people = sorted(cadres, key=lambda c: c["cadre_id"])
    marks = {c["cadre_id"]: _marks(c["cadre_id"], month, absences, leaves) for c in people}
    rows = [_row(n, c, month, marks[c["cadre_id"]], lang) for n, c in enumerate(people, 1)]
    worked = said(lang, "本年度工作日历尚未公布", "no calendar of this year is published")
    if month.workdays is not None:
        worked = said(lang, f"本月工作日：{len(month.workdays)}天", f"Working days of the month: {len(month.workdays)}")
    about = said(lang, f"单位：{unit.get('name', unit['unit_id'])}（{unit['unit_id']}）　　人数：{len(people)}　　{worked}",
                 f"Unit: {unit.get('name', unit['unit_id'])} ({unit['unit_id']})    Cadres: {len(people)}    {worked}")  # fmt: skip
    sheet = Sheet(
        said(lang, f"{month.first.month}月", f"{month.first:%Y-%m}"), title, _columns(month, lang), [*rows, _sums(rows, lang)],
        about=(about,), notes=_notes(month, lang), fixed=2, total=True,
    )  # fmt: skip
    return Book(f"{said(lang, '考勤月报', 'attendance')}_{unit['unit_id']}_{month.first:%Y-%m}", (sheet,), title)


def _columns(month: Month, lang: Language) -> list[Column]:
    week = WEEKDAYS[0 if lang == "zh" else 1]
    days = [Column(str(d.day), 3.1, "short", below=week[d.weekday()], grey=not month.counts(d)) for d in month.days]
    sums = [
        Column(said(lang, "缺勤", "Absent"), 7, "number", below=said(lang, "天", "days")),
        Column(said(lang, "请假", "Leave"), 7, "number", below=said(lang, "天", "days")),
        Column(said(lang, "待批", "Pending"), 8, "number", below=said(lang, "天", "days")),
    ]
    return [Column(said(lang, "序号", "No."), 5, "short"), Column(said(lang, "姓名", "Name"), 12), *days, *sums]


@dataclass(frozen=True, slots=True)
class Marked:
    """`absent`: which part of the day; on leave, or an application that nobody has decided."""

    absent: float = 0.0
    leave: bool = False
    pending: bool = False


def _marks(cadre_id: str, month: Month, absences: Iterable[Data], leaves: Iterable[Data]) -> dict[date, Marked]:
    absent: dict[date, float] = {}
    for one in absences:
        if one["cadre_id"] == cadre_id and one["state"] != "rescinded":
            for on in _days(one["from"], one["until"], month):
                if not any(p["from"] <= on.isoformat() <= p["until"] for p in one.get("removed", ())):
                    absent[on] = min(1.0, absent.get(on, 0.0) + float(one.get("fraction") or 1))
    own = [leave for leave in leaves if leave["cadre_id"] == cadre_id]
    granted = {d for x in own if x.get("decision") == "approved" and x["state"] != "withdrawn" for d in _days(x["from"], x["until"], month)}
    asked = {d for x in own if x["state"] in UNDECIDED and not x.get("decision") for d in _days(x["from"], x["until"], month)}
    days = [d for d in month.days if month.counts(d)]
    return {d: Marked(absent.get(d, 0.0), d in granted, d in asked) for d in days if d in absent or d in granted or d in asked}


def _days(first: str, last: str | None, month: Month) -> Iterator[date]:
    return (d for d in month.days if first <= d.isoformat() and (last is None or d.isoformat() <= last))


def _row(n: int, cadre: Data, month: Month, marks: Mapping[date, Marked], lang: Language) -> list[Cell]:
    seen = [_mark(marks[d], lang) if d in marks else None for d in month.days]
    absent = sum(m.absent for m in marks.values() if not m.leave)
    leave = sum(1 for m in marks.values() if m.leave)
    pending = sum(1 for m in marks.values() if m.pending and not m.leave)
    return [n, name_of(cadre), *seen, *(_plain(x) for x in (absent, leave, pending))]


def _mark(marked: Marked, lang: Language) -> str:
    """Leave that was granted covers an absence; one that is undecided stands beside it."""
    if marked.leave:
        code = ["leave"]
    else:
        code = [*(["absent" if marked.absent == 1 else "half"] if marked.absent else []), *(["pending"] if marked.pending else [])]
    return "".join(MARKS[c][0 if lang == "zh" else 1] for c in code)


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _sums(rows: Sequence[Sequence[Cell]], lang: Language) -> list[Cell]:
    if not rows:
        return []
    sums = [_plain(sum(n for r in rows if isinstance(n := r[at], int | float))) for at in (-3, -2, -1)]
    return [None, said(lang, "合计", "Total"), *([None] * (len(rows[0]) - 5)), *sums]


def _notes(month: Month, lang: Language) -> list[str]:
    zh = "缺：缺勤　半：缺勤半天　假：经批准的请假　待：请假尚未决定　灰色：非工作日　空白：无缺勤、请假记录（不等于到岗）"
    en = "A: absent    H: half a day absent    L: approved leave    P: leave not decided yet    grey: not worked    empty: nothing recorded"
    last = month.days[-1]
    return [said(lang, zh, en), said(lang, f"统计期间：{day(lang, month.first)}至{day(lang, last)}，共{number(len(month.days))}天",
                                     f"Period: {day(lang, month.first)} to {day(lang, last)}, {len(month.days)} days")]  # fmt: skip

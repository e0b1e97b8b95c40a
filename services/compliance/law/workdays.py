"""Which civil days are worked (rules 4): the statutory calendar of a year with its make-up days, school vacations,
rosters. A year whose calendar nobody has published is missing, never estimated; only deadlines fall back on Monday to
Friday there. Days are proleptic ordinals (`date.toordinal`)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import cast

import chinese_calendar

BUILT_IN = range(2004, 2027)
BUILT_IN_VERSION = 1
NO_DAYS: frozenset[int] = frozenset()
WORKED_DESPITE_THE_LIBRARY = frozenset({date(2005, 12, 31).toordinal()})
"""A Saturday that the State Council's notice for New Year 2006 made a working day; the library has it as a holiday."""


@dataclass(frozen=True, slots=True)
class WorkYear:
    """`days[i]` is 1 when the i-th day of the year is a statutory working day; `worked` are those days in ascending order."""

    year: int
    version: int
    first: int
    days: bytes
    worked: tuple[int, ...]

    @classmethod
    def of(cls, year: int, version: int, worked: Iterable[int]) -> WorkYear:
        first = date(year, 1, 1).toordinal()
        days = bytearray(date(year + 1, 1, 1).toordinal() - first)
        for day in worked:
            days[day - first] = 1
        return cls(year, version, first, bytes(days), tuple(first + i for i, is_worked in enumerate(days) if is_worked))

    def less(self, off: frozenset[int]) -> WorkYear:
        return WorkYear.of(self.year, self.version, (day for day in self.worked if day not in off))

    @property
    def total(self) -> int:
        return len(self.worked)

    @property
    def last(self) -> int:
        return self.first + len(self.days) - 1

    def has(self, day: int) -> bool:
        return bool(self.days[day - self.first])

    def within(self, first: int, last: int) -> tuple[int, ...]:
        """The working days of the year from `first` to `last`, both included."""
        return self.worked[bisect_left(self.worked, first) : bisect_right(self.worked, last)]


@cache
def built_in(year: int) -> WorkYear | None:
    if year not in BUILT_IN:
        return None
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    worked = {d for d in range(first, after) if chinese_calendar.is_workday(date.fromordinal(d))}
    return WorkYear.of(year, BUILT_IN_VERSION, worked | (WORKED_DESPITE_THE_LIBRARY & set(range(first, after))))


@cache
def published(year: int, version: int, off_days: tuple[date, ...], work_days: tuple[date, ...]) -> WorkYear:
    first, after = date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()
    off = {d.toordinal() for d in off_days}
    worked = {d for d in range(first, after) if d % 7 not in (0, 6) and d not in off}
    return WorkYear.of(year, version, worked | {d.toordinal() for d in work_days if d.year == year})


@dataclass(slots=True)
class Calendar:
    """Statutory days of every year, as known: `published` overrides what is built in. `off`: days that are none here."""

    published: Mapping[int, WorkYear]
    off: frozenset[int] = NO_DAYS
    _years: dict[int, WorkYear | None] = field(default_factory=dict)
    _days: dict[int, bool | None] = field(default_factory=dict)
    _less: dict[frozenset[int], Calendar] = field(default_factory=dict)

    def less(self, off: frozenset[int]) -> Calendar:
        """The same without some days, for all who have just these off."""
        if not off:
            return self
        found = self._less.get(off)
        if found is None:
            found = self._less[off] = Calendar(self.published, off)
        return found

    def year(self, year: int) -> WorkYear | None:
        try:
            return self._years[year]
        except KeyError:
            found = self.published.get(year) or built_in(year)
            found = self._years[year] = found.less(self.off) if found and self.off else found
            return found

    def worked(self, day: int) -> bool | None:
        """None in a year without calendar."""
        try:
            return self._days[day]
        except KeyError:
            year = self.year(date.fromordinal(day).year)
            worked = self._days[day] = None if year is None else year.has(day)
            return worked

    def deadline(self, start: date, workdays: int) -> date:
        """The n-th statutory working day after `start`. In a missing year Monday to Friday, for deadlines only."""
        if workdays <= 0:
            return start
        day, number = start.toordinal(), start.year
        while True:
            year = self.year(number)
            worked = year.worked if year is not None else _weekdays(number)
            begin = bisect_right(worked, day)
            if begin + workdays <= len(worked):
                return date.fromordinal(worked[begin + workdays - 1])
            workdays -= len(worked) - begin
            number += 1


@lru_cache(maxsize=64)
def _weekdays(year: int) -> tuple[int, ...]:
    return tuple(d for d in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1) if d % 7 not in (0, 6))


TEN_YEARS = 3652


@dataclass(slots=True)
class Workdays:
    """The working days of one cadre: statutory days less the school vacations of his unit of the day, plus rosters.

    `units`: (first day, unit) in ascending order, the first from the beginning of time; `calendars` in the same order, each the
    statutory one less the vacations of the unit."""

    statutory: Calendar
    units: Sequence[tuple[int, str]]
    calendars: Sequence[Calendar]
    rostered: frozenset[int] = NO_DAYS

    def unit(self, day: int) -> str:
        return self.units[self._at(day)][1]

    def _at(self, day: int) -> int:
        """Which of the units; mostly the last."""
        at = len(self.units) - 1
        while at and self.units[at][0] > day:
            at -= 1
        return at

    def worked(self, day: int) -> bool | None:
        """None in a year without calendar."""
        calendar = self.calendars[-1 if self.units[-1][0] <= day else self._at(day)]
        worked = calendar.worked(day)
        return self.statutory.worked(day) if worked is False and day in self.rostered else worked

    @property
    def day_by_day(self) -> Callable[[int], bool | None]:
        """`worked`, for whoever asks about many days: without a change of unit and without a roster it is what the calendar says."""
        return self.calendars[0].worked if len(self.units) == 1 and not self.rostered else self.worked

    def total(self, year: int) -> int | None:
        """Working days of the whole year, vacations out; None without calendar."""
        known = self.statutory.year(year)
        return None if known is None else len(self._of_year(known, known.first, known.last))

    def within(self, first: int, last: int) -> list[int]:
        """The working days from `first` to `last`, both included, and every day of a year without calendar. A period without end may
        be asked for: it is looked at for ten years."""
        found: list[int] = []
        for year, begin, end in self._by_year(first, last):
            found += range(begin, end + 1) if year is None else self._of_year(year, begin, end)
        return found

    def _by_year(self, first: int, last: int) -> Iterator[tuple[WorkYear | None, int, int]]:
        """The part of the period in each year, and the calendar of the year."""
        last = min(last, first + TEN_YEARS)
        while first <= last:
            number = date.fromordinal(first).year
            end = min(last, date(number, 12, 31).toordinal())
            yield self.statutory.year(number), first, end
            first = end + 1

    def _of_year(self, year: WorkYear, first: int, last: int) -> Sequence[int]:
        at = self._at(first)
        if at != self._at(last):
            return [day for day in year.within(first, last) if self.worked(day)]
        own = cast(WorkYear, self.calendars[at].year(year.year))
        rostered = [day for day in self.rostered if first <= day <= last and year.has(day) and not own.has(day)]
        return sorted([*own.within(first, last), *rostered]) if rostered else own.within(first, last)

    def count(self, first: int, last: int) -> int:
        return len(self.within(first, last))

    def likely(self, first: int, last: int) -> int:
        """As `count`; of years without calendar Monday to Friday, vacations out: a period that nobody can count yet is not an empty
        one."""
        years = self._by_year(first, last)
        return sum(len(self._of_year(y, begin, end)) if y else sum(map(self._likely, range(begin, end + 1))) for y, begin, end in years)

    def _likely(self, day: int) -> bool:
        return day % 7 not in (0, 6) and (day not in self.calendars[self._at(day)].off or day in self.rostered)

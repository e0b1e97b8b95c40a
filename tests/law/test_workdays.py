"""Calendars: what is built in, what is published, vacations and rosters, deadlines."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from services.compliance.law.workdays import BUILT_IN, Calendar, Workdays, built_in, published
from tests.law.asking import absent, approved, ask, codes, fact, findings

CALENDAR = Calendar({})


def worked(day: str) -> bool | None:
    return CALENDAR.worked(date.fromisoformat(day).toordinal())


@pytest.mark.parametrize(("year", "days"), [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year: int, days: int) -> None:
    known = built_in(year)
    assert known is not None
    assert (known.total, known.first, known.last) == (days, date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())


@pytest.mark.parametrize(
    "day", ["2024-04-28", "2024-05-11", "2024-09-29", "2024-10-12", "2025-01-26", "2025-02-08", "2026-01-04", "2026-09-20", "2005-12-31"]
)
def test_make_up_days_are_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() >= 5
    assert worked(day) is True


def test_the_ends_of_what_is_built_in() -> None:
    assert [worked(d) for d in ("2003-12-31", "2004-01-02", "2026-12-31", "2027-01-04")] == [None, True, True, None]


def theirs(year: int) -> set[date]:
    """Working days by another library, read independently."""
    china = holidays.country_holidays("CN", years=year)
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))
    return {day for day in days if china.is_working_day(day)}


@pytest.mark.parametrize("year", BUILT_IN)
def test_two_sources_agree(year: int) -> None:
    """On every built-in year, where the one known mistake of the library is mended."""
    ours = built_in(year)
    assert ours is not None
    assert {date.fromordinal(ours.first + i) for i, works in enumerate(ours.days) if works} == theirs(year)
    library = {day for day in (date.fromordinal(ours.first + i) for i in range(len(ours.days))) if chinese_calendar.is_workday(day)}
    assert theirs(year) - library == ({date(2005, 12, 31)} if year == 2005 else set())
    assert library <= theirs(year)


def test_the_other_source_invents_years_that_ours_does_not_have() -> None:
    assert theirs(2027)
    assert built_in(2027) is None
    assert built_in(2003) is None


def test_the_answer_names_the_calendar_and_its_version() -> None:
    assert ask([], "2026-03-31").calendars == ("2026.1",)
    own = fact("CalendarPublished", "2026-01-01", "2026-02-01", year=2026, version=2, off_days=[], work_days=[], notice="n")
    assert ask([own], "2026-03-31").calendars == ("2026.2",)
    assert ask([own], "2026-03-31", known_at="2026-01-31").calendars == ("2026.1",)


def test_a_year_is_undetermined_until_its_calendar_is_published() -> None:
    """Sixteen working days in all, from the day on which it is known."""
    away = absent("2027-03-01", "2027-03-22", known="2027-03-22")
    calendar = fact("CalendarPublished", "2027-01-01", "2027-04-01", year=2027, version=1, off_days=[], work_days=[], notice="n")
    before = ask([away, calendar], "2027-04-30", known_at="2027-03-31")
    assert (before.appraisal.outcome, before.promotion.outcome, before.calendars) == ("undetermined", "undetermined", ())
    after = ask([away, calendar], "2027-04-30", known_at="2027-04-01")
    assert (after.counts.unexcused_workdays, after.promotion.outcome, after.calendars) == (16, "ineligible", ("2027.1",))


def test_a_published_calendar_replaces_the_built_in() -> None:
    own = Calendar({2026: published(2026, 2, (date(2026, 3, 2),), (date(2026, 3, 7),))})
    assert [own.worked(date(2026, 3, d).toordinal()) for d in (2, 3, 7, 8)] == [False, True, True, False]
    assert own.worked(date(2026, 10, 1).toordinal()) is True
    other_year = Calendar({2026: published(2026, 2, (), (date(2025, 3, 8), date(2027, 3, 6)))})
    assert other_year.year(2026) == published(2026, 2, (), ())


def test_the_highest_version_counts_in_whatever_order_it_is_known() -> None:
    def calendar(version: int, known: str, off: list[str]) -> dict[str, object]:
        return fact("CalendarPublished", "2026-01-01", known, year=2026, version=version, off_days=off, work_days=[], notice="n")

    week = absent("2026-03-02", "2026-03-06")
    for order in ([calendar(3, "2026-02-01", ["2026-03-02"]), calendar(2, "2026-02-02", [])], [calendar(3, "2026-02-02", ["2026-03-02"])]):
        answer = ask([week, *order], "2026-03-31")
        assert answer.counts.unexcused_workdays == 4
        assert answer.calendars == ("2026.3",)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2024-09-23", 5, "2024-09-29"),
        ("2023-09-01", 10, "2023-09-15"),
        ("2025-03-03", 30, "2025-04-15"),
        ("2024-09-30", 1, "2024-10-08"),
        ("2024-09-28", 0, "2024-09-28"),
        ("2027-12-30", 1, "2027-12-31"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-12-31", 2, "2027-01-04"),
    ],
)
def test_deadlines(start: str, days: int, due: str) -> None:
    """In a year without calendar Monday to Friday, for deadlines only."""
    assert CALENDAR.deadline(date.fromisoformat(start), days) == date.fromisoformat(due)


def vacations(*unit: str) -> dict[str, object]:
    where = {"unit_id": unit[0]} if unit else {}
    return fact("SchoolCalendarPublished", "2025-07-05", vacations=[{"from": "2025-07-05", "until": "2025-08-31"}], source="s", **where)


@pytest.mark.parametrize(("unit", "days"), [((), 0), (("U1",), 0), (("U2",), 40)])
def test_vacations_of_the_own_unit_or_of_all(unit: tuple[str, ...], days: int) -> None:
    assert ask([vacations(*unit), absent("2025-07-07", "2025-08-29")], "2025-08-31").counts.unexcused_workdays == days


def test_only_schools_have_vacations() -> None:
    office = fact("UnitRegistered", "2020-01-01", unit_id="U1", name="Office", kind="office")
    assert ask([office, vacations(), absent("2025-07-07", "2025-07-11")], "2025-08-31").counts.unexcused_workdays == 5


def test_the_vacations_of_each_year_stand_beside_each_other() -> None:
    later = fact(
        "SchoolCalendarPublished", "2026-07-04", "2025-11-01", vacations=[{"from": "2026-07-04", "until": "2026-08-28"}], source="s"
    )
    assert ask([vacations(), later, absent("2025-07-07", "2025-08-29")], "2026-02-01").counts.year_workdays == 248 - 40
    assert ask([vacations(), later, absent("2025-07-07", "2025-08-29")], "2025-12-31").counts.unexcused_workdays == 0


def test_a_corrected_vacation_replaces_the_one_it_overlaps() -> None:
    shorter = fact(
        "SchoolCalendarPublished", "2025-07-05", "2025-07-01", vacations=[{"from": "2025-07-05", "until": "2025-08-15"}], source="s"
    )
    assert ask([vacations(), shorter, absent("2025-08-18", "2025-08-22")], "2025-12-31").counts.unexcused_workdays == 0
    shorter["known"] = date(2025, 7, 6)
    assert ask([vacations(), shorter, absent("2025-08-18", "2025-08-22")], "2025-12-31").counts.unexcused_workdays == 5


def test_the_unit_of_the_day_follows_transfers_and_mergers() -> None:
    moved = fact("CadreTransferred", "2025-07-21", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-07-21")
    away = absent("2025-07-07", "2025-07-25")
    assert ask([vacations("U1"), away, moved], "2025-08-31").counts.unexcused_workdays == 5
    merged = fact("UnitMerged", "2025-07-21", unit_id="U1", into_unit_id="U2", merged_on="2025-07-21")
    assert ask([vacations("U1"), away, merged], "2025-08-31").counts.unexcused_workdays == 5
    assert ask([vacations("U2"), away, merged], "2025-08-31").counts.unexcused_workdays == 10


def test_a_roster_works_in_vacation_for_those_on_it() -> None:
    roster = fact("RosterPublished", "2025-07-14", "2025-07-10", roster_id="r", cadre_ids=["C1"], from_="2025-07-14", until="2025-07-18")
    other = fact("RosterPublished", "2025-07-21", "2025-07-10", roster_id="q", cadre_ids=["C9"], from_="2025-07-21", until="2025-07-25")
    answer = ask([vacations(), roster, other, absent("2025-07-07", "2025-08-29")], "2025-08-31")
    assert (answer.counts.unexcused_workdays, answer.counts.year_workdays) == (5, 248 - 40 + 5)


def test_a_missing_year_is_never_estimated() -> None:
    answer = ask([absent("2027-01-04", "2027-01-05", known="2027-01-05")], "2027-01-31")
    assert (answer.appraisal.outcome, codes(answer, "appraisal")) == ("undetermined", ["calendar_missing"])
    assert (answer.counts.unexcused_workdays, answer.counts.year_workdays) == (0, None)
    assert answer.appraisal.reasons[0].owed_by == "section"
    assert answer.promotion.outcome == "eligible"


def test_what_the_unit_may_grant_in_a_year_without_calendar() -> None:
    """Monday to Friday, less what is known to be vacation. 2027-02-16 is a Tuesday."""
    four = approved("2027-02-12", "2027-02-16", "2027-02-20", "unit")
    vacation = fact(
        "SchoolCalendarPublished", "2027-02-17", "2027-01-18", vacations=[{"from": "2027-02-17", "until": "2027-02-18"}], source="s"
    )
    roster = fact("RosterPublished", "2027-02-17", "2027-01-18", roster_id="r", cadre_ids=["C1"], from_="2027-02-17", until="2027-02-21")
    for given, granted in (([], False), ([vacation], True), ([vacation, roster], False)):
        raised = findings(ask([four, *given], "2027-03-19"))
        assert ("calendar_missing" in raised, "unit_failed_to_report" in raised) == (granted, not granted)
    for last, granted in (("2027-02-21", True), ("2027-02-22", False)):
        raised = findings(ask([approved("2027-02-12", "2027-02-17", last, "unit")], "2027-03-19"))
        assert ("unit_failed_to_report" not in raised) is granted


def test_worked_days_of_somebody_in_one_unit_all_year() -> None:
    summer = frozenset(range(date(2025, 7, 5).toordinal(), date(2025, 8, 31).toordinal() + 1))
    own = Workdays(CALENDAR, [(0, "U1")], [CALENDAR.less(summer)], frozenset({date(2025, 7, 7).toordinal()}))
    assert own.total(2025) == 248 - 40 + 1
    assert own.total(2027) is None

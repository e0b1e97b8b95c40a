"""What only one more fact, one more year or somebody else's facts tell apart."""

from __future__ import annotations

from contracts.answers import Finding, Question
from contracts.message import end_of_day
from services.compliance import law
from tests.law.asking import absent, approved, ask, codes, d, events, fact, policy, requested
from tests.law.test_finer_points import duty, new

Given = list[dict[str, object]]


def found(given: Given, as_of: str, code: str, fixture: str | None = "F25") -> list[Finding]:
    return [f for f in ask(given, as_of, fixture=fixture).findings if f.code == code]


def test_what_is_about_others_is_not_about_the_cadre() -> None:
    """Whoever prepares a cadre may hand over everything."""
    theirs = absent("2025-09-01", "2025-09-24", cadre_id="C2")
    known = events([theirs, absent("2025-09-01", "2025-09-02", "a2")])
    question = Question(cadre_id="C1", as_of=d("2025-12-31"), known_at=end_of_day(d("2030-12-31")), year=2025)
    assert law.answer(law.Common.of(known), law.Cadre.of("C1", known), question).counts.unexcused_workdays == 2


def test_each_year_without_calendar_is_owed_for_its_own_days() -> None:
    given = [absent("2027-12-29", "2027-12-30"), absent("2028-01-05", "2028-01-06", "a2")]
    missing = found(given, "2028-03-31", "calendar_missing")
    assert [f.evidence for f in missing] == [("assignments/absence-a1@1",), ("assignments/absence-a2@1",)]


def test_an_alert_of_health_rests_on_leave_that_was() -> None:
    """A leave revoked from its first day on never was."""
    ill = [requested("2024-01-02", "2024-01-02", "2025-03-31"), approved("2024-01-02", "2024-01-02", "2025-03-31")]
    other = [
        requested("2024-06-03", "2024-06-03", "2024-06-07", leave_id="L2"),
        approved("2024-06-03", "2024-06-03", "2024-06-07", leave_id="L2"),
    ]
    revoked = fact(
        "LeaveRevoked", "2024-06-03", "2024-06-05", leave_id="L2", revoked_from="2024-06-03", decision_no="D", decided_on="2024-06-05"
    )
    (alert,) = found([*ill, *other], "2025-06-30", "health_inability_alert", "F0")
    assert len(alert.evidence) == 2
    (alert,) = found([*ill, *other, revoked], "2025-06-30", "health_inability_alert", "F0")
    assert len(alert.evidence) == 1


def test_a_duty_that_ended_on_new_years_day_was_work_to_do_in_the_year() -> None:
    """Where a calendar has the first of January worked."""
    worked = fact("CalendarPublished", "2025-01-01", "2024-12-02", year=2025, version=2, off_days=[], work_days=[], notice="n")
    long = absent("2025-01-01", "2025-01-24")
    for until, found_ in (("2025-01-01", ["long_unexcused_absence"]), ("2024-12-31", ["no_duty_assigned"])):
        given = [*new("2024-03-04"), worked, long, duty("d", "2024-03-11", until)]
        assert codes(ask(given, "2025-12-31", fixture=None), "appraisal") == found_


def test_by_calendar_days_too_protected_leave_leaves_the_grade() -> None:
    share = policy("2024-01-01", appraisal__no_grade__leave_share="> 1/2 calendar_days")
    for kind, outcome in (("maternity", "eligible"), ("personal", "no_grade")):
        asked = requested("2024-12-27", "2025-01-02", "2025-08-29", reason_class=kind)
        assert ask([share, asked, approved("2024-12-27", "2025-01-02", "2025-08-29")], "2025-12-31").appraisal.outcome == outcome


def test_where_bars_are_permanent_each_determination_begins_a_count_of_its_own() -> None:
    law_ = policy("2022-04-07", art7__bar_duration="permanent", absence__long__cumulative="> 6")
    restored = fact("PerformanceDetermined", "2025-09-01", result="restored", from_="2025-09-01")
    for before, after, barred in (
        ("2025-08-14", "2025-10-16", False),
        ("2025-08-19", "2025-10-13", True),
        ("2025-08-11", "2025-10-21", True),
    ):
        given = [law_, absent("2025-08-11", before), restored, absent("2025-10-13", after, "a2")]
        assert (codes(ask(given, "2025-12-31")) == ["long_unexcused_absence"]) is barred

"""The parameters of the Measures as dated data: all there, in order, and what rules read is what the data say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from services.compliance.law.leaves import PROTECTED
from services.compliance.law.numbers import Malformed, first_days, numbers, read
from services.compliance.law.policy import MEASURES_FROM, Threshold, built_in, problem
from tests.law.asking import absent, ask, fact

NAMED = """
scope.requires scope.exit_reasons scope.bureau_organ_posts_included scope.count_facts_before_effect policy.effective_from
policy.trial policy.expires_on policy.transition interpretation.default_scope calendar.base calendar.missing_year
calendar.school_overlay absence.day_fraction absence.nonworking_days_break_run absence.excused_day_breaks_run
absence.long.consecutive absence.long.cumulative absence.long.window absence.run_attribution alert.dismissal.consecutive
alert.dismissal.cumulative leave.applicant_must_be_self leave.requires_written leave.requires_evidence leave.chain
leave.ordinary_max_workdays leave.retroactive leave.pending_treatment leave.proxy_approval leave.sla.review leave.sla.report
leave.sla.committee leave.return_confirm_within_workdays registry.late_after_workdays art4.connivance_treatment
art5.assign_within_workdays art5.inspector.min_visits_per_term art5.inspector.term_years art5.inspector.max_terms
art6.exit_talk_within_workdays art6.unit_talk.max_interval_days art6.thought_exchange.max_interval_days art6.training.min_per_year
art7.impairment_presumption art7.bar_duration art7.protected_leave_types art7.health_inability_alert_days
art7.reminder_within_workdays art7.correction_observation_days art7.report_within_workdays art7.determination_within_days
art8.reading art8.long_modifies_awol art8.awol.min_workdays art8.cap_target art8.cap appraisal.scale appraisal.year_basis
appraisal.no_grade.leave_share appraisal.tenure_min_grade appraisal.refusal_grade appraisal.transfer
promotion.after_basic_qualified promotion.sanction_period promotion.investigation review.apply_days review.decide_days
appeal.apply_days appeal.decide_days appeal.decide_days_ext art9.complaints_min art9.distinct_sources_min art9.reading
privacy.health_evidence privacy.pia_retention_years privacy.data_residency privacy.human_decision_required
"""


def test_every_parameter_is_there_and_no_other() -> None:
    assert set(numbers()) == set(NAMED.split())


def test_what_a_rule_reads_can_be_read() -> None:
    for lines in numbers().values():
        assert len({line.use for line in lines}) == 1
        for line in lines:
            assert problem(line.name, line.value) is None
            if line.operator in (">", ">="):
                Threshold.parse(line.value)


def test_what_was_chosen_says_so() -> None:
    for lines in numbers().values():
        for line in lines:
            assert ("not in the Measures" in line.source) == (line.mark == "chosen"), line.name
            assert (line.mark == "provisional") == ("provisional" in line.source), line.name


def test_the_constants_of_the_law_are_those_of_the_data() -> None:
    assert str(MEASURES_FROM) == built_in("policy.effective_from", MEASURES_FROM).value
    assert PROTECTED == ("maternity", "work_injury")


def test_what_no_rule_reads_may_say_anything_and_what_rules_read_may_not() -> None:
    assert problem("leave.chain", "committee") is None
    assert problem("alert.dismissal.consecutive", "soon") is None
    assert problem("art8.long_modifies_awol", 1) is not None
    assert problem("absence.day_fraction", True) is not None
    assert problem("absence.day_fraction", 1) is None


FIRST = date(2020, 1, 1)
TWO = """
a.b:
  - {from: 2021-01-01, value: "> 20", unit: workdays, window: run, use: in_force, mark: chosen}
  - {from: 2020-01-01, value: ">= 15", unit: workdays, window: run, use: in_force, mark: text, source: "甲 · A"}
"""


def test_lines_stand_in_the_order_of_their_days() -> None:
    first, second = read([TWO])["a.b"]
    assert (first.in_force_from, first.operator, first.value, first.source) == (FIRST, ">=", ">= 15", "甲 · A")
    assert (second.in_force_from - first.in_force_from, second.operator) == (timedelta(days=366), ">")


LINE = {"from": "2022-04-07", "value": "3", "operator": '"<="', "unit": "days", "window": "leave", "use": "in_force", "mark": "chosen"}


def said(**changes: str | None) -> str:
    line = {k: v for k, v in {**LINE, **changes}.items() if v is not None}
    return f"a.b:\n  - {{{', '.join(f'{k}: {v}' for k, v in line.items())}}}\n"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (said(vaule="3"), "what is vaule"),
        (said(mark=None), "mark is missing"),
        (said(value=None), "value is missing"),
        (said(**{"from": "soon"}), "from is a day"),
        (said(mark="guessed"), "no mark guessed"),
        (said(mark="policy"), "no mark policy"),
        (said(use="maybe"), "no use maybe"),
        (said(mark="superior"), "a source in Chinese"),
        (said(mark="superior", source="Decree"), "a source in Chinese"),
        (said(value="{a: 1}"), "a value is"),
        (said(value="null"), "a value is"),
        (said(value="[a, 1]", operator=None, unit=None, window=None), "a value is"),
        (said(alternatives="[4, 5]"), "not among its alternatives"),
        (said(value="true", operator=None, unit=None, window=None, alternatives="[0, 1]"), "not among its alternatives"),
        (said(value='"> many"', operator=None), "not a threshold"),
        (said(value='"> 15"'), "says its operator in its value"),
        (said(operator=None), "has an operator"),
        (said(operator='"~"'), "has an operator"),
        (said(unit=None), "has a unit"),
        (said(window=None), "has a window"),
        (said(value="suspend", operator=None, window=None), "has a unit"),
        (said(unit="moons"), "no unit moons"),
        (said(window="soon"), "no window soon"),
        (said() + said(), "twice"),
        (said().replace("from:", "use: in_force, from:"), "twice"),
        ("a.b:\n", "without a line"),
        ("- a.b\n", "names and their lines"),
        ("a.b:\n  - 3\n", "a line is a mapping"),
        (said() + said().partition("\n")[2], "two lines for one first day"),
    ],
)
def test_a_line_that_is_not_in_order_is_named_and_refused(text: str, what: str) -> None:
    assert read([said()])
    with pytest.raises(Malformed, match=what) as found:
        read([text])
    assert "a.b" in str(found.value) or "line 2" in str(found.value)


def test_a_name_is_said_in_one_file() -> None:
    with pytest.raises(Malformed, match="two places"):
        read([said(), said()])


CHANGED = """
absence.long.consecutive:
  - {from: 2022-04-07, value: "> 15", unit: workdays, window: run, use: in_force, mark: chosen}
  - {from: 2025-06-01, value: "> 4", unit: workdays, window: run, use: in_force, mark: chosen}
absence.long.cumulative:
  - {from: 2022-04-07, value: "> 30", unit: workdays, window: calendar_year, use: in_force, mark: chosen}
  - {from: 2025-06-01, value: "> 5", unit: workdays, window: calendar_year, use: in_force, mark: chosen}
art7.bar_duration:
  - {from: 2022-04-07, value: until_restored, alternatives: [until_restored, permanent], use: in_force, mark: chosen}
  - {from: 2025-06-01, value: permanent, alternatives: [until_restored, permanent], use: in_force, mark: chosen}
"""


@pytest.fixture
def stricter(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The numbers as they would be after a later edition."""
    for name, lines in read([CHANGED]).items():
        monkeypatch.setitem(numbers(), name, lines)
    first_days.cache_clear()
    yield
    first_days.cache_clear()


@pytest.mark.usefixtures("stricter")
def test_a_new_line_holds_from_its_day_on() -> None:
    """As a new policy does: the days before it are measured by what was in force on them."""
    assert built_in("absence.long.consecutive", date(2025, 5, 31)).value == "> 15"
    assert built_in("absence.long.consecutive", date(2025, 6, 1)).value == "> 4"
    before, across = absent("2025-05-19", "2025-05-23", "a1"), absent("2025-06-02", "2025-06-09", "a2")
    assert ask([before], "2025-12-31").promotion.outcome == "eligible"
    found = ask([across], "2025-06-09").promotion
    assert (found.outcome, found.reasons[0].parameters[0].value) == ("ineligible", "> 4")
    assert ask([across], "2025-06-06").promotion.outcome == "eligible"


@pytest.mark.usefixtures("stricter")
def test_an_answer_that_a_new_line_changes_says_so_beforehand() -> None:
    """Bars become permanent on the day."""
    away = absent("2024-09-23", "2024-10-17")
    restored = fact("PerformanceDetermined", "2025-01-06", result="restored", from_="2025-01-06")
    for day, outcome, next_change in (("2025-05-31", "eligible", date(2025, 6, 1)), ("2025-06-01", "ineligible", None)):
        found = ask([away, restored], day).promotion
        assert (found.outcome, found.next_change_on) == (outcome, next_change)


def test_what_is_counted_says_in_what_and_over_what() -> None:
    found = {
        name: (numbers()[name][0].unit, numbers()[name][0].window)
        for name in ("absence.long.consecutive", "art6.unit_talk.max_interval_days")
    }
    assert found == {"absence.long.consecutive": ("workdays", "run"), "art6.unit_talk.max_interval_days": ("days", "from_talk")}
    assert (numbers()["art8.reading"][0].unit, numbers()["art8.reading"][0].window) == (None, None)

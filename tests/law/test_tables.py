"""The tables of the law against a second list, written from the text: numbers, first days, codes, who acts under which article."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest

from contracts.answers import ActCode
from contracts.codes import APPRAISAL_REASONS, PROMOTION_REASONS
from services.compliance.law import acts, case, chosen, explaining, reasons, wording
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.numbers import numbers
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.regulation import MEASURES
from services.compliance.law.versions import Article

ARTICLES = {a.number: a for a in (*MEASURES.articles, *SUPERIOR.articles)}
EFFECT = date(2022, 4, 7)
RULES_2023 = date(2023, 1, 12)
FOUR_GRADES = NO_GRADE_FOR_LEAVE = date(2023, 1, 1)
"""The first year of the rules is theirs as a whole."""

OF_SUPERIORS = {
    "2023-10": ([EFFECT, FOUR_GRADES], RULES_2023),
    "2023-13": ([EFFECT], RULES_2023),
    "2023-14": ([EFFECT], RULES_2023),
    "2023-29": ([EFFECT], RULES_2023),
    "2023-41": ([NO_GRADE_FOR_LEAVE], RULES_2023),
    "2023-42": ([EFFECT], RULES_2023),
    "2023-43": ([EFFECT], RULES_2023),
    "sanctions-6": ([EFFECT], date(2023, 11, 6)),
    "sanctions-law-52": ([date(2020, 7, 1)], None),
    "652-15": ([date(2014, 7, 1)], None),
    "up-and-down": ([EFFECT], date(2022, 9, 8)),
}
FINDINGS_OF = {
    "3": "late_registration",
    "4": "unit_connivance",
    "5": "duty_not_assigned_in_time preference_not_invited",
    "6": "exit_talk_overdue unit_talk_overdue thought_exchange_overdue training_gap",
    "7.1": "promoted_despite_bar determination_owed",
    "7.2": "reminder_due reminder_overdue ladder_step_skipped report_overdue",
    "8.1": "unit_review_overdue unit_failed_to_report committee_decision_overdue notice_not_served applicant_not_the_cadre "
    "evidence_missing return_not_confirmed",
    "8.2": "grade_above_cap grade_review_required grade_confirmed_while_pending attendance_conflict calendar_missing reading_disagreement",
    "10": "review_filed_late review_decision_overdue",
    "2023-13": "superior_rule_advisory",
    "2023-14": "superior_rule_advisory",
    "sanctions-law-52": "retired_while_investigated",
    "652-15": "dismissal_threshold_alert",
    "up-and-down": "health_inability_alert",
}
OF_A_YEAR = {
    "grade_above_cap", "grade_review_required", "grade_confirmed_while_pending", "reading_disagreement", "superior_rule_advisory",
}  # fmt: skip
REASONS_OF = {
    "2": "not_exited retired reinstated deceased not_committee_managed measures_not_in_force out_of_scope",
    "5": "no_duty_assigned duty_declined",
    "7.1": "performing_normally long_unexcused_absence on_special_leave determined_cannot_perform leave_pending awaiting_ratification "
    "notice_not_served return_unconfirmed connivance_uncharacterised attendance_conflict calendar_missing",
    "7.2": "concern_open",
    "8.1": "leave_pending awaiting_ratification",
    "8.2": "no_ground long_unexcused_absence task_failure no_duty_assigned leave_pending awaiting_ratification notice_not_served "
    "connivance_uncharacterised attendance_conflict calendar_missing no_technical_post",
    "10": "superior_rule",
    "2023-29": "basically_qualified_last_year",
    "2023-41": "leave_over_half_year",
    "2023-42": "under_investigation",
    "2023-43": "demerit_period",
    "sanctions-6": "under_sanction",
    "sanctions-law-52": "under_investigation",
}
PARAMETERS_OF = {
    "scope": "2", "registry": "3", "art4": "4", "art5": "5", "art6": "6", "leave": "8.1", "absence": "8.2", "art8": "8.2", "calendar": "8.2",
    "art9": "9", "policy": "10", "interpretation": "10", "review": "10", "appeal": "10", "alert": "652-15",
}  # fmt: skip


def test_the_articles_of_the_measures_hold_from_their_first_day() -> None:
    assert MEASURES_FROM == EFFECT
    assert [a.number for a in MEASURES.articles] == ["1", "2", "3", "4", "5", "6", "7.1", "7.2", "8.1", "8.2", "9", "10"]
    for article in MEASURES.articles:
        assert ([v.first_day for v in article.versions], article.issued) == ([EFFECT], None), article.number


def test_superior_rules_are_applied_from_their_days_on() -> None:
    assert {a.number: ([v.first_day for v in a.versions], a.issued) for a in SUPERIOR.articles} == OF_SUPERIORS


def codes(article: Article) -> set[str]:
    return {c for v in article.versions for d in v.detectors for c in d.codes}


def test_each_article_finds_what_it_demands() -> None:
    assert {number: codes(a) for number, a in ARTICLES.items() if codes(a)} == {n: set(c.split()) for n, c in FINDINGS_OF.items()}


def test_what_rests_on_the_year_that_is_asked_about() -> None:
    detectors = [d for a in ARTICLES.values() for v in a.versions for d in v.detectors]
    assert {c for d in detectors if d.of_a_year for c in d.codes} == OF_A_YEAR
    assert OF_A_YEAR.isdisjoint(c for d in detectors if not d.of_a_year for c in d.codes)


def test_each_article_gives_its_reasons() -> None:
    assert {n: set(a.reasons) for n, a in ARTICLES.items() if a.reasons} == {n: set(c.split()) for n, c in REASONS_OF.items()}


def test_a_parameter_stands_with_the_article_that_its_name_says() -> None:
    of = {name: a.number for a in ARTICLES.values() for name in a.parameters}
    for name in numbers():
        if (group := name.partition(".")[0]) in PARAMETERS_OF:
            assert of[name] == PARAMETERS_OF[group], name


def test_reasons_are_listed_as_the_contract_lists_them() -> None:
    known = {code for table in (PROMOTION_REASONS, APPRAISAL_REASONS) for listed in table.values() for code in listed}
    assert set(reasons.ORDER) == set(reasons.SENTENCES) == known
    assert len(reasons.ORDER) == len(known)
    for listed in PROMOTION_REASONS.values():
        assert [c for c in reasons.ORDER if c in listed] == list(listed)
    for outcome, listed in APPRAISAL_REASONS.items():
        order = reasons.APPRAISAL_UNDETERMINED if outcome == "undetermined" else reasons.ORDER
        in_order = [c for c in order if c in listed]
        assert in_order == list(listed)


def test_who_owes_what_an_answer_waits_for() -> None:
    assert case.CODES == {
        "pending": "leave_pending", "ratification": "awaiting_ratification", "notice": "notice_not_served",
        "connived": "connivance_uncharacterised", "conflict": "attendance_conflict",
    }  # fmt: skip
    owed = {"awaiting_ratification": "cadre"}
    owed |= dict.fromkeys(("attendance_conflict", "calendar_missing", "no_duty_assigned"), "section")
    owed |= dict.fromkeys(("connivance_uncharacterised", "duty_declined", "concern_open", "return_unconfirmed"), "branch")
    assert owed == case.OWED_BY


def test_who_does_an_act_and_under_which_article() -> None:
    assert acts.BY == {
        "rescind_absence": ("branch", None, "8.2"),
        "characterise_absence": ("branch", "section", "8.2"),
        "decide_leave": ("committee", None, "8.1"),
        "confirm_return": ("branch", None, "8.1"),
        "serve_notice": ("branch", None, "8.1"),
        "record_task_outcome": ("branch", None, "8.2"),
        "determine_performance": ("branch", "section", "7.1"),
        "revise_grade": ("committee", None, "8.2"),
        "assign_duty": ("section", None, "5"),
    }
    assert set(acts.BY) == set(get_args(ActCode))


def test_outcomes_from_the_worst_to_the_best() -> None:
    assert explaining.PROMOTION == ("out_of_scope", "ineligible", "undetermined", "eligible")
    assert explaining.APPRAISAL == ("not_applicable", "ineligible", "no_grade", "undetermined", "eligible")
    assert explaining.EFFECTS == ("better", "mixed", "worse")


def test_what_is_ours_is_said_with_articles_that_there_are() -> None:
    assert {number for cited, _, _ in chosen.CHOSEN for number in cited} <= set(ARTICLES)


@pytest.mark.parametrize("grade", ["excellent", "qualified", "basically_qualified", "unqualified", "no_grade"])
def test_grades_have_their_words(grade: str) -> None:
    assert all(wording.GRADES[grade])

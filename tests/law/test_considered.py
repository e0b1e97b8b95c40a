"""An answer that lets somebody pass says what is on record, why it does not count, by which numbers, and cites it; word for word."""

from __future__ import annotations

import pytest

from contracts.answers import Reason
from tests.law.asking import absent, approved, ask, codes, fact, policy, requested

Given = list[dict[str, object]]
BOTH = "and the reading in force asks for both"


def outcome(how: str) -> dict[str, object]:
    return fact("TaskOutcomeRecorded", "2025-12-20", task_id="t2025", year=2025, outcome=how, recorded_on="2025-12-20")


LONG, SHORT = absent("2025-09-01", "2025-09-24"), absent("2025-09-01", "2025-09-05")
ASKED, APPROVED = requested("2025-02-20", "2025-03-03", "2025-03-31"), approved("2025-02-28", "2025-03-03", "2025-03-31")
MATERNITY = requested("2025-02-20", "2025-03-03", "2025-03-31", reason_class="maternity")
BACK = fact("ReturnConfirmed", "2025-03-17", leave_id="L1", returned_on="2025-03-17")
WARNING = fact("SanctionRecorded", "2025-03-03", sanction_id="s", kind="warning", from_="2025-03-03", until="2025-09-02")
RESTORED = fact("PerformanceDetermined", "2025-12-01", result="restored", from_="2025-12-01")
ONLY_CUMULATIVE = [absent("2025-03-03", "2025-03-14"), absent("2025-04-14", "2025-04-25", "a2"), absent("2025-06-09", "2025-06-23", "a3")]


def told(reason: Reason) -> tuple[str, str, tuple[str, ...], dict[str, object]]:
    """What follows the first sentence, whatever is cited, by which numbers."""
    zh, en = (
        reason.zh.rstrip("。").partition("；")[2],
        reason.en.rstrip(".").partition("; ")[2].removeprefix("may be considered").removeprefix("; "),
    )
    return zh, en, tuple(i.split("/")[1] for i in reason.evidence), {p.name: p.value for p in reason.parameters}


@pytest.mark.parametrize(
    ("given", "zh", "en", "evidence", "numbers"),
    [
        (
            [LONG, outcome("completed")],
            "未经批准缺勤18个工作日（2025-09-01至2025-09-24），但2025年度的工作任务均已完成或非本人原因未完成",
            "absent without leave for 18 working days (2025-09-01 to 2025-09-24), but every task of 2025 is completed or not attributable",
            ("absence-a1@1", "task-t2025@1", "task-t2025@2"),
            {"absence.long.consecutive": "> 15", "absence.run_attribution": "crossing_year"},
        ),
        (
            [*ONLY_CUMULATIVE, outcome("not_attributable")],
            "未经批准缺勤31个工作日（2025-03-03至2025-06-23），但2025年度的工作任务均已完成或非本人原因未完成",
            "absent without leave for 31 working days (2025-03-03 to 2025-06-23), but every task of 2025 is completed or not attributable",
            ("absence-a1@1", "absence-a2@1", "absence-a3@1", "task-t2025@1", "task-t2025@2"),
            {"absence.long.cumulative": "> 30", "absence.long.window": "calendar_year"},
        ),
        (
            [policy("2025-01-01", art8__reading="R1"), LONG],
            "未经批准缺勤18个工作日（2025-09-01至2025-09-24），但没有未完成任务的记录，现行理解要求二者兼有",
            "absent without leave for 18 working days (2025-09-01 to 2025-09-24), but no task is recorded as not completed, " + BOTH,
            ("absence-a1@1",),
            {"absence.long.consecutive": "> 15", "absence.run_attribution": "crossing_year"},
        ),
        (
            [SHORT, outcome("not_completed")],
            "未经批准缺勤5个工作日，未到长期的界限（连续超过15，累计超过30）；有任务未完成，但没有长期缺勤，现行理解要求二者兼有",
            "absent without leave for 5 working days, which is not long (in a run more than 15, in all more than 30); a task was not "
             "completed, but there is no long absence, "
            + BOTH,
            ("absence-a1@1", "task-t2025@2"),
            {"absence.long.consecutive": "> 15", "absence.long.cumulative": "> 30"},
        ),
        (
            [ASKED, APPROVED],
            "经批准请假21个工作日，未到不确定等次的界限（超过1/2）",
            "on approved leave for 21 working days, which still leaves a grade (none for more than 1/2)",
            ("leave-L1@1", "leave-L1@2"),
            {"appraisal.no_grade.leave_share": "> 1/2"},
        ),
        ([MATERNITY, APPROVED], "", "", (), {}),
        ([WARNING], "受警告处分的年度不得评为优秀", "in the year of a warning the grade cannot be excellent", ("sanction-s@1",), {}),
        (
            [absent("2025-09-01", "2025-09-05", unit_knew=True)],
            "另有5个工作日尚未了结，无论如何认定结论都一样",
            "5 working days are not settled, and however they were it would be the same",
            ("absence-a1@1",),
            {},
        ),
        ([absent("2024-12-30", "2024-12-31", unit_knew=True)], "", "", (), {}),
        ([absent("2024-12-30", "2024-12-31")], "", "", (), {}),
    ],
)  # fmt: skip
def test_what_caps_no_grade(given: Given, zh: str, en: str, evidence: tuple[str, ...], numbers: dict[str, object]) -> None:
    appraisal = ask(given, "2025-12-31").appraisal
    (reason,) = appraisal.reasons
    assert (appraisal.outcome, reason.code) == ("eligible", "no_ground")
    said = told(reason)
    assert said[3].pop("art8.reading") in ("R1", "R2")
    assert said == (zh, en, evidence, numbers)


@pytest.mark.parametrize(
    ("given", "as_of", "zh", "en", "evidence", "numbers"),
    [
        (
            [LONG, RESTORED],
            "2025-12-31",
            "此前未经批准缺勤18个工作日（2025-09-01至2025-09-24），2025-12-01的认定已使其了结",
            "an absence without leave of 18 working days before (2025-09-01 to 2025-09-24) was settled by the determination of 2025-12-01",
            ("absence-a1@1", "cadre-C1@4"),
            {"absence.long.consecutive": "> 15", "art7.bar_duration": "until_restored"},
        ),
        ([RESTORED], "2025-12-31", "2025-12-01已认定能正常履职", "determined on 2025-12-01 as able to perform normally", ("cadre-C1@4",), {}),
        (
            [ASKED, APPROVED, BACK],
            "2025-12-31",
            "2025-03-03起的请假已于2025-03-17确认销假",
            "the return from the leave since 2025-03-03 was confirmed for 2025-03-17",
            ("leave-L1@1", "leave-L1@2", "leave-L1@3"),
            {"art7.impairment_presumption": ["special_leave_in_force", "long_unexcused_absence_not_restored"]},
        ),
        (
            [MATERNITY, APPROVED],
            "2025-03-31",
            "2025-03-03起的产假或工伤假不影响晋升",
            "the leave since 2025-03-03 for maternity or work injury does not bar",
            ("leave-L1@1", "leave-L1@2"),
            {"art7.protected_leave_types": ["maternity", "work_injury"]},
        ),
        ([MATERNITY, APPROVED], "2025-04-01", "", "", (), {}),
        ([ASKED, APPROVED, BACK, RESTORED], "2025-12-31", "2025-12-01已认定能正常履职", "determined on 2025-12-01 as able to perform normally",
         ("cadre-C1@4",), {}),
    ],
)  # fmt: skip
def test_what_bars_no_promotion(given: Given, as_of: str, zh: str, en: str, evidence: tuple[str, ...], numbers: dict[str, object]) -> None:
    promotion = ask(given, as_of).promotion
    (reason,) = promotion.reasons
    assert (promotion.outcome, reason.code) == ("eligible", "performing_normally")
    assert told(reason) == (zh, en, evidence, numbers)


def test_of_several_determinations_the_last_that_restored_is_told() -> None:
    def said(*results: tuple[str, str]) -> str:
        known = [fact("PerformanceDetermined", on, result=result, from_=on) for on, result in results]
        return told(ask(known, "2025-12-31").promotion.reasons[0])[1]

    assert said(("2025-04-01", "can"), ("2025-06-03", "restored")) == "determined on 2025-06-03 as able to perform normally"
    assert said(("2025-06-03", "restored"), ("2025-04-01", "can")) == "determined on 2025-06-03 as able to perform normally"
    assert said(("2025-04-01", "cannot"), ("2025-06-03", "can")) == "determined on 2025-06-03 as able to perform normally"


TWO = [requested("2025-05-09", "2025-05-12", "2025-06-13"), absent("2025-05-12", "2025-06-13"), absent("2025-09-01", "2025-09-24", "a2", unit_knew=True)]  # fmt: skip
PARTS = [
    requested("2025-05-09", "2025-05-12", "2025-05-23"),
    absent("2025-05-12", "2025-05-23"),
    absent("2025-05-26", "2025-06-06", "a2", unit_knew=True),
]


@pytest.mark.parametrize("given", [TWO, PARTS])
def test_what_is_open_is_named_with_the_number_that_it_would_cross(given: Given) -> None:
    """Each kind by itself, or else all of them together."""
    answer = ask(given, "2025-12-31")
    assert codes(answer) == codes(answer, "appraisal") == ["leave_pending", "connivance_uncharacterised"]
    for reason, own in zip(answer.appraisal.reasons, ("leave.pending_treatment", "art4.connivance_treatment"), strict=True):
        assert {p.name for p in reason.parameters} == {"absence.long.consecutive", "absence.run_attribution", "art8.reading", own}
    for reason, own in zip(answer.promotion.reasons, ("leave.pending_treatment", "art4.connivance_treatment"), strict=True):
        assert {p.name for p in reason.parameters} == {"absence.long.consecutive", own}


def test_one_that_would_be_long_alone_and_one_that_would_not() -> None:
    few = absent("2025-11-03", "2025-11-05", "a2", unit_knew=True)
    answer = ask([*TWO[:2], few], "2025-12-31")
    assert codes(answer) == codes(answer, "appraisal") == ["leave_pending"]


def test_an_application_that_approved_would_leave_the_year_without_a_grade() -> None:
    """With its tasks done the year is not capped, whatever becomes of the application; approved, it would have no grade."""
    asked = [requested("2025-01-03", "2025-01-06", "2025-08-29"), absent("2025-01-06", "2025-08-29"), outcome("completed")]
    answer = ask(asked, "2025-12-31")
    assert (answer.appraisal.outcome, codes(answer, "appraisal")) == ("undetermined", ["leave_pending"])
    assert "appraisal.no_grade.leave_share" in {p.name for p in answer.appraisal.reasons[0].parameters}
    less = [requested("2025-01-03", "2025-01-06", "2025-05-30"), absent("2025-01-06", "2025-05-30"), outcome("completed")]
    assert codes(ask(less, "2025-12-31"), "appraisal") == ["no_ground"]


@pytest.mark.parametrize(
    ("first", "last", "share", "year", "outcome_"),
    [
        ("2024-01-01", "2024-07-01", "> 1/2 calendar_days", 2024, "eligible"),
        ("2024-01-01", "2024-07-02", "> 1/2 calendar_days", 2024, "no_grade"),
        ("2024-01-01", "2024-07-01", ">= 1/2 calendar_days", 2024, "no_grade"),
        ("2024-01-01", "2024-06-30", ">= 1/2 calendar_days", 2024, "eligible"),
        ("2023-10-09", "2024-06-30", ">= 1/2 calendar_days", 2024, "eligible"),
        ("2024-07-03", "2025-06-30", ">= 1/2 calendar_days", 2024, "eligible"),
        ("2023-10-09", "2024-06-28", "> 1/2", 2024, "eligible"),
        ("2024-07-01", "2025-06-27", "> 1/2", 2025, "eligible"),
        ("2024-07-01", "2025-07-18", "> 1/2", 2025, "no_grade"),
    ],
)
def test_half_of_the_year_is_of_that_year_alone(first: str, last: str, share: str, year: int, outcome_: str) -> None:
    given = [
        policy("2023-01-12", appraisal__no_grade__leave_share=share),
        requested("2023-09-05", first, last),
        approved("2023-09-08", first, last),
    ]
    assert ask(given, "2025-12-31", year=year).appraisal.outcome == outcome_


def test_a_day_that_was_worked_within_a_leave_is_no_leave() -> None:
    given = [
        policy("2023-01-12", appraisal__no_grade__leave_share="> 1/2 calendar_days"),
        approved("2023-12-08", "2024-01-01", "2024-07-02"),
    ]
    for on, outcome_ in (("2024-03-04", "eligible"), ("2024-07-03", "no_grade")):
        present = fact("PresenceRecorded", on, unit_id="U1", from_=on, until=on)
        assert ask([*given, present], "2024-12-31").appraisal.outcome == outcome_


def test_protected_leave_is_no_leave_of_the_year() -> None:
    for reason, outcome_ in (("maternity", "eligible"), ("work_injury", "eligible"), ("health", "no_grade"), ("study", "no_grade")):
        given = [
            requested("2023-12-05", "2024-01-02", "2024-08-30", reason_class=reason),
            approved("2023-12-08", "2024-01-02", "2024-08-30"),
        ]
        assert ask(given, "2024-12-31").appraisal.outcome == outcome_

"""Where a day, a year, a second fact or somebody else's makes the difference."""

from __future__ import annotations

import pytest

from contracts.answers import Finding
from tests.law.asking import absent, approved, ask, ask_unit, codes, fact, policy, requested

Given = list[dict[str, object]]
LONG = absent("2025-09-01", "2025-09-24")


def found(given: Given, as_of: str, code: str, fixture: str | None = "F25") -> list[Finding]:
    return [f for f in ask(given, as_of, fixture=fixture).findings if f.code == code]


def outcome(task: str, how: str, year: int = 2025, on: str = "2025-12-20") -> dict[str, object]:
    return fact("TaskOutcomeRecorded", on, task_id=task, year=year, outcome=how, recorded_on=on)


def test_every_task_of_the_year_has_to_be_done_to_rebut() -> None:
    other = fact("TaskAssigned", "2025-03-03", task_id="t9", duty_id="d1", year=2025, due_on="2025-11-28", assigned_on="2025-03-03")
    done, both = [LONG, outcome("t2025", "completed"), other], outcome("t9", "not_attributable")
    assert ask(done, "2025-12-31").appraisal.outcome == "ineligible"
    assert ask([*done, both], "2025-12-31").appraisal.outcome == "eligible"
    assert ask([LONG, other, both], "2025-12-31").appraisal.outcome == "ineligible"


def test_a_task_is_of_the_year_for_which_it_was_assigned() -> None:
    r4 = policy("2024-01-01", art8__reading="R4")
    of_2024 = outcome("t2024", "not_completed", year=2025, on="2025-02-03")
    assert ask([r4, of_2024], "2025-12-31", year=2025).appraisal.outcome == "eligible"
    assert codes(ask([r4, of_2024], "2025-12-31", year=2024), "appraisal") == ["task_failure"]
    never_assigned = outcome("x", "not_completed")
    assert codes(ask([r4, never_assigned], "2025-12-31"), "appraisal") == ["task_failure"]
    assert ask([r4, never_assigned], "2025-12-31", year=2024).appraisal.outcome == "eligible"


def test_the_longest_run_is_one_with_a_day_in_the_year_and_is_told_in_full() -> None:
    run = [absent("2024-12-23", "2025-01-08"), absent("2024-06-03", "2024-06-03", "a2"), absent("2024-12-10", "2024-12-11", "a3")]
    assert [ask(run, "2026-06-30", year=y).counts.longest_unexcused_run for y in (2023, 2024, 2025, 2026)] == [0, 12, 12, 0]
    assert ask([absent("2024-12-31", "2024-12-31")], "2025-06-30", year=2024).counts.longest_unexcused_run == 1


def test_two_investigations_are_open_since_the_first() -> None:
    given = [fact("InvestigationOpened", on, investigation_id=f"i{on}", opened_on=on) for on in ("2025-04-01", "2025-05-06")]
    (reason,) = ask(given, "2025-12-31").promotion.reasons
    assert (reason.en, len(reason.evidence)) == ("Under investigation since 2025-04-01.", 2)


def test_who_left_the_post_the_day_before_retired_in_scope() -> None:
    opened = fact("InvestigationOpened", "2025-02-03", investigation_id="i", opened_on="2025-02-03")
    retired = fact("RetirementCompleted", "2025-03-04", completed_on="2025-03-04")
    code = "retired_while_investigated"
    assert len(found([*new("2025-03-03"), opened, retired], "2025-12-31", code, None)) == 1
    assert found([*new("2025-03-04"), opened, retired], "2025-12-31", code, None) == []


def ill(id_: str, first: str, last: str) -> Given:
    return [requested(first, first, last, leave_id=id_), approved(first, first, last, leave_id=id_)]


@pytest.mark.parametrize(
    ("given", "raised"),
    [
        ([*ill("L1", "2024-01-02", "2024-07-01"), *ill("L2", "2024-07-02", "2025-03-31")], True),
        ([*ill("L1", "2024-01-02", "2024-07-01"), *ill("L2", "2024-07-03", "2025-03-31")], False),
        ([*ill("L1", "2024-01-02", "2024-06-28"), *ill("L2", "2024-07-01", "2025-03-31")], True),
        ([*ill("L0", "2023-10-09", "2023-10-13"), *ill("L1", "2024-01-02", "2024-07-01"), *ill("L2", "2024-07-02", "2025-03-31")], True),
        ([*ill("L1", "2024-01-02", "2025-03-31"), *ill("L2", "2024-02-05", "2024-03-29")], True),
    ],
)
def test_leave_adjoins_where_no_working_day_lies_between(given: Given, raised: bool) -> None:
    alerts = found(given, "2025-01-02", "health_inability_alert", "F0")
    assert bool(alerts) is raised
    assert not raised or len(alerts) == 1


def test_the_day_of_a_determination_counts_already() -> None:
    restored = fact("PerformanceDetermined", "2025-09-01", result="restored", from_="2025-09-01")
    first = absent("2025-09-01", "2025-09-01", unit_knew=True)
    assert codes(ask([restored, first, absent("2025-09-02", "2025-09-22", "a2")], "2025-09-30")) == ["connivance_uncharacterised"]
    assert codes(ask([restored, first, absent("2025-09-02", "2025-09-19", "a2")], "2025-09-30")) == ["performing_normally"]


def test_a_determination_is_owed_from_the_last_unexcused_day_on() -> None:
    """A half day too; and where bars are permanent, what was determined since changes nothing of it."""
    half = absent("2025-10-13", "2025-10-13", "a2", half="morning")
    restored = fact("PerformanceDetermined", "2025-10-20", result="restored", from_="2025-10-20")
    permanent = policy("2022-04-07", art7__bar_duration="permanent")
    for given, due in (([LONG], "2025-10-24"), ([LONG, half], "2025-11-12"), ([LONG, half, permanent, restored], "2025-11-12")):
        assert [str(f.due_on) for f in found(given, "2025-12-31", "determination_owed")] == [due]
    assert found([LONG, half, restored], "2025-12-31", "determination_owed") == []


def awol(first: str, last: str) -> Given:
    return [
        absent(first, last),
        fact("AbsenceCharacterised", first, "2025-10-10", absence_id="a1", as_="awol", decided_on="2025-10-10"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "since", "capped"),
    [
        ("2025-01-06", "2025-01-08", "2025-01-01", True),
        ("2025-09-01", "2025-09-03", "2025-09-01", True),
        ("2025-09-01", "2025-09-03", "2025-09-02", False),
        ("2025-09-01", "2025-09-02", "2025-01-01", False),
        ("2024-12-30", "2025-01-02", "2024-01-01", False),
    ],
)
def test_truancy_is_counted_from_the_first_day_of_the_superior_rule_and_of_the_year(
    first: str, last: str, since: str, capped: bool
) -> None:
    rule = fact(
        "SuperiorPolicyRegistered", since, policy_id="S", effective_from=since, parameters={"art8.awol.min_workdays": ">= 3"}, source="S",
        favourable=False, document_no="D",
    )  # fmt: skip
    assert (codes(ask([rule, *awol(first, last)], "2025-12-31"), "appraisal") == ["superior_rule"]) is capped


def test_the_kind_of_post_is_the_last_that_was_recorded() -> None:
    known = [
        fact("PostGradeRecorded", on, category=category, post_grade=8, from_=on)
        for on, category in (("2024-02-05", "management"), ("2025-02-03", "professional_technical"))
    ]
    assert ask(known, "2025-12-31").appraisal.outcome == "eligible"
    assert ask(known, "2025-12-31", year=2024).appraisal.outcome == "not_applicable"
    later = fact("PostGradeRecorded", "2025-06-02", category="management", post_grade=8, from_="2025-06-02")
    (reason,) = ask([*known, later], "2025-12-31").appraisal.reasons
    assert (reason.code, reason.evidence) == ("no_technical_post", ("registry/cadre-C1@5",))


def test_a_grade_that_was_only_revised_is_a_grade() -> None:
    revised = fact("GradeRevised", "2025-01-20", year=2024, grade="unqualified", revised_on="2025-01-20")
    assert codes(ask([revised], "2025-06-30", fixture="F0")) == ["basically_qualified_last_year"]


def new(on: str = "2025-03-03") -> Given:
    return [
        fact("UnitRegistered", "2020-01-01", unit_id="U1", name="A", kind="school"),
        fact("CadreRegistered", "2020-01-01", unit_id="U1", managed_by="committee", category="professional_technical"),
        fact("CadreExited", on, unit_id="U1", post="principal", reason="age", exited_on=on, decision_no="X"),
    ]


def duty(id_: str, first: str, until: str | None = None) -> dict[str, object]:
    return fact(
        "DutyAssigned", first, duty_id=id_, category="party_building", host_unit_id="U1", from_=first, **({"until": until} if until else {})
    )


@pytest.mark.parametrize(
    ("given", "owed"),
    [
        ([fact("DutyDeclined", "2025-03-03", duty_id="d", declined_on="2025-03-03", reason_given=False)], False),
        ([fact("DutyDeclined", "2025-02-28", duty_id="d", declined_on="2025-02-28", reason_given=False)], True),
        ([fact("DutyProposed", "2025-03-03", duty_id="d", category="party_building", host_unit_id="U1", proposed_on="2025-03-03")], False),
        ([fact("DutyProposed", "2025-02-28", duty_id="d", category="party_building", host_unit_id="U1", proposed_on="2025-02-28")], True),
        ([fact("DutyProposed", "2025-04-15", duty_id="d", category="party_building", host_unit_id="U1", proposed_on="2025-04-15")], False),
    ],
)
def test_what_was_proposed_or_declined_from_the_day_of_the_exit_on(given: Given, owed: bool) -> None:
    assert bool(found([*new(), *given], "2025-12-31", "duty_not_assigned_in_time", None)) is owed


def test_the_duty_that_ended_last_is_named() -> None:
    two = [duty("d", "2025-03-10", "2025-04-30"), duty("e", "2025-04-01", "2025-05-30")]
    (owed,) = found([*new(), *two], "2025-12-31", "duty_not_assigned_in_time", None)
    assert owed.evidence == ("registry/cadre-C1@2", "assignments/duty-e@1")


def test_a_duty_from_before_the_exit_is_not_the_first_after_it() -> None:
    assert found([*new(), duty("b", "2024-09-02")], "2025-12-31", "preference_not_invited", None) == []
    (missed,) = found([*new(), duty("b", "2024-09-02"), duty("d", "2025-04-07")], "2025-12-31", "preference_not_invited", None)
    assert missed.evidence == ("assignments/duty-d@1",)


def test_on_the_day_of_a_transfer_the_clock_has_begun_anew() -> None:
    moved = fact("CadreTransferred", "2025-05-12", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-05-12")
    assert len(found([moved], "2025-05-11", "unit_talk_overdue")) == 2
    assert found([moved], "2025-05-12", "unit_talk_overdue") == []


@pytest.mark.parametrize(("withdrawn_on", "standing"), [("2025-11-10", None), ("2025-11-09", "C-1")])
def test_a_circular_stands_until_it_is_withdrawn(withdrawn_on: str, standing: str | None) -> None:
    issued = fact("UnitCircularIssued", "2025-11-10", year=2025, document_no="C-1", issued_on="2025-11-10")
    withdrawn = fact("UnitCircularWithdrawn", withdrawn_on, year=2025, document_no="C-1", withdrawn_on=withdrawn_on)
    assert ask_unit([issued, withdrawn], "U1", "2025-12-31").scorecard.circular == standing


def test_nobody_who_was_never_registered_is_managed_by_the_committee() -> None:
    answer = ask([new()[2]], "2025-12-31", fixture=None)
    assert (codes(answer), answer.promotion.reasons[0].evidence) == (["not_committee_managed"], ())


@pytest.mark.parametrize(
    ("against", "year", "under"),
    [
        ("compliance/appraisal-C1-2024@1", 2024, True),
        ("compliance/appraisal-C1-2024@1", 2025, False),
        ("compliance/cadre-C1@3", 2024, True),
        ("compliance/cadre-C1@3", 2025, False),
        ("compliance/promotion-C1@1", 2024, False),
    ],
)
def test_what_is_under_review(against: str, year: int, under: bool) -> None:
    """A grade, or the answer about a year."""
    review = fact("ReviewRequested", "2025-02-10", review_id="v", against=against, requested_on="2025-02-10")
    appeal = fact("AppealFiled", "2025-02-10", appeal_id="p", against=against, filed_on="2025-02-10")
    decided = [
        fact("ReviewDecided", "2025-03-03", review_id="v", outcome="upheld", decided_on="2025-03-03"),
        fact("AppealDecided", "2025-03-03", appeal_id="p", outcome="upheld", decided_on="2025-03-03"),
    ]
    for asked, other in ((review, decided[0]), (appeal, decided[1])):
        assert bool(ask([asked], "2025-12-31", year=year).appraisal.under_review) is under
        assert not ask([asked, other], "2025-12-31", year=year).appraisal.under_review


@pytest.mark.parametrize("article", ["2023-13", "2023-14"])
def test_advice_is_for_the_unit_of_the_first_act_whichever_was_recorded_first(article: str) -> None:
    def act(id_: str, on: str, known: str) -> dict[str, object]:
        if article == "2023-13":
            return fact("NonCorrectionRecorded", on, known, concern_id=id_, recorded_on=on)
        return fact("TaskOutcomeRecorded", on, known, task_id=id_, year=2025, outcome="not_completed", recorded_on=on)

    moved = fact("CadreTransferred", "2025-07-28", from_unit_id="U1", to_unit_id="U2", transferred_on="2025-07-28")
    later, earlier = act("k", "2025-08-11", "2025-08-11"), act("m", "2025-07-25", "2025-09-03")
    for given, unit in (([later], "U2"), ([later, earlier], "U1")):
        (advice,) = found([moved, *given], "2025-12-31", "superior_rule_advisory")
        assert (advice.article, advice.unit_id) == (article, unit)


def test_units_that_were_merged_into_each_other_end_where_they_began() -> None:
    def merged(unit: str, into: str, on: str) -> dict[str, object]:
        return fact("UnitMerged", on, unit_id=unit, into_unit_id=into, merged_on=on)

    chain = [merged("U1", "U2", "2025-03-03"), merged("U2", "U1", "2025-06-02")]
    assert [ask_unit(chain, u, "2025-04-01").scorecard.cadres for u in ("U1", "U2")] == [0, 1]


def test_the_committee_owes_only_what_was_reported_to_it_in_full() -> None:
    first, second = requested("2025-05-09", "2025-05-12", "2025-05-23"), requested("2025-05-23", "2025-05-26", "2025-06-13", leave_id="L2")
    reported = [fact("LeaveReported", "2025-05-26", leave_id=i, document_no="R", reported_on="2025-05-26") for i in ("L1", "L2")]
    away = absent("2025-05-12", "2025-06-13")
    assert [r.owed_by for r in ask([first, second, away, reported[0]], "2025-06-30").promotion.reasons] == ["branch"]
    assert [r.owed_by for r in ask([first, second, away, *reported], "2025-06-30").promotion.reasons] == ["committee"]


def test_the_treatment_that_counted_a_day_is_that_of_the_first_day_of_its_leave() -> None:
    changed = [policy("2025-05-01", leave__pending_treatment="strict"), policy("2025-06-02", id_="P2", leave__pending_treatment="suspend")]
    answer = ask([*changed, requested("2025-05-09", "2025-05-12", "2025-06-13"), absent("2025-05-12", "2025-06-13")], "2025-06-30")
    for reason in (*answer.promotion.reasons, *answer.appraisal.reasons):
        assert {p.name: p.policy for p in reason.parameters}["leave.pending_treatment"] == "P1"


def test_a_head_whose_appointment_was_retracted_was_never_named() -> None:
    head = fact("UnitHeadAppointed", "2025-02-03", office="party", head_ref="h", from_="2025-02-03")
    gone = fact("RegistryFactRetracted", "2025-02-03", "2025-03-03", retracts="registry/unit-U1@2", retracted_on="2025-03-03")
    assert [f.office for f in found([head], "2025-12-31", "unit_talk_overdue")] == ["party"]
    assert sorted(str(f.office) for f in found([head, gone], "2025-12-31", "unit_talk_overdue")) == ["administrative", "party"]


def test_what_was_repealed_before_it_began_never_held() -> None:
    later = policy("2025-06-02", known="2025-01-06", absence__long__consecutive="> 3")
    repealed = fact("PolicyRepealed", "2025-05-06", policy_id="P1", repealed_on="2025-05-06", document_no="D")
    assert ask([later, LONG], "2025-12-31").promotion.reasons[0].parameters[0].policy == "P1"
    assert ask([later, repealed, LONG], "2025-12-31").promotion.reasons[0].parameters[0].policy == "P0"
    again = policy("2025-06-02", known="2025-05-12", absence__long__consecutive="> 3")
    assert ask([later, repealed, again, LONG], "2025-12-31").promotion.reasons[0].parameters[0].policy == "P1"


def test_each_finding_rests_on_its_article() -> None:
    given = [
        LONG, requested("2025-05-09", "2025-05-12", "2025-06-13"), absent("2025-04-07", "2025-04-09", "a2", unit_knew=True),
        fact("ConcernRecorded", "2025-03-03", concern_id="k", kinds=["lax"], recorded_on="2025-03-03"),
        fact("NonCorrectionRecorded", "2025-04-08", concern_id="k", recorded_on="2025-04-08"),
    ]  # fmt: skip
    articles = {f.code: f.article for f in ask(given, "2025-12-31").findings}
    assert articles == {
        "unit_talk_overdue": "6.1", "thought_exchange_overdue": "6.1", "training_gap": "6.2", "unit_connivance": "4.1",
        "unit_review_overdue": "8.1", "reminder_overdue": "7.2", "ladder_step_skipped": "7.2", "report_overdue": "7.2",
        "dismissal_threshold_alert": "652-15", "superior_rule_advisory": "2023-13", "reading_disagreement": "8.2", "determination_owed": "7.1",
    }  # fmt: skip
    assert {f.code: f.article for f in ask(new(), "2025-12-31", fixture=None).findings} == {
        "exit_talk_overdue": "6.1", "unit_talk_overdue": "6.1", "thought_exchange_overdue": "6.1", "duty_not_assigned_in_time": "5",
    }  # fmt: skip

"""What would change an answer: each act named, recorded for real, gives the answer that was said; and no act that would is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.answers import Answer, Change, Question, WouldChange
from contracts.canonical import canonical
from contracts.labels import catalogue, label
from contracts.message import Event, end_of_day, instant, line_of, midnight
from services.compliance import law
from services.compliance.law.acts import WORDS
from services.compliance.shown import shown
from tests.law.asking import absent, approved, d, events, fact, requested
from tests.law.test_properties import FIRST, LAST, QUICK, days, facts, later
from tests.scenarios.golden import Asked, questions

Fact = dict[str, Any]
TASK = fact("TaskAssigned", "2024-01-10", task_id="t2", duty_id="d1", year=2024, due_on="2024-12-01", assigned_on="2024-01-10")
"""Besides t2024 of the fixture."""


def explained(recorded: Sequence[Event], as_of: date, known_at: str, year: int | None = None) -> tuple[Answer, WouldChange]:
    common, cadre = law.Common.of(recorded), law.Cadre.of("C1", recorded)
    answer = law.answer(common, cadre, Question(cadre_id="C1", as_of=as_of, known_at=known_at, year=year or as_of.year))
    return answer, law.would_change(common, cadre, answer)


def ask(given_: Sequence[Fact], as_of: str, year: int | None = None, fixture: str | None = "F25") -> WouldChange:
    return explained(events(given_, fixture), d(as_of), end_of_day(d("2030-12-31")), year)[1]


def by_act(found: WouldChange) -> dict[tuple[str, ...], Change]:
    """By the words of what is done."""
    return {tuple(a.en for a in c.acts): c for c in found.changes}


def really(recorded: Sequence[Event], answer: Answer, written: Sequence[tuple[str, str, dict[str, Any]]]) -> Answer:
    """The answer once somebody has recorded these (type, time, data) a moment later, as lines of the log."""
    at = datetime.fromisoformat(answer.known_at)
    known = [e for e in recorded if e.recordedtime <= answer.known_at]
    for n, (kind, time, data) in enumerate(written, 1):
        service = kind.split(".")[1]
        attributes = {
            "specversion": "1.0", "id": f"{service}/really-{n}@1", "source": f"/taizhang/{service}", "type": kind, "subject": "C1", "time": time,
            "recordedtime": instant(at + timedelta(microseconds=n)), "sequence": f"{10_000 + n:020}", "actor": "p", "role": "branch",
            "unitref": "U1", "correlationid": "r", "causationid": "c", "dataschema": f"/schemas/{kind}.json",
            "datacontenttype": "application/json", "data": data,
        }  # fmt: skip
        known.append(Event.parse(canonical(attributes)))
    question = Question(cadre_id="C1", as_of=answer.as_of, known_at=instant(at + timedelta(seconds=1)), year=answer.year)
    return law.answer(law.Common.of(known), law.Cadre.of("C1", known), question, findings=False, next_change=False)


def said(answer: Answer) -> tuple[Any, ...]:
    return answer.promotion.outcome, answer.appraisal.outcome, answer.appraisal.allowed_grades


def written(change: Change) -> list[tuple[str, str, dict[str, Any]]]:
    return [(f.type, midnight(f.time), orjson.loads(orjson.dumps(f.data))) for act in change.acts for f in act.facts]


def holds(recorded: Sequence[Event], answer: Answer, found: WouldChange) -> None:
    for change in found.changes:
        after = really(recorded, answer, written(change))
        assert said(after) != said(answer)
        assert said(after) == (change.promotion, change.appraisal, change.allowed_grades)
        assert tuple(r.code for r in after.promotion.reasons) == change.promotion_codes
        assert tuple(r.code for r in after.appraisal.reasons) == change.appraisal_codes
        for act in change.acts if len(change.acts) > 1 else ():
            alone = [(f.type, midnight(f.time), f.data) for f in act.facts]
            assert said(really(recorded, answer, orjson.loads(orjson.dumps(alone)))) == said(answer)


def every_act(recorded: Sequence[Event], answer: Answer) -> Iterator[list[tuple[str, str, dict[str, Any]]]]:
    """Each act of the list about each thing of the cadre, written down without the law: so that none is overlooked."""
    on, day = midnight(answer.as_of), answer.as_of.isoformat()
    known = [e for e in recorded if e.recordedtime <= answer.known_at and e.time <= answer.as_of]
    for e in known:
        data = e.data.public()
        match e.data.event_name():
            case "AbsenceRecorded":
                about = {"absence_id": data["absence_id"], "cadre_id": "C1"}
                yield [("taizhang.assignments.AbsenceRescinded.v1", midnight(e.time), about)]
                for how in ("excused", "official_business", "awol"):
                    yield [("taizhang.assignments.AbsenceCharacterised.v1", midnight(e.time), about | {"as": how, "decided_on": day})]
            case "LeaveRequested":
                yield from every_act_on_leave(known, data, answer.as_of)
            case "TaskAssigned" if data["year"] == answer.year:
                for how in ("completed", "not_attributable", "not_completed"):
                    outcome = {"task_id": data["task_id"], "cadre_id": "C1", "year": answer.year, "outcome": how, "recorded_on": day}
                    yield [("taizhang.assignments.TaskOutcomeRecorded.v1", on, outcome)]
            case "GradeConfirmed" | "GradeRevised":
                for grade in ("qualified", "basically_qualified"):
                    revised = {"cadre_id": "C1", "year": data["year"], "grade": grade, "revised_on": day}
                    yield [("taizhang.compliance.GradeRevised.v1", on, revised)]
    for result in ("restored", "cannot"):
        yield [("taizhang.compliance.PerformanceDetermined.v1", on, {"cadre_id": "C1", "result": result, "from": day})]


def every_act_on_leave(known: Sequence[Event], request: dict[str, Any], as_of: date) -> Iterator[list[tuple[str, str, dict[str, Any]]]]:
    on, day, first, id_ = midnight(as_of), as_of.isoformat(), d(request["from"]), request["leave_id"]
    about = {"leave_id": id_, "cadre_id": "C1"}
    if not names_of(known, id_, "committee") & {"LeaveApproved", "LeaveRejected", "LeaveWithdrawn"}:
        decision = about | {"level": "committee", "decision_no": "-", "decided_on": day}
        whole = {"from": request["from"], "until": request["until"]}
        yield [("taizhang.assignments.LeaveApproved.v1", midnight(min(first, as_of)), decision | whole)]
        served = ("taizhang.assignments.NoticeServed.v1", on, about | {"served_on": day})
        yield [("taizhang.assignments.LeaveRejected.v1", on, decision), served]
    if first < as_of and "ReturnConfirmed" not in names_of(known, id_):
        yield [("taizhang.assignments.ReturnConfirmed.v1", on, about | {"returned_on": day})]


def names_of(known: Sequence[Event], leave_id: str, level: str | None = None) -> set[str]:
    of = [e.data for e in known if getattr(e.data, "leave_id", None) == leave_id]
    return {e.event_name() for e in of if level is None or getattr(e, "level", level) == level}


@settings(QUICK, max_examples=150)
@given(facts(), days, days)
def test_each_named_act_really_gives_the_answer_that_was_said(given_: list[Fact], day: str, known: str) -> None:
    recorded = events(given_)
    as_of, known_at = date.fromisoformat(day), end_of_day(date.fromisoformat(known))
    if any(e.recordedtime <= known_at for e in recorded):
        holds(recorded, *explained(recorded, as_of, known_at))


@QUICK
@given(facts(), days)
def test_no_single_act_that_would_change_it_is_missing(given_: list[Fact], day: str) -> None:
    recorded, as_of = events(given_), date.fromisoformat(day)
    answer, found = explained(recorded, as_of, end_of_day(LAST))
    named = {said_of(written(c)) for c in found.changes if len(c.acts) == 1}
    for act in every_act(recorded, answer):
        if said(really(recorded, answer, act)) != said(answer):
            assert said_of(act) in named, act


def said_of(facts_: Sequence[tuple[str, str, dict[str, Any]]]) -> str:
    """Without the choice of words between two determinations of one effect."""
    return orjson.dumps([(k, t, d_) for k, t, d_ in facts_], option=orjson.OPT_SORT_KEYS).decode().replace('"can"', '"restored"')


@QUICK
@given(st.lists(st.tuples(days, st.integers(0, 12)), min_size=2, max_size=4), days)
def test_a_pair_is_named_when_only_both_together_change_it(absences: list[tuple[str, int]], day: str) -> None:
    recorded = events([*(absent(first, later(first, n), f"a{i}", later(first, n)) for i, (first, n) in enumerate(absences))])
    answer, found = explained(recorded, date.fromisoformat(day), end_of_day(LAST))
    named = {frozenset(a.object for a in c.acts) for c in found.changes if {a.act for a in c.acts} == {"rescind_absence"}}
    rescinding = [act for act in every_act(recorded, answer) if "Rescinded" in act[0][0]]
    alone = [a for a in rescinding if said(really(recorded, answer, a)) == said(answer)]
    for a, b in combinations(alone, 2):
        together = said(really(recorded, answer, [*a, *b])) != said(answer)
        assert together == ({a[0][2]["absence_id"], b[0][2]["absence_id"]} in named)


@pytest.mark.parametrize("asked", [q for q in questions() if "unit" not in q.ask], ids=str)
def test_every_golden_question_can_be_explained(asked: Asked) -> None:
    recorded = [Event.parse(line) for line in asked.lines]
    if asked.ask.get("cadre", "C1") != "C1":
        recorded = [Event.parse(line_of(e)) for e in recorded]
    cadre = asked.ask.get("cadre", "C1")
    common, own = law.Common.of(recorded), law.Cadre.of(cadre, recorded)
    question = Question(cadre_id=cadre, as_of=asked.as_of, known_at=end_of_day(asked.known_at), year=asked.year)
    answer = law.answer(common, own, question)
    found = law.would_change(common, own, answer)
    assert not found.not_tried
    if cadre == "C1":
        holds(recorded, answer, found)


def test_what_lifts_the_cap_of_a_long_absence() -> None:
    found = by_act(ask([absent("2024-09-23", "2024-10-17")], "2024-10-17"))
    span = "2024-09-23 to 2024-10-17"
    for words in (f"Rescind the absence of {span}.", f"Characterise the absence of {span} as excused."):
        change = found[(words,)]
        assert (change.effect, change.promotion, change.appraisal) == ("better", "eligible", "eligible")
    done = found[("Record task t2024 of 2024 as completed.",)]
    assert (done.promotion, done.appraisal, done.effect) == ("ineligible", "eligible", "better")
    restored = found[("Determine that from 2024-10-17 on the cadre performs normally again.",)]
    assert (restored.promotion, restored.appraisal) == ("eligible", "ineligible")
    assert (restored.acts[0].by, restored.acts[0].countersigned_by, restored.acts[0].article) == ("branch", "section", "7.1")


def test_two_acts_where_one_is_not_enough() -> None:
    found = ask([TASK, absent("2024-09-23", "2024-10-17")], "2024-10-17")
    pairs = [c for c in found.changes if {a.act for a in c.acts} == {"record_task_outcome"}]
    assert {frozenset((a.object, a.facts[0].data["outcome"]) for a in c.acts) for c in pairs} == {
        frozenset({("t2024", one), ("t2", two)}) for one in ("completed", "not_attributable") for two in ("completed", "not_attributable")
    }
    assert {(c.promotion, c.appraisal) for c in pairs} == {("ineligible", "eligible")}


def test_an_open_leave_is_decided_both_ways_and_a_refusal_is_served() -> None:
    found = by_act(ask([requested("2024-09-20", "2024-09-23", "2024-10-31"), absent("2024-09-23", "2024-10-17")], "2024-10-17"))
    approval = found[("Approve the leave of 2024-09-23 to 2024-10-31.",)]
    assert (approval.promotion, approval.promotion_codes, approval.appraisal) == ("ineligible", ("on_special_leave",), "eligible")
    refusal = found[("Refuse the leave of 2024-09-23 to 2024-10-31 and serve the notice the same day.",)]
    assert [f.type.split(".")[2] for f in refusal.acts[0].facts] == ["LeaveRejected", "NoticeServed"]
    assert (refusal.promotion, refusal.appraisal) == ("eligible", "eligible")


def test_a_return_that_is_declared_is_confirmed_as_declared() -> None:
    declared = fact("ReturnDeclared", "2024-10-14", leave_id="L1", returned_on="2024-10-14")
    found = ask([approved("2024-09-01", "2024-09-02", "2024-10-11"), declared], "2024-10-20")
    (change,) = [c for c in found.changes if c.acts[0].act == "confirm_return"]
    assert change.acts[0].facts[0].data["returned_on"] == "2024-10-14"
    assert (change.promotion, change.effect) == ("eligible", "better")


def test_a_refusal_without_notice_is_served() -> None:
    refused = fact("LeaveRejected", "2024-10-08", leave_id="L1", level="committee", decision_no="D", decided_on="2024-10-08")
    asked_for = requested("2024-09-20", "2024-09-23", "2024-10-31")
    found = ask([asked_for, refused, absent("2024-09-23", "2024-10-17")], "2024-10-17")
    assert [c.promotion for c in found.changes if [a.act for a in c.acts] == ["serve_notice"]] == ["eligible"]


def test_a_duty_that_was_offered_is_assigned() -> None:
    offered = fact("DutyProposed", "2025-03-10", duty_id="d7", category="party_building", host_unit_id="U2", proposed_on="2025-03-10")
    (change,) = [c for c in ask([offered], "2025-10-17", fixture="FNEW").changes if c.acts[0].act == "assign_duty"]
    assert (change.acts[0].object, change.acts[0].facts[0].data["host_unit_id"], change.promotion) == ("d7", "U2", "eligible")


def test_a_revised_grade_that_its_year_does_not_allow_does_not_pass_unsaid() -> None:
    confirmed = fact("GradeConfirmed", "2025-01-20", year=2024, grade="unqualified", confirmed_on="2025-01-20")
    restored = fact("PerformanceDetermined", "2024-11-01", result="restored", from_="2024-11-01")
    capped = [absent("2024-09-23", "2024-10-17"), restored, confirmed]
    (change,) = [c for c in ask(capped, "2025-03-03").changes if c.acts[0].act == "revise_grade"]
    assert (change.acts[0].year, change.promotion, change.breaches) == (2024, "eligible", ("grade_above_cap",))
    (change,) = [c for c in ask([confirmed], "2025-03-03").changes if c.acts[0].act == "revise_grade"]
    assert (change.promotion, change.breaches) == ("eligible", ())


def test_what_betters_comes_first() -> None:
    found = ask([absent("2024-09-23", "2024-10-17")], "2024-10-17")
    order = [("better", "mixed", "worse").index(c.effect) for c in found.changes]
    assert order == sorted(order)
    assert found.changes[0].promotion == found.changes[0].appraisal == "eligible"


def test_much_of_a_kind_is_bounded_and_said() -> None:
    single = [absent(day := later("2024-01-02", 7 * n), day, f"a{n}") for n in range(20)]
    found = ask(single, "2024-10-17")  # one of these Tuesdays is a holiday
    assert {(n.act, n.left_out) for n in found.not_tried if n.act} == {("rescind_absence", 7), ("characterise_absence", 7)}
    (pairs,) = [n for n in found.not_tried if n.act is None]
    assert pairs.left_out > 0
    assert found.tried == 400 + 12 * 4 + 3 + 2 + 1, "absences, the task, determinations, the grade"


def test_the_newest_are_tried_and_first_what_the_answer_rests_on() -> None:
    long = absent("2023-10-09", "2023-11-10", "old")
    single = [absent(day := later("2024-01-02", 7 * n), day, f"a{n}") for n in range(20)]
    found = ask([long, *single], "2024-10-17")
    (whole,) = [c for c in found.changes if c.acts[0].act == "rescind_absence"]
    assert (whole.acts[0].object, whole.promotion) == ("old", "eligible")


def test_words_of_acts_are_those_of_the_catalogue() -> None:
    kinds = ("as", "outcome", "result", "grade")
    for code, (zh, en) in WORDS.items():
        kind = next(k for k in kinds if code in catalogue()[k])
        assert (label(code, "zh", kind), label(code, "en", kind).lower()) == (zh, en)


def test_nothing_is_said_of_changes_unless_it_was_asked_for() -> None:
    recorded = events([])
    question = Question(cadre_id="C1", as_of=FIRST, known_at=end_of_day(LAST), year=2024)
    assert "would_change" not in shown(law.answer(law.Common.of(recorded), law.Cadre.of("C1", recorded), question))

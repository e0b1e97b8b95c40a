"""A year in the demo district, as dated commands: duties, talks, leave in every shape, absence, a correction, grades.

Everything is invented. Who plays which part follows from the order of the ids, so that every run tells the same story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from services.local.acts import Act, Person, act, since
from services.local.episodes import absences, leaves
from services.local.init import First

CATEGORIES = ("responsible_inspector", "policy_lecturing", "party_building", "petitions_and_stability", "other_central_work")
PARTS = ("corrected", "awol", "ill", "carer", "refused", "short", "withdrawn", "revoked", "idle", "declined", "failing")


def cast(people: Sequence[Person]) -> dict[str, Person]:
    """Who plays which part: cadres who left their post before the story begins and of whom no workbook tells, each of another unit."""
    found: dict[str, Person] = {}
    units: set[str] = set()
    for person in sorted(people, key=lambda p: p.cadre_id):
        if len(found) < len(PARTS) and not person.named and person.exited_on < date(2024, 8, 1) and person.unit_id not in units:
            units.add(person.unit_id)
            found[PARTS[len(found)]] = person
    return found


def acts(people: Sequence[Person]) -> list[Act]:
    """In order of the days on which they are entered. `people` are those in scope when the story begins."""
    parts = cast(people)
    told = [*_everybody(people, parts), *leaves(parts), *absences(parts)]
    return sorted(told, key=lambda told_: told_.on)


def _everybody(people: Sequence[Person], parts: Mapping[str, Person]) -> list[Act]:
    told = []
    others = sorted({p.unit_id for p in people})
    idle, declined, failing = (parts[p].cadre_id if p in parts else "" for p in ("idle", "declined", "failing"))
    for n, person in enumerate(sorted(people, key=lambda p: p.cadre_id)):
        who, duty, category = person.cadre_id, f"D-{person.cadre_id}", CATEGORIES[n % len(CATEGORIES)]
        asked = max(date(2024, 9, 2), person.exited_on)
        if person.exited_on >= date(2024, 1, 1):
            told.append(act(asked, c.HoldExitTalk, whose="committee", cadre_id=who, held_on=asked))
        if who == idle:
            continue
        told.append(act(asked, a.DeclareDutyPreference, whose="cadre", cadre_id=who, categories=[category], declared_on=asked))
        # no inspector inspects their own school
        host = person.unit_id if category != "responsible_inspector" else others[(others.index(person.unit_id) + 1) % len(others)]
        given = {"duty_id": duty, "cadre_id": who, "category": category, "host_unit_id": host}
        if who == declined or n % 4 == 0:  # to the others their preference is simply granted
            told.append(act(date(2024, 9, 3), a.ProposeDuty, **given, proposed_on=date(2024, 9, 3)))
        if who == declined:
            no = {"duty_id": duty, "cadre_id": who, "declined_on": date(2024, 9, 6), "reason_given": False}
            told.append(act(date(2024, 9, 6), a.DeclineDuty, whose="cadre", **no))
            continue
        told.append(act(date(2024, 9, 9), a.AssignDuty, **given, **since(date(2024, 9, 9))))
        for year, assigned, recorded in ((2024, date(2024, 9, 10), date(2024, 12, 27)), (2025, date(2025, 2, 17), None)):
            if year == 2025 and n % 4:  # theirs are set later
                continue
            task = {"task_id": f"T-{who}-{year}", "cadre_id": who, "year": year}
            told.append(act(assigned, a.AssignTask, whose="branch", **task, duty_id=duty, due_on=date(year, 12, 20), assigned_on=assigned))
            outcome = "not_completed" if who == failing else "completed"
            if recorded and who not in (parts[p].cadre_id for p in ("corrected", "awol") if p in parts):
                told.append(act(recorded, a.RecordTaskOutcome, whose="branch", **task, outcome=outcome, recorded_on=recorded))
    return told


def heads(people: Sequence[Person], on: date) -> list[Act]:
    """Both main heads of every unit that has somebody."""
    return [
        act(on, r.AppointUnitHead, unit_id=unit, office=office, head_ref=f"H-{unit}-{office[0]}", **since(on))
        for unit in sorted({p.unit_id for p in people})
        for office in ("party", "administrative")
    ]


GRADES = {"eligible": "qualified", "ineligible": "basically_qualified", "no_grade": "no_grade"}


def grade(person: Person, outcome: str, on: date) -> Act | None:
    """The grade of 2024, within what Article 8 allows; none while the answer is open or none applies."""
    given = GRADES.get(outcome)
    if given is None:
        return None
    return act(on, c.ConfirmGrade, whose="committee", cadre_id=person.cadre_id, year=2024, grade=given, confirmed_on=on)


def close_year(on: date) -> Act:
    return act(on, c.CloseAppraisalYear, whose="committee", year=2024, closed_on=on)


def logins(people: Sequence[Person]) -> tuple[First, ...]:
    """An account in every role: two of the committee, and those of one unit with one of its cadres."""
    someone = people[0]
    return (
        First("demo-section", "section"),
        First("demo-committee-1", "committee"),
        First("demo-committee-2", "committee"),
        First("demo-branch", "branch", someone.unit_id),
        First("demo-head", "unit_head", someone.unit_id),
        First("demo-cadre", "cadre", someone.cadre_id),
        First("demo-medical", "medical_reviewer", someone.cadre_id),
        First("demo-auditor", "auditor"),
        First("demo-operator", "operator"),
        First("demo-subscriber", "subscriber"),
    )

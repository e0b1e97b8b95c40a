"""A year in the demo district, as dated commands: duties, talks, leave in every shape, absence, a correction, grades.

Everything is invented. Who plays which part follows from the order of the ids, so that every run tells the same story."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import Fact

CATEGORIES = ("responsible_inspector", "policy_lecturing", "party_building", "petitions_and_stability", "other_central_work")
PARTS = ("corrected", "awol", "ill", "carer", "refused", "short", "withdrawn", "revoked", "idle", "declined", "failing")


@dataclass(frozen=True, slots=True)
class Person:
    cadre_id: str
    unit_id: str
    exited_on: date


@dataclass(frozen=True, slots=True)
class Act:
    """A command entered on a day; `whose`: the role whose act it is when the section enters its paper."""

    on: date
    command: Fact
    whose: str | None = None


def cast(people: Sequence[Person]) -> dict[str, Person]:
    """Who plays which part: cadres who left their post before the story begins, each of another unit."""
    found: dict[str, Person] = {}
    units: set[str] = set()
    for person in sorted(people, key=lambda p: p.cadre_id):
        if len(found) < len(PARTS) and person.exited_on < date(2024, 8, 1) and person.unit_id not in units:
            units.add(person.unit_id)
            found[PARTS[len(found)]] = person
    return found


def acts(people: Sequence[Person]) -> list[Act]:
    """In order of the days on which they are entered. `people` are those in scope when the story begins."""
    parts = cast(people)
    told = [*_everybody(people, parts), *_leaves(parts), *_absences(parts)]
    return sorted(told, key=lambda act: act.on)


def _everybody(people: Sequence[Person], parts: Mapping[str, Person]) -> list[Act]:
    told = []
    idle, declined, failing = (parts[p].cadre_id if p in parts else "" for p in ("idle", "declined", "failing"))
    for n, person in enumerate(sorted(people, key=lambda p: p.cadre_id)):
        who, duty, category = person.cadre_id, f"D-{person.cadre_id}", CATEGORIES[n % len(CATEGORIES)]
        since = max(date(2024, 9, 2), person.exited_on)
        if person.exited_on >= date(2024, 1, 1):
            told.append(_act(since, c.HoldExitTalk, whose="committee", cadre_id=who, held_on=since))
        if who == idle:
            continue
        told.append(_act(since, a.DeclareDutyPreference, whose="cadre", cadre_id=who, categories=[category], declared_on=since))
        given = {"duty_id": duty, "cadre_id": who, "category": category, "host_unit_id": person.unit_id}
        told.append(_act(date(2024, 9, 3), a.ProposeDuty, **given, proposed_on=date(2024, 9, 3)))
        if who == declined:
            told.append(
                _act(
                    date(2024, 9, 6),
                    a.DeclineDuty,
                    whose="cadre",
                    duty_id=duty,
                    cadre_id=who,
                    declined_on=date(2024, 9, 6),
                    reason_given=False,
                )
            )
            continue
        told.append(_act(date(2024, 9, 9), a.AssignDuty, **given, **_from(date(2024, 9, 9))))
        for year, assigned, recorded in ((2024, date(2024, 9, 10), date(2024, 12, 27)), (2025, date(2025, 2, 17), None)):
            task = {"task_id": f"T-{who}-{year}", "cadre_id": who, "year": year}
            told.append(_act(assigned, a.AssignTask, whose="branch", **task, duty_id=duty, due_on=date(year, 12, 20), assigned_on=assigned))
            outcome = "not_completed" if who == failing else "completed"
            if recorded and who not in (parts[p].cadre_id for p in ("corrected", "awol") if p in parts):
                told.append(_act(recorded, a.RecordTaskOutcome, whose="branch", **task, outcome=outcome, recorded_on=recorded))
    return told


def _leaves(parts: Mapping[str, Person]) -> list[Act]:
    told: list[Act] = []
    if p := parts.get("ill"):  # the whole procedure of Article 8, extended once, ended by a confirmed return
        told += _request(p, "L-ill", "health", date(2024, 10, 9), date(2024, 10, 14), date(2024, 12, 31))
        told += _reported(p, "L-ill", date(2024, 10, 10))
        told.append(_approved(p, "L-ill", "committee", date(2024, 10, 12), date(2024, 10, 14), date(2024, 12, 31)))
        told.append(
            _of(
                p,
                "L-ill",
                date(2024, 12, 30),
                a.ExtendLeave,
                "committee",
                until=date(2025, 1, 17),
                decision_no="溪教体委〔2024〕88号",
                decided_on=date(2024, 12, 30),
            )
        )
        told.append(_of(p, "L-ill", date(2025, 1, 20), a.DeclareReturn, "cadre", returned_on=date(2025, 1, 20)))
        told.append(_of(p, "L-ill", date(2025, 1, 22), a.ConfirmReturn, "branch", returned_on=date(2025, 1, 20)))
    if p := parts.get("carer"):  # asked for by a relative, ratified; reported, and not yet decided when the story ends
        told += _request(
            p, "L-carer", "family_care", date(2025, 8, 18), date(2025, 8, 21), date(2025, 10, 31), applicant="proxy", incapacitated=True
        )
        told.append(_of(p, "L-carer", date(2025, 8, 22), a.RatifyLeave, "cadre", ratified_on=date(2025, 8, 22)))
        told += _reported(p, "L-carer", date(2025, 8, 25))
    if p := parts.get("refused"):  # away while waiting; good faith ends when the refusal is served
        told += _request(p, "L-refused", "personal", date(2024, 11, 1), date(2024, 11, 4), date(2024, 12, 6))
        told += _reported(p, "L-refused", date(2024, 11, 4))
        told.append(_absent(p, "A-refused", date(2024, 11, 4), date(2024, 11, 22), date(2024, 11, 25)))
        told.append(
            _of(
                p,
                "L-refused",
                date(2024, 11, 14),
                a.RejectLeave,
                "committee",
                level="committee",
                decision_no="溪教体委〔2024〕81号",
                decided_on=date(2024, 11, 14),
            )
        )
        told.append(_of(p, "L-refused", date(2024, 11, 18), a.ServeNotice, "branch", served_on=date(2024, 11, 18)))
    if p := parts.get("short"):  # three working days, the unit's own to decide
        told += _request(p, "L-short", "personal", date(2024, 9, 23), date(2024, 9, 24), date(2024, 9, 26))
        told.append(_approved(p, "L-short", "unit", date(2024, 9, 23), date(2024, 9, 24), date(2024, 9, 26)))
    if p := parts.get("withdrawn"):
        told += _request(p, "L-withdrawn", "health", date(2024, 12, 2), date(2024, 12, 9), date(2025, 1, 10))
        told.append(_of(p, "L-withdrawn", date(2024, 12, 5), a.WithdrawLeave, "cadre", withdrawn_on=date(2024, 12, 5)))
    if p := parts.get("revoked"):
        told += _request(p, "L-revoked", "study", date(2025, 3, 3), date(2025, 3, 10), date(2025, 5, 30))
        told += _reported(p, "L-revoked", date(2025, 3, 4))
        told.append(_approved(p, "L-revoked", "committee", date(2025, 3, 6), date(2025, 3, 10), date(2025, 5, 30)))
        told.append(
            _of(
                p,
                "L-revoked",
                date(2025, 4, 10),
                a.RevokeLeave,
                "committee",
                revoked_from=date(2025, 4, 14),
                decision_no="溪教体委〔2025〕26号",
                decided_on=date(2025, 4, 10),
            )
        )
        told.append(_of(p, "L-revoked", date(2025, 4, 15), a.ConfirmReturn, "branch", returned_on=date(2025, 4, 14)))
    return told


def _absences(parts: Mapping[str, Person]) -> list[Act]:
    told: list[Act] = []
    if p := parts.get("awol"):  # characterised after a hearing
        told.append(_absent(p, "A-awol", date(2025, 5, 12), date(2025, 6, 10), date(2025, 6, 11)))
        told.append(
            _act(
                date(2025, 6, 20),
                a.CharacteriseAbsence,
                whose="branch",
                absence_id="A-awol",
                cadre_id=p.cadre_id,
                decided_on=date(2025, 6, 20),
                heard_on=date(2025, 6, 18),
                countersigned_by="section-1",
                **{"as": "awol"},
            )
        )
    if p := parts.get("corrected"):  # seventeen days become nine, after the grade was confirmed
        told.append(_absent(p, "A-corrected", date(2024, 10, 14), date(2024, 11, 5), date(2024, 11, 6)))
        removed = [{"from": date(2024, 10, 25), "until": date(2024, 11, 5)}]
        told.append(
            _act(
                date(2025, 3, 12),
                a.CorrectAbsence,
                whose="branch",
                absence_id="A-corrected",
                cadre_id=p.cadre_id,
                removed=removed,
                private={"reason": "更正：当时在对口学校督导，有签到记录"},
            )
        )
        told.append(
            _act(
                date(2025, 4, 15),
                c.ReviseGrade,
                whose="committee",
                cadre_id=p.cadre_id,
                year=2024,
                grade="qualified",
                revised_on=date(2025, 4, 15),
                private={"reason": "缺勤记录更正"},
            )
        )
    return told


def heads(people: Sequence[Person], on: date) -> list[Act]:
    """Both main heads of every unit that has somebody."""
    return [
        _act(on, r.AppointUnitHead, unit_id=unit, office=office, head_ref=f"H-{unit}-{office[0]}", **_from(on))
        for unit in sorted({p.unit_id for p in people})
        for office in ("party", "administrative")
    ]


GRADES = {"eligible": "qualified", "ineligible": "basically_qualified", "no_grade": "no_grade"}


def grade(person: Person, outcome: str, on: date) -> Act | None:
    """The grade of 2024, within what Article 8 allows; none while the answer is open or none applies."""
    given = GRADES.get(outcome)
    if given is None:
        return None
    return _act(on, c.ConfirmGrade, whose="committee", cadre_id=person.cadre_id, year=2024, grade=given, confirmed_on=on)


def close_year(on: date) -> Act:
    return _act(on, c.CloseAppraisalYear, whose="committee", year=2024, closed_on=on)


def _request(p: Person, leave: str, reason: str, on: date, first: date, last: date, **more: Any) -> list[Act]:
    evidence = [{"evidence_id": f"E-{leave}", "sha256": sha256(leave.encode()).hexdigest(), "media_type": "application/pdf"}]
    given = {"applicant": "self", "reason_class": reason, "from": first, "until": last, "written": True, "evidence": evidence} | more
    return [_of(p, leave, on, a.RequestLeave, "cadre", **given, requested_on=on, private={"grounds": "（虚构）见所附材料"})]


def _reported(p: Person, leave: str, on: date) -> list[Act]:
    """Passed by the unit and reported in writing on the same day."""
    return [
        _of(p, leave, on, a.ReviewLeave, "branch", outcome="passed", reviewed_on=on),
        _of(p, leave, on, a.ReportLeave, "branch", document_no=f"{p.unit_id}〔{on.year}〕{on.month}-{on.day}号", reported_on=on),
    ]


def _approved(p: Person, leave: str, level: str, on: date, first: date, last: date) -> Act:
    given = {"level": level, "from": first, "until": last, "decision_no": f"溪教体委〔{on.year}〕{on.month}{on.day}号", "decided_on": on}
    return _of(p, leave, on, a.ApproveLeave, "committee" if level == "committee" else "branch", **given)


def _absent(p: Person, absence: str, first: date, last: date, on: date) -> Act:
    given = {"absence_id": absence, "cadre_id": p.cadre_id, "unit_id": p.unit_id, "from": first, "until": last}
    return _act(on, a.RecordAbsence, whose="branch", **given)


def _of(p: Person, leave: str, on: date, command: type[Fact], whose: str, **given: Any) -> Act:
    return _act(on, command, whose=whose, leave_id=leave, cadre_id=p.cadre_id, **given)


def _act(on: date, command: type[Fact], whose: str | None = None, **given: Any) -> Act:
    return Act(on, command.model_validate(_frozen(given)), whose)


def _from(day: date) -> dict[str, Any]:
    return {"from": day}


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value

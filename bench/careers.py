"""What happens to a cadre and in a unit, invented: every kind of fact, about as often as in a district of 600 cadres over four years.

Nobody here is real. A story depends on the seed and the number of its subject alone, so that a larger district has the smaller one in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from bench.story import FIRST, Said, Story

CADRES_TO_A_UNIT = 9
GRADES = (*("qualified",) * 20, *("excellent",) * 4, "basically_qualified", "unqualified", "no_grade")
DUTIES = ("policy_lecturing", "responsible_inspector", "party_building", "petitions_and_stability", "other_central_work")
ACTIVITIES = ("lecture", "inspection_visit", "party_building_visit", "mediation", "central_work")
SHA = "f9094c8cc117da1dd2a165ed0252b5a543a8c7cebf0cce4b3436eea560ec08c"


def cadre(seed: str, number: int, units: int) -> Iterator[Said]:
    id_ = f"C{number:05d}"
    s = Story(seed, id_, f"U{number % units + 1:04d}")
    exited = s.later(date(2021, 1, 1), 0, 460) if s.chance(0.7) else s.later(FIRST, 0, 900)
    begun = max(exited, FIRST)
    gone = s.later(begun, 300, 1500)
    _registry(s, id_, exited, begun, gone)
    duty = _duty(s, id_, begun, gone)
    _tasks_and_talks(s, id_, duty, begun, gone)
    for n in range(s.dice.choice((0, 0, 1, 1, 2, 2, 4, 8))):
        _absence(s, id_, f"A{number:06d}-{n}", s.later(begun, 30, 1300))
    for n in range(s.dice.choice((0, 0, 0, 1, 1, 2, 3))):
        _leave(s, id_, f"L{number:06d}-{n}", s.later(begun, 30, 1300))
    if s.chance(0.09):
        _concern(s, id_, f"K{number:06d}", s.later(begun, 60, 900))
    _grades(s, id_, f"{number:06d}", begun)
    return s.told()


def _registry(s: Story, id_: str, exited: date, begun: date, gone: date) -> None:
    at, known = f"registry/cadre-{id_}", s.later(begun, 0, 30)
    post = s.dice.randint(4, 12)
    s.say(
        at, "CadreRegistered", min(exited, FIRST - timedelta(1)), "section", known=begun, cadre_id=id_, unit_id=s.unit,
        managed_by=s.dice.choices(("committee", "school", "other"), (90, 6, 4))[0],
        category=s.dice.choice(("professional_technical", "professional_technical", "management", "both")), post_grade=post,
    )  # fmt: skip
    if s.chance(0.75):
        since = s.later(date(2016, 1, 1), 0, 1800)
        s.say(at, "PostGradeRecorded", since, "section", known=begun, cadre_id=id_, category="professional_technical", post_grade=post,
              from_=since)  # fmt: skip
    exit_ = s.say(
        at, "CadreExited", exited, "section", known=known, cadre_id=id_, unit_id=s.unit, post="副校长", exited_on=exited,
        reason=s.dice.choice(("age", "age", "health", "institutional_reform", "up_down")), decision_no=f"区教体干〔{exited.year}〕39号",
    )  # fmt: skip
    if s.chance(0.57):
        talk = s.later(exited, 1, 40)
        s.say(f"compliance/cadre-{id_}", "ExitTalkHeld", talk, "committee", known=max(known, talk), cadre_id=id_, held_on=talk)
    day = s.later(begun, 100, 1000)
    if s.chance(0.03):
        s.say(at, "ExitCorrected", exited, "section", known=s.later(known, 1, 60), cadre_id=id_, exited_on=exited).cites = (
            "corrects",
            exit_,
        )
    if s.chance(0.03):
        s.say(at, "CadreIdentityCorrected", FIRST, "section", known=day, cadre_id=id_).cites = ("corrects", s.said[0])
    if s.chance(0.12):
        s.say(at, "PostGradePromoted", day, "section", cadre_id=id_, from_grade=post, to_grade=post - 1, promoted_on=day,
              decision_no="区教体聘〔2024〕13号")  # fmt: skip
    if s.chance(0.08):
        s.say(at, "CadreTransferred", day, "section", cadre_id=id_, from_unit_id=s.unit, to_unit_id="U0001", transferred_on=day)
    if s.chance(0.05):
        s.say(at, "SecondmentStarted", day, "section", cadre_id=id_, host_unit_id="U0001", from_=day)
        end = s.later(day, 60, 400)
        s.say(at, "SecondmentEnded", end, "section", cadre_id=id_, host_unit_id="U0001", ended_on=end)
    if s.chance(0.015):
        s.say(at, "ManagementChanged", day, "committee", cadre_id=id_, managed_by="school", from_=day)
    fate = s.dice.random()
    if fate < 0.6:
        s.say(at, "RetirementCompleted", gone, "section", known=s.later(gone, 0, 4), cadre_id=id_, completed_on=gone)
    elif fate < 0.62:
        s.say(at, "CadreReinstated", gone, "committee", cadre_id=id_, unit_id=s.unit, post="工会主席", reinstated_on=gone)
    elif fate < 0.63:
        s.say(at, "CadreDeceased", gone, "section", known=s.later(gone, 0, 4), cadre_id=id_, died_on=gone)


def _duty(s: Story, id_: str, begun: date, gone: date) -> str:
    duty = f"D{id_[1:]}"
    at, day = f"assignments/duty-{duty}", s.later(begun, 1, 30)
    about: dict[str, Any] = {"duty_id": duty, "cadre_id": id_}
    category = s.dice.choice(DUTIES)
    if s.chance(0.9):
        s.say(f"assignments/cadre-{id_}", "DutyPreferenceDeclared", day, "cadre", cadre_id=id_, categories=[category], declared_on=day)
    if s.chance(0.8):
        proposed = s.later(day, 3, 20)
        s.say(at, "DutyProposed", proposed, "section", **about, category=category, host_unit_id=s.unit, proposed_on=proposed)
        if s.chance(0.12):
            declined = s.later(proposed, 1, 9)
            s.say(at, "DutyDeclined", declined, "cadre", **about, declined_on=declined, reason_given=s.chance(0.6))
    if s.chance(0.95):
        assigned = s.later(day, 20, 60)
        s.say(at, "DutyAssigned", assigned, "section", **about, category=category, host_unit_id=s.unit, from_=assigned)
        if s.chance(0.6):
            s.say(at, "DutyEnded", gone, "section", **about, ended_on=gone, why="retired")
    return duty


def _tasks_and_talks(s: Story, id_: str, duty: str, begun: date, gone: date) -> None:
    def often(mean: float) -> list[date]:
        return [s.later(begun, 30, max(60, (gone - begun).days)) for _ in range(s.dice.randint(0, round(2 * mean)))]

    about: dict[str, Any] = {"duty_id": duty, "cadre_id": id_}
    for n, day in enumerate(often(11.5)):
        s.say(f"assignments/duty-{duty}", "DutyActivityRecorded", day, known=s.later(day, 0, 6), activity_id=f"V{id_[1:]}-{n}", **about,
              done_on=day, kind=s.dice.choice(ACTIVITIES))  # fmt: skip
    for n, day in enumerate(often(4)):
        task, due = f"T{id_[1:]}-{n}", s.later(day, 60, 150)
        s.say(f"assignments/task-{task}", "TaskAssigned", day, task_id=task, **about, year=day.year, due_on=due)
        if s.chance(0.6):
            outcome = s.dice.choices(("completed", "partly", "not_completed", "not_attributable"), (80, 8, 8, 4))[0]
            s.say(f"assignments/task-{task}", "TaskOutcomeRecorded", due, task_id=task, cadre_id=id_, year=day.year, outcome=outcome,
                  recorded_on=due)  # fmt: skip
    at = f"compliance/cadre-{id_}"
    for kind, mean in (("UnitTalkHeld", 3.4), ("ThoughtExchangeHeld", 1.3)):
        for day in often(mean):
            office = s.dice.choice(("party", "administrative"))
            s.say(at, kind, day, "unit_head", known=s.later(day, 0, 3), cadre_id=id_, unit_id=s.unit, by_office=office, held_on=day)
    for day in often(6.4):
        s.say(at, "TrainingAttended", day, cadre_id=id_, kind="daily", hours=s.dice.randint(1, 8), attended_on=day)


def _absence(s: Story, id_: str, absence: str, day: date) -> None:
    at = f"assignments/absence-{absence}"
    about: dict[str, Any] = {"absence_id": absence, "cadre_id": id_}
    until = day + timedelta(s.dice.randint(15, 40) if s.chance(0.04) else s.dice.randint(0, 3))
    known = s.later(until, 3, 25)
    s.say(at, "AbsenceRecorded", day, known=known, **about, unit_id=s.unit, from_=day, until=until, sheet_id=f"S{s.unit[1:]}-{day:%Y-%m}")
    later, what = s.later(known, 5, 60), s.dice.random()
    if what < 0.08:
        s.say(at, "AbsenceCharacterised", day, known=later, **about, as_=s.dice.choice(("official_business", "excused")), decided_on=later)
    elif what < 0.14:
        s.say(at, "AbsenceCorrected", day, known=later, **about, removed=[{"from": str(day), "until": str(day)}])
        if s.chance(0.35):
            s.say(f"assignments/cadre-{id_}", "PresenceRecorded", day, known=later, cadre_id=id_, unit_id=s.unit, from_=day, until=day)
    elif what < 0.153:
        s.say(at, "AbsenceRescinded", day, known=later, **about)


def _leave(s: Story, id_: str, leave: str, day: date) -> None:
    at, requested = f"assignments/leave-{leave}", day - timedelta(6)
    about: dict[str, Any] = {"leave_id": leave, "cadre_id": id_}
    until, proxy = day + timedelta(s.dice.choices((0, 1, 2, 5, 12, 30, 200), (20, 20, 20, 20, 10, 7, 3))[0]), s.chance(0.06)
    proof = [{"evidence_id": f"ev{leave}", "sha256": f"{s.dice.randrange(16):x}{SHA}", "media_type": "image/jpeg"}]
    s.say(
        at, "LeaveRequested", requested, "cadre", **about, applicant="proxy" if proxy else "self", from_=day, until=until, written=True,
        reason_class=s.dice.choice(("health", "family_care", "personal", "study")), evidence=proof, requested_on=requested,
    )  # fmt: skip
    first, decided = s.later(requested, 1, 2), s.later(requested, 3, 9)
    if s.chance(0.03):
        s.say(at, "LeaveWithdrawn", first, "cadre", **about, withdrawn_on=first)
        return
    if s.chance(0.06):
        s.say(at, "LeaveReturned", first, **about, missing=["medical_certificate"], returned_on=first)
        return
    if proxy and s.chance(0.7):
        s.say(at, "LeaveRatified", requested, "cadre", known=decided, **about, ratified_on=decided)
    if s.chance(0.95):
        s.say(at, "LeaveUnitReviewed", first, **about, outcome="passed", reviewed_on=first)
    if s.chance(0.62):
        s.say(at, "LeaveReported", first, **about, document_no="报〔2024〕30号", reported_on=first)
    _decided(s, at, about, day, until, decided)


def _decided(s: Story, at: str, about: dict[str, Any], day: date, until: date, decided: date) -> None:
    no = "区教体工委批〔2024〕269号"
    if s.chance(0.05):
        s.say(at, "LeaveRejected", decided, "committee", **about, level="committee", decision_no=no, decided_on=decided)
    elif s.chance(0.85):
        s.say(at, "LeaveApproved", min(day, decided), "committee", known=decided, **about, level="committee", from_=day, until=until,
              decision_no=no, decided_on=decided)  # fmt: skip
    if s.chance(0.5):
        s.say(at, "NoticeServed", decided, known=decided, **about, served_on=decided)
    if s.chance(0.05):
        s.say(at, "LeaveExtended", until, "committee", **about, until=s.later(until, 3, 20), decision_no=no, decided_on=until)
    elif s.chance(0.03):
        s.say(at, "LeaveRevoked", day, "committee", known=until, **about, revoked_from=day, decision_no=no, decided_on=until)
    elif s.chance(0.5):
        back = until + timedelta(1)
        s.say(at, "ReturnConfirmed", back, **about, returned_on=back)
    if s.chance(0.01):
        s.say(f"compliance/cadre-{s.subject}", "EvidenceErased", s.later(until, 30, 90), "section", evidence_id=f"ev{about['leave_id']}", cadre_id=s.subject,
              erased_on=until)  # fmt: skip


def _concern(s: Story, id_: str, concern: str, day: date) -> None:
    at = f"compliance/concern-{concern}"
    about: dict[str, Any] = {"concern_id": concern, "cadre_id": id_}
    s.say(at, "ConcernRecorded", day, **about, unit_id=s.unit, kinds=["passive"], recorded_on=day)
    talk, blame, end = s.later(day, 2, 9), s.later(day, 20, 40), s.later(day, 50, 90)
    if s.chance(0.85):
        s.say(at, "ReminderTalkHeld", talk, **about, held_on=talk)
    if s.chance(0.4):
        s.say(at, "CriticismGiven", blame, **about, given_on=blame)
    if s.chance(0.7):
        s.say(at, "CorrectionConfirmed", end, **about, confirmed_on=end)
    elif s.chance(0.7):
        s.say(at, "NonCorrectionRecorded", end, **about, recorded_on=end)
        s.say(at, "ConcernReported", end, **about, document_no="报〔2025〕35号", reported_on=end)
        decided = s.later(end, 9, 30)
        s.say(f"compliance/measure-M{concern[1:]}", "MeasureDecided", decided, "committee", measure_id=f"M{concern[1:]}", **about, cites="7.2",
              decided_on=decided)  # fmt: skip


def _grades(s: Story, id_: str, number: str, begun: date) -> None:
    at = f"compliance/cadre-{id_}"
    for year in range(begun.year, 2026):
        day = s.later(date(year + 1, 1, 2), 0, 12)
        if s.chance(0.8):
            grade = s.say(at, "GradeConfirmed", day, "committee", cadre_id=id_, year=year, grade=s.dice.choice(GRADES), confirmed_on=day)
            if s.chance(0.012):
                asked, decided = s.later(day, 20, 30), s.later(day, 40, 60)
                review: dict[str, Any] = {"review_id": f"W{number}-{year}", "cadre_id": id_}
                there = f"compliance/review-W{number}-{year}"
                s.say(there, "ReviewRequested", asked, "cadre", **review, served_on=day, requested_on=asked).cites = ("against", grade)
                s.say(
                    there, "ReviewDecided", decided, "committee", **review, outcome=s.dice.choice(("upheld", "changed")), decided_on=decided
                )
                if s.chance(0.4):
                    s.say(at, "GradeRevised", decided, "committee", cadre_id=id_, year=year, grade="qualified", revised_on=decided)
    day = s.later(begun, 200, 1200)
    if s.chance(0.015):
        there = f"compliance/investigation-I{number}"
        s.say(there, "InvestigationOpened", day, "committee", investigation_id=f"I{number}", cadre_id=id_, opened_on=day)
        end = s.later(day, 30, 90)
        s.say(there, "InvestigationClosed", end, "committee", investigation_id=f"I{number}", cadre_id=id_, closed_on=end)
    if s.chance(0.012):
        s.say(at, "PerformanceDetermined", day, cadre_id=id_, result="cannot", from_=day)
    if s.chance(0.003):
        s.say(f"compliance/sanction-N{number}", "SanctionRecorded", day, "committee", sanction_id=f"N{number}", cadre_id=id_,
              kind="post_downgrade", from_=day, until=s.later(day, 700, 730))  # fmt: skip

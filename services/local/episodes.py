"""What happens to some of the cadres of the demo district: leave in every shape, absence, a correction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from contracts import assignments as a
from contracts import compliance as c
from contracts.message import Fact
from services.local.acts import Act, Person, act


def leaves(parts: Mapping[str, Person]) -> list[Act]:
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


def absences(parts: Mapping[str, Person]) -> list[Act]:
    told: list[Act] = []
    if p := parts.get("awol"):  # characterised after a hearing
        told.append(_absent(p, "A-awol", date(2025, 5, 12), date(2025, 6, 10), date(2025, 6, 11)))
        told.append(
            act(
                date(2025, 6, 20),
                a.CharacteriseAbsence,
                whose="branch",
                absence_id="A-awol",
                cadre_id=p.cadre_id,
                decided_on=date(2025, 6, 20),
                heard_on=date(2025, 6, 18),
                **{"as": "awol"},
            )
        )
    if p := parts.get("corrected"):  # seventeen days become nine, after the grade was confirmed
        told.append(_absent(p, "A-corrected", date(2024, 10, 14), date(2024, 11, 5), date(2024, 11, 6)))
        removed = [{"from": date(2024, 10, 25), "until": date(2024, 11, 5)}]
        told.append(
            act(
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
            act(
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
    return act(on, a.RecordAbsence, whose="branch", **given)


def _of(p: Person, leave: str, on: date, command: type[Fact], whose: str, **given: Any) -> Act:
    return act(on, command, whose=whose, leave_id=leave, cadre_id=p.cadre_id, **given)

"""What happens in a unit and in a district, invented; the other half of bench/careers.py."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import chinese_calendar

from bench.careers import CADRES_TO_A_UNIT, SHA
from bench.story import FIRST, LAST, Said, Story

YEARS = range(2022, 2027)
MONTHS = [date(year, month, 1) for year in YEARS for month in range(1, 13) if FIRST < date(year, month, 1) < LAST]


def unit(seed: str, number: int, units: int, cadres: int) -> Iterator[Said]:
    id_ = f"U{number + 1:04d}"
    s = Story(seed, id_, id_)
    at = f"registry/unit-{id_}"
    kind = s.dice.choice(("school", "school", "school", "kindergarten", "office", "other"))
    s.say(at, "UnitRegistered", FIRST, "section", unit_id=id_, name=f"某区第{number + 1}单位", kind=kind, appraisal_scale="four_grade")
    for office in ("party", "administrative"):
        _heads(s, id_, office)
    for month in MONTHS:
        sheet = f"S{id_[1:]}-{month:%Y-%m}"
        s.say(f"assignments/sheet-{sheet}", "AttendanceSheetImported", month, known=s.later(month, 31, 36), sheet_id=sheet, unit_id=id_,
              month=f"{month:%Y-%m}", sha256=f"{s.dice.randrange(16):x}{SHA}", absences=0)  # fmt: skip
    own = [f"C{c:05d}" for c in range(number or units, cadres + 1, units)][:CADRES_TO_A_UNIT]
    for n in range(s.dice.randint(0, 4)):
        day, roster = s.later(date(2023, 7, 5), 0, 40), f"R{number:05d}-{n}"
        s.say(f"assignments/roster-{roster}", "RosterPublished", day, known=s.later(day, -10, -5), roster_id=roster, unit_id=id_,
              cadre_ids=own[n::3] or own, from_=day, until=s.later(day, 3, 6))  # fmt: skip
    for n in range(s.dice.choice((0, 0, 1))):
        day, complaint = s.later(FIRST, 10, 1400), f"Q{number:05d}-{n}"
        about: dict[str, Any] = {"complaint_id": complaint, "unit_id": id_}
        s.say(f"compliance/complaint-{complaint}", "ComplaintReceived", day, "section", **about, source_ref="src-1", received_on=day)
        end = s.later(day, 20, 40)
        s.say(f"compliance/complaint-{complaint}", "ComplaintDecided", end, "section", **about, outcome="dismissed", decided_on=end)
    if s.chance(0.04):
        _neglect(s, id_)
    if s.chance(0.06) and number:
        day = s.later(FIRST, 300, 1300)
        s.say(at, "UnitMerged", day, "section", unit_id=id_, into_unit_id="U0001", merged_on=day)
        s.say(at, "UnitClosed", s.later(day, 1, 3), "section", unit_id=id_, closed_on=day)
    return s.told()


def _heads(s: Story, id_: str, office: str) -> None:
    head, day = f"p-h{id_[1:]}{office[0]}1", s.later(date(2018, 1, 1), 0, 1200)
    about: dict[str, Any] = {"unit_id": id_, "office": office}
    s.say(f"registry/unit-{id_}", "UnitHeadAppointed", day, "section", **about, head_ref=head, from_=day)
    s.say(f"registry/principal-{head}", "RoleGranted", FIRST, "committee", principal=head, role="unit_head", unit_id=id_, from_=FIRST)
    if s.chance(0.15):
        left = s.later(FIRST, 30, 1400)
        s.say(f"registry/unit-{id_}", "UnitHeadVacated", left, "section", **about, head_ref=head, vacated_on=left)
        s.say(f"registry/unit-{id_}", "UnitHeadAppointed", s.later(left, 1, 60), "section", **about, head_ref=f"{head}-2", from_=left)


def _neglect(s: Story, id_: str) -> None:
    at, no = f"compliance/unit-{id_}", "区教体通〔2024〕63号"
    about: dict[str, Any] = {"unit_id": id_, "year": 2024}
    day, issued, withdrawn = date(2024, 12, 30), date(2025, 1, 10), date(2025, 2, 13)
    s.say(at, "UnitNeglectDetermined", day, "committee", **about, determined_on=day)
    s.say(at, "UnitCircularIssued", issued, "committee", **about, document_no=no, issued_on=issued)
    if s.chance(0.5):
        s.say(at, "UnitCircularWithdrawn", withdrawn, "committee", **about, document_no=no, withdrawn_on=withdrawn)


def district(seed: str) -> Iterator[Said]:
    """The law, the calendars, the closed years and the papers of the office itself."""
    s = Story(seed, "district", "U0001")
    document: dict[str, Any] = {"document_no": "区教体字〔2022〕6号"}
    law, since, limit = "compliance/policy-", date(2022, 4, 7), "art6.unit_talk.max_interval_days"
    s.say(f"{law}P0", "PolicyPublished", since, "committee", policy_id="P0", effective_from=since, parameters={limit: 90},
          source="管理办法（试行）第十条", **document)  # fmt: skip
    day = date(2024, 1, 2)
    s.say(f"{law}P1", "PolicyPublished", day, "committee", policy_id="P1", effective_from=day, parameters={limit: 60},
          source="管理办法（试行）第十条", **document)  # fmt: skip
    day = date(2023, 1, 12)
    s.say(f"{law}2023-41", "SuperiorPolicyRegistered", day, "committee", policy_id="2023-41", effective_from=day, favourable=True,
          parameters={"appraisal.no_grade.leave_share": 0.5}, source="事业单位工作人员考核规定 第四十一条", **document)  # fmt: skip
    day = date(2025, 1, 1)
    s.say("compliance/interpretation-I1", "InterpretationIssued", day, "committee", interpretation_id="I1", clause="8.2",
          parameters={"absence.long.window": "calendar_year"}, issued_on=day, applies_from=day, **document)  # fmt: skip
    for year in YEARS:
        _year(s, year)
    s.say("registry/principal-p-a1", "RoleGranted", FIRST, "committee", principal="p-a1", role="auditor", from_=FIRST)
    s.say(
        "registry/principal-p-a1", "RoleRevoked", date(2024, 6, 3), "committee", principal="p-a1", role="auditor", revoked_on="2024-06-03"
    )
    for n in range(9):
        s.say(f"registry/import-imp{n}", "WorkbookImported", s.later(FIRST, 0, 900), "section", import_id=f"imp{n}", kind="training",
              sha256=f"{n:x}{SHA}", rows_accepted=25, rows_rejected=6)  # fmt: skip
    return s.told()


def _year(s: Story, year: int) -> None:
    known = date(year - 1, 10, 26)
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)]
    off = [str(d) for d in days if d.weekday() < 5 and not chinese_calendar.is_workday(d)]
    work = [str(d) for d in days if d.weekday() >= 5 and chinese_calendar.is_workday(d)]
    s.say(f"compliance/calendar-{year}", "CalendarPublished", days[0], "section", known=known, year=year, version=1, off_days=off,
          work_days=work, notice=f"国务院办公厅关于{year}年部分节假日安排的通知")  # fmt: skip
    vacations = [{"from": f"{year}-01-20", "until": f"{year}-02-18"}, {"from": f"{year}-07-02", "until": f"{year}-08-30"}]
    s.say(f"compliance/school-calendar-{year}", "SchoolCalendarPublished", date(year, 1, 20), "section", known=known, vacations=vacations,
          source=f"某区{year}年校历")  # fmt: skip
    closed = date(year + 1, 2, 26)
    s.say(f"compliance/year-{year}", "AppraisalYearClosed", closed, "committee", year=year, closed_on=closed)

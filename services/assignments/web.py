"""What can be read from assignments: /duties, /tasks, /leaves, /absences and the rest, each by cadre, unit and state, and one by one."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.assignments import AttendanceSheetImported, DutyActivityRecorded, DutyPreferenceDeclared, PresenceRecorded, RosterPublished
from services.assignments import reading
from services.kernel.resource import Resource
from services.kernel.shapes import CITED, DAY, ID, TEXT, WHOLE, maybe, of, one_of

SPAN = {"type": "object", "properties": {"from": DAY, "until": DAY}, "required": ["from", "until"]}
CATEGORY = of(DutyPreferenceDeclared)["categories"]["items"]
DUTY = {
    "duty_id": ID, "cadre_id": ID, "unit_id": ID, "category": CATEGORY, "state": one_of(*reading.DUTY_STATES), "from": maybe(DAY),
    "until": maybe(DAY),
}  # fmt: skip
TASK = {
    "task_id": ID, "duty_id": ID, "cadre_id": ID, "unit_id": maybe(ID), "year": WHOLE, "due_on": DAY, "state": one_of(*reading.TASK_STATES),
}  # fmt: skip
LEAVE = {
    "leave_id": ID, "cadre_id": ID, "unit_id": maybe(ID), "state": one_of(*reading.LEAVE_STATES), "from": maybe(DAY), "until": maybe(DAY),
    "level": maybe(one_of("unit", "committee")), "decision": maybe(one_of("approved", "rejected")), "decision_no": maybe(TEXT),
    "returned_on": maybe(DAY),
}  # fmt: skip
ABSENCE = {
    "absence_id": ID, "cadre_id": ID, "unit_id": ID, "state": one_of(*reading.ABSENCE_STATES), "from": DAY, "until": DAY,
    "fraction": {"type": "number"}, "removed": {"type": "array", "items": SPAN},
}  # fmt: skip
PREFERENCE = {"preference": CITED, **of(DutyPreferenceDeclared), "state": one_of("declared", "replaced")}
PRESENCE = {"presence": CITED, **of(PresenceRecorded), "state": one_of("recorded", "rescinded")}

DUTIES = "duties_and_tasks"
RESOURCES: Sequence[Resource] = (
    Resource("/duties", "duty_id", "duty", reading.duty, DUTY, DUTIES, "任务安排", "Duties", "unknown-duty"),
    Resource("/tasks", "task_id", "task", reading.task, TASK, DUTIES, "工作任务", "Tasks", "unknown-task"),
    Resource("/leaves", "leave_id", "leave", reading.leave, LEAVE, "leave_procedure", "请假", "Leaves", "unknown-leave"),
    Resource("/absences", "absence_id", "absence", reading.absence, ABSENCE, "attendance", "缺勤", "Absences", "unknown-absence"),
    Resource(
        "/activities", "activity", "duty", reading.activity, {"activity": CITED, **of(DutyActivityRecorded)}, DUTIES, "任务活动",
        "Activities of duties", types=(DutyActivityRecorded,),
    ),
    Resource(
        "/preferences", "preference", "cadre", reading.preference, PREFERENCE, DUTIES, "任务意愿", "Preferences for duties",
        types=(DutyPreferenceDeclared,),
    ),
    Resource(
        "/presences", "presence", "cadre", reading.presence, PRESENCE, "attendance", "到岗", "Presences", "unknown-presence",
        types=(PresenceRecorded,),
    ),
    Resource("/rosters", "roster_id", "roster", reading.roster, of(RosterPublished), DUTIES, "值班表", "Rosters"),
    Resource("/sheets", "sheet_id", "sheet", reading.sheet, of(AttendanceSheetImported), "attendance", "考勤表", "Attendance sheets"),
)  # fmt: skip

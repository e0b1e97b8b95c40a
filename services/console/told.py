"""What the OpenAPI document of the console tells: examples, what may be asked, with which codes it is refused."""

from __future__ import annotations

from typing import Any, get_args

from services.kernel.shapes import DAY, ID, TEXT, one_of
from services.kernel.told import Told
from services.workbooks.kinds import Kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW = {"sheet": "培训", "row": 7, "code": "unknown_person", "zh": "本单位没有此人", "en": "there is no such person in this unit"}
ASKED = {"id": "q-3f0c7a1b2d", "sheet": "台账", "row": 2, "code": "review_without_date", "zh": "单位审核没有日期，是哪一天？",
         "en": "the unit's review has no date: which day?", "answers": "a day, as 2025-01-20", "answers_zh": "日期，如 2025-01-20"}  # fmt: skip
IMPORT: dict[str, Any] = {
    "import_id": "i-4TqW0o6Yb1bC2dD3eE4fF5gG6hH7iI8j", "kind": "training", "file": "2023.xlsx", "state": "read", "until": "2025-03-10T01:00:00.000000Z",
    "counts": {"accepted": 120, "duplicates": 0, "rejected": 1, "questions": 1, "warnings": 0}, "rejected": [ROW], "questions": [ASKED],
    "warnings": [], "columns": [{"sheet": "培训", "column": "A", "heading": "姓名", "meaning": "name"}], "commands": {"RecordTraining": 118},
    "answers": {}, "problem": None, "progress": None,
}  # fmt: skip
GOING_ON = IMPORT | {"state": "recording", "progress": {"done": 40, "total": 118}}
SERVICES = ("services-unavailable", "internal-error")
FILE = {"type": "string", "format": "binary", "description": "the workbook itself; its name, if it says the month, in Content-Disposition"}
ANSWERS = {
    "type": "object", "additionalProperties": False,
    "properties": {
        "answers": {"type": "object", "additionalProperties": TEXT, "description": "by the id of the question"},
        "columns": {"type": "object", "additionalProperties": TEXT, "description": "heading → meaning, or - for what is not to be read"},
    },
}  # fmt: skip
IDS = {"import_id": ID}
NAMED = {"lang": one_of("zh", "en"), "leave": ID, "dated": DAY, "form": one_of("docx", "pdf"),
         "month": {"type": "string", "pattern": "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"}}  # fmt: skip
PRINTED = ("no-typeface", "not-printable")


def _made(media_type: str, *codes: str, needed: tuple[str, ...] = ()) -> Told:
    """The services may refuse with more codes than these."""
    return Told("PK…", (*codes, *SERVICES), NAMED, media_type=media_type, open=("403", "404", "409", "422"), needed=needed)


TOLD = {
    "POST /imports": Told(
        IMPORT,
        ("nothing-given", "unreadable-workbook", "unknown-layout", "workbook-too-large", "bad-request", "invalid-fields", "too-many-imports", "no-room", *SERVICES),
        {"kind": one_of(*get_args(Kind))}, (FILE, "PK…"), body_type="application/octet-stream", statuses=("201",), needed=("kind",),
    ),
    "GET /imports/{import_id}": Told(GOING_ON, ("unknown-import", *SERVICES), IDS),
    "DELETE /imports/{import_id}": Told({"erased": IMPORT["import_id"]}, ("unknown-import", "import-recording", *SERVICES), IDS),
    "/imports/{import_id}/answers": Told(
        IMPORT, ("unknown-import", "import-recording", "import-closed", "no-room", *SERVICES), IDS,
        (ANSWERS, {"answers": {"q-3f0c7a1b2d": "2025-01-20"}, "columns": {"员工": "姓名"}}),
    ),
    "/imports/{import_id}/record": Told(
        GOING_ON, ("unknown-import", "import-closed", "no-room", *SERVICES), IDS, statuses=("200", "202")
    ),
    "/imports/{import_id}/rejected.xlsx": Told("PK…", ("unknown-import", "nothing-sent-back", *SERVICES), IDS, media_type=XLSX),
    "/exports/roster": _made(XLSX, "unknown-unit"),
    "/exports/attendance-month": _made(XLSX, "unknown-unit", needed=("unit", "month")),
    "/exports/scorecard": _made(XLSX, "unknown-unit", needed=("unit", "year")),
    "/exports/case-file": _made(XLSX, "unknown-cadre", needed=("cadre",)),
    "/documents/explanation": _made("*/*", "unknown-cadre", *PRINTED, needed=("cadre",)),
    "/documents/leave-decision": _made("*/*", "unknown-leave", "leave-undecided", *PRINTED, needed=("leave",)),
    "/documents/circular": _made("*/*", "unknown-unit", *PRINTED, needed=("unit", "year")),
    "/health/ready": Told({"ready": True, "parts": {"registry": {"ok": True}, "uploads": {"ok": True}}}, ("not-ready",)),
}  # fmt: skip

"""One real story through every room: what is said over HTTP here is heard by somebody else there, and can be recomputed anywhere."""

from __future__ import annotations

import asyncio
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import nats
import orjson
import pytest

from contracts import assignments as a
from contracts import compliance as c
from contracts import registry as r
from contracts.message import CHINA, Fact
from services import exporting
from services.client import Client
from services.compliance import offline
from services.local.supervisor import Taizhang
from services.problems import Problem

CADRES = ("C1", "C2", "C3", "C4")
EVIDENCE = [{"evidence_id": "E1", "sha256": "a" * 64, "media_type": "application/pdf"}]


def made(command: type[Fact], **fields: Any) -> Fact:
    return command.model_validate_json(json.dumps({k.rstrip("_"): v for k, v in fields.items()}))


@pytest.fixture(scope="module")
def district(client: Client) -> Client:
    """A unit, four cadres who left a leading post in 2023, a duty and a task each."""
    client.command("registry", made(r.RegisterUnit, unit_id="U1", name="甲中学", kind="school"))
    for cadre in CADRES:
        registered = {"unit_id": "U1", "managed_by": "committee", "category": "professional_technical", "post_grade": 8}
        client.command("registry", made(r.RegisterCadre, cadre_id=cadre, **registered, private={"name": "王某某"}))
        left = {"post": "校长", "reason": "age", "exited_on": "2023-09-01", "decision_no": "1号"}
        client.command("registry", made(r.RegisterExit, cadre_id=cadre, unit_id="U1", **left))
        duty = {"duty_id": f"D-{cadre}", "cadre_id": cadre, "category": "party_building", "host_unit_id": "U1"}
        client.command("assignments", made(a.AssignDuty, **duty, from_="2023-09-15"))
        task = {"task_id": f"T-{cadre}", "duty_id": f"D-{cadre}", "cadre_id": cadre, "year": 2024, "due_on": "2024-12-31"}
        client.command("assignments", made(a.AssignTask, **task))
    client.command("assignments", asked_for("L4", "C4", "2025-04-01", "2025-04-20"))
    return client


def asked_for(leave_id: str, cadre: str, first: str, last: str) -> Fact:
    said = {"applicant": "self", "reason_class": "personal", "written": True, "evidence": EVIDENCE, "requested_on": "2025-03-20"}
    return made(a.RequestLeave, leave_id=leave_id, cadre_id=cadre, from_=first, until=last, **said)


def ask(client: Client, cadre: str, **question: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("compliance", f"/cadres/{cadre}/answer", {k: str(v) for k, v in question.items()})
    return answer


def wait_for(reached: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)


def test_an_absence_ends_as_a_changed_answer_at_somebody_elses_subscriber(district: Client, taizhang: Taizhang) -> None:
    wait_for(lambda: any(x["cadre_id"] == "C1" and x["outcome"] == "eligible" for x in district.answers()))
    absence = made(a.RecordAbsence, absence_id="A1", cadre_id="C1", unit_id="U1", from_="2024-09-23", until="2024-10-17")

    async def listen() -> list[dict[str, Any]]:
        nc = await nats.connect(taizhang.nats_url)
        subscription = await nc.subscribe("taizhang.compliance.*.C1")
        await nc.flush()
        await asyncio.to_thread(district.command, "assignments", absence)
        heard = list[dict[str, Any]]()
        async with asyncio.timeout(5):
            while {("PromotionEligibilityDerived", "ineligible"), ("AppraisalEligibilityDerived", "ineligible")} - {
                (e["type"].split(".")[2], e["data"]["outcome"]) for e in heard
            }:
                message = await subscription.next_msg(timeout=5)
                assert message.headers and message.headers["Content-Type"] == "application/cloudevents+json"
                heard.append(orjson.loads(message.data))
                assert message.headers["Nats-Msg-Id"] == heard[-1]["id"]
        await nc.close()
        return heard

    heard = asyncio.run(listen())
    promotion = next(e for e in heard if e["type"].endswith("PromotionEligibilityDerived.v1"))
    assert promotion["data"]["reasons"][0]["code"] == "long_unexcused_absence"
    assert promotion["data"]["reasons"][0]["evidence"] == ["assignments/absence-A1@1"]
    stream, version = promotion["id"].split("@")
    assert promotion["data"]["supersedes"] == f"{stream}@{int(version) - 1}"
    assert promotion["causationid"] == "assignments/absence-A1@1"


def test_leave_through_the_whole_procedure_of_article_8(district: Client) -> None:
    def leave(command: type[Fact], **fields: Any) -> None:
        district.command("assignments", made(command, leave_id="L2", cadre_id="C2", **fields))

    asked = {"applicant": "self", "reason_class": "health", "from_": "2025-03-03", "until": "2025-04-30", "written": True}
    leave(a.RequestLeave, **asked, evidence=EVIDENCE, requested_on="2025-02-20", private={"grounds": "须静养"})
    pending = ask(district, "C2", as_of="2025-03-10")["promotion"]
    assert (pending["outcome"], pending["reasons"][0]["code"]) == ("undetermined", "leave_pending")
    leave(a.ReviewLeave, outcome="passed", reviewed_on="2025-02-21")
    leave(a.ReportLeave, document_no="甲〔2025〕2号", reported_on="2025-02-21")
    leave(a.ApproveLeave, level="committee", from_="2025-03-03", until="2025-04-30", decision_no="7号", decided_on="2025-02-26")
    leave(a.ExtendLeave, until="2025-05-16", decision_no="9号", decided_on="2025-04-28")
    barred = ask(district, "C2", as_of="2025-05-10")
    assert (barred["promotion"]["outcome"], barred["promotion"]["reasons"][0]["code"]) == ("ineligible", "on_special_leave")
    assert barred["appraisal"]["outcome"] == "eligible"
    leave(a.DeclareReturn, returned_on="2025-05-19")
    open_ = ask(district, "C2", as_of="2025-05-20")["promotion"]
    assert (open_["outcome"], open_["reasons"][0]["code"]) == ("undetermined", "return_unconfirmed")
    leave(a.ConfirmReturn, returned_on="2025-05-19")
    assert ask(district, "C2", as_of="2025-05-20")["promotion"]["outcome"] == "eligible"
    with pytest.raises(Problem) as refused:
        leave(a.RejectLeave, level="committee", decision_no="8号", decided_on="2025-03-01")
    assert (refused.value.status, refused.value.code) == (409, "leave-already-decided")


def test_a_correction_changes_what_is_known_now_and_nothing_that_was_known_then(district: Client) -> None:
    district.command(
        "assignments", made(a.RecordAbsence, absence_id="A3", cadre_id="C3", unit_id="U1", from_="2024-09-23", until="2024-10-17")
    )
    then = ask(district, "C3", as_of="2024-12-31")
    assert then["appraisal"]["outcome"] == "ineligible"
    removed = [{"from": "2024-10-14", "until": "2024-10-17"}]
    district.command("assignments", made(a.CorrectAbsence, absence_id="A3", cadre_id="C3", removed=removed, private={"reason": "有签到"}))
    assert ask(district, "C3", as_of="2024-12-31")["appraisal"]["outcome"] == "eligible"
    again = ask(district, "C3", as_of="2024-12-31", known_at=then["known_at"])
    assert {k: v for k, v in again.items() if k != "inputs"} == {k: v for k, v in then.items() if k != "inputs"}


def test_an_export_alone_gives_the_same_answers_as_the_live_service(district: Client, taizhang: Taizhang, tmp_path: Path) -> None:
    district.command("compliance", made(c.ConfirmGrade, cadre_id="C4", year=2024, grade="basically_qualified", confirmed_on="2025-01-20"))
    log = tmp_path / "log.jsonl.gz"
    assert exporting.run(None, 1, None, log, taizhang.urls, taizhang.token) == 0
    instants = [datetime.now(CHINA), *_instants(district)]
    asked = 0
    for cadre in CADRES:
        for as_of in (date(2023, 8, 31), date(2024, 10, 17), date(2024, 12, 31), date(2025, 4, 1), date(2025, 6, 1)):
            for known_at in instants:
                question = {"as_of": as_of, "known_at": known_at.isoformat()}
                try:
                    live = ask(district, cadre, **question)
                except Problem as unknown:
                    assert unknown.code == "not-yet-known"
                    raise
                assert _decided(log, cadre, as_of, known_at) == {k: v for k, v in live.items() if k not in ("inputs", "uncertain_since")}
                asked += 1
    assert asked == 20 * len(instants)


def _instants(client: Client) -> Iterator[datetime]:
    """Just before and at some of the recordings."""
    times = sorted(e.recordedtime for service in ("registry", "assignments", "compliance") for e in client.feed(service))
    for text in times[:: max(1, len(times) // 6)]:
        yield datetime.fromisoformat(text)
        yield datetime.fromisoformat(text) - timedelta(microseconds=1)


def _decided(log: Path, cadre: str, as_of: date, known_at: datetime) -> dict[str, Any]:
    said = io.StringIO()
    with redirect_stdout(said):
        status = offline.run(
            logs=[log], cadre=cadre, unit=None, as_of=as_of, known_at=known_at.isoformat(), year=None, policy=None, output="json"
        )
    assert status == 0
    answer: dict[str, Any] = json.loads(said.getvalue())
    return {k: v for k, v in answer.items() if k not in ("inputs", "uncertain_since")}


def test_the_unit_has_one_notice_for_every_change(district: Client) -> None:
    def published() -> set[str]:
        return {e.id for e in district.feed("compliance") if e.type.endswith("EligibilityDerived.v1") and e.unitref == "U1"}

    def noticed() -> list[str]:
        return [n["event_id"] for n in district.get("compliance", "/notices", {"unit": "U1", "limit": 500})["items"]]

    wait_for(lambda: set(noticed()) == published())
    assert len(noticed()) == len(set(noticed()))


@pytest.mark.parametrize(
    ("service", "command", "status", "code"),
    [
        ("registry", made(r.RegisterExit, cadre_id="nobody", unit_id="U1", post="校长", reason="age", exited_on="2024-01-01", decision_no="1"), 404, "unknown-cadre"),
        ("assignments", made(a.RecordAbsence, absence_id="A9", cadre_id="C4", unit_id="U1", from_="2024-10-17", until="2024-09-23"), 422, "until-before-from"),
        ("assignments", asked_for("L9", "C4", "2025-04-20", "2025-04-22"), 409, "leave-overlaps"),
        ("assignments", made(a.ReviewLeave, leave_id="L-none", cadre_id="C2", outcome="passed", reviewed_on="2025-03-30"), 404, "unknown-leave"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_both_languages_and_leaves_nothing(
    district: Client, service: str, command: Fact, status: int, code: str
) -> None:
    before = [e.id for e in district.feed(service)]
    with pytest.raises(Problem) as refused:
        district.command(service, command)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert refused.value.en.isascii() and not refused.value.zh.isascii()
    assert [e.id for e in district.feed(service)] == before

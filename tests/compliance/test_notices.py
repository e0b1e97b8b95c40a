"""A unit is told of a change once, however often and in whatever order the change is delivered."""

from __future__ import annotations

import asyncio
import random

import psycopg
from psycopg_pool import AsyncConnectionPool

from contracts.canonical import canonical
from services.compliance import notices
from services.compliance.notices import Notices
from services.kernel.broker import Broker, provision
from services.kernel.reactor import Reaction, Reactor
from services.local.nats import Nats
from tests.kernel.courier import running, until

REASON = {"code": "long_unexcused_absence", "article": "7.1", "zh": "无故连续旷工", "en": "long absence"}


def change(n: int) -> tuple[str, str, bytes]:
    """The n-th change: about promotion, or about the appraisal of 2024."""
    cadre, appraisal = f"C{n:03d}", n % 2
    stream = f"appraisal-{cadre}-2024" if appraisal else f"promotion-{cadre}"
    name = "AppraisalEligibilityDerived" if appraisal else "PromotionEligibilityDerived"
    data = {
        "cadre_id": cadre, "as_of": "2024-10-17", "outcome": "ineligible", "reasons": [REASON, REASON], "policy": "P0",
        "inputs": {"registry": 3}, "supersedes": f"compliance/{stream}@1",
    } | ({"year": 2024, "allowed_grades": ["unqualified"]} if appraisal else {})  # fmt: skip
    event = {
        "specversion": "1.0", "id": f"compliance/{stream}@2", "source": "/taizhang/compliance", "type": f"taizhang.compliance.{name}.v1",
        "subject": cadre, "time": "2024-10-17T00:00:00+08:00", "recordedtime": f"2024-10-17T01:00:00.{n:06d}Z", "sequence": f"{n:020d}",
        "actor": "taizhang", "role": "system", "unitref": f"U{n % 3}", "correlationid": "r", "causationid": "r", "dataschema": "/schemas/x.json",
        "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return f"taizhang.compliance.{name}.{cadre}", str(event["id"]), canonical(event)


def test_one_row_a_change_however_often_it_is_delivered(database: str, fresh_nats: Nats) -> None:
    delivered = [change(n) for n in range(1, 31)] * 3
    random.Random(7).shuffle(delivered)

    async def story() -> None:
        with psycopg.connect(database, autocommit=True) as c:
            c.execute(notices.DDL.encode())
        broker = Broker(fresh_nats.url("compliance"), "compliance")
        async with AsyncConnectionPool(database, min_size=2, open=False) as pool:
            told = Notices(pool)
            reactor = Reactor(broker, [Reaction("compliance", "compliance-notices", notices.SUBJECTS, told.write)])
            js = (await broker.client()).jetstream()
            await provision(js, "compliance")
            for subject, _, line in delivered:
                await js.publish(subject, line)
            async with running(reactor.run()):

                async def all_acknowledged() -> bool:
                    info = await js.consumer_info("TAIZHANG_COMPLIANCE", "compliance-notices")
                    return bool(info.ack_floor and info.ack_floor.stream_seq == len(delivered))

                await until(lambda: bool(rows_of(database)))
                await until(all_acknowledged)
            assert sorted(rows_of(database)) == sorted({event_id for _, event_id, _ in delivered})

            first = await told.read(["U1"], 0, 6)
            rest = await told.read(["U1", "U-none"], first[-1]["number"], 6)
            assert await told.read([], 0, 6) == []
        assert [len(first), len(rest)] == [6, 4]
        numbers = [item["number"] for item in first + rest]
        assert numbers == sorted(set(numbers))
        assert {item["cadre_id"] for item in first + rest} == {f"C{n:03d}" for n in range(1, 31, 3)}
        one = next(item for item in first + rest if item["cadre_id"] == "C001")
        assert {k: v for k, v in one.items() if k != "number"} == {
            "event_id": "compliance/appraisal-C001-2024@2", "unit_id": "U1", "cadre_id": "C001", "kind": "appraisal", "year": 2024,
            "outcome": "ineligible", "codes": ["long_unexcused_absence"], "supersedes": "compliance/appraisal-C001-2024@1",
            "as_of": "2024-10-17", "at_position": 1,
        }  # fmt: skip
        await broker.close()

    asyncio.run(story())


def rows_of(dsn: str) -> list[str]:
    with psycopg.connect(dsn, autocommit=True) as c:
        return [row[0] for row in c.execute("select event_id from notices")]

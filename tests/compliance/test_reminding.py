"""Reminders: each to-do once in each of its stages, one message a day to a recipient, whatever is down, restarted or delivered again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from contracts.message import CHINA
from services.compliance import digests, reminding, todo_table
from services.compliance.notifying import Digest, LogNotifier, Notifier, Recipient, Server, SmtpNotifier, recipients
from services.compliance.reminding import Reminding
from services.compliance.todos import Owed
from services.kernel.broker import Broker
from services.kernel.reactor import Reactor
from services.local.nats import Nats
from tests.compliance.mailing import MailServer
from tests.kernel.courier import rows, running, until

RECIPIENTS = recipients("branch:U1=u1@example.org, branch=branches@example.org\nsection=section@example.org")
DAY = date(2025, 3, 3)


class Clock:
    def __init__(self, day: date = DAY, hour: int = 9) -> None:
        self.day, self.hour = day, hour

    def __call__(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, self.hour, tzinfo=CHINA)


def owed(n: int, role: str = "branch", unit: str | None = "U1", due: str | None = "2025-03-20", code: str = "unit_review_overdue") -> Owed:
    day = date.fromisoformat(due) if due else None
    return Owed(
        f"{code}-2025-03-01-{n:016x}", f"C{n}", code, "8.1", unit, role, None, date(2025, 3, 1), day, (f"assignments/leave-L{n}@1",)
    )


async def keep(pool: AsyncConnectionPool[Any], *to_do: Owed, gone: tuple[Owed, ...] = ()) -> None:
    async with pool.connection() as conn:
        before = {one.about: {one.id: one} for one in gone}
        await todo_table.replace(conn, {**{one.about: [] for one in gone}, **{one.about: [one] for one in to_do}}, before)


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[AsyncConnectionPool[Any]]:
    with psycopg.connect(dsn, autocommit=True) as c:
        c.execute((todo_table.DDL + reminding.DDL).encode())
    async with AsyncConnectionPool(dsn, min_size=2, open=False) as pool:
        yield pool


def sent(dsn: str) -> list[tuple[str, date, str]]:
    """(recipient, day, subject)"""
    return [
        (r, d, s) for r, d, s in rows(dsn, "select recipient, day, subject from digests where channel = 'smtp' order by day, recipient")
    ]


def test_whatever_happens_in_between_nothing_is_lost_and_nothing_doubled(database: str, fresh_nats: Nats, tmp_path: Path) -> None:
    async def story() -> None:
        mail, clock = MailServer(tmp_path / "mail"), Clock()
        broker = Broker(fresh_nats.url("compliance"), "compliance")

        def made(pool: AsyncConnectionPool[Any]) -> tuple[Reminding, Reactor]:
            by: dict[str, Notifier] = {"log": LogNotifier(), "smtp": SmtpNotifier(Server.of(mail.url), "taizhang@example.org", clock)}
            r = Reminding(pool, broker, clock, by, RECIPIENTS, link="http://127.0.0.1:8003")
            return r, Reactor(broker, [r.reaction()], prepare=reminding.provision)

        async with opened(database) as pool:
            await keep(pool, owed(1), owed(2, unit="U2"), owed(3, "section", None, "2025-03-01"), owed(4, "committee"))
            first, reactor = made(pool)
            async with running(reactor.run()):
                await first.look()
                await until(lambda: rows(database, "select count(*) from digests where channel = 'log' and sent_at is not null") == [(4,)])
                assert (await first.health())["waiting"] == 3, "the mail server is down"
                with mail.running():
                    await until(lambda: len(mail.messages()) == 3)
            again, reactor = made(pool)
            js = (await broker.client()).jetstream()
            with mail.running():
                async with running(reactor.run()):
                    ids = [id_ for (id_,) in rows(database, "select id from digests")]
                    for id_ in ids * 3:
                        await js.publish(reminding.SUBJECT, id_.encode())
                    await keep(pool, owed(5))
                    await again.look()

                    async def all_handled() -> bool:
                        return (await js.stream_info("TAIZHANG_REMINDERS")).state.messages == 0

                    await until(all_handled)
                    assert len(mail.messages()) == 3, "delivered again, and what is new waits for tomorrow"
                    clock.day = date(2025, 3, 4)
                    await again.look()
                    await until(lambda: len(mail.messages()) == 4)
                    await again.look()
                    await until(all_handled)
            told = Counter((m["To"], m["Subject"].split(" · ")[0]) for m in mail.messages())
            assert told == Counter(
                {("u1@example.org", "台账待办 1 项，逾期 0 项"): 2, ("branches@example.org", "台账待办 1 项，逾期 0 项"): 1, ("section@example.org", "台账待办 1 项，逾期 1 项"): 1}
            )  # fmt: skip
            assert len({m["Message-ID"] for m in mail.messages()}) == 4
            text = "".join(m.get_content() for m in mail.messages() if m["To"] == "u1@example.org")
            assert "unit_review_overdue" in text and "C1" in text and "C5" in text and "assignments/ReviewLeave" in text
            assert "http://127.0.0.1:8003/todos?role=branch&unit=U1" in text
            assert "leave-L1" not in text, "no evidence travels by mail"
            assert (await again.health()) == {"ok": True, "waiting": 0, "since": None}
        await broker.close()

    asyncio.run(story())


def test_a_server_that_says_later_is_asked_later(database: str, fresh_nats: Nats, tmp_path: Path) -> None:
    async def story() -> None:
        mail, clock = MailServer(tmp_path / "mail", "tests.compliance.mailing.LaterPlease"), Clock()
        broker = Broker(fresh_nats.url("compliance"), "compliance")
        async with opened(database) as pool:
            by: dict[str, Notifier] = {"smtp": SmtpNotifier(Server.of(mail.url), "taizhang@example.org", clock)}
            r = Reminding(pool, broker, clock, by, RECIPIENTS)
            await keep(pool, owed(1))
            with mail.running():
                async with running(Reactor(broker, [r.reaction()], prepare=reminding.provision).run()):
                    await r.look()
                    await until(lambda: len(mail.messages()) == 1)
                    await until(lambda: rows(database, "select count(*) from digests where sent_at is null and channel = 'smtp'") == [(0,)])
            assert len(mail.messages()) == 1
        await broker.close()

    asyncio.run(story())


def test_a_to_do_is_told_of_once_in_each_of_its_stages(database: str) -> None:
    async def story() -> None:
        clock = Clock()
        async with opened(database) as pool:
            r = Reminding(pool, Broker("nats://127.0.0.1:1", "x"), clock, {"smtp": LogNotifier()}, RECIPIENTS)
            await keep(pool, owed(1), owed(2, due=None))
            for n in range(3, 31):
                for _ in range(2):
                    await r.write(date(2025, 3, n))
            assert [day.day for _, day, _ in sent(database)] == [3, 17, 21]
            await keep(pool, owed(7, due="2025-04-30"))
            await r.write(date(2025, 3, 31))
            await keep(pool, owed(8, due="2025-04-30"))
            await r.write(date(2025, 3, 31))
            await keep(pool, gone=(owed(8, due="2025-04-30"),))
            await r.write(date(2025, 4, 1))
            assert [day.day for _, day, _ in sent(database)] == [3, 17, 21, 31], "what was settled meanwhile is not told of"

    asyncio.run(story())


def test_what_is_about_nobody_is_told_of_too(database: str) -> None:
    """A year without calendar and a proposal that waits are kept nowhere: they are asked for on the day."""
    waiting = [owed(1, "committee", None, None, "proposal_to_approve")]

    async def also(_: Any, today: date) -> list[Owed]:
        return waiting if today.day < 5 else []

    async def story() -> None:
        to = recipients("committee=committee@example.org, section=section@example.org")
        async with opened(database) as pool:
            r = Reminding(pool, Broker("nats://127.0.0.1:1", "x"), Clock(), {"smtp": LogNotifier()}, to, also=also)
            await keep(pool, owed(2, "section", None))
            for n in (3, 4):
                await r.write(date(2025, 3, n))
            assert sorted((who, day.day) for who, day, _ in sent(database)) == [("committee@example.org", 3), ("section@example.org", 3)]
            ((text,),) = rows(database, "select body from digests where recipient like 'committee%%'")
            assert "proposal_to_approve" in text and "compliance/ApprovePolicy" in text
            waiting.append(owed(3, "committee", None, None, "proposal_to_approve"))
            await r.write(date(2025, 3, 3))
            await r.write(date(2025, 3, 5))
            assert len(sent(database)) == 2, "what was settled meanwhile is not told of"

    asyncio.run(story())


def test_before_its_hour_nobody_is_reminded(database: str) -> None:
    async def story() -> None:
        clock = Clock(hour=7)
        async with opened(database) as pool:
            r = Reminding(pool, Broker("nats://127.0.0.1:1", "x"), clock, {}, RECIPIENTS)
            await keep(pool, owed(1))
            await r.look()
            assert rows(database, "select * from digests") == []

    asyncio.run(story())


def test_addresses_may_come_and_go(database: str) -> None:
    """Who gets an address later is told then; what waits for one that is gone goes to nobody."""

    async def story() -> None:
        async with opened(database) as pool:

            async def write(day: int, *to: Recipient) -> None:
                broker = Broker("nats://127.0.0.1:1", "x")
                await Reminding(pool, broker, Clock(), {"smtp": LogNotifier()}, to).write(date(2025, 3, day))

            await keep(pool, owed(1))
            await write(3)
            assert sent(database) == []
            await write(4, Recipient("branch", None, "a@example.org"))
            await keep(pool, owed(2))
            await write(4, Recipient("branch", None, "a@example.org"))
            await write(5, Recipient("branch", None, "b@example.org"))
            assert [(who, day.day) for who, day, _ in sent(database)] == [("a@example.org", 4), ("b@example.org", 5)]

    asyncio.run(story())


def test_the_overdue_ones_come_first_and_the_rest_is_counted() -> None:
    many = [owed(n, due=f"2025-03-{1 + n % 28:02}") for n in range(150)]
    staged = [(digests.stage(one.due_on, DAY, 3), one) for one in many]
    text = digests.body(staged, DAY, "")
    assert text.index("【逾期 Overdue】") < text.index("【即将到期 Due soon】") < text.index("【新增 New】")
    assert text.count("\n- ") == digests.LISTED
    assert "另有 50 项 · 50 more" in text
    assert sum(digests.counts(staged).values()) == 150


@pytest.mark.parametrize(
    "text", ["king=a@example.org", "branch", "branch:U 1=a@example.org", "branch=nobody", "branch=a@b@c", "=a@example.org"]
)
def test_recipients_that_cannot_be_are_refused_by_their_number(text: str) -> None:
    with pytest.raises(ValueError, match="第 2 项"):
        recipients(f"section=a@example.org, {text}")


@pytest.mark.parametrize("url", ["http://127.0.0.1", "smtp://", "127.0.0.1:25", "smtp://127.0.0.1:25/x", "smtp://127.0.0.1:99999"])
def test_an_address_of_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"TAIZHANG_SMTP_URL|[Pp]ort"):
        Server.of(url)


def test_a_mail_server_by_its_url() -> None:
    assert Server.of("smtps://u%40x:p%3Aw@host") == Server("host", 465, True, "u@x", "p:w")
    assert Server.of("smtp://host:587") == Server("host", 587, False)
    assert SecretStr("smtp://u:p@host").__repr__().count("p@") == 0


def test_a_message_says_who_sent_it_and_that_a_program_did() -> None:
    message = SmtpNotifier(Server("host", 25, False), "taizhang@example.org", Clock()).message(
        Digest("d" * 32, "a@example.org", "台账", "正文\n", {})
    )
    assert (message["Message-ID"], message["Auto-Submitted"]) == (f"<{'d' * 32}@taizhang.invalid>", "auto-generated")
    assert message.get_content() == "正文\n"
    assert message["Date"] == "Mon, 03 Mar 2025 09:00:00 +0800"

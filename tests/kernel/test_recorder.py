"""An Application of the `eventsourcing` library, running on the log: what the library promises holds there too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, cast

import pytest
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, CanSnapshotAggregate, event
from eventsourcing.persistence import IntegrityError, Notification
from psycopg.conninfo import conninfo_to_dict

from services.kernel.log import Log
from services.kernel.recorder import LogRecorder
from tests.kernel import merkle
from tests.kernel.drafts import draft, head, table, whole


@dataclass(frozen=True)
class TextEvent:
    originator_id: str
    originator_version: int
    timestamp: datetime


class Dog(BaseAggregate[str]):
    """Of the library's own example; stable names in place of import paths."""

    TOPIC: ClassVar[str] = "test.Dog"
    INITIAL_VERSION = 1

    @dataclass(frozen=True)
    class Event(TextEvent, CanMutateAggregate[str]):
        pass

    @dataclass(frozen=True)
    class Registered(Event, CanInitAggregate[str]):
        TOPIC: ClassVar[str] = "test.DogRegistered.v1"
        originator_topic: str
        name: str

    @dataclass(frozen=True)
    class Taught(Event):
        TOPIC: ClassVar[str] = "test.TrickTaught.v1"
        trick: str

    @dataclass(frozen=True)
    class Snapshot(TextEvent, CanSnapshotAggregate[str]):
        TOPIC: ClassVar[str] = "test.DogSeen.v1"
        topic: str
        state: dict[str, object]

    @event(Registered)
    def __init__(self, name: str) -> None:
        self.name = name
        self.tricks: list[str] = []

    @staticmethod
    def create_id(name: str) -> str:
        return f"dog-{name}"

    @event(Taught)
    def teach(self, trick: str) -> None:
        self.tricks.append(trick)


class Kennel(Application[str]):
    name = "test"

    @property
    def ledger(self) -> Log:
        return cast(LogRecorder, self.recorder).log


def environment(dsn: str, more: Mapping[str, str]) -> dict[str, str]:
    at = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "APPLICATION_RECORDER_TOPIC": "services.kernel.recorder:LogRecorder",
        "ORIGINATOR_ID_TYPE": "text",
        "POSTGRES_DBNAME": str(at["dbname"]),
        "POSTGRES_HOST": str(at["host"]),
        "POSTGRES_PORT": str(at["port"]),
        "POSTGRES_USER": str(at["user"]),
        "POSTGRES_PASSWORD": str(at["password"]),
        **more,
    }


@contextmanager
def kennel(dsn: str, **more: str) -> Iterator[Kennel]:
    app = Kennel(environment(dsn, more))
    try:
        yield app
    finally:
        app.ledger.close()
        app.close()


def test_an_application_lives_on_the_log(database: str) -> None:
    with kennel(database) as app:
        dog = Dog("fido")
        dog.teach("roll over")
        app.save(dog)
        dog.teach('say "sequence" 汉字')
        app.save(dog)
        found: Dog = app.repository.get("dog-fido")
        assert (found.name, found.tricks, found.version) == ("fido", ["roll over", 'say "sequence" 汉字'], 3)
        old: Dog = app.repository.get("dog-fido", version=2)
        assert old.tricks == ["roll over"]
        with pytest.raises(AggregateNotFoundError):
            app.repository.get("dog-rex")
    with kennel(database) as again:
        dog = again.repository.get("dog-fido")
        dog.teach("sit")
        again.save(dog)
        assert len(again.repository.get("dog-fido").tricks) == 3
    rows = table(database)
    whole(rows)
    assert [r.event["type"] for r in rows] == ["test.DogRegistered.v1", *["test.TrickTaught.v1"] * 3]
    assert merkle.folded(head(database)[2], 4) == merkle.root([merkle.leaf(r.line) for r in rows])


def test_whoever_was_slower_is_told(database: str) -> None:
    with kennel(database) as app:
        app.save(Dog("fido"))
        one: Dog = app.repository.get("dog-fido")
        other: Dog = app.repository.get("dog-fido")
        one.teach("sit")
        app.save(one)
        other.teach("roll over")
        with pytest.raises(IntegrityError):
            app.save(other)
        assert app.repository.get("dog-fido").tricks == ["sit"]
        with pytest.raises(IntegrityError):
            app.save(Dog("fido"))
    whole(table(database))


def test_several_aggregates_in_one_save(database: str) -> None:
    with kennel(database) as app:
        fido, rex = Dog("fido"), Dog("rex")
        app.save(fido, rex)
        stale: Dog = app.repository.get("dog-rex")
        rex.teach("sit")
        app.save(rex)
        fido.teach("sit")
        stale.teach("run")
        with pytest.raises(IntegrityError):
            app.save(fido, stale)
        assert app.repository.get("dog-fido").version == 1, "nothing of it, when one of them is stale"
    assert [r.stream for r in table(database)] == ["dog-fido", "dog-rex", "dog-rex"]


def test_saved_twice_with_one_command_is_saved_once(database: str) -> None:
    with kennel(database) as app:
        app.save(Dog("fido"), command="cmd-1")
        app.save(Dog("fido"), command="cmd-1")
        assert len(table(database)) == 1


def test_notification_log(database: str) -> None:
    """Pages follow each other without a gap, with the positions of the log; facts that the library did not write are among them."""
    with kennel(database) as app:
        for n in range(23):
            app.save(Dog(f"d{n}"))
            app.ledger.append([draft(f"ours-{n}")])
        seen, start = list[Notification](), 1
        while page := app.notification_log.select(start=start, limit=7):
            seen += page
            start = int(page[-1].id) + 1
        assert [n.id for n in seen] == list(range(1, 47))
        assert [n.originator_id for n in seen[:4]] == ["dog-d0", "ours-0", "dog-d1", "ours-1"]
        assert app.recorder.max_notification_id() == 46
        assert [n.id for n in app.notification_log.select(start=1, limit=10, stop=5)] == [1, 2, 3, 4, 5]
        only = app.notification_log.select(start=1, limit=10, topics=["test.DogRegistered.v1"])
        assert [n.id for n in only] == list(range(1, 20, 2))


def test_a_subscription_hears_what_is_appended(database: str) -> None:
    with kennel(database) as app:
        app.save(Dog("fido"))
        with app.recorder.subscribe(gt=0) as subscription:
            assert next(subscription).id == 1
            app.save(Dog("rex"))
            app.ledger.append([draft("ours")])
            assert [next(subscription).originator_id for _ in range(2)] == ["dog-rex", "ours"]


def test_snapshots(database: str) -> None:
    with kennel(database, IS_SNAPSHOTTING_ENABLED="y") as app:
        dog = Dog("fido")
        for n in range(5):
            dog.teach(str(n))
        app.save(dog)
        app.take_snapshot("dog-fido", version=4)
        assert app.snapshots
        assert [s.originator_version for s in app.snapshots.get("dog-fido")] == [4]
        dog.teach("last")
        app.save(dog)
        assert app.repository.get("dog-fido").tricks == ["0", "1", "2", "3", "4", "last"]
    assert len(table(database)) == 7, "a snapshot is no fact"


def test_closed_it_saves_no_more(database: str) -> None:
    with kennel(database) as app:
        app.save(Dog("fido"))
        app.ledger.close()
        with pytest.raises(Exception, match="closed"):
            app.save(Dog("rex"))


def test_the_librarys_database_functions_change_nothing(database: str) -> None:
    """They leave out the lock without which readers lose facts: switched on by mistake, the log still places everything."""
    with kennel(database, POSTGRES_ENABLE_DB_FUNCTIONS="y") as app:
        app.save(Dog("fido"))
    whole(table(database))
    assert len(table(database)) == 1

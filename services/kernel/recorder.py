"""The log as the recorder of an `eventsourcing` Application, so that the library's aggregates, upcasting, snapshots and
projections work on it: PERSISTENCE_MODULE=eventsourcing.postgres, APPLICATION_RECORDER_TOPIC=services.kernel.recorder:LogRecorder,
ORIGINATOR_ID_TYPE=text, and `events_table_name` `<service>_events` (the library's default for an Application so named).

The library reads through the view `log_events`; it writes through `append`, which stores an event of ours whose data is
the library's state. `save(aggregate, command="…")` makes the save idempotent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import make_conninfo

from services.kernel import log
from services.kernel.log import Conflict, Draft, Log


class LogRecorder(PostgresApplicationRecorder):
    """Raises the library's IntegrityError where somebody else wrote to the aggregate first. Its Log is closed by `close`."""

    def __init__(self, datastore: PostgresDatastore, *, events_table_name: str = "") -> None:
        super().__init__(datastore, events_table_name="log_events")
        self.channel_name, self.sql_create_statements = "log", []
        self.service = events_table_name.removesuffix("_events")
        with datastore.get_connection() as c:
            dsn = make_conninfo(c.info.dsn, password=c.info.password)
        self.log = Log(self.service, dsn)

    def create_table(self) -> None:
        with self.datastore.transaction(commit=True) as c:
            c.execute("select pg_advisory_xact_lock(7)")  # create … if not exists is not safe against itself
            c.execute(log.DDL.encode())

    def insert_events(self, stored_events: Sequence[StoredEvent], *, command: str | None = None, **_: Any) -> Sequence[int] | None:
        if not stored_events:
            return []
        try:
            placed = self.log.append([self._draft(e) for e in stored_events], command)
        except Conflict as stale:
            raise IntegrityError(str(stale)) from None
        return range(placed.first, placed.last + 1)

    def _draft(self, stored: StoredEvent) -> Draft:
        stream, version = str(stored.originator_id), stored.originator_version
        event = {
            "specversion": "1.0",
            "id": f"{self.service}/{stream}@{version}",
            "source": f"/taizhang/{self.service}",
            "type": stored.topic,
            "subject": stream,
            "recordedtime": "",
            "sequence": "",
            "data": orjson.loads(stored.state),
        }
        return Draft(stream, version, stream, stored.topic, orjson.dumps(event, option=orjson.OPT_SORT_KEYS))

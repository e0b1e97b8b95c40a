"""What was understood, recorded through the services' commands; what a service refuses becomes a rejected row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from contracts.assignments import ImportAttendanceSheet
from contracts.message import Fact
from contracts.registry import RecordWorkbookImport
from services.client import Client, Order, Recorded
from services.problems import Problem
from services.sending import send
from services.workbooks.acting import on_behalf_of
from services.workbooks.identity import derived, sha256
from services.workbooks.outcome import Place, Proposed, Rejected, Understood


def record(
    client: Client, kind: str, data: bytes, made: Understood, step: Callable[[], None] = lambda: None, branch: str | None = None
) -> None:
    """Rows first, each person's in order; then the sheets that held them; last that the workbook was imported. Changes `made`:
    refused rows are rejected, and rows that added nothing are repeated. Raises Problem when a service stays unavailable: what
    was recorded stays, and importing the same file again records the rest. A command is known by the file and by what it says:
    one that was sent before, by a run that was killed before it heard the answer, has effect once.
    `branch`: the unit whose branch imports; that it did is entered for the section."""
    document = derived("import", kind, sha256(data))
    before = dict(client.positions)
    added: dict[Place, bool] = defaultdict(bool)
    refused: dict[Place, Rejected] = {}
    for later in (False, True):
        phase = [p for p in made.proposed if isinstance(p.command, ImportAttendanceSheet) is later]
        orders = {order.key: (order, p) for p in phase for order in [_order(p, document)]}

        def done(order: Order, outcome: Recorded | Problem, sent: dict[str, tuple[Order, Proposed]] = orders) -> None:
            place = sent[order.key][1].place
            if isinstance(outcome, Problem):
                refused.setdefault(place, Rejected(*place, outcome.code, said=(outcome.zh, outcome.en)))
            else:
                added[place] |= bool(outcome.events) and outcome.position > before.get(order.service, 0)
            step()

        send(client, [order for order, _ in orders.values()], done)
    of_rows = set(made.accepted)
    made.repeated |= {place for place, anything in added.items() if place in of_rows and not anything}
    made.repeated -= refused.keys()
    made.accepted = [place for place in made.accepted if place not in refused]
    sheets = list(made.header_rows)
    made.rejected = sorted([*made.rejected, *refused.values()], key=lambda r: (sheets.index(r.sheet), r.row))
    accepted, rejected = len(made.accepted), len(made.rejected)
    imported = _imported(kind, data, accepted, rejected, branch)
    client.command("registry", imported, *(("section", document) if branch else ()))


def _order(proposed: Proposed, document: str) -> Order:
    """Section and branch enter what others do; then the act is theirs. Whosever it is, the import is the paper that it rests on."""
    command = proposed.command
    key = derived("row", document, *proposed.place, type(command).__name__, command.model_dump_json())
    return Order(command.SERVICE, command, command.subject(), on_behalf_of(command), document, key, f"{proposed.sheet}!{proposed.row}")


def _imported(kind: str, data: bytes, accepted: int, rejected: int, branch: str | None) -> Fact:
    """The counts are in the id: imported again after the rows it lacked were registered, it is another import."""
    of_a_unit = {"unit_id": branch} if branch else {}
    import_id = f"{derived('import', kind, sha256(data), *of_a_unit.values())}-{accepted}-{rejected}"
    given = {"import_id": import_id, "kind": kind, "sha256": sha256(data), "rows_accepted": accepted, "rows_rejected": rejected}
    return RecordWorkbookImport.model_validate(given | of_a_unit)

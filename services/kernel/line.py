"""The line of a fact as it goes into the log: who entered it, and everything that is known before it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from contracts.canonical import canonical
from contracts.message import Fact, midnight


@dataclass(frozen=True, slots=True)
class Actor:
    """Who enters it, in which role and for which unit (opaque ids); whose act it is when a paper act of somebody else is
    entered, and the paper that it rests on."""

    id: str
    role: str
    unit: str = "-"
    on_behalf_of: str | None = None
    document: str | None = None


def envelope(
    fact: Fact, event_id: str, subject: str, time: date, actor: Actor, causation: str, correlation: str, sealed: bytes | None
) -> bytes:
    """The line of a fact but for its sequence and recordedtime, which only the log knows."""
    service, kind = fact.SERVICE, fact.type()
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/taizhang/{service}",
        "type": kind,
        "subject": subject,
        "time": midnight(time),
        "recordedtime": "",
        "sequence": "",
        "actor": actor.id,
        "role": actor.role,
        "unitref": actor.unit,
        "correlationid": correlation,
        "causationid": causation,
        "dataschema": f"/schemas/{kind}.json",
        "datacontenttype": "application/json",
        "data": fact.public(),
    }
    if actor.on_behalf_of:
        event["onbehalfof"] = actor.on_behalf_of
    if actor.document:
        event["documentno"] = actor.document
    if sealed is not None:
        event["sealed"] = sha256(sealed).hexdigest()
    return canonical(event)

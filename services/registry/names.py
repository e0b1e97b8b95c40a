"""Names of cadres, opened for those who may know them: they are in no event, on no bus and in no list of facts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from contracts.message import Event
from contracts.registry import CadreIdentityCorrected, CadreRegistered
from services.kernel.seal import Erased
from services.kernel.service import Service

MAY = frozenset({"section", "committee", "branch", "unit_head"})
"""Roles that read identities. Whose of them is the next question, once it is asked who somebody is."""
SEALED = "select line, sealed from log where subject = any(%b) and type = any(%b) and sealed is not null order by position"


async def names(service: Service, cadre_ids: Sequence[str]) -> dict[str, str]:
    """By cadre, as corrected last; without those whose identity was erased or came from a log file, which has only its seal."""
    async with service.ledger.pool.connection() as c:
        kinds = [CadreRegistered.type(), CadreIdentityCorrected.type()]
        rows = await (await c.execute(SEALED, (list(cadre_ids), kinds), binary=True)).fetchall()
    return await asyncio.to_thread(_opened, service, [(Event.parse(line), sealed) for line, sealed in rows])


def _opened(service: Service, sealed: Sequence[tuple[Event, bytes]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for event, ciphertext in sealed:
        try:
            private = service.ledger.vault.open(event.id, event.subject, event.data.CLASS, ciphertext)
        except Erased:
            continue
        if name := private.get("name"):
            found[event.subject] = name
    return found

"""Names and numbers of cadres, opened for those who may know them: they are in no event, on no bus and in no list of facts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from contracts.message import Event
from contracts.registry import CadreIdentityCorrected, CadreRegistered, RegistryFactRetracted
from services.kernel.seal import Cell
from services.kernel.service import Service

KINDS = [CadreRegistered.type(), CadreIdentityCorrected.type(), RegistryFactRetracted.type()]
SEALED = "select line, sealed from log where subject = any(%b) and type = any(%b) order by position"

Identity = dict[str, Any]


async def names(service: Service, cadre_ids: Sequence[str]) -> dict[str, str]:
    """By cadre, as corrected last."""
    return {cadre: said["name"] for cadre, said in (await identities(service, cadre_ids)).items() if "name" in said}


async def identities(service: Service, cadre_ids: Sequence[str]) -> dict[str, Identity]:
    """By cadre, as corrected last; without those whose identity was erased or came from a log file, which has only its seal."""
    async with service.ledger.pool.connection() as c:
        rows = await (await c.execute(SEALED, (list(cadre_ids), KINDS), binary=True)).fetchall()
    return await asyncio.to_thread(_opened, service, [(Event.parse(line), sealed) for line, sealed in rows])


def _opened(service: Service, rows: Sequence[tuple[Event, bytes | None]]) -> dict[str, Identity]:
    retracted = {e.data.retracts for e, _ in rows if isinstance(e.data, RegistryFactRetracted)}
    standing = [(e, sealed) for e, sealed in rows if sealed and e.id not in retracted and not isinstance(e.data, RegistryFactRetracted)]
    cells = [Cell(e.id, e.subject, e.data.CLASS, sealed) for e, sealed in standing]
    found: dict[str, Identity] = {}
    for (event, _), private in zip(standing, service.ledger.vault.open_all(cells), strict=True):
        if private:
            found[event.subject] = found.get(event.subject, {}) | private
    return found

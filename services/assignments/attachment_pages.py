"""Attachments over HTTP: uploaded by those who may apply for the leave, listed for those who may follow it, and downloaded by the few who
may see evidence of health, one by one, recorded, and never shown inside a page."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from litestar import Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery

from contracts.access import About, may_act, may_read
from contracts.assignments import LeaveRequested
from services.assignments import media
from services.assignments.attachments import Attachment, Attachments
from services.kernel import query
from services.kernel.caller import Asker, Gate, caller
from services.kernel.clock import today
from services.kernel.download import attachment
from services.kernel.line import Actor
from services.kernel.refusal import refused
from services.kernel.service import Service
from services.kernel.shapes import ID
from services.kernel.told import Told

LARGEST = 10 * 1024 * 1024
"""Bytes of a file."""
EVIDENCE, PROCEDURE = "health_evidence", "leave_procedure"
NOT_NOW = {"quarantined": "file-quarantined", "refused": "file-refused", "erased": "file-erased"}
SAMPLE = {
    "cadre_id": "C0001", "evidence_id": "E0001", "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "media_type": "application/pdf", "size": 48213, "uploaded_at": "2025-03-03T01:00:00.000001Z", "uploaded_by": "p-c1", "state": "clean",
}  # fmt: skip
FILE = {"type": "string", "format": "binary", "description": "the file itself"}
TOLD = {
    "POST /attachments": Told(
        SAMPLE,
        ("bad-query", "paper-missing", "unknown-cadre", "nothing-given", "file-type-refused", "file-type-differs", "file-too-large",
         "too-many-files", "evidence-differs", "id-in-use", "personal-data-erased"),
        {"evidence_id": ID}, (FILE, "%PDF-1.7 …"), body_type="application/octet-stream", statuses=("200", "201"), needed=("cadre", "evidence_id"),
    ),
    "GET /attachments": Told({"items": [SAMPLE], "next": None}, ("bad-query", "unknown-cadre"), needed=("cadre",)),
    "/attachments/{evidence_id}": Told(
        "%PDF-1.7 …", ("bad-query", "unknown-attachment", *NOT_NOW.values()), {"evidence_id": ID}, media_type="*/*",
    ),
    **{f"POST /commands/{c}": Told({}, ("evidence-differs",)) for c in ("RequestLeave", "SupplementLeave")},
}  # fmt: skip


def handlers(service: Service, gate: Gate, attachments: Attachments) -> Sequence[Any]:
    @post("/attachments", request_max_body_size=LARGEST, summary="The raw file as body; its type is found from its content")
    async def upload(request: Asker, cadre: FromQuery[str | None] = None, evidence_id: FromQuery[str | None] = None) -> Response[bytes]:
        whose, named = _given("cadre", cadre), _given("evidence_id", evidence_id)
        by = await _uploader(service, gate, request, whose)
        data = await _file(request)
        kind = await asyncio.to_thread(media.media_type, data)  # others are not kept waiting by a file of many small parts
        if kind is None:
            raise refused("file-type-refused")
        if not media.agrees(query.content_type(request), kind):
            raise refused("file-type-differs", "Content-Type")
        kept, is_new = await attachments.keep(whose, named, data, kind, by)
        return _json(kept.told(), 201 if is_new else 200)

    @get("/attachments", summary="What is kept of a cadre, without content")
    async def listed(request: Asker, cadre: FromQuery[str | None] = None) -> Response[bytes]:
        whose = _given("cadre", cadre)
        await gate.cadre(request, PROCEDURE, whose)
        found = await attachments.of(gate.scope(request, PROCEDURE), whose)
        return _json({"items": [one.told() for one in found], "next": None})

    @get("/attachments/{evidence_id:str}", summary="The file, to be saved, never shown; each reading is recorded")
    async def download(request: Asker, evidence_id: FromPath[str], cadre: FromQuery[str | None] = None) -> Response[bytes]:
        query.named(evidence_id, "unknown-attachment")
        one = await _readable(service, gate, request, attachments, evidence_id, query.identifier("cadre", cadre))
        if one.state != "clean":
            raise refused(NOT_NOW[one.state])
        about = await gate.place(one.cadre_id, today(service.clock))
        await gate.may(request, EVIDENCE, about, thing=f"evidence-{evidence_id}")
        name = f"{evidence_id}.{media.SUFFIX[one.media_type]}"
        return attachment(await attachments.content(one), one.media_type, name)

    return [upload, listed, download]


async def _uploader(service: Service, gate: Gate, request: Asker, whose: str) -> Actor:
    """Whoever may apply for a leave of this cadre, or enter the paper. Raises Refused, the same whether or not there is such a cadre."""
    by = query.actor(request, caller(request).bearer.principal)
    if by.on_behalf_of is not None and by.document is None:
        raise refused("paper-missing", "Taizhang-Document-No")
    about = await gate.place(whose, today(service.clock))
    grant = may_act(None, LeaveRequested, caller(request).grants, about, by.on_behalf_of)
    if grant is None:
        await gate.refuse(request, "Attachment", About(whose))
        raise AssertionError
    return replace(by, role=grant.role)


async def _readable(
    service: Service, gate: Gate, request: Asker, attachments: Attachments, evidence_id: str, whose: str | None
) -> Attachment:
    """The one that this somebody may read; of somebody else's it is told what is told of one that is not there."""
    seen, thing = gate.scope(request, EVIDENCE), f"evidence-{evidence_id}"
    if seen.is_empty:
        await gate.refuse(request, EVIDENCE, About(whose), thing)
    grants, mine = caller(request).grants, list[Attachment]()
    for one in await attachments.found(seen, evidence_id, whose):
        if may_read(EVIDENCE, grants, await gate.place(one.cadre_id, today(service.clock))) != "no":
            mine.append(one)
    if not mine:
        await gate.refuse(request, EVIDENCE, About(whose), thing, "unknown-attachment")
    if len(mine) > 1:  # ids are given by whoever uploads: two cadres may have the same
        raise refused("bad-query", "cadre")
    return mine[0]


async def _file(request: Asker) -> bytes:
    """Never more of it than may be kept."""
    try:
        data = await request.body()
    except HTTPException as error:
        raise (refused("file-too-large") if error.status_code == 413 else error) from None
    if not data:
        raise refused("nothing-given")
    return data


def _given(name: str, text: str | None) -> str:
    found = query.identifier(name, text)
    if found is None:
        raise refused("bad-query", name)
    return found


def _json(said: dict[str, Any], status: int = 200) -> Response[bytes]:
    return Response(orjson.dumps(said), status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})

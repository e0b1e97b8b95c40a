"""Resources over HTTP: a list by cursor and filters, and one by its id with an ETag, so that what was read can be named in If-Match."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any

import orjson
from litestar import Request, Response, get

from contracts.message import Fact
from services.kernel import pages, query
from services.kernel.caller import Gate
from services.kernel.clock import today
from services.kernel.resource import Item, Resource
from services.kernel.service import Service
from services.kernel.shapes import Shape

CITED = re.compile(r"[A-Za-z0-9_-]{1,160}@[1-9][0-9]{0,9}")
Asked = Request[Any, Any, Any]


def handlers(service: Service, gate: Gate, resources: Sequence[Resource]) -> list[Any]:
    return [handler for resource in resources for handler in (_list(service, gate, resource), _one(service, gate, resource))]


def _list(service: Service, gate: Gate, resource: Resource) -> Any:
    parameters = resource.parameters()

    @get(resource.path, name=resource.path, include_in_schema=False)
    async def items(request: Asked) -> Response[bytes]:
        asked = {name: _value(name, request.query_params.get(name), shape) for name, shape in parameters.items()}
        fields = {field: asked[name] for name, field in resource.filters.items() if asked[name] is not None}
        on = _day(service, request)
        return await pages.page(
            service,
            await gate.listing(request, resource.reads, on),
            resource,
            on,
            request.query_params.get("cursor"),
            request.query_params.get("limit"),
            str(asked[resource.about]) if resource.about and asked[resource.about] is not None else None,
            lambda item: all(item[field] == value for field, value in fields.items()),
            partial(resource.complete, request) if resource.complete else None,
            partial(gate.visible, request, resource.reads, on=on),
        )

    return items


def _one(service: Service, gate: Gate, resource: Resource) -> Any:
    @get(f"{resource.path}/{{{resource.key}:str}}", name=f"{resource.path}/", include_in_schema=False)
    async def item(request: Asked) -> Response[bytes]:
        name = request.path_params[resource.key]
        on = _day(service, request)
        fits = (CITED if resource.types else query.ID).fullmatch(name)
        seen = await gate.listing(request, resource.reads, on)
        found = await pages.one(service, seen, resource, name, on) if fits else None
        if found is not None and not await gate.visible(request, resource.reads, [_whose(resource, found)], on):
            found = None
        if found is None:
            await gate.refuse(request, resource.reads, thing=name if fits else None, code=resource.unknown)
            raise AssertionError
        await gate.shows(request, resource.reads, found)
        if resource.complete:
            await resource.complete(request, [found])
        return tagged(request, found)

    return item


def tagged(request: Asked, item: Item) -> Response[bytes]:
    """With an ETag: the version of the stream, which If-Match compares, and what tells these bytes from others of that version (a name
    that only some may see, a day asked about). 304 where the caller has them already."""
    body = orjson.dumps(item)
    tag = f'"{item["version"]}-{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Taizhang-Role"}
    if query.has_already(request, tag):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


async def now(service: Service, resources: Sequence[Resource], command: Fact, field: str | None = None) -> dict[str, Any]:
    """How it is now, told with a refusal: where the last fact about the same cadre, unit or thing stands, and what the command was
    to change, where that is theirs; what stands in its way instead, where the field that is to blame names it (a proposal)."""
    concerned, stream = service.ledger.subjects(command), command.stream()
    about, blamed = concerned[0], next((r for r in resources if r.key == field and not r.types), None)
    if blamed is not None and (named := getattr(command, blamed.key, None)) in concerned:
        about, stream = str(named), f"{blamed.begins}{named}"
    past = (await pages.about(service, [about]))[about]
    own = [e for e in past.events if e.service == service.name]
    told: dict[str, Any] = {"position": max((e.sequence for e in own), default=0)}
    steps = [e for e in own if e.stream == stream]
    if not steps:
        return told
    told |= {"stream": steps[-1].stream, "version": steps[-1].version, "last_event": steps[-1].id}
    resource = next((r for r in resources if not r.types and steps[0].stream.startswith(r.begins)), None)
    if resource is not None and resource.openly:
        told["state"] = pages.shown(service, resource, steps[0], past, today(service.clock))
    return told


def _whose(resource: Resource, item: Item) -> str:
    return str(item.get("cadre_id") or item.get("unit_id") or item[resource.key])


def _day(service: Service, request: Asked) -> date:
    return query.day("as_of", request.query_params.get("as_of")) or today(service.clock)


def _value(name: str, text: str | None, shape: Shape) -> str | int | None:
    """A value that a filter can ask for."""
    if name == "as_of" or text is None:
        return None
    if codes := _codes(shape):
        return query.one_of(name, text, codes)
    return query.whole(name, text, 0, 1900, 2199) if shape.get("type") == "integer" else query.identifier(name, text)


def _codes(shape: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(shape.get("enum", ()))

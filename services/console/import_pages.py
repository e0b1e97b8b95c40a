"""Workbooks over HTTP: handed in for a dry run, asked about, recorded, and what was sent back fetched. Everything as the caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, get_args

import orjson
from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery

from services.console.asking import Asker, asked, whoever
from services.console.imports import Imports, Kept
from services.console.received import LARGEST, received
from services.kernel import query
from services.kernel.body import FieldError, Invalid
from services.kernel.download import attachment
from services.kernel.refusal import refused
from services.workbooks.kinds import Kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PATIENT = 8
"""Tries of each request while recording: the restart of a service is waited for."""
MOST, LONGEST = 5000, 300
"""Answers at once, and characters of one."""


def handlers(imports: Imports, urls: Mapping[str, str]) -> Sequence[Any]:
    @post("/imports", request_max_body_size=LARGEST, summary="A workbook as body, or as `file` of a form: a dry run, nothing is recorded")
    async def take(request: Asker, kind: FromQuery[str | None] = None) -> Response[bytes]:
        meant = query.one_of("kind", kind, get_args(Kind))
        if meant is None:
            raise refused("bad-query", "kind")
        ask = asked(request, urls)
        owner = await asyncio.to_thread(whoever, ask)
        with imports.coming(owner):
            came = await received(request)
            return _json(await imports.take(ask, owner, meant, came.name, came.data, came.columns), 201)

    @get("/imports/{import_id:str}", summary="What became of it, and how far it is")
    async def look(request: Asker, import_id: FromPath[str]) -> Response[bytes]:
        return _json(imports.look(await _owner(request, urls), import_id))

    @post(
        "/imports/{import_id:str}/answers",
        status_code=200,
        summary="Answers to its questions, meanings of its columns; read again, nothing is recorded",
    )
    async def answer(request: Asker, import_id: FromPath[str]) -> Response[bytes]:
        owner = await _owner(request, urls)
        said = await _said(request)
        return _json(await imports.answer(asked(request, urls), owner, import_id, _answering(said)))

    @post(
        "/imports/{import_id:str}/record", status_code=202, summary="Records the accepted rows, each once; again: what is not yet recorded"
    )
    async def record(request: Asker, import_id: FromPath[str]) -> Response[bytes]:
        owner = await _owner(request, urls)
        kept, goes_on = await imports.record(asked(request, urls, PATIENT), owner, import_id)
        return _json(kept, 202 if goes_on else 200)

    @get("/imports/{import_id:str}/rejected.xlsx", summary="The rejected rows, the reason beside each, and the questions")
    async def rejected(request: Asker, import_id: FromPath[str]) -> Response[bytes]:
        owner = await _owner(request, urls)
        return attachment(await asyncio.to_thread(imports.rejected, owner, import_id), XLSX, "rejected.xlsx")

    @delete("/imports/{import_id:str}", status_code=200, summary="Erases what was handed in; what was recorded stays")
    async def drop(request: Asker, import_id: FromPath[str]) -> Response[bytes]:
        await imports.drop(await _owner(request, urls), import_id)
        return _json({"erased": import_id})

    return [take, look, answer, record, rejected, drop]


async def _owner(request: Asker, urls: Mapping[str, str]) -> str:
    return await asyncio.to_thread(whoever, asked(request, urls))


async def _said(request: Asker) -> dict[str, dict[str, str]]:
    """`answers` by question, `columns` by heading. Raises Refused and Invalid."""
    try:
        said = orjson.loads(await query.of_json(request))
    except orjson.JSONDecodeError:
        raise refused("not-json") from None
    if not isinstance(said, dict):
        raise Invalid([FieldError("", "not-an-object", "应为对象", "An object is expected")])
    wrong = [
        FieldError("?", "unknown-field", "没有这个字段", "There is no such field") for name in said if name not in ("answers", "columns")
    ]
    for name in ("answers", "columns"):
        given = said.get(name, {})
        if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
            wrong.append(FieldError(name, "not-an-object", "应为对象，值为文本", "An object of texts is expected"))
        elif len(given) > MOST or any(len(text) > LONGEST for pair in given.items() for text in pair):
            wrong.append(FieldError(name, "too-long", "内容过多或过长", "It says too much"))
    if wrong:
        raise Invalid(wrong)
    return {name: said.get(name, {}) for name in ("answers", "columns")}


def _answering(said: Mapping[str, Mapping[str, str]]) -> Callable[[Kept], None]:
    def change(kept: Kept) -> None:
        from services.workbooks.answering import BadAnswer, understood
        from services.workbooks.reading import BadColumns, columns_said

        asks = kept.get("asked", {}) | {q["id"]: q["code"] for q in kept["reading"]["questions"]}
        wrong = list[FieldError]()
        for number, text in said["answers"].items():
            if number not in asks:
                wrong.append(FieldError("answers", "unknown-question", "没有这个待答问题", "There is no such question"))
                continue
            try:
                understood(asks[number], text)
            except BadAnswer as bad:
                wrong.append(FieldError(f"answers.{number}", "bad-answer", f"可以这样答：{bad.zh}", f"What can be answered: {bad.en}"))
        try:
            columns = columns_said(kept["kind"], [f"{heading}={meaning}" for heading, meaning in said["columns"].items()])
        except BadColumns as bad:
            columns = {}
            wrong.append(FieldError("columns", bad.code, bad.zh, bad.en))  # what it can mean: of the reader, not of the caller
        if wrong:
            raise Invalid(sorted(set(wrong)))
        kept["answers"] |= said["answers"]
        kept["asked"] = {number: asks[number] for number in kept["answers"] if number in asks}
        kept["columns"] |= columns

    return change


def _json(said: Kept, status: int = 200) -> Response[bytes]:
    return Response(orjson.dumps(said), status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})

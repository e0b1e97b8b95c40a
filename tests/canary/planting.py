"""Strings that are nowhere else, planted in the commands that people send, and the search for them."""

from __future__ import annotations

import json
import types
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from contracts.message import Fact

OPEN = {
    "name": "what a unit is called; a person's name is private",
    "post": "what a post is called",
    "notice": "the document that a calendar rests on",
    "source": "the document that a policy or a school calendar rests on",
    "cites": "the document that a measure rests on",
    "clause": "the clause of a document",
    "document_no": "the number of a document",
    "decision_no": "the number of a document",
    "sha256": "a digest",
    "media_type": "a code",
    "role": "a code",
    "parameters": "codes",
}
"""String fields of the catalogue that travel: what each says is about no person."""
BIRTH_DATE = "1903-07-29"
PRIVATE = "private"


@dataclass(frozen=True)
class Place:
    """Where a string stands in a command: field names, `*` for the element of a list."""

    path: tuple[str, ...]
    form: str | None
    """The pattern of an id; none for free text."""
    codes: bool = False

    @property
    def private(self) -> bool:
        return PRIVATE in self.path

    @property
    def free(self) -> bool:
        return self.form is None and not self.codes and (self.private or self.path[0] not in OPEN | {"evidence": ""})


def places(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[Place]:
    for name, field in model.model_fields.items():
        of = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
        yield from _places(of, (*path, field.alias or name))


def _places(kind: Any, path: tuple[str, ...], form: str | None = None) -> Iterator[Place]:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        patterns = [p for a in arguments[1:] if (p := getattr(a, "pattern", None))]
        yield from _places(arguments[0], path, patterns[0] if patterns else form)
    elif origin in (Union, types.UnionType, tuple, list):
        for argument in dict.fromkeys(a for a in arguments if a not in (Ellipsis, type(None))):
            yield from _places(argument, path if origin in (Union, types.UnionType) else (*path, "*"))
    elif origin in (Literal, dict):
        yield Place(path, None, codes=True)
    elif kind is str:
        yield Place(path, form)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from places(kind, path)


def canary(command: type[Fact], path: Iterable[str]) -> str:
    """One a field, told apart by letters that no compressor, codec or form of escape changes; and one that they do."""
    where = f"{command.__name__}.{'.'.join(path)}"
    return f"金丝雀 kanari{sha256(where.encode()).hexdigest()[:20]}"


def planted(command: Fact) -> tuple[dict[str, Any], set[str]]:
    """The command as JSON with a canary in each free field, whether it was given or not; and those canaries."""
    body = command.model_dump(mode="json", exclude_unset=True)
    birds = set[str]()
    for place in places(type(command)):
        if place.free:
            birds.add(canary(type(command), place.path))
            body = _with(body, place.path, canary(type(command), place.path))
    if "birth_date" in json.dumps(type(command).model_json_schema()):
        body[PRIVATE]["birth_date"] = BIRTH_DATE
    return body, birds


def spoiled(command: Fact) -> Iterator[dict[str, Any]]:
    """The command again and again, each time with a canary where it is refused: as an id, as a code, too long, as a field's name."""
    body = command.model_dump(mode="json", exclude_unset=True)
    for place in places(type(command)):
        bird = canary(type(command), place.path)
        if place.free:
            bird *= 1000
        elif place.form is None and not place.codes:
            continue
        yield _with(body, place.path, bird)
    yield body | {canary(type(command), ["unknown"]): "x"}


def _with(value: Any, path: tuple[str, ...], text: str) -> Any:
    """The same JSON with the text at this place."""
    if not path:
        return text
    if path[0] == "*":
        return [_with(value[0] if value else None, path[1:], text)]
    there: dict[str, Any] = value or {}
    return there | {path[0]: _with(there.get(path[0]), path[1:], text)}


def forms(text: str) -> dict[str, bytes]:
    """As it would stand in a file: as it is, in UTF-16, as JSON or a URL escapes it, and only the part that nothing changes."""
    chinese, plain = text.split(" ")
    escaped = json.dumps(chinese)[1:-1]
    return {
        "as it is": text.encode(),
        "letters": plain.encode(),
        "UTF-16": plain.encode("utf-16-le"),
        "UTF-16 big": plain.encode("utf-16-be"),
        "JSON": f"{escaped} {plain}".encode(),
        "hexadecimal": plain.encode().hex().encode(),
        "Chinese": chinese.encode(),
        "Chinese in UTF-16": chinese.encode("utf-16-le"),
        "Chinese in JSON": escaped.encode(),
    }


COMMON = forms("金丝雀 kanari")
"""What all canaries have in common, in each form: one search for all of them."""


def found_in(files: Iterable[Path], known: Mapping[bytes, str]) -> dict[str, set[str]]:
    """For each file in which something of `known` stands: what it is. A file is read whole, so nothing hides at a border."""
    found: dict[str, set[str]] = {}
    for file in files:
        if file.is_file() and not file.is_symlink():
            content = file.read_bytes()
            if hits := {name for needle, name in known.items() if needle in content}:
                found[str(file)] = hits
    return found

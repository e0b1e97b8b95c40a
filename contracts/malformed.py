"""What is wrong with a message, said without repeating it: the field and a code, never a value, never a key of the sender's."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel, ValidationError


class Malformed(ValueError):
    """The message cannot be read. `problems` names each field as `data.evidence.0.sha256`, with a code of pydantic's or ours
    (`missing`, `form`, `string_type` …)."""

    def __init__(self, *problems: tuple[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{field}: {code}" for field, code in problems))


def malformed(error: ValidationError, within: str = "") -> Malformed:
    """The same error without inputs. Names that are not of the catalogue (they came with the message) become `*`."""
    known = names()
    found = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        path = [str(p) if isinstance(p, int) or p in known else "*" for p in problem["loc"]]
        found.append((".".join([within, *path] if within else path) or "*", problem["type"]))
    return Malformed(*found)


@cache
def names() -> frozenset[str]:
    """Every field name of the catalogue, as it is written in messages."""
    from contracts.message import facts

    return frozenset(name for fact in facts().values() for name in _names(fact))


def _names(model: type[BaseModel]) -> Iterator[str]:
    for key, field in model.model_fields.items():
        yield field.alias or key
        for part in _parts(field.annotation):
            yield from _names(part)


def _parts(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _parts(inner)

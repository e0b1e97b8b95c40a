"""What can be read back of what people act on: a thing with an id of its own, folded from its facts. Each is a list, `GET /leaves`,
and one by one, `GET /leaves/{leave_id}`; both are made from this description, and so is what OpenAPI says of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from litestar import Request

from contracts.message import Event, Fact
from services.kernel.past import Past
from services.kernel.shapes import DAY, EVENT, TEXT, WHOLE, YEAR, Shape, Shapes

Item = dict[str, Any]
Fold = Callable[[Event, Past, date], Item | None]
"""The first fact of a thing, the past of what it is about, and a day -> the thing as it is shown; None to leave it out."""
Complete = Callable[[Request[Any, Any, Any], Sequence[Item]], Awaitable[None]]
"""Adds to items what no fact says openly, for those who may know it."""

PLACE: Shapes = {
    "stream": TEXT | {"description": "where its facts are recorded"},
    "version": WHOLE | {"minimum": 1, "description": "of the stream: what If-Match names"},
    "last_event": EVENT | {"description": "the last fact of the stream"},
}
"""What every item has."""
FILTERS = {"cadre": "cadre_id", "unit": "unit_id", "state": "state", "year": "year", "kind": "kind"}
"""Parameters of lists, and the field that each asks for."""


class Resource(NamedTuple):
    """`kind`: the first word of the streams of these things. `types`: where one stream holds many of them, the facts that each begin
    one; its id is then that fact's, without the service. `reads`: the class of what it shows, by which access is decided. `dated`:
    whether it can be asked as of a day. `openly`: whether a refusal may show it."""

    path: str
    key: str
    kind: str
    fold: Fold
    shape: Shapes
    reads: str
    zh: str
    en: str
    unknown: str = "unknown-record"
    prefix: str = ""
    types: tuple[type[Fact], ...] = ()
    dated: bool = False
    openly: bool = True
    complete: Complete | None = None

    @property
    def begins(self) -> str:
        """What its streams begin with."""
        return self.prefix or f"{self.kind}-"

    @property
    def filters(self) -> dict[str, str]:
        return {name: field for name, field in FILTERS.items() if field in self.shape and field != self.key}

    @property
    def fields(self) -> dict[str, Shape]:
        return {**self.shape, **PLACE}

    @property
    def about(self) -> str | None:
        """The parameter that names the subject of its facts; where that is the thing itself, none does."""
        return None if self.key in FILTERS.values() else next((name for name in ("cadre", "unit") if name in self.filters), None)

    def parameters(self) -> dict[str, Shape]:
        """Of the list, but for cursor and limit."""
        asked = {name: YEAR if name == "year" else _plain(self.shape[field]) for name, field in self.filters.items()}
        return asked | ({"as_of": DAY} if self.dated else {})


def _plain(shape: Shape) -> Shape:
    """What a parameter may ask for: null is no value."""
    return next((s for s in shape.get("anyOf", ()) if s != {"type": "null"}), shape)

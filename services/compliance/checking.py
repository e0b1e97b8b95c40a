"""What a log must not say: facts of somebody else's, periods that end before they begin, facts recorded before those that precede them.
Cheap enough to ask of every line; what is wrong is said in Chinese and English, with what to do, and never with what the line holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from contracts.codes import Period
from contracts.message import Event, Fact, facts

SERVICES = ("registry", "assignments", "compliance")
Said = tuple[str, str]


class Contradiction(ValueError):
    """`zh` and `en` say what and what to do about it."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Misplaced(Contradiction):
    """One that shows only beside other facts: `source` and `position` tell the line."""

    def __init__(self, source: str, position: int, zh: str, en: str) -> None:
        super().__init__(zh, en)
        self.source, self.position = source, position


class Twice(Exception):
    """A position was there already."""

    def __init__(self, source: str, position: int) -> None:
        super().__init__(f"{source} {position}")
        self.source, self.position = source, position


def fact(e: Mapping[str, Any]) -> None:
    """An event whose attributes are there. Raises Contradiction. A type of our services that this version does not know is a newer
    one, which counts as a position and is read by no rule; a type or source of anybody else is foreign."""
    kind, source = e["type"], e["source"]
    ours, backwards = _known().get(kind, (None, None))
    if (ours != source and not _newer(kind, source)) or e.get("specversion", "1.0") != "1.0":
        raise Contradiction(
            "不是登记、任务、合规三个服务的事实：不属于本台账，请从文件中去掉",
            "it is foreign: not a CloudEvents 1.0 fact of registry, assignments or compliance; take it out of the file",
        )
    if backwards is not None and backwards(e["data"]):
        raise Contradiction(
            "期间的截止日早于开始日：请核对 from 与 until，并在来源处更正",
            "a period ends before it begins: check from and until, and have it corrected where it comes from",
        )


def versions(events: Iterable[Event]) -> None:
    """Events of one or several streams in the order of their positions. Raises Misplaced where an id is used twice, or the version
    in it does not rise within its stream."""
    last: dict[str, int] = {}
    for event in events:
        stream, _, said = event.id.rpartition("@")
        version = int(said)
        if version <= last.get(stream, 0):
            raise Misplaced(
                event.source,
                event.sequence,
                "事件编号与其先后不符，或同一编号用于两条不同的事实：请核对是否混入了另一套台账",
                "its id is that of another fact, or does not follow the one before it; see whether another ledger got mixed in",
            )
        last[stream] = version


@cache
def _known() -> dict[str, tuple[str | None, Backwards | None]]:
    """By type: whose it is, and what finds that a period of it ends before it begins."""
    return {kind: (f"/taizhang/{f.SERVICE}", _of(f)) for kind, f in facts().items()}


@cache
def _newer(kind: str, source: str) -> bool:
    """A type of one of our services under its own source, as `taizhang.registry.Name.v2`."""
    family, service, name, version = (kind.split(".") + [""] * 4)[:4]
    whole = kind == f"{family}.{service}.{name}.{version}" and name.isidentifier() and version[:1] == "v" and version[1:].isdigit()
    return whole and family == "taizhang" and service in SERVICES and source == f"/taizhang/{service}"


Backwards = Callable[[Any], bool]


def _of(fact: type[Fact]) -> Backwards | None:
    fields = {f.alias or name: f.annotation for name, f in fact.model_fields.items()}
    if "from" in fields and "until" in fields:
        return _ends_before_it_begins
    lists = [name for name, annotation in fields.items() if Period in getattr(annotation, "__args__", ())]
    if not lists:
        return None
    return lambda data: any(_ends_before_it_begins(period) for name in lists for period in data.get(name) or ())


def _ends_before_it_begins(period: Any) -> bool:
    first, last = period.get("from"), period.get("until")
    return first is not None and last is not None and bool(last < first)

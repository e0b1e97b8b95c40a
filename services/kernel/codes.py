"""Which refusals a decider can raise, read from its compiled code: the codes that it names, and those named by what it calls. It says what
may happen, not when; a code that cannot come is possible, one that is missing is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from services.kernel.refusals import TABLE

OURS = "services."


def codes(decider: Any) -> frozenset[str]:
    """`decider`: a function, or whatever holds one as `decide`."""
    return _codes(getattr(decider, "decide", decider))


@cache
def _codes(function: Callable[..., Any]) -> frozenset[str]:
    found, seen, waiting = set[str](), set[CodeType](), [_plain(function)]
    while waiting:
        one = waiting.pop()
        if one is None or one.__code__ in seen:
            continue
        seen.add(one.__code__)
        words = {word for code in _all_code(one.__code__) for word in _texts((*code.co_consts, *map(one.__globals__.get, code.co_names)))}
        found |= (words | set(_texts(one.__defaults__ or ()))) & TABLE.keys()
        waiting += _called(one)
    return frozenset(found)


def _called(function: FunctionType) -> Iterator[FunctionType | None]:
    """What its names lead to: functions, functions of modules, and methods of classes that it can see."""
    names = {name for code in _all_code(function.__code__) for name in (*code.co_names, *code.co_freevars)}
    seen = [thing for thing in function.__globals__.values() if isinstance(thing, type) and thing.__module__.startswith(OURS)]
    for name in names:
        thing = function.__globals__.get(name)
        if isinstance(thing, ModuleType) and thing.__name__.startswith(OURS):
            seen += [t for t in vars(thing).values() if isinstance(t, type) and t.__module__ == thing.__name__]
            yield from (found for n in names for found in _functions(vars(thing).get(n)))
        else:
            yield from _functions(thing)
    for kind in seen:
        yield from (_plain(getattr(kind, name)) for name in names if name in vars(kind))
    for cell in function.__closure__ or ():
        yield _plain(cell.cell_contents)


def _functions(thing: Any) -> Iterator[FunctionType | None]:
    """A function, or those of a table."""
    for one in thing.values() if isinstance(thing, dict) else (thing,):
        yield _plain(getattr(one, "decide", one))


def _plain(thing: Any) -> FunctionType | None:
    if isinstance(thing, MethodType):
        thing = thing.__func__
    if isinstance(thing, property):
        thing = thing.fget
    return thing if isinstance(thing, FunctionType) and thing.__module__.startswith(OURS) else None


def _all_code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _all_code(part)


def _texts(constants: Any) -> Iterator[str]:
    for part in constants:
        if isinstance(part, str):
            yield part
        elif isinstance(part, tuple | frozenset):
            yield from _texts(part)

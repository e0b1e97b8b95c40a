"""PostgreSQL arrays in their binary form, packed here because the driver takes 3 µs an element for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from struct import pack

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

_NULL = pack("!i", -1)


@dataclass(frozen=True, slots=True)
class Array:
    packed: bytes


class TextArray(Array):
    __slots__ = ()


class ByteaArray(Array):
    __slots__ = ()


class Int4Array(Array):
    __slots__ = ()


class Int8Array(Array):
    __slots__ = ()


def text(items: Sequence[bytes]) -> TextArray:
    """UTF-8 in, text[] out."""
    return TextArray(_packed(25, items))


def bytea(items: Sequence[bytes | None]) -> ByteaArray:
    return ByteaArray(_packed(17, items))


def int4(items: Sequence[int]) -> Int4Array:
    return Int4Array(_packed(23, [pack("!i", n) for n in items]))


def int8(items: Sequence[int]) -> Int8Array:
    return Int8Array(_packed(20, [pack("!q", n) for n in items]))


def _packed(element: int, items: Sequence[bytes | None]) -> bytes:
    """One dimension from 1: https://www.postgresql.org/docs/current/arrays.html, as array_recv reads it."""
    if not items:
        return pack("!iii", 0, 0, element)
    parts = [pack("!iiiii", 1, int(None in items), element, len(items), 1)]
    for item in items:
        if item is None:
            parts.append(_NULL)
        else:
            parts += (pack("!i", len(item)), item)
    return b"".join(parts)


class _Packed(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj.packed


for _array, _oid in ((TextArray, 1009), (ByteaArray, 1001), (Int4Array, 1007), (Int8Array, 1016)):
    psycopg.adapters.register_dumper(_array, type(f"{_array.__name__}Dumper", (_Packed,), {"oid": _oid}))

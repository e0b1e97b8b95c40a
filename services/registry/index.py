"""Names and identity numbers of cadres, found in memory: nothing of it is ever written down. Names as plain text, numbers only as digests
under a key that this process alone has."""

from __future__ import annotations

import hmac
import re
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from services.registry.spelling import fits, is_letters, plain, spellings

EXACT, WHOLE, FIRST, LATER = 0, 1, 2, 3
"""What was typed is the name, letter by letter or from its first syllable to its last; begins it; stands in it."""
RARER = 4
SURE = 12
"""Letters."""


class Entry(NamedTuple):
    name: str
    spellings: tuple[str, ...]
    number: bytes | None


class Index:
    """Cadres by name and number. Lines of all names lie in one text each, so that one search looks at them all."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._entries: dict[str, Entry] = {}
        self._numbers: dict[bytes, set[str]] = {}
        self._names, self._spelt = Lines(()), Lines(())
        self._stale = False

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, cadre_id: str, name: str, number: str | None) -> None:
        self.drop(cadre_id)
        digest = self._digest(number) if number else None
        self._entries[cadre_id] = Entry(plain(name), tuple(spellings(name)), digest)
        if digest:
            self._numbers.setdefault(digest, set()).add(cadre_id)
        self._stale = True

    def drop(self, cadre_id: str) -> None:
        """Forgets a cadre: their identity was erased, or was never theirs."""
        entry = self._entries.pop(cadre_id, None)
        if entry and entry.number:
            self._numbers[entry.number].discard(cadre_id)
            if not self._numbers[entry.number]:
                del self._numbers[entry.number]
        self._stale = self._stale or entry is not None

    def named(self, typed: str) -> list[str]:
        """Cadres whose name holds what was typed, in characters or in pinyin; the best first."""
        text = plain(typed)
        if not text:
            return []
        if self._stale:
            self._lay_out()
        ranks: dict[str, int] = {}
        for cadre_id, line, at in self._names.holding(re.escape(text)):
            ranks[cadre_id] = EXACT if line == text else LATER if at else FIRST
        if is_letters(text):
            for cadre_id, rank in self._spelt_so(text):
                ranks[cadre_id] = min(rank, ranks.get(cadre_id, rank))
        return sorted(ranks, key=lambda c: (ranks[c], c))

    def _spelt_so(self, letters: str) -> Iterator[tuple[str, int]]:
        """An expression finds the lines that hold the first letters; there are few ways to lay so few out. The rest is followed letter by
        letter. Who is usually spelt otherwise comes after those who are spelt so."""
        begins = "'" + "(?:[a-z]*')?".join(letters[:SURE])
        whole = re.compile(f"{begins}[a-z]*")
        for cadre_id, line, at in self._spelt.holding(begins):
            rank: int | None = LATER if at else WHOLE if whole.fullmatch(line) else FIRST
            if len(letters) > SURE:
                rank = fits(letters, line)
            if rank is not None:
                rank = EXACT if line.replace("'", "") == letters else rank
                yield cadre_id, rank + (line != self._entries[cadre_id].spellings[0]) * RARER

    def numbered(self, number: str) -> list[str]:
        """Cadres of this identity number: more than one where somebody was registered twice."""
        return sorted(self._numbers.get(self._digest(number), ()))

    def _digest(self, number: str) -> bytes:
        return hmac.digest(self._secret, plain(number).upper().encode(), "sha256")

    def _lay_out(self) -> None:
        self._names = Lines((c, e.name) for c, e in self._entries.items())
        self._spelt = Lines((c, line) for c, e in self._entries.items() for line in e.spellings)
        self._stale = False


class Lines:
    """Lines of text, each somebody's."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        pairs = tuple(lines)
        self._owners = tuple(owner for owner, _ in pairs)
        self._text = "\n".join(line for _, line in pairs)
        self._starts = [0, *accumulate(len(line) + 1 for _, line in pairs)]

    def holding(self, pattern: str) -> Iterator[tuple[str, str, int]]:
        """Each line in which the pattern is found, once, and where in it."""
        last = -1
        for match in re.finditer(pattern, self._text):
            n = bisect_right(self._starts, match.start()) - 1
            if n != last:
                last = n
                yield self._owners[n], self._text[self._starts[n] : self._starts[n + 1] - 1], match.start() - self._starts[n]

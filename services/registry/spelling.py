"""How a name may be typed: as it is written, in pinyin, whole or in part, by initials, or mixed (`zhangs`). Pure; nothing is kept."""

from __future__ import annotations

import os
import re
import unicodedata
from itertools import islice, product

os.environ["PYPINYIN_NO_PHRASES"] = "1"
"""A name is no phrase: each of its characters has all of its readings. And half a second less at the start."""

from pypinyin import Style, pinyin  # noqa: E402

SPELLINGS = 12
"""Of one name at most: a character may have several readings, and a surname often has the rarer."""
SYLLABLES = 12
BETWEEN = re.compile(r"[\s·•・.,'’\-]+")
LETTERS = re.compile(r"[a-z]+")


def plain(text: str) -> str:
    """A name or what was typed of it, without what people leave out: width, case, spaces, dots."""
    return BETWEEN.sub("", unicodedata.normalize("NFKC", text).casefold().replace("ü", "v"))


def is_letters(typed: str) -> bool:
    return LETTERS.fullmatch(typed) is not None


def spellings(name: str) -> list[str]:
    """`'zhang'san`: each syllable after a mark; the usual reading first."""
    readings = [_readings(i, found) for i, found in enumerate(pinyin(name, style=Style.NORMAL, heteronym=True)[:SYLLABLES])]
    spelt = (word for word in readings if word)
    return list(dict.fromkeys("".join(f"'{s}" for s in way) for way in islice(product(*spelt), SPELLINGS)))


def _readings(place: int, found: list[str]) -> list[str]:
    """Of the first two characters, where surnames stand, more than of the others. 吕 is typed lv, lü or lyu."""
    words = [w for reading in found if (w := "".join(LETTERS.findall(plain(reading))))]
    words = list(dict.fromkeys(words))[: 4 if place < 2 else 2]
    return words + [f"{w[0]}yu{w[2:]}" for w in words if w[:2] in ("lv", "nv")]


def fits(typed: str, spelling: str) -> int | None:
    """How well letters fit a spelling: 1 from the first syllable to the last, 2 from the first, 3 from a later one; None not at all.
    Each letter goes on in its syllable or begins the next. Takes time in proportion to both lengths, whatever they hold."""
    best: int | None = None
    for start in (i for i, c in enumerate(spelling) if c == "'"):
        at = {start + 1} if spelling[start + 1 : start + 2] == typed[0] else set[int]()
        for letter in typed[1:]:
            after = {p + 1 for p in at} | {n + 1 for p in at if (n := spelling.find("'", p)) >= 0}
            at = {p for p in after if spelling[p : p + 1] == letter}
            if not at:
                break
        if at:
            if start > 0:
                return best or 3
            if any("'" not in spelling[p:] for p in at):
                return 1
            best = 2
    return best

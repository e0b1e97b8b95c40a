"""The layout of an official document (GB/T 9704—2012): A4 with 22 lines of 28 characters, sizes, typefaces by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PAGE = (210.0, 297.0)
TOP, BOTTOM, LEFT, RIGHT = 37.0, 35.0, 28.0, 26.0
"""Millimetres; what is between them is 156 by 225."""
BODY, TITLE, NUMBER, TABLE = 16.0, 22.0, 14.0, 10.5
"""Points: 3号, 2号, 4号 of the page number, 5号."""
LINES, CHARACTERS = 22, 28
WIDTH = (PAGE[0] - LEFT - RIGHT) / 25.4 * 72
PITCH = (PAGE[1] - TOP - BOTTOM) / 25.4 * 72 / LINES
"""Points from line to line."""
TRACKING = WIDTH / CHARACTERS - BODY
"""Points between characters, so that 28 of them fill the line: a little less than nothing."""
INDENT = 2 * (BODY + TRACKING)
"""Points of the first line of a paragraph: two characters."""
HEAD_BELOW, RULE_BELOW, PAGE_NUMBER_BELOW = 35.0, 4.0, 7.0
"""Millimetres: of the issuer below the upper edge, of the red line below the number, of the page number below the lower edge."""
HEAD, RED = 42.0, "E60012"
"""Points, smaller where the name is long."""

Role = str
SONG = ("Noto Serif CJK SC", "Source Han Serif SC", "思源宋体", "Noto Serif SC", "SimSun", "宋体", "AR PL UMing CN")
HEI = ("Noto Sans CJK SC", "Source Han Sans SC", "思源黑体", "Noto Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "黑体")
TYPEFACES: Mapping[Role, tuple[str, ...]] = {
    "title": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", *SONG, *HEI),
    "body": ("仿宋_GB2312", "仿宋", "FangSong", "Zhuque Fangsong (technical preview)", "朱雀仿宋", "FandolFang R", *SONG, *HEI),
    "heading": ("黑体", "SimHei", *HEI, *SONG),
    "subheading": ("楷体_GB2312", "楷体", "KaiTi", "LXGW WenKai", "霞鹜文楷", "FandolKai", "AR PL UKai CN", *SONG, *HEI),
    "number": ("宋体", "SimSun", *SONG, *HEI),
}
"""For each role from the one that is meant to free ones that may stand in for it. The first of each are not free: they are named, never
shipped."""
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")


@dataclass(frozen=True, slots=True)
class Typefaces:
    """By role, the one that is wanted first."""

    of: Mapping[Role, Sequence[str]]

    @classmethod
    def usual(cls, first: Mapping[Role, str] | None = None) -> Typefaces:
        """`first`: what a house wants before all others."""
        wanted = first or {}
        return cls({role: (*filter(None, (wanted.get(role),)), *names) for role, names in TYPEFACES.items()})


def head_size(issuer: str) -> float:
    """Of the issuer's name above the red line, so that it stands in one line."""
    return min(HEAD, WIDTH / max(widths(issuer), 1.0))


def widths(words: str) -> float:
    """How many Chinese characters wide."""
    return sum(1.0 if ord(c) > 0x2E7F or c in "—‘’“”…·" else 0.5 for c in words)


def closing_indents(signature: str, dated: str) -> tuple[float, float]:
    """How far signature and day stand from the right edge, in characters: the day four, the signature centred above it, neither less
    than two."""
    half = (widths(signature) - widths(dated)) / 2
    by_day = 4.0
    by_name = by_day - half
    if by_name < 2:
        by_day, by_name = 2 + half, 2.0
    return by_name, by_day


LONGEST_TITLE = 19
"""Characters of a line of the title."""
NEVER_FIRST = frozenset("，。、；：）》〉」』】！？,.;:)]}!?")
NEVER_LAST = frozenset("（《〈「『【([{")
GOOD_END = frozenset("的和、，")


def title_lines(title: str) -> list[str]:
    """A long title in lines of about one length, none of which breaks a number or a word."""
    count = -(-widths(title) // LONGEST_TITLE)
    lines, rest = list[str](), title
    while count > 1:
        at = min(range(1, len(rest)), key=lambda i: _cost(rest, i, widths(rest) / count))
        lines.append(rest[:at].rstrip())
        rest, count = rest[at:].lstrip(), count - 1
    return [*lines, rest]


def _cost(words: str, at: int, wanted: float) -> float:
    """Of ending a line before the character `at`."""
    last, first = words[at - 1], words[at]
    broken = last.isascii() and first.isascii() and not last.isspace()
    bad = 100 if first in NEVER_FIRST or last in NEVER_LAST or first == "的" or broken else 0
    return abs(widths(words[:at]) - wanted) + bad - (1.5 if last in GOOD_END else 0)

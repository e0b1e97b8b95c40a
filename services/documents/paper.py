"""An official document as it is meant: whom it is from and to, what it says, what is attached. Everything is in words, numbers of
headings included; how it looks is for those who draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.labels import Language
from services.documents.words import day, ordinal, said


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 or 2; the words have their number."""

    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    words: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `widths`: shares of the line."""

    headings: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]


Block = Heading | Text | Grid


@dataclass(frozen=True, slots=True)
class Attachment:
    title: str
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Paper:
    """`head`: the issuer above the red line; none for what goes out without one. `stem`: what its file is called, ids and days only."""

    stem: str
    title: str
    recipient: str
    body: Sequence[Block]
    signed_by: str
    dated: date
    lang: Language = "zh"
    head: str = ""
    number: str = ""
    attachments: Sequence[Attachment] = field(default=())

    def words(self) -> list[str]:
        """Everything that it says, in order: what each form of it has to contain."""
        found = [self.head, self.number, self.title, self.recipient, *_words(self.body)]
        found += [f"{n}. {a.title}" if len(self.attachments) > 1 else a.title for n, a in enumerate(self.attachments, 1)]
        found += [self.signed_by, self.date_line]
        for attachment in self.attachments:
            found += [attachment.title, *_words(attachment.blocks)]
        return [w for w in found if w]

    @property
    def date_line(self) -> str:
        return day(self.lang, self.dated)

    def attachment_word(self, n: int) -> str:
        """附件1; 附件 where there is but one."""
        return said(self.lang, "附件", "Annex ").rstrip() + (said(self.lang, str(n), f" {n}") if len(self.attachments) > 1 else "")


def _words(blocks: Sequence[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            found += [*block.headings, *(cell for row in block.rows for cell in row)]
        else:
            found.append(block.words)
    return found


class Numbered:
    """Headings in their order: 一、（一）; 1. (1) in English."""

    def __init__(self, lang: Language) -> None:
        self.lang, self._first, self._second = lang, 0, 0

    def first(self, words: str) -> Heading:
        self._first, self._second = self._first + 1, 0
        return Heading(1, said(self.lang, f"{ordinal(self._first)}、{words}", f"{self._first}. {words}"))

    def second(self, words: str) -> Heading:
        self._second += 1
        return Heading(2, said(self.lang, f"（{ordinal(self._second)}）{words}", f"({self._second}) {words}"))


def item(lang: Language, n: int, words: str) -> Text:
    return Text(said(lang, f"{n}.{words}", f"{n}. {words}"))

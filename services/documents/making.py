"""A document as whoever offers it needs it: its bytes, what they are, and what the file is called."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.labels import Language
from services.documents import workbook
from services.documents.table import Book


@dataclass(frozen=True, slots=True)
class Made:
    """`name` has ids and days in it and nobody's name: file names travel further than files."""

    content: bytes
    media_type: str
    name: str


def of_book(book: Book, lang: Language = "zh") -> Made:
    return Made(workbook.workbook(book, lang), workbook.MEDIA_TYPE, f"{book.stem}.xlsx")

"""A document as whoever offers it needs it: its bytes, what they are, and what the file is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contracts.labels import Language
from services.documents import pdf, word, workbook
from services.documents.fonts import Fonts, wanted
from services.documents.paper import Paper
from services.documents.table import Book

Form = Literal["docx", "pdf"]


@dataclass(frozen=True, slots=True)
class Made:
    """`name` has ids and days in it and nobody's name: file names travel further than files."""

    content: bytes
    media_type: str
    name: str


def of_book(book: Book, lang: Language = "zh") -> Made:
    return Made(workbook.workbook(book, lang), workbook.MEDIA_TYPE, f"{book.stem}.xlsx")


def of_paper(paper: Paper, form: Form = "docx", fonts: Fonts | None = None) -> Made:
    """`fonts`: those that were found; for a PDF they are looked for when absent. Raises fonts.NoChineseFont
    and pdf.Unprintable for a PDF."""
    if form == "pdf":
        return Made(pdf.pdf(paper, fonts), pdf.MEDIA_TYPE, f"{paper.stem}.pdf")
    return Made(word.word(paper, wanted()), word.MEDIA_TYPE, f"{paper.stem}.docx")

"""A paper as a PDF file, set by typst as `official.typ` says. What it says goes in as data: nothing of it is ever taken for markup."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import typst

from services.documents import official
from services.documents.fonts import Fonts, find
from services.documents.official import closing_indents, head_size, title_lines
from services.documents.paper import Block, Grid, Heading, Paper
from services.documents.words import said

MEDIA_TYPE = "application/pdf"
LACKING = re.compile(r'the text `"(.+?)"` could not be displayed')


class Unprintable(Exception):
    """No typeface that is there has a sign for something that it says; the text says what to do in both languages."""

    def __init__(self, sign: str) -> None:
        super().__init__(
            f"现有字体都没有“{sign}”字，无法生成 PDF。请安装收字更全的字体（放入 TAIZHANG_FONTS 所指文件夹），或先生成 Word（--format docx）。\n"
            f"No typeface that is there has the sign {sign!a}, so no PDF can be made. Install one that has it (a folder named in TAIZHANG_FONTS), "
            "or make a Word file instead (--format docx)."
        )


def pdf(paper: Paper, fonts: Fonts | None = None) -> bytes:
    """PDF/A, tagged; the same paper and fonts give the same bytes. Raises fonts.NoChineseFont, Unprintable."""
    fonts = fonts or find()
    at = datetime(paper.dated.year, paper.dated.month, paper.dated.day, tzinfo=UTC)
    try:
        return typst.compile(
            _template(),
            format="pdf",
            font_paths=fonts.files,
            sys_inputs={"paper": json.dumps(_paper(paper)), "look": json.dumps(_look(paper, fonts))},
            pdf_standards="a-2a",
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as wrong:
        if lacking := LACKING.search(str(wrong)):
            raise Unprintable(lacking[1]) from None
        raise


@cache
def _template() -> bytes:
    return files("services.documents").joinpath("official.typ").read_bytes()


def _paper(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title, "title_lines": title_lines(paper.title), "head": paper.head, "number": paper.number, "recipient": paper.recipient, "signed_by": paper.signed_by,
        "dated": paper.date_line, "lang": paper.lang, "body": [_block(b) for b in paper.body],
        "attachments": [
            {"word": paper.attachment_word(n), "title": a.title, "blocks": [_block(b) for b in a.blocks]}
            for n, a in enumerate(paper.attachments, 1)
        ],
        "attachments_word": said(paper.lang, "附件：", "Annexes: "),
    }  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    kind = "heading" if isinstance(block, Heading) else "grid" if isinstance(block, Grid) else "text"
    return {"kind": kind, **asdict(block)}


def _look(paper: Paper, fonts: Fonts) -> dict[str, Any]:
    by_name, by_day = closing_indents(paper.signed_by, paper.date_line)
    return {
        "fonts": {role: list(names) for role, names in fonts.of.items()},
        "margins": {"top": official.TOP, "bottom": official.BOTTOM, "left": official.LEFT, "right": official.RIGHT},
        "body": official.BODY, "title": official.TITLE, "number": official.NUMBER, "table": official.TABLE, "pitch": official.PITCH,
        "tracking": official.TRACKING - 0.005, "red": f"#{official.RED}", "head_below": official.HEAD_BELOW,
        "head_size": head_size(paper.head) if paper.head else 0, "rule_below": official.RULE_BELOW,
        "page_number_below": official.PAGE_NUMBER_BELOW, "by_name": by_name, "by_day": by_day,
    }  # fmt: skip

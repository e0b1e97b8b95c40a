"""A paper as a Word file. Headings are headings, the page number is a field, table headings are repeated: it can be edited as if it
had been typed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from services.documents import official
from services.documents.official import Typefaces, closing_indents, head_size, title_lines
from services.documents.paper import Block, Grid, Heading, Paper, Text
from services.documents.wordml import field, legal, off_grid, row_property, rule, spacing
from services.documents.words import said

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STYLES = {1: "Heading 1", 2: "Heading 2"}
ROLES = {"Normal": "body", "Title": "title", "Heading 1": "heading", "Heading 2": "subheading"}
LONGEST_PROPERTY = 255
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Of a file in an archive: nothing in a document is of the moment in which it was made."""


def word(paper: Paper, typefaces: Typefaces | None = None) -> bytes:
    """The same paper gives the same bytes."""
    return _Drawing(paper, typefaces or Typefaces.usual()).bytes()


class _Drawing:
    def __init__(self, paper: Paper, typefaces: Typefaces) -> None:
        self.paper, self.typefaces = paper, typefaces
        self.out: Any = Document()
        self._properties()
        self._page()
        self._styles()
        self._footers()
        self._draw()

    def bytes(self) -> bytes:
        first, second = io.BytesIO(), io.BytesIO()
        self.out.save(first)
        with zipfile.ZipFile(first) as made, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as again:
            for name in made.namelist():
                again.writestr(zipfile.ZipInfo(name, EARLIEST), made.read(name), zipfile.ZIP_DEFLATED)
        return second.getvalue()

    def _properties(self) -> None:
        about = self.out.core_properties
        author = legal(self.paper.signed_by)[:LONGEST_PROPERTY]
        about.title, about.author, about.last_modified_by = legal(self.paper.title)[:LONGEST_PROPERTY], author, author
        about.language, about.comments = said(self.paper.lang, "zh-CN", "en-GB"), ""
        at = datetime(self.paper.dated.year, self.paper.dated.month, self.paper.dated.day)  # noqa: DTZ001 -- a civil day
        about.created = about.modified = at

    def _page(self) -> None:
        section = self.out.sections[0]
        section.page_width, section.page_height = Mm(official.PAGE[0]), Mm(official.PAGE[1])
        section.top_margin, section.bottom_margin = Mm(official.TOP), Mm(official.BOTTOM)
        section.left_margin, section.right_margin = Mm(official.LEFT), Mm(official.RIGHT)
        section.footer_distance = Mm(official.BOTTOM - official.PAGE_NUMBER_BELOW - 5)
        grid = section._sectPr.find(qn("w:docGrid"))
        if grid is None:
            grid = OxmlElement("w:docGrid")
            section._sectPr.append(grid)
        for name, value in (("type", "lines"), ("linePitch", round(official.PITCH * 20))):
            grid.set(qn(f"w:{name}"), str(value))

    def _styles(self) -> None:
        for spoken in self.out.styles.element.iter(qn("w:lang")):  # decides how Chinese signs are drawn and where a line may end
            spoken.set(qn("w:eastAsia"), "zh-CN")
        sizes = {"Title": official.TITLE}
        for name, role in ROLES.items():
            style = self.out.styles[name]
            self._font(style.font, style.element.get_or_add_rPr(), role, sizes.get(name, official.BODY))
            style.font.bold = style.font.italic = False
            style.font.color.rgb = RGBColor(0, 0, 0)
            form = style.paragraph_format
            form.space_before = form.space_after = Pt(0)
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(round(official.PITCH, 2) if name != "Title" else 32)
            form.widow_control = False
            spacing(style.element.get_or_add_rPr(), 0 if name == "Title" else official.TRACKING)
        title = self.out.styles["Title"].element
        off_grid(title)
        if (border := title.pPr.find(qn("w:pBdr"))) is not None:
            title.pPr.remove(border)

    def _font(self, font: Any, properties: Any, role: str, size: float) -> None:
        font.size, font.name = Pt(size), official.LATIN[0]
        fonts = properties.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), self.typefaces.of[role][0])

    def _footers(self) -> None:
        """— 1 —: on the right of odd pages, on the left of even ones, a character from the edge."""
        style = self.out.styles["Footer"]
        self._font(style.font, style.element.get_or_add_rPr(), "number", official.NUMBER)
        self.out.settings.odd_and_even_pages_header_footer = True
        section = self.out.sections[0]
        for footer, side in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
            footer.is_linked_to_previous = False
            line = footer.paragraphs[0]
            line.alignment = side
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(official.NUMBER)
            for part in ("— ", None, " —"):
                run = line.add_run(part or "")
                self._font(run.font, run._r.get_or_add_rPr(), "number", official.NUMBER)
                if part is None:
                    field(run._r, "PAGE")

    def _draw(self) -> None:
        paper = self.paper
        if paper.head:
            self._head()
        self._line("\n".join(title_lines(paper.title)), "Title", WD_ALIGN_PARAGRAPH.CENTER)
        self._line("")
        self._line(paper.recipient)
        self._blocks(paper.body)
        self.out.paragraphs[-1].paragraph_format.keep_with_next = True
        if paper.attachments:
            self._line("")
            self._list_of_attachments()
        self._closing()
        for n, attachment in enumerate(paper.attachments, 1):
            self._line(paper.attachment_word(n), role="heading").paragraph_format.page_break_before = True
            self._line("")
            self._line(attachment.title, "Title", WD_ALIGN_PARAGRAPH.CENTER)
            self._line("")
            self._blocks(attachment.blocks)

    def _head(self) -> None:
        paper = self.paper
        line = self._line(paper.head, align=WD_ALIGN_PARAGRAPH.CENTER, role="title", size=head_size(paper.head))
        line.runs[0].font.color.rgb = RGBColor.from_string(official.RED)
        line.paragraph_format.space_before = Mm(official.HEAD_BELOW)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        off_grid(line._p)
        for _ in range(2 if paper.number else 1):
            self._line("")
        number = self._line(paper.number, align=WD_ALIGN_PARAGRAPH.CENTER)
        rule(number._p, official.RED, official.RULE_BELOW)
        self._line("")
        self._line("")

    def _list_of_attachments(self) -> None:
        paper, word_ = self.paper, said(self.paper.lang, "附件：", "Annexes: ")
        several = len(paper.attachments) > 1
        for n, attachment in enumerate(paper.attachments, 1):
            line = self._line((word_ if n == 1 else "") + (f"{n}. " if several else "") + attachment.title)
            line.paragraph_format.left_indent = Pt(official.BODY * (2 if n == 1 else 2 + official.widths(word_)))

    def _closing(self) -> None:
        paper = self.paper
        by_name, by_day = closing_indents(paper.signed_by, paper.date_line)
        for _ in range(2):
            self._line("").paragraph_format.keep_with_next = True
        for words, indent in ((paper.signed_by, by_name), (paper.date_line, by_day)):
            line = self._line(words, align=WD_ALIGN_PARAGRAPH.RIGHT)
            line.paragraph_format.right_indent = Pt(indent * official.BODY)
            line.paragraph_format.keep_with_next = words != paper.date_line

    def _blocks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            match block:
                case Heading():
                    self._indented(self._line(block.words, STYLES[block.level]))
                case Text():
                    line = self._line(block.words, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
                    self._indented(line)
                case Grid():
                    self._grid(block)

    def _indented(self, line: Any) -> None:
        line.paragraph_format.first_line_indent = Pt(official.INDENT)
        line._p.pPr.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")

    def _grid(self, grid: Grid) -> None:
        table = self.out.add_table(rows=1, cols=len(grid.headings))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        share = (official.PAGE[0] - official.LEFT - official.RIGHT) / sum(grid.widths)
        for column, width in zip(table.columns, grid.widths, strict=True):
            column.width = Mm(width * share)
        for number, cells in enumerate([grid.headings, *grid.rows]):
            row = table.rows[0] if number == 0 else table.add_row()
            row_property(row._tr, "w:cantSplit")
            if number == 0:
                row_property(row._tr, "w:tblHeader")
            for cell, words, width in zip(row.cells, cells, grid.widths, strict=True):
                cell.width = Mm(width * share)
                line = cell.paragraphs[0]
                line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
                off_grid(line._p)
                run = line.add_run(legal(words))
                self._font(run.font, run._r.get_or_add_rPr(), "heading" if number == 0 else "body", official.TABLE)
                if number == 0:
                    line.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _line(self, words: str, style: str = "Normal", align: Any = None, role: str = "", size: float = official.BODY) -> Any:
        line = self.out.add_paragraph(style=style)
        if align is not None:
            line.alignment = align
        for n, part in enumerate(words.split("\n")):
            run = line.add_run()
            if n:
                run.add_break(WD_BREAK.LINE)
            run.add_text(legal(part))
            if role:
                self._font(run.font, run._r.get_or_add_rPr(), role, size)
        return line

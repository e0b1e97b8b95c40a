"""What LibreOffice makes of a document, read back from the pages: the words, where they stand, and pictures of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POINTS = 72 / 25.4
A4 = (210, 297)
MOST_OVERLAP = 0.35
"""Of the smaller of two words: narrow spaces touch, words on top of each other do not."""
ONE_LINE, CLOSE_UP = 0.3, 1.05
"""Shares of a word's height: of two that stand in one line the tops differ by less than the first; two Chinese signs close up there by the
empty halves of both, which is less than the second."""
HTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def over(self, other: Word) -> float:
        """How much of the smaller of the two lies on the other."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        height = self.bottom - self.top
        if abs(self.top - other.top) < ONE_LINE * height and wide < CLOSE_UP * height:
            return 0.0
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high / min(self.area, other.area) if wide > 0 and high > 0 and min(self.area, other.area) > 0 else 0.0

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)


@dataclass(frozen=True, slots=True)
class Page:
    """In points."""

    width: float
    height: float
    words: Sequence[Word]

    @property
    def is_a4(self) -> bool:
        return sorted(round(side / POINTS) for side in (self.width, self.height)) == list(A4)

    def outside(self) -> list[str]:
        """Words that leave the paper, or come nearer than 5 mm to its edge."""
        edge = 5 * POINTS
        return [w.text for w in self.words if w.left < edge or w.top < edge or w.right > self.width - edge or w.bottom > self.height - edge]

    def on_top_of_each_other(self) -> list[str]:
        """Pairs of words of which one is drawn over the other: what overflows a line or a row that is too low."""
        found, ordered = list[str](), sorted(self.words, key=lambda w: w.top)
        for n, word in enumerate(ordered):
            for other in ordered[n + 1 :]:
                if other.top >= word.bottom:
                    break
                if word.over(other) > MOST_OVERLAP:
                    found.append(f"{word.text} / {other.text}")
        return found


def plain(words: str) -> str:
    """What is the same however it is set: no spaces, no page numbers, one width; the apostrophe before a formula stays."""
    return re.sub(r"\s|—\s*\d+\s*—", "", unicodedata.normalize("NFKC", words))


def to_pdf(files: Sequence[Path], folder: Path) -> None:
    """With a profile of its own, so that nobody's settings and no other LibreOffice are in the way."""
    with tempfile.TemporaryDirectory(prefix="taizhang-office-") as profile:
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
        done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=540)
    if done.returncode:
        raise RuntimeError(f"LibreOffice: {done.stderr.strip() or done.stdout.strip()}")


def to_pdf_each(files: Sequence[Path], work: Path, folder: Path) -> None:
    """`name.docx` becomes `name.docx.pdf` in the folder: a Word file and a PDF may have one name."""
    for kind in sorted({f.suffix for f in files}):
        to_pdf([f for f in files if f.suffix == kind], work)
        for file in (f for f in files if f.suffix == kind):
            shutil.move(work / f"{file.stem}.pdf", folder / f"{file.name}.pdf")


def text(pdf: Path) -> str:
    """In the order in which it was drawn: a cell after the other."""
    return plain(_output("pdftotext", "-raw", str(pdf), "-"))


def pages(pdf: Path) -> list[Page]:
    tree = ET.fromstring(_output("pdftotext", "-bbox", str(pdf), "-"))  # made by pdftotext itself
    return [
        Page(
            float(page.get("width", 0)),
            float(page.get("height", 0)),
            [
                Word(word.text or "", *(float(word.get(side, 0)) for side in ("xMin", "yMin", "xMax", "yMax")))
                for word in page.iter(f"{HTML}word")
            ],
        )
        for page in tree.iter(f"{HTML}page")
    ]


def pictures(pdf: Path, folder: Path) -> list[Path]:
    _output("pdftoppm", "-r", "100", "-png", str(pdf), str(folder / pdf.stem))
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout

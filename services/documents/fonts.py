"""Which typefaces are there: those of the system, of folders that are named, and of a package where it is installed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst

from services.documents.official import LATIN, Typefaces

FOLDERS = "TAIZHANG_FONTS"
"""Names folders with font files, as PATH does."""
WANTED = {
    "title": "TAIZHANG_FONT_TITLE",
    "body": "TAIZHANG_FONT_BODY",
    "heading": "TAIZHANG_FONT_HEADING",
    "subheading": "TAIZHANG_FONT_SUBHEADING",
    "number": "TAIZHANG_FONT_NUMBER",
}
"""What a house wants first, by role."""
PACKAGE = "pylopdf_fonts_zh_cn"
"""Noto Sans SC and Noto Serif SC, free (OFL): comes with `taizhang[fonts]`."""


class NoChineseFont(Exception):
    """There is none with which a PDF could be set; the text says in both languages what to do."""

    def __init__(self) -> None:
        super().__init__(
            "没有可用的中文字体，无法生成 PDF。请安装（Debian：apt install fonts-noto-cjk；或 pip install 'taizhang[fonts]'），"
            f"或用环境变量 {FOLDERS} 指明字体所在文件夹；也可以先生成 Word（--format docx）。\n"
            "There is no Chinese font, so no PDF can be made. Install one (Debian: apt install fonts-noto-cjk; or pip install "
            f"'taizhang[fonts]'), name a folder that has one in {FOLDERS}, or make a Word file instead (--format docx)."
        )


@dataclass(frozen=True, slots=True)
class Fonts:
    """`of`: by role, families that are there."""

    files: typst.Fonts
    of: Mapping[str, Sequence[str]]


def wanted(environment: Mapping[str, str] | None = None) -> Typefaces:
    """As the house has set it."""
    said = os.environ if environment is None else environment
    return Typefaces.usual({role: name for role, variable in WANTED.items() if (name := said.get(variable, "").strip())})


def find(typefaces: Typefaces | None = None, environment: Mapping[str, str] | None = None, *, system: bool = True) -> Fonts:
    """Raises NoChineseFont."""
    said = os.environ if environment is None else environment
    folders = tuple(str(p) for part in said.get(FOLDERS, "").split(os.pathsep) if part and (p := Path(part).expanduser()).is_dir())
    package = find_spec(PACKAGE)
    if package is not None and package.submodule_search_locations:
        folders += tuple(package.submodule_search_locations)
    files = _files(folders, system)
    there = frozenset(files.families())
    latin = [name for name in LATIN if name in there]
    of = {role: [name for name in names if name in there] for role, names in (typefaces or wanted(said)).of.items()}
    if not all(of.values()):
        raise NoChineseFont
    return Fonts(files, of | {"latin": latin})


@cache
def _files(folders: tuple[str, ...], system: bool) -> typst.Fonts:
    """Looked for once: it takes longer than setting a page."""
    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=True, font_paths=list(folders))

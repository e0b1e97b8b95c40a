"""LibreOffice, poppler and typefaces for `make documents`: what is not there is installed where that is allowed, else named."""

from __future__ import annotations

import os
import shutil
import subprocess

PROGRAMS = {
    "soffice": ("libreoffice-writer-nogui", "libreoffice-calc-nogui"),
    "pdftotext": ("poppler-utils",),
    "pdftoppm": ("poppler-utils",),
}
TYPEFACES = {"zh": "fonts-noto-cjk", "en": "fonts-liberation"}
QUIET = {"DEBIAN_FRONTEND": "noninteractive"}


class Missing(Exception):
    """Something is not there and cannot be installed here; the text says what, in both languages."""


def lacking() -> list[str]:
    """Debian's names of the packages."""
    found = [package for program, packages in PROGRAMS.items() if not shutil.which(program) for package in packages]
    if not shutil.which("fc-list"):
        return list(dict.fromkeys([*found, "fontconfig", *TYPEFACES.values()]))
    listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=60).stdout
    latin = subprocess.run(["fc-list", "Liberation Serif", "family"], capture_output=True, text=True, timeout=60).stdout
    found += [] if "CJK" in listed or "Source Han" in listed else [TYPEFACES["zh"]]
    found += [] if latin.strip() else [TYPEFACES["en"]]
    return list(dict.fromkeys(found))


def prepare() -> None:
    """Raises Missing."""
    wanted = lacking()
    if not wanted:
        return
    names = " ".join(wanted)
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise Missing(
            f"缺少：{names}。请先安装（Debian：apt install {names}），再运行 make documents。\n"
            f"Not there: {names}. Install them (Debian: apt install {names}) and run make documents again."
        )
    print(f"· installing {names}", flush=True)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted]):
        done = subprocess.run(command, capture_output=True, text=True, env=os.environ | QUIET, timeout=560)
        if done.returncode:
            raise Missing(f"安装失败 · could not be installed: {names}\n{done.stderr.strip()[-600:]}")
    if still := lacking():
        raise Missing(f"安装后仍缺少 · still not there: {' '.join(still)}")

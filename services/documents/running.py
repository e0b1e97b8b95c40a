"""`taizhang document`: a document asked for, made and written, its path on stdout."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.labels import Language
from services.client import Client
from services.documents.fonts import NoChineseFont
from services.documents.gathering import Gathering
from services.documents.leave_decision import Undecided
from services.documents.letterhead import Letterhead
from services.documents.making import Made
from services.documents.pdf import Unprintable
from services.problems import Problem

OK, NEGATIVE, USAGE, NOT_FOUND, UNAVAILABLE = 0, 1, 2, 3, 5
STDOUT = Path("-")
FORMS = frozenset({".xlsx", ".docx", ".pdf"})


def run(
    make: Callable[[Gathering], Made],
    to: Path | None,
    lang: Language,
    urls: Mapping[str, str],
    token: str,
    house: Letterhead | None = None,
    purpose: str = "duty",
) -> int:
    """`purpose`: is recorded where what is read has to be. `to`: a file, a folder in which it gets its own name, `-` for stdout; the
    present folder when absent. The exit status."""
    try:
        with Client(urls, token, purpose=purpose) as client:
            made = make(Gathering(client, lang, house))
        return _write(made, to)
    except Problem as problem:
        print(f"{problem.zh} · {problem.en}. {problem.detail}".rstrip(), file=sys.stderr)
        return UNAVAILABLE if problem.unavailable else NOT_FOUND if problem.status == 404 else NEGATIVE
    except Undecided as nothing:
        print(
            f"请假 {nothing} 还没有决定，没有可打印的文书 · nobody has decided about {nothing} yet: there is nothing to print",
            file=sys.stderr,
        )
        return NOT_FOUND
    except (NoChineseFont, Unprintable) as lacking:
        print(lacking, file=sys.stderr)
        return NEGATIVE
    except OSError as trouble:
        print(f"无法写入 {to} · cannot write {to}: {trouble.strerror}", file=sys.stderr)
        return USAGE


def _write(made: Made, to: Path | None) -> int:
    if to == STDOUT:
        sys.stdout.buffer.write(made.content)
        sys.stdout.buffer.flush()
        return OK
    file = Path(made.name) if to is None else to / made.name if to.is_dir() else to
    form = Path(made.name).suffix
    if file.suffix.lower() in FORMS - {form}:
        print(f"{file.name} 不是 {form} 的文件名，未写入 · {file.name} is no name for a {form} file; nothing was written", file=sys.stderr)
        return USAGE
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(made.content)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    print(file)
    return OK

"""What a person said about workbooks, kept in their state folder, where only they can read it: which column means what in which
layout, which questions are open, and what was answered. A workbook itself is not kept, nor what its cells say."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.local.private import write_private
from services.workbooks.answering import form_of
from services.workbooks.identity import digest_of
from services.workbooks.reading import Reading

Asked = dict[str, Any]


@dataclass(slots=True)
class Document:
    """One file: its SHA-256, where it was, the questions that it leaves open, and the answers by the id of the question."""

    document: str
    kind: str
    file: str
    asked: list[Asked] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


class Desk:
    """Files in `folder`, made when something is first kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def layouts(self, kind: str) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = _json(self.folder / "layouts.json").get(kind, {})
        return found

    def remember(self, kind: str, layouts: Mapping[str, Mapping[str, str]]) -> None:
        if layouts:
            with self._turn():
                known = _json(self.folder / "layouts.json")
                known[kind] = known.get(kind, {}) | layouts
                write_private(self.folder / "layouts.json", json.dumps(known, ensure_ascii=False, indent=1))

    def answers(self, document: str) -> Mapping[str, str]:
        kept = self._document(document)
        return kept.answers if kept else {}

    def keep(self, file: Path, reading: Reading) -> None:
        """The questions that are open after an import; those of an earlier import of the same file are over."""
        made = reading.made
        with self._turn():
            kept = self._document(made.document) or Document(made.document, reading.kind, "")
            kept.file = str(file.resolve())
            kept.asked = [
                {"id": q.id(made.document), "file": file.name, "sheet": q.sheet, "row": q.row, "code": q.code, "zh": q.zh, "en": q.en,
                 "answers": f"{form_of(q.code).zh} / {form_of(q.code).en}", "alike": digest_of(made.document, q.sheet, q.code, q.raw)[:16]}
                for q in made.questions
            ]  # fmt: skip
            self._write(kept)

    def documents(self) -> list[Document]:
        return [Document(**found) for file in sorted(self.folder.glob("*.document.json")) if (found := _json(file))]

    def questions(self) -> list[Asked]:
        return [{k: v for k, v in asked.items() if k != "alike"} for kept in self.documents() for asked in kept.asked]

    def asking(self, question: str) -> tuple[Document, Asked] | None:
        """The open question of this id, and the document that asks it."""
        return next(((kept, asked) for kept in self.documents() for asked in kept.asked if asked["id"] == question), None)

    def answer(self, document: str, answers: Mapping[str, str]) -> None:
        with self._turn():
            kept = self._document(document)
            if kept is not None:
                kept.answers |= answers
                self._write(kept)

    def _document(self, document: str) -> Document | None:
        found = _json(self._file(document))
        return Document(**found) if found else None

    def _file(self, document: str) -> Path:
        return self.folder / f"{document[:32]}.document.json"

    def _write(self, kept: Document) -> None:
        if not kept.asked and not kept.answers:
            self._file(kept.document).unlink(missing_ok=True)
            return
        said = {"document": kept.document, "kind": kept.kind, "file": kept.file, "asked": kept.asked, "answers": kept.answers}
        write_private(self._file(kept.document), json.dumps(said, ensure_ascii=False, indent=1))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer at a time."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "turn").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


def _json(file: Path) -> dict[str, Any]:
    """Empty when there is none, or when it was damaged: then it is as if nobody had said anything."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}

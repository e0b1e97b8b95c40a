"""One spoilt workbook, read in a process of its own: what it said, how long it took, how much memory it needed."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.message import Fact
from services.harmless import starts_formula
from services.workbooks.book import Unreadable, open_book
from services.workbooks.reading import Kind, read_upload
from services.workbooks.wording import QUESTIONS, REASONS, WARNINGS
from tests.workbooks import district
from tests.workbooks.spoiling import Spoil

MOST_MEMORY = 500_000_000
MOST_SECONDS = 60
KNOWN_CODES = REASONS.keys() | QUESTIONS.keys() | WARNINGS.keys()


@dataclass(slots=True)
class Told:
    """`wrong`: what must not be; `said`: the outcome in one line; `rows`: what is recorded, for comparing."""

    wrong: list[str] = field(default_factory=list)
    said: str = ""
    rows: list[Any] = field(default_factory=list)
    seconds: float = 0.0
    memory: int = 0


def alone(kind: Kind, name: str, data: bytes, way: Spoil, seed: str) -> Told:
    """Spoils and reads in a child, so that a crash is seen and memory is its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            signal.alarm(MOST_SECONDS * 10)
            told = told_of(kind, name, way(data, random.Random(seed)))
            with os.fdopen(writing, "w") as out:
                json.dump([told.wrong, told.said, told.rows, told.seconds, told.memory], out)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writing)
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status, _ = os.wait4(child, 0)
    if status or not said:
        return Told([f"the process ended with {status}"])
    return Told(*json.loads(said))


def told_of(kind: Kind, name: str, data: bytes) -> Told:
    """`memory` is the most that the process held beyond what it inherited; what spoiling took is before, and is given back."""
    forget_the_peak()
    held = peak()
    began = time.process_time()
    told = Told()
    try:
        reading = read_upload(data, name, kind, district.the_units() if kind == "roster" else district.the_people())
    except Unreadable as refused:
        told.said = refused.code
        if not refused.zh or not refused.en:
            told.wrong.append("a refusal without words")
    else:
        made = reading.made
        told.said = f"accepted {reading.accepted}, rejected {len(made.rejected)}, questions {len(made.questions)}"
        told.rows = [[type(p.command).__name__, _lasting(p.command)] for p in made.proposed[:5000]]
        rejected = {r.place for r in made.rejected}
        if rejected & set(made.accepted):
            told.wrong.append("a row is both accepted and rejected")
        if any(p.place in rejected for p in made.proposed):
            told.wrong.append("something of a rejected row is recorded")
        if unknown := {r.code for r in (*made.rejected, *made.questions, *made.warnings)} - KNOWN_CODES - _of_services():
            told.wrong.append(f"codes without words: {unknown}")
        json.dumps(reading.public())
        back = reading.returned
        told.seconds, told.memory = time.process_time() - began, peak() - held
        told.wrong += _formulas(back) if back else []
    told.seconds, told.memory = told.seconds or time.process_time() - began, told.memory or peak() - held
    if told.memory > MOST_MEMORY:
        told.wrong.append(f"{told.memory / 1e6:.0f} MB")
    if told.seconds > MOST_SECONDS:
        told.wrong.append(f"{told.seconds:.0f} s")
    return told


def _lasting(command: Fact) -> dict[str, Any]:
    """What does not follow from the bytes of the file."""
    return {k: v for k, v in command.public().items() if not k.endswith("_id") or k == "unit_id"} | {"sha256": ""}


def _of_services() -> set[str]:
    from services.kernel.refusals import TABLE

    return set(TABLE)


def _formulas(back: bytes) -> list[str]:
    """The workbook that goes back can be opened, and starts no formula."""
    try:
        cells = [cell for sheet in open_book(back).sheets for row in sheet.rows for cell in row]
    except Unreadable as refused:
        return [] if "large" in refused.en or "size" in refused.en else [f"what goes back cannot be opened: {refused.code}"]
    return ["a formula goes back"] if any(isinstance(cell, str) and starts_formula(cell) for cell in cells) else []


def forget_the_peak() -> None:
    try:
        with Path("/proc/self/clear_refs").open("w") as peak:
            peak.write("5")
    except OSError:  # then the peak includes what spoiling took
        return


def peak() -> int:
    try:
        with Path("/proc/self/status").open() as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) * 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

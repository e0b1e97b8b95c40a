"""A workbook imported: what is known asked for, the workbook read, and what it says recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from services.client import Client
from services.workbooks.asking import ask
from services.workbooks.book import MOST_BYTES
from services.workbooks.columns import AS_NAMED, Columns
from services.workbooks.reading import Kind, Reading, read_upload
from services.workbooks.recording import record

Stepping = Callable[[int], None]
"""Told how many commands there will be, then -1 for each that is done."""


def import_file(
    client: Client,
    kind: Kind,
    source: Path | bytes,
    name: str | None = None,
    *,
    dry_run: bool = False,
    step: Stepping = lambda _: None,
    columns: Columns = AS_NAMED,
    answers: Mapping[str, str] | None = None,
) -> Reading:
    """Reads, and records unless `dry_run`; the reading then says what became of it. Raises Unreadable and BadColumns, and Problem
    when a service is not available."""
    data = source if isinstance(source, bytes) else bytes_of(source)
    name = name or (source.name if isinstance(source, Path) else "")
    reading = read_upload(data, name, kind, ask(client, kind), columns, answers)
    if not dry_run:
        carry_out(client, reading, step)
    return reading


def carry_out(client: Client, reading: Reading, step: Stepping = lambda _: None) -> None:
    """Records what was read. Raises Problem when a service stays unavailable; the same again records the rest."""
    step(len(reading.made.proposed))
    record(client, reading.kind, reading.data, reading.made, lambda: step(-1), reading.branch)


def bytes_of(path: Path) -> bytes:
    """No more of it than can be imported."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)

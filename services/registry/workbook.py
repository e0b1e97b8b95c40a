"""That a workbook was imported, with how many rows; its rows are facts of their own."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.message import Fact
from contracts.registry import RecordWorkbookImport, WorkbookImported
from services.kernel.past import Past, once


def record(c: RecordWorkbookImport, past: Past) -> Sequence[Fact]:
    return once(c, past.last(WorkbookImported, import_id=c.import_id))

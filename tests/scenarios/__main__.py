"""`make scenarios`: every golden scenario through `taizhang decide` and through running services that were begun with its facts."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.scenarios.ledgers import Ledger, ledgers
from tests.scenarios.live import Live, live


def main() -> int:
    passed, failed, began = 0, 0, time.monotonic()
    for number, ledger in enumerate(ledgers(), 1):
        wrong = list(_checked(ledger))
        for name, why in wrong:
            passed, failed = passed + (not why), failed + bool(why)
            if why:
                print(f"  wrong: {name}: {'; '.join(why[:5])}", flush=True)
        asked = f"{len(ledger.lines)} facts, {len(wrong)} checks"
        print(f"{number:2} of {len(ledgers())}  {ledger.name}: {asked}, after {time.monotonic() - began:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def _checked(ledger: Ledger) -> Iterator[tuple[str, list[str]]]:
    """What was checked, and what was wrong with it."""
    with tempfile.TemporaryDirectory(prefix="taizhang-scenarios-") as folder:
        try:
            with live(ledger, Path(folder)) as running:
                yield from ((str(asked), running.wrong(asked)) for asked in ledger.asked)
                yield f"{ledger.name} as published", _published(running)
        except Exception as error:
            yield ledger.name, [f"{type(error).__name__}: {error}"]


def _published(running: Live) -> list[str]:
    return running.unlike_published() if running.published() else ["nothing was published"]


if __name__ == "__main__":
    sys.exit(main())

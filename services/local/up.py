"""`taizhang up`: everything on this machine, with lasting data, until Ctrl-C."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from services.kernel.restore import NotEmpty
from services.local.folder import Unusable, lasting
from services.local.instance import announced
from services.local.progress import Progress, Say, silent
from services.local.restoring import Ledger, NotALedger
from services.local.supervisor import Taizhang, ending_signals

OK, NEGATIVE, USAGE, CONFLICT, UNAVAILABLE = 0, 1, 2, 4, 5


def run(data: Path | None, logs: Sequence[Path]) -> int:
    """In the foreground. `logs` begin an empty ledger. The exit status."""
    say, folder = Progress(), data or lasting()
    try:
        with ending_signals(), begun(folder, logs, say, console=True) as t, announced(t.instance, say):
            for service, url in t.urls.items():
                print(f"{service:12} {url}", flush=True)
            say(f"数据在 {t.data}；按 Ctrl-C 停止", f"the data is in {t.data}; Ctrl-C stops it")
            t.wait()
    except KeyboardInterrupt:
        say("已停止", "stopped")
        return OK
    except NotALedger as wrong:
        return _tell(wrong, USAGE)
    except Unusable as wrong:
        return _tell(wrong, CONFLICT)
    except NotEmpty:
        return _tell(
            f"{folder} 里的台账不是空的，不能从文件开始 · the ledger in {folder} is not empty: files begin an empty one only", CONFLICT
        )
    except psycopg.OperationalError as trouble:
        return _tell(f"数据库不可用 · the database is not available ({type(trouble).__name__})", UNAVAILABLE)
    except (RuntimeError, TimeoutError, OSError) as trouble:
        return _tell(trouble, UNAVAILABLE)
    return OK


@contextmanager
def begun(folder: Path, logs: Sequence[Path], say: Say = silent, clock: Path | None = None, *, console: bool = False) -> Iterator[Taizhang]:
    """Everything running; `logs`, when there are any, are its ledger's beginning. Raises NotALedger before anything starts, NotEmpty
    when the ledger has facts already."""
    ledger = Ledger(logs) if logs else None
    if ledger is not None:
        say(f"读到 {len(ledger)} 条事实，没有缺漏", f"{len(ledger)} facts read, none is missing")

    def begin(t: Taizhang) -> None:
        if ledger is not None:
            ledger.load(t.database, say)

    with Taizhang(folder, clock, say, begin, console=console) as t:
        yield t


def _tell(wrong: object, status: int) -> int:
    print(wrong, file=sys.stderr)
    return status

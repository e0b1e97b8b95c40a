"""`taizhang decide`: answers from log files alone, without a server, a database or a network. Every cadre's answer is laid aside until
all are known, for a log that turns out to be wrong gets no answer at all; then they are printed in the order of the cadres' ids."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path

from contracts.answers import Answer, Question
from contracts.message import CHINA, end_of_day, instant
from contracts.registry import CadreRegistered, UnitRegistered
from services.compliance import law
from services.compliance.badlog import BadLog, NoRoom
from services.compliance.draft_files import BadDraft, DraftFile
from services.compliance.law import Cadre
from services.compliance.ledger import Ledger
from services.compliance.piles import HELD, Answers
from services.compliance.shown import text
from services.compliance.tables import written
from services.compliance.watching import Watching

OK, USAGE, NOT_FOUND, UNAVAILABLE = 0, 2, 3, 5
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Unusable(Exception):
    """An option that cannot be used; the text says why, in Chinese and English."""


class Unknown(Exception):
    """Somebody whom the logs do not know."""


def run(
    logs: Sequence[Path],
    cadre: str | None,
    unit: str | None,
    as_of: date | None,
    known_at: str | None,
    year: int | None,
    policy: Path | None,
    output: str,
    explain: bool = False,
    held: int = HELD,
) -> int:
    """Prints the answer about a cadre, a unit, or every cadre. Exit 0 whatever the answers are, 2 for what cannot be read or
    understood, 3 for somebody unknown, 5 when the temporary folder is full. `held`: bytes of facts, and of answers, kept in memory."""
    now = datetime.now(CHINA)
    day = as_of or now.date()
    try:
        known = _instant(known_at) if known_at else instant(now)
        draft = DraftFile(policy) if policy is not None else None
        _usable(cadre, unit, day, year, explain=explain)
        with closing(Answers(held)) as answers:
            with Watching() as watch, _undisturbed(), Ledger(logs, known, only=cadre, held=held, watch=watch) as ledger:
                if ledger.empty:
                    print("日志文件中没有事实 · there is no fact in these logs", file=sys.stderr)
                if draft is not None:
                    ledger.common = ledger.common.extended([draft.judged(ledger.common, known)])
                gc.freeze()
                question = partial(Question, as_of=day, known_at=known, year=year or day.year)
                found = _unit(ledger, unit, question) if unit is not None else _cadres(ledger, cadre, question, explain=explain)
                for id_, line in found:
                    answers.put(id_, line)
            for piece in written(answers, output, single=unit is not None or cadre is not None):
                sys.stdout.write(piece)
    except (BadLog, BadDraft, Unusable) as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except Unknown as unknown:
        print(unknown, file=sys.stderr)
        return NOT_FOUND
    except NoRoom as full:
        print(full, file=sys.stderr)
        return UNAVAILABLE
    except ChildProcessError:
        print("协助的进程被系统终止，可能内存不足：请腾出内存后重试", file=sys.stderr)
        print("a process that helped was ended by the system, perhaps for want of memory: free some and try again", file=sys.stderr)
        return UNAVAILABLE
    return OK


def _usable(cadre: str | None, unit: str | None, day: date, year: int | None, *, explain: bool) -> None:
    if unit is not None and cadre is not None:
        raise Unusable("--cadre 与 --unit 只能给一个 · give --cadre or --unit, not both")
    if explain and unit is not None:
        raise Unusable("--explain 只说明干部的结论，请去掉 --unit · --explain is about a cadre's answer: leave --unit out")
    if year is not None and not EARLIEST.year <= year <= LATEST.year:
        raise Unusable(f"年度须在 {EARLIEST.year} 至 {LATEST.year} 之间 · a year between {EARLIEST.year} and {LATEST.year} is expected")
    if not EARLIEST <= day <= LATEST:
        raise Unusable(f"日期须在 {EARLIEST} 至 {LATEST} 之间 · a day between {EARLIEST} and {LATEST} is expected")


Asking = Callable[..., Question]


def _cadres(ledger: Ledger, only: str | None, asking: Asking, *, explain: bool) -> Iterator[tuple[str, bytes]]:
    none = True
    for answered in ledger.each(lambda cadre: (cadre.id, text(_answer(ledger, cadre, asking(cadre_id=cadre.id), explain=explain)))):
        none = False
        yield answered
    if none and only is not None:
        raise Unknown("台账中没有这名干部 · no such cadre in these logs")


def _answer(ledger: Ledger, cadre: Cadre, question: Question, *, explain: bool) -> Answer:
    answer = law.answer(ledger.common, cadre, question, inputs=ledger.inputs)
    return answer.model_copy(update={"would_change": law.would_change(ledger.common, cadre, answer)}) if explain else answer


def _unit(ledger: Ledger, unit: str, asking: Asking) -> Iterable[tuple[str, bytes]]:
    """Only those who are or were its cadres are kept until all are known."""
    asked = asking(cadre_id=unit)
    exists = any(isinstance(e.data, UnitRegistered) and e.data.unit_id == unit for e in ledger.common.events)
    own: list[Cadre] = []

    def look(cadre: Cadre) -> tuple[Cadre | None, bool]:
        registered = any(isinstance(e.data, CadreRegistered) and e.data.unit_id == unit for e in cadre.events)
        units = cadre.at(ledger.common, asked.as_of, asked.known_at).units
        return cadre if any(unit == theirs for _, theirs in units) else None, registered

    for cadre, registered in ledger.each(look):
        exists = exists or registered
        if cadre is not None:
            own.append(cadre)
    if not exists:
        raise Unknown("台账中没有这个单位 · no such unit in these logs")
    own.sort(key=lambda c: c.id)
    return [(unit, text(law.unit_answer(ledger.common, own, unit, asked.as_of, asked.known_at, asked.year)))]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Facts are many and point at nothing that points back; to search them for cycles again and again would take longer than to
    read them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if enabled:
            gc.enable()


def _instant(text: str) -> str:
    """An instant as `recordedtime` is written; a day means its end. A time without offset is Asia/Shanghai."""
    try:
        if len(text) == 10:
            return end_of_day(date.fromisoformat(text))
        at = datetime.fromisoformat(text)
        return instant(at if at.tzinfo else at.replace(tzinfo=CHINA))
    except (ValueError, OverflowError):
        raise Unusable("--known-at：不是日期或时刻 · neither a day nor an instant") from None

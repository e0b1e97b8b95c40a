"""`taizhang demo`: a fictional district on this machine. Real PostgreSQL, real NATS, the three services, workbooks as offices make
them, and a year of their life; only the time is told."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path

from contracts.registry import CadreExited, CadreRegistered, RetirementCompleted
from services.client import Client, Order, Recorded
from services.kernel.tokens import Signer
from services.local import story
from services.local.acts import Act, Person
from services.local.folder import Unusable, passing
from services.local.init import grant, show
from services.local.instance import announced
from services.local.progress import Progress
from services.local.showing import explain, show_import, show_table, travel
from services.local.supervisor import Taizhang, ending_signals
from services.problems import Problem
from services.sending import send
from services.workbooks.importing import import_file
from services.workbooks.reading import Kind

OK, NEGATIVE, CONFLICT, UNAVAILABLE = 0, 1, 4, 5
BEGINS, GRADES, ENDS = date(2024, 8, 30), date(2025, 1, 24), date(2025, 8, 29)
SETTLED = 5
"""Times that an answer is waited for, each some seconds."""
DISTRICT = files("services.local") / "district"
ARRIVING: tuple[tuple[date, Kind, str], ...] = (
    (BEGINS, "units", "units.csv"), (BEGINS, "roster", "roster.xlsx"), (BEGINS, "training", "training_2023.csv"),
    (date(2024, 10, 9), "attendance", "attendance/2024-09.xlsx"), (date(2024, 11, 7), "attendance", "attendance/2024-10.xlsx"),
    (date(2024, 12, 4), "attendance", "attendance/2024-11.xlsx"), (date(2024, 12, 12), "attendance", "attendance/2024-11_更正.xlsx"),
    (date(2025, 1, 6), "attendance", "attendance/2024-12.xlsx"), (date(2025, 1, 10), "duties", "duties.xlsx"),
    (date(2025, 2, 10), "attendance", "attendance/2025-01.xlsx"), (date(2025, 3, 5), "attendance", "attendance/2025-02.xlsx"),
    (date(2025, 4, 7), "attendance", "attendance/2025-03.xlsx"), (date(2025, 5, 6), "leave", "leave_ledger.xlsx"),
    (date(2025, 5, 7), "training", "talks_and_training.xlsx"), (date(2025, 5, 8), "attendance", "attendance/2025-04.xlsx"),
)  # fmt: skip
"""When each workbook arrives at the section."""


def run(once: bool, keep: Path | None) -> int:
    say = Progress()
    try:
        with ending_signals(), _folder(keep) as folder, tempfile.TemporaryDirectory(prefix="taizhang-clock-") as hands:
            told = Told(Path(hands) / "clock")
            told.set(BEGINS)
            say("启动 PostgreSQL、NATS 和三个服务", "starting PostgreSQL, NATS and the three services")
            with Taizhang(folder, clock=told.file, say=say, console=not once) as t, announced(t.instance):
                with Client(t.urls, t.token, purpose="review") as client:
                    people = _live(client, told, say)
                    show_table(client)
                    parts = story.cast(people)
                    travel(client, parts["corrected"].cadre_id, (date(2025, 1, 10), date(2025, 3, 10), date(2025, 4, 10), ENDS))
                    explain(client, parts["awol"].cadre_id)
                if once:
                    return OK
                for service, url in t.urls.items():
                    print(f"{service:12} {url}", flush=True)
                logins = story.logins(people)
                show(logins, grant(t.urls["registry"], Signer.read(folder / "token-key"), logins, on=BEGINS.isoformat()))
                say("以上全为虚构。按 Ctrl-C 停止", "everything above is invented; Ctrl-C stops it")
                t.wait()
    except KeyboardInterrupt:
        say("已停止", "stopped")
    except Unusable as wrong:
        print(wrong, file=sys.stderr)
        return CONFLICT
    except Problem as problem:
        print(f"{problem.code}: {problem.zh} · {problem.en}", file=sys.stderr)
        return UNAVAILABLE if problem.unavailable else NEGATIVE
    except (RuntimeError, TimeoutError, OSError) as trouble:
        print(trouble, file=sys.stderr)
        return UNAVAILABLE
    return OK


class Told:
    """The clock that the services read: set to the morning of a day, it goes on from there."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def set(self, day: date) -> None:
        new = self.file.with_suffix(".new")
        new.write_text(f"{day.isoformat()}T09:00:00+08:00", encoding="ascii")
        new.replace(self.file)


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with passing() as folder:
            yield folder
    elif (keep / "postgres").exists():
        raise Unusable(
            f"{keep} 里已有台账，请用 taizhang up --data 打开，或换一个文件夹 · there is a ledger in {keep}: "
            "open it with taizhang up --data, or name another folder"
        )
    else:
        yield keep


def _live(client: Client, told: Told, say: Progress) -> list[Person]:
    """Everybody in scope when the story begins."""
    arriving = {day: list(found) for day, found in groupby(ARRIVING, key=lambda a: a[0])}
    for _, kind, name in arriving.pop(BEGINS):
        _import(client, kind, name, say)
    people = _people(client, _told_of(client))
    acts = [*story.heads(people, BEGINS), *story.acts(people)]
    days: dict[date, list[Act]] = {d: list(found) for d, found in groupby(sorted(acts, key=lambda a: a.on), key=lambda a: a.on)}
    refused = 0
    calendar = sorted({*days, *arriving, GRADES, ENDS})
    for day, following in pairwise([*calendar, date.max]):
        told.set(day)
        for _, kind, name in arriving.get(day, ()):
            _import(client, kind, name, say)
        refused += _record(client, days.get(day, ()))
        if day == GRADES:
            outcomes = {a["cadre_id"]: a["outcome"] for a in client.answers(year=2024)}
            confirmed = [g for p in people if (g := story.grade(p, outcomes.get(p.cadre_id, ""), day))]
            refused += _record(client, [*confirmed, story.close_year(day)])
        if (day.year, day.month) != (following.year, following.month):  # what a month brought is answered in that month
            _settled(client)
    count = sum(client.positions.values())
    say(f"一年过去了：{count} 条事实，{refused} 条命令被拒绝", f"a year has passed: {count} facts, {refused} commands refused")
    return people


def _import(client: Client, kind: Kind, name: str, say: Progress) -> None:
    summary = import_file(client, kind, _bytes(name), name.rsplit("/", 1)[-1])
    say(
        f"{summary.name}：采纳 {summary.accepted}，退回 {len(summary.rejected)}，待答 {len(summary.questions)}",
        f"{summary.accepted} accepted, {len(summary.rejected)} rejected, {len(summary.questions)} questions",
    )
    show_import(summary)


def _bytes(name: str) -> bytes:
    return DISTRICT.joinpath(*name.split("/")).read_bytes()


def _told_of(client: Client) -> set[str]:
    """Cadres of whom the workbooks that arrive later tell: read now, recorded in their time."""
    later = [import_file(client, kind, _bytes(name), dry_run=True) for _, kind, name in ARRIVING if kind in ("leave", "duties")]
    return {proposed.command.subject() for reading in later for proposed in reading.made.proposed}


def _record(client: Client, acts: Sequence[Act]) -> int:
    """Enters the acts of a day; how many were refused."""
    refusals: list[Problem] = []

    def done(order: Order, outcome: Recorded | Problem) -> None:
        if isinstance(outcome, Problem):
            refusals.append(outcome)
            print(f"  {type(order.command).__name__}: {outcome.code} {outcome.zh} · {outcome.en}", file=sys.stderr)

    papers = {act.on: f"纸质材料{act.on:%Y%m%d}" for act in acts}
    orders = [Order(a.command.SERVICE, a.command, a.command.subject(), a.whose, papers[a.on] if a.whose else None) for a in acts]
    for service in ("registry", "assignments", "compliance"):
        send(client, [o for o in orders if o.service == service], done)
    return len(refusals)


def _people(client: Client, named: set[str]) -> list[Person]:
    """Who is in scope when the story begins: registered, left a leading post, not retired."""
    units: dict[str, str] = {}
    exits: dict[str, date] = {}
    for event in client.feed("registry"):
        match event.data:
            case CadreRegistered():
                units[event.subject] = event.data.unit_id
            case CadreExited():
                exits[event.subject] = event.data.exited_on
            case RetirementCompleted():
                exits.pop(event.subject, None)
    return [Person(cadre, units[cadre], exited, cadre in named) for cadre, exited in sorted(exits.items()) if exited <= BEGINS]


def _settled(client: Client) -> None:
    """Until compliance has read what was written and answered for everybody whom it concerns: a list is as new as what was written."""
    for attempt in range(SETTLED):
        try:
            client.get("compliance", "/answers", {"limit": 1})
            return
        except Problem as problem:
            if problem.code != "not-yet-known" or attempt == SETTLED - 1:
                raise

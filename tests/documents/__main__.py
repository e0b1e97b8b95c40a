"""`make documents`: every document from a demo district, opened again by LibreOffice and looked at page by page: every word is there,
inside the paper and not on top of another. The pages are left as pictures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from contracts.compliance import DecideComplaint, DetermineUnitNeglect, IssueUnitCircular, RecordComplaint
from contracts.labels import Language
from services.cli import app
from services.client import Client
from services.documents.gathering import Gathering
from services.documents.letterhead import Letterhead
from services.documents.making import of_book, of_paper
from services.documents.paper import Paper
from services.documents.table import Book
from services.local.instance import find
from services.problems import Problem
from tests.documents import rendering, samples
from tests.documents.rendering import plain
from tests.documents.tools import Missing, prepare
from tests.house.tree import ROOT

FOLDER = ROOT / "build" / "documents"
ISSUER = "中共溪岚区委教育体育工作委员会"
AS_OF, DATED = date(2025, 8, 29), date(2025, 9, 1)
READY = "以上全为虚构"
MOST_PAGES = 16


@dataclass(frozen=True, slots=True)
class Specimen:
    """`command`: what is typed to get the same file; `expected`: what has to stand on its pages."""

    name: str
    content: bytes
    expected: Sequence[str]
    command: Sequence[str] = ()


@contextmanager
def district() -> Iterator[Client]:
    """The demo as people start it, with a circular besides."""
    with tempfile.TemporaryDirectory(prefix="taizhang-documents-") as state:
        os.environ["XDG_STATE_HOME"] = state
        log = Path(state) / "demo.log"
        with log.open("wb") as out:
            running = subprocess.Popen([sys.executable, "-m", "services.cli", "demo"], stdout=subprocess.DEVNULL, stderr=out, cwd=ROOT)
            try:
                while READY not in log.read_text(encoding="utf-8", errors="replace"):
                    if running.poll() is not None:
                        raise RuntimeError(f"the demo ended: {log.read_text(encoding='utf-8')[-800:]}")
                    try:
                        running.wait(1)
                    except subprocess.TimeoutExpired:
                        continue
                instance = find()
                assert instance, "the demo runs and is not found"
                with Client(instance.urls, instance.token, purpose="review") as client:
                    yield client
            finally:
                running.terminate()
                running.wait(60)


def tell(client: Client, unit: str) -> None:
    """Complaints, neglect and a circular about a unit in 2024."""
    for n in (1, 2):
        client.command("compliance", RecordComplaint(complaint_id=f"R{n}", unit_id=unit, source_ref=f"S{n}", received_on=date(2024, 11, n)))
        decided = DecideComplaint(complaint_id=f"R{n}", unit_id=unit, outcome="substantiated", decided_on=date(2024, 12, n))
        client.command("compliance", decided)
    for command in (
        DetermineUnitNeglect(unit_id=unit, year=2024, determined_on=date(2025, 2, 20)),
        IssueUnitCircular(unit_id=unit, year=2024, document_no="溪教体委〔2025〕3号", issued_on=date(2025, 3, 3)),
    ):
        client.command("compliance", command, on_behalf_of="committee", document="溪教体委〔2025〕3号")


def specimens(client: Client) -> Iterator[Specimen]:
    leaves = {x["leave_id"]: x["cadre_id"] for x in client.items("assignments", "/leaves")}
    barred, settled = leaves["L-refused"], leaves["L-ill"]
    absent = client.get("assignments", "/absences", {"state": "recorded", "limit": 1})["items"][0]
    for lang in ("zh", "en"):
        g = Gathering(client, lang, Letterhead.of(lang, ISSUER if lang == "zh" else "The Committee"))
        own = ["--lang", lang]
        yield book(g.roster(AS_OF), lang, ["roster", "--as-of", str(AS_OF), *own])
        yield book(g.attendance("U06", date(2024, 11, 1)), lang, ["attendance", "U06", "2024-11", *own])
        month = date.fromisoformat(absent["from"]).replace(day=1)
        yield book(g.attendance(absent["unit_id"], month), lang, ["attendance", absent["unit_id"], f"{month:%Y-%m}", *own])
        yield book(g.scorecard("U06", 2024, AS_OF), lang, ["scorecard", "U06", "--year", "2024", "--as-of", str(AS_OF), *own])
        for cadre in (barred, settled):
            yield book(g.case(cadre, 2024, AS_OF), lang, ["case", cadre, "--year", "2024", "--as-of", str(AS_OF), *own])
            said = ["explanation", cadre, "--year", "2024", "--as-of", str(AS_OF), "--dated", str(DATED), *own]
            yield from paper(g.explanation(cadre, DATED, 2024, AS_OF), said)
        issuer = ["--issuer", g.house.committee]
        for leave in ("L-ill", "L-refused", "L-short", "L-revoked"):
            yield from paper(g.leave_decision(leave), ["leave-decision", leave, *issuer, *own])
        for unit in ("U06", "U01"):
            said = ["circular", unit, "--year", "2024", "--as-of", str(AS_OF), "--dated", str(DATED), *issuer, *own]
            yield from paper(g.circular(unit, 2024, DATED, AS_OF), said)


def book(made: Book, lang: Language, command: Sequence[str]) -> Specimen:
    file = of_book(made, lang)
    expected = [w for s in made.sheets for w in (s.title, *s.about, *s.notes, *(c.heading for c in s.columns))]
    cells = [cell for s in made.sheets for row in s.rows for cell in row if cell is not None and cell != ""]
    shown = [f"{cell:g}" if isinstance(cell, int | float) else str(cell) for cell in cells]
    return Specimen(file.name, file.content, [*expected, *shown], command)


def paper(made: Paper, command: Sequence[str]) -> Iterator[Specimen]:
    for form in ("docx", "pdf"):
        file = of_paper(made, form)
        yield Specimen(file.name, file.content, made.words(), [*command, "--format", form])


def look(specimen: Specimen, file: Path) -> list[str]:
    """What is wrong with the pages."""
    pdf = file if file.suffix == ".pdf" else file.with_name(f"{file.name}.pdf")
    pages, said = rendering.pages(pdf), rendering.text(pdf)
    wrong = [f"not on the pages: {w[:60]}" for w in specimen.expected if plain(w) not in said]
    for number, page in enumerate(pages, 1):
        wrong += [] if page.is_a4 else [f"page {number} is not A4"]
        wrong += [f"page {number}, at the edge: {w}" for w in page.outside()]
        wrong += [f"page {number}, on top of each other: {w}" for w in page.on_top_of_each_other()]
        wrong += [] if page.words else [f"page {number} is empty"]
    if not 1 <= len(pages) <= MOST_PAGES:
        wrong.append(f"{len(pages)} pages")
    rendering.pictures(pdf, FOLDER)
    return wrong


def same_as_typed(specimen: Specimen, folder: Path) -> list[str]:
    file = folder / specimen.name
    ran = CliRunner().invoke(app, ["document", *specimen.command, "--to", str(file)])
    if ran.exit_code:
        return [f"exit {ran.exit_code}: {ran.output[-300:]}"]
    return [] if file.read_bytes() == specimen.content else ["the command wrote another file than the programs' interface"]


def tried(name: str, check: Callable[[], list[str]]) -> bool:
    wrong = check()
    print(f"{'failed' if wrong else 'passed'}  {name}", flush=True)
    for line in wrong[:12]:
        print(f"        {line}", flush=True)
    return not wrong


def main() -> int:
    try:
        prepare()
    except Missing as missing:
        print(missing, file=sys.stderr)
        print("0 passed, 1 failed")
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    try:
        outcomes = looked_at()
    except (RuntimeError, Problem) as trouble:
        print(trouble, file=sys.stderr)
        print("0 passed, 1 failed")
        return 1
    print(f"pictures of the pages: {FOLDER}")
    print(f"{sum(outcomes)} passed, {len(outcomes) - sum(outcomes)} failed")
    return 0 if all(outcomes) else 1


def looked_at() -> list[bool]:
    outcomes = list[bool]()
    with district() as client, tempfile.TemporaryDirectory(prefix="taizhang-typed-") as typed:
        tell(client, "U06")
        made = list(specimens(client))
        for specimen in made:
            (FOLDER / specimen.name).write_bytes(specimen.content)
            outcomes.append(tried(f"typed   {specimen.name}", lambda s=specimen: same_as_typed(s, Path(typed))))  # type: ignore[misc]
    with tempfile.TemporaryDirectory(prefix="taizhang-pages-") as rendered:
        office = [FOLDER / s.name for s in made if not s.name.endswith(".pdf")]
        rendering.to_pdf_each(office, Path(rendered), FOLDER)
    for specimen in made:
        outcomes.append(tried(f"pages   {specimen.name}", lambda s=specimen: look(s, FOLDER / s.name)))  # type: ignore[misc]
    outcomes.append(tried("every golden answer explained", every_golden_answer))
    return outcomes


def every_golden_answer() -> list[str]:
    from tests.documents.test_papers import unexplained
    from tests.scenarios.golden import questions

    return [f"{q}: {wrong}" for q in questions() if "unit" not in q.ask for wrong in unexplained(q, samples.answered(str(q)))]


if __name__ == "__main__":
    sys.exit(main())

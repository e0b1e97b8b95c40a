"""`taizhang`: what people type. Data on stdout, talk on stderr; exit 0 ok, 1 a negative answer, 2 usage, 3 not found,
4 conflict, 5 unavailable. Imports wait until a command needs them, so that `--help` is instant."""

from __future__ import annotations

import importlib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from services import access_commands, usage
from services.document_commands import documents
from services.import_commands import imports
from services.options import Day, Output, OutputOption, Token, Urls, instance

app = typer.Typer(
    name="taizhang",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="台账 · the running ledger of cadres who left leading posts.",
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"taizhang {version('taizhang')}")
        raise typer.Exit


@app.callback()
def taizhang(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="print the version")] = False,
) -> None:
    """台账 · the running ledger of cadres who left leading posts."""


class Service(StrEnum):
    registry = "registry"
    assignments = "assignments"
    compliance = "compliance"


class Served(StrEnum):
    registry = "registry"
    assignments = "assignments"
    compliance = "compliance"
    console = "console"


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="seed, print the summary, exit")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="keep the ledger in this folder")] = None,
) -> None:
    """Everything on this machine, with a fictional district."""
    from services.local.demo import run

    raise typer.Exit(run(once=once, keep=keep))


@app.command()
def up(
    data: Annotated[Path | None, typer.Option("--data", help="folder of the lasting data")] = None,
    logs: Annotated[list[Path] | None, typer.Option("--from", help="begin an empty ledger from log files")] = None,
) -> None:
    """The same without fiction, with lasting data."""
    from services.local.up import run

    raise typer.Exit(run(data=data, logs=logs or []))


@app.command()
def doctor(output: OutputOption = Output.table) -> None:
    """What is wrong, in words. 0 all is ready, 1 something is wrong, 5 something does not answer or nothing runs."""
    from services.local.doctor import run

    raise typer.Exit(run(output.value))


@app.command()
def serve(service: Served) -> None:
    """One service, configured by environment, as in a container."""
    from services.kernel import serving

    serving.serve(importlib.import_module(f"services.{service.value}.app"))


@app.command()
def migrate(service: Service) -> None:
    """Create or upgrade the databases and roles of a service (TAIZHANG_ADMIN_DSN)."""
    from services.kernel.schema import main

    main(service.value, importlib.import_module(f"services.{service.value}.app").DDL)


@app.command()
def decide(
    logs: Annotated[list[Path], typer.Argument(help="log files (.jsonl, .jsonl.gz)")],
    cadre: Annotated[str | None, typer.Option(help="one cadre")] = None,
    unit: Annotated[str | None, typer.Option(help="one unit: its findings and scorecard")] = None,
    as_of: Day = None,
    known_at: Annotated[str | None, typer.Option(help="an instant, or a day (its end)")] = None,
    year: Annotated[int | None, typer.Option(help="appraisal year; that of --as-of when absent")] = None,
    policy: Annotated[Path | None, typer.Option(help="decide as if this policy were in force")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="also which acts would change the answer")] = False,
    output: OutputOption = Output.table,
) -> None:
    """Answers from log files alone: no server, no database, no network."""
    from services.compliance.offline import run

    day = as_of.date() if as_of else None
    raise typer.Exit(run(logs, cadre, unit, day, known_at, year, policy, output.value, explain))


@app.command("export")
def export_log(
    service: Annotated[Service | None, typer.Option("--service", help="one service; all three when absent")] = None,
    start: Annotated[int, typer.Option("--from", min=1, help="first position")] = 1,
    cadre: Annotated[str | None, typer.Option(help="what is about one cadre, or about nobody in particular")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="file (.gz is compressed); stdout when absent")] = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """The log as JSON Lines: what `decide` reads and `up --from` begins a ledger with."""
    from services.exporting import SERVICES, run

    name = service.value if service else None
    urls, token = instance(url, token, *((name,) if name else SERVICES))
    raise typer.Exit(run(name, start, cadre, to, urls, token))


@app.command()
def todo(
    role: Annotated[str | None, typer.Option(help="cadre, branch, unit_head, section, committee, appraisal_body or unit")] = None,
    unit: Annotated[str | None, typer.Option(help="one unit")] = None,
    cadre: Annotated[str | None, typer.Option(help="one cadre")] = None,
    due_before: Annotated[str | None, typer.Option("--due-before", help="due before this day, YYYY-MM-DD")] = None,
    overdue: Annotated[bool | None, typer.Option("--overdue/--not-overdue", help="only what is overdue, or only what is not")] = None,
    as_of: Day = None,
    url: Urls = None,
    token: Token = "",
    output: OutputOption = Output.table,
) -> None:
    """What is to be done by law: by whom, until when, under which article, and which command settles it."""
    from services.todo import run

    urls, token = instance(url, token, "compliance")
    days = {"due_before": due_before, "as_of": as_of.date().isoformat() if as_of else None}
    late = None if overdue is None else str(overdue).lower()
    raise typer.Exit(run({"role": role, "unit": unit, "cadre": cadre, "overdue": late, **days}, output.value, urls, token))


policies = typer.Typer(no_args_is_help=True, help="The law as the committee sets it.")
app.add_typer(policies, name="policy")


@policies.command()
def preview(
    file: Annotated[Path, typer.Argument(help="a draft (.yaml, .json): docs/policies.md")],
    as_of: Day = None,
    year: Annotated[int | None, typer.Option(help="one appraisal year; every year in scope when absent")] = None,
    url: Urls = None,
    token: Token = "",
    output: OutputOption = Output.table,
) -> None:
    """Who would change, and how, if this draft were adopted. Nothing is recorded."""
    from services.previewing import run

    day = as_of.date() if as_of else None
    raise typer.Exit(run(file, day, year, output.value, lambda: instance(url, token, "compliance")))


@app.command()
def replay(
    history: Annotated[bool, typer.Option("--history", help="every answer that was ever published, too")] = False,
    sample: Annotated[int | None, typer.Option("--sample", min=1, help="of those so many, drawn by lot")] = None,
    url: Urls = None,
    token: Token = "",
    output: OutputOption = Output.table,
) -> None:
    """Derive every answer anew from the log, beside the live one. 0 all is equal, 1 something differs, 5 a service is not there."""
    from services.replay.running import run

    urls, token = instance(url, token, "registry", "assignments", "compliance")
    raise typer.Exit(run(history, sample, output.value, urls, token))


app.command()(access_commands.init)
app.command()(access_commands.token)
app.add_typer(documents, name="document")
app.add_typer(imports, name="import")

contract = typer.Typer(no_args_is_help=True, help="The published contract: JSON Schemas and AsyncAPI.")
app.add_typer(contract, name="contract")


@contract.command()
def export(to: Annotated[Path | None, typer.Option("--to", help="folder; the published one when absent")] = None) -> None:
    """Write the JSON Schema of every event and the AsyncAPI document."""
    from contracts.publish import Breaking
    from contracts.publish import export as write

    try:
        written = write(to)
    except Breaking as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(written)} {written[0].parent}")


@contract.command()
def check() -> None:
    """Refuse a breaking change, and published files that are out of date."""
    from contracts.publish import check as problems

    found = problems()
    for problem in found:
        typer.echo(problem)
    raise typer.Exit(1 if found else 0)


def main() -> None:
    usage.run(app)


if __name__ == "__main__":
    main()

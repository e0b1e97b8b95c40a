"""`taizhang`: what people type. Data on stdout, talk on stderr; exit 0 ok, 1 a negative answer, 2 usage, 3 not found,
4 conflict, 5 unavailable. Imports wait until a command needs them, so that `--help` is instant."""

from __future__ import annotations

import importlib
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="taizhang", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="台账 · the running ledger of cadres who left leading posts."
)


class Service(StrEnum):
    registry = "registry"
    assignments = "assignments"
    compliance = "compliance"


class Output(StrEnum):
    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


class Workbook(StrEnum):
    units = "units"
    roster = "roster"
    attendance = "attendance"


OutputOption = Annotated[Output, typer.Option("-o", "--output", help="table, json, jsonl or csv")]
Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="civil day in Asia/Shanghai; today when absent")]


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
def serve(service: Service) -> None:
    """One service, configured by environment, as in a container."""
    from services.kernel.serving import run

    run(importlib.import_module(f"services.{service.value}.app").create)


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
    output: OutputOption = Output.table,
) -> None:
    """Answers from log files alone: no server, no database, no network."""
    from services.compliance.offline import run

    day = as_of.date() if as_of else None
    raise typer.Exit(run(logs=logs, cadre=cadre, unit=unit, as_of=day, known_at=known_at, year=year, policy=policy, output=output.value))


def main() -> None:
    app()


if __name__ == "__main__":
    main()

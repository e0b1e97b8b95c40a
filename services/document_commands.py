"""`taizhang document …`: exports as workbooks, official documents as Word or PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.options import Day, Token, Urls, instance

if TYPE_CHECKING:
    from services.documents.gathering import Gathering
    from services.documents.making import Made

documents = typer.Typer(no_args_is_help=True, help="Exports as workbooks (.xlsx), official documents as Word or PDF.")


class Lang(StrEnum):
    zh = "zh"
    en = "en"


Language = Annotated[Lang, typer.Option("--lang", help="zh or en")]
To = Annotated[
    Path | None, typer.Option("--to", help="file, or a folder; - is stdout; the present folder, under a name of its own, when absent")
]
Cadre = Annotated[str, typer.Argument(help="id of the cadre")]
Unit = Annotated[str, typer.Argument(help="id of the unit")]
Year = Annotated[int | None, typer.Option("--year", help="appraisal year; that of --as-of when absent")]


@documents.command()
def roster(
    unit: Annotated[str | None, typer.Option("--unit", help="one unit; all when absent")] = None,
    as_of: Day = None,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """Who is who (花名册), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.roster(_today(as_of), unit), g.lang), to, lang, url, token)


@documents.command()
def attendance(
    unit: Unit,
    month: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="YYYY-MM")],
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """A unit's month (考勤月报), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.attendance(unit, month.date()), g.lang), to, lang, url, token)


@documents.command()
def scorecard(
    unit: Unit,
    year: Annotated[int, typer.Option("--year", help="appraisal year")],
    as_of: Day = None,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """What a unit has to show for a year (单位考评表), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.scorecard(unit, year, as_of.date() if as_of else None), g.lang), to, lang, url, token)


@documents.command()
def case(
    cadre: Cadre,
    year: Year = None,
    as_of: Day = None,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """Everything about one cadre (个人台账), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.case(cadre, year, as_of.date() if as_of else None), g.lang), to, lang, url, token)


def _today(as_of: datetime | None) -> date:
    from contracts.message import CHINA

    return (as_of or datetime.now(CHINA)).date()


def _run(make: Callable[[Gathering], Made], to: Path | None, lang: Lang, url: list[str] | None, token: str) -> None:
    from services.documents.running import run

    urls, token = instance(url, token, "registry", "assignments", "compliance")
    raise typer.Exit(run(make, to, lang.value, urls, token))

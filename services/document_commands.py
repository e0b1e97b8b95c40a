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
    from services.documents.letterhead import Letterhead
    from services.documents.making import Made
    from services.documents.paper import Paper

documents = typer.Typer(no_args_is_help=True, help="Exports as workbooks (.xlsx), official documents as Word or PDF.")


class Lang(StrEnum):
    zh = "zh"
    en = "en"


class Form(StrEnum):
    docx = "docx"
    pdf = "pdf"


class Purpose(StrEnum):
    review = "review"
    decision = "decision"
    audit = "audit"
    correction = "correction"
    request = "request"
    duty = "duty"


Why = Annotated[Purpose, typer.Option("--purpose", help="why it is read; recorded where personal data are")]
FormOption = Annotated[Form | None, typer.Option("--format", help="docx or pdf; that of --to when absent, else docx")]
Issuer = Annotated[str, typer.Option("--issuer", help="in whose name it goes out", envvar="TAIZHANG_ISSUER")]
Dated = Annotated[datetime | None, typer.Option("--dated", formats=["%Y-%m-%d"], help="day of the document; today when absent")]
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
    purpose: Why = Purpose.duty,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """Who is who (花名册), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.roster(_today(as_of), unit), g.lang), to, lang, url, token, purpose=purpose)


@documents.command()
def attendance(
    unit: Unit,
    month: Annotated[datetime, typer.Argument(formats=["%Y-%m"], help="YYYY-MM")],
    purpose: Why = Purpose.duty,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """A unit's month (考勤月报), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.attendance(unit, month.date()), g.lang), to, lang, url, token, purpose=purpose)


@documents.command()
def scorecard(
    unit: Unit,
    year: Annotated[int, typer.Option("--year", help="appraisal year")],
    as_of: Day = None,
    purpose: Why = Purpose.duty,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """What a unit has to show for a year (单位考评表), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.scorecard(unit, year, as_of.date() if as_of else None), g.lang), to, lang, url, token, purpose=purpose)


@documents.command()
def case(
    cadre: Cadre,
    year: Year = None,
    as_of: Day = None,
    purpose: Why = Purpose.duty,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """Everything about one cadre (个人台账), .xlsx."""
    from services.documents.making import of_book

    _run(lambda g: of_book(g.case(cadre, year, as_of.date() if as_of else None), g.lang), to, lang, url, token, purpose=purpose)


@documents.command()
def explanation(
    cadre: Cadre,
    year: Year = None,
    as_of: Day = None,
    form: FormOption = None,
    issuer: Annotated[str, typer.Option("--issuer", help="who signs it", envvar="TAIZHANG_SECTION")] = "",
    dated: Dated = None,
    purpose: Why = Purpose.request,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """An answer explained to the cadre (说明), Word or PDF."""
    _paper(
        lambda g: g.explanation(cadre, _today(dated), year, as_of.date() if as_of else None),
        form,
        "",
        issuer,
        to,
        lang,
        url,
        token,
        purpose,
    )


@documents.command()
def leave_decision(
    leave: Annotated[str, typer.Argument(help="id of the leave")],
    form: FormOption = None,
    issuer: Issuer = "",
    purpose: Why = Purpose.decision,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """The decision about a leave (请假审批决定), Word or PDF."""
    _paper(lambda g: g.leave_decision(leave), form, issuer, "", to, lang, url, token, purpose)


@documents.command()
def circular(
    unit: Unit,
    year: Annotated[int, typer.Option("--year", help="appraisal year")],
    as_of: Day = None,
    form: FormOption = None,
    issuer: Issuer = "",
    dated: Dated = None,
    lang: Language = Lang.zh,
    to: To = None,
    url: Urls = None,
    token: Token = "",
) -> None:
    """The circular about a unit (通报), Word or PDF; a draft where none was issued."""
    _paper(lambda g: g.circular(unit, year, _today(dated), as_of.date() if as_of else None), form, issuer, "", to, lang, url, token)


def _paper(
    ask: Callable[[Gathering], Paper],
    form: Form | None,
    committee: str,
    section: str,
    to: Path | None,
    lang: Lang,
    url: list[str] | None,
    token: str,
    purpose: Purpose = Purpose.duty,
) -> None:
    from services.documents.letterhead import Letterhead
    from services.documents.making import of_paper

    meant = form or (Form.pdf if to and to.suffix.lower() == ".pdf" else Form.docx)
    _run(lambda g: of_paper(ask(g), meant.value), to, lang, url, token, Letterhead.of(lang.value, committee, section), purpose)


def _today(as_of: datetime | None) -> date:
    from contracts.message import CHINA

    return (as_of or datetime.now(CHINA)).date()


def _run(
    make: Callable[[Gathering], Made],
    to: Path | None,
    lang: Lang,
    url: list[str] | None,
    token: str,
    house: Letterhead | None = None,
    purpose: Purpose = Purpose.duty,
) -> None:
    from services.documents.running import run

    urls, token = instance(url, token, "registry", "assignments", "compliance")
    raise typer.Exit(run(make, to, lang.value, urls, token, house, purpose.value))

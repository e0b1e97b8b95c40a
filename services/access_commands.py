"""`taizhang init` and `taizhang token`: the first grants, and a token for a program."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from services.options import Output, OutputOption, Urls, instance


def init(
    grants: Annotated[list[str], typer.Option("--grant", help="PRINCIPAL:ROLE[:UNIT or CADRE], several by repeating it")],
    url: Annotated[str | None, typer.Option("--url", help="the registry of another instance than that of this machine")] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="the file of that instance's signing key", envvar="TAIZHANG_TOKEN_SIGNING_KEY_FILE")
    ] = None,
    output: OutputOption = Output.table,
) -> None:
    """The first grants of a ledger, recorded in the role system, and the first password of each account, shown this once."""
    from services.local.init import run

    raise typer.Exit(run(grants, output.value, url, key))


def token(
    principal: Annotated[str, typer.Argument(help="in whose name")],
    until: Annotated[datetime, typer.Option("--until", formats=["%Y-%m-%d"], help="last day, at most 366 days from now")],
    client: Annotated[str | None, typer.Option("--client", help="what it is for")] = None,
    url: Urls = None,
    output: OutputOption = Output.table,
) -> None:
    """A token for a program, for HTTP and the bus, shown this once. Asks for the password, and for a new one if it is a first one."""
    from services.token_making import run

    urls, _ = instance(url, "", "registry")
    raise typer.Exit(run(principal, until.date(), client, urls["registry"], output.value))

"""What several commands take: the form of what is printed, the instance that is meant, a day."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer


class Output(StrEnum):
    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


OutputOption = Annotated[Output, typer.Option("-o", "--output", help="table, json, jsonl or csv")]
Urls = Annotated[list[str] | None, typer.Option("--url", help="SERVICE=URL of another instance, once for each service")]
Token = Annotated[str, typer.Option("--token", help="of that instance", envvar="TAIZHANG_TOKEN")]
Day = Annotated[datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="civil day in Asia/Shanghai; today when absent")]


def instance(url: list[str] | None, token: str, *services: str) -> tuple[dict[str, str], str]:
    """Of the options, else of what runs on this machine. Exit 5 when nothing runs, 2 when the options name too little."""
    from services.local.instance import find

    urls = dict(given.split("=", 1) for given in url or [] if "=" in given)
    if not url and (running := find()):
        urls, token = dict(running.urls), token or running.token
        typer.echo(f"台账 {running.data} · the instance in {running.data}", err=True)
    if not set(services) <= urls.keys():
        typer.echo("没有运行中的实例（先运行 taizhang up），或 --url 未写全", err=True)
        typer.echo("no running instance (start one with taizhang up), or --url lacks a service", err=True)
        raise typer.Exit(5 if not url else 2)
    return urls, token

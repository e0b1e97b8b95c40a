"""`taizhang import`: one command for each kind of workbook, and the questions that workbooks leave open. Imports wait until a
command needs them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.options import Output, OutputOption, Token, Urls, instance

if TYPE_CHECKING:
    from services.local.desk import Desk, Document
    from services.workbooks.reading import Kind

SERVICES = ("registry", "assignments", "compliance")
KINDS = {
    "units": "the list of units",
    "roster": "the roster of cadres who left leading posts",
    "attendance": "attendance sheets of a month",
    "leave": "the leave ledger",
    "duties": "the table of duties, tasks and outcomes",
    "training": "registers of talks and of training",
}


imports = typer.Typer(no_args_is_help=True, help="What a personnel office has: .xlsx, .xls and .csv.")


@imports.command()
def questions(output: OutputOption = Output.table) -> None:
    """What your imports left open: what cannot be read without asking a person."""
    from services.workbooks.printing import show_questions

    show_questions(_desk().questions(), output.value)


@imports.command()
def answer(
    question: Annotated[str | None, typer.Argument(help="its id")] = None,
    said: Annotated[str | None, typer.Argument(metavar="ANSWER", help="what `questions` says can be answered")] = None,
    alike: Annotated[bool, typer.Option("--alike", help="also to every question of the sheet that is the same about the same")] = False,
    returned: Annotated[Path | None, typer.Option("--from", help="a NAME_退回.xlsx with answers filled in")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="the workbook that asked, if it is elsewhere now")] = None,
    url: Urls = None,
    token: Token = "",
    output: OutputOption = Output.table,
) -> None:
    """Answer a question; what depended on it is recorded at once."""
    if (question is None or said is None) == (returned is None):
        raise typer.BadParameter("give a question and its answer, or --from a workbook with answers")
    raise typer.Exit(_answer(question, said, alike, returned, file, lambda: instance(url, token, *SERVICES), output.value))


def _importer(kind: Any) -> Callable[..., None]:
    def command(
        file: Annotated[Path, typer.Argument(help=".xlsx, .xls or .csv")],
        dry_run: Annotated[bool, typer.Option("--dry-run", help="read and tell, record nothing, write nothing")] = False,
        columns: Annotated[list[str] | None, typer.Option("--map", help="HEADING=MEANING; remembered for this layout")] = None,
        url: Urls = None,
        token: Token = "",
        output: OutputOption = Output.table,
    ) -> None:
        from services.workbooks.running import run

        needed = {"units": SERVICES[:1], "roster": SERVICES[:1], "training": ("registry", "compliance")}.get(kind, SERVICES[:2])
        urls, found = instance(url, token, *needed)
        raise typer.Exit(run(kind, file, dry_run, output.value, urls, found, columns or (), _desk()))

    return command


for _kind, _what in KINDS.items():
    imports.command(
        _kind, help=f"{_what.capitalize()}: good rows are recorded once, the others come back beside the file as NAME_退回.xlsx."
    )(_importer(_kind))


def _desk() -> Desk:
    from services.local.desk import Desk
    from services.local.instance import place

    return Desk(place().parent / "imports")


def _answer(
    question: str | None,
    said: str | None,
    alike: bool,
    returned: Path | None,
    file: Path | None,
    found: Callable[[], tuple[dict[str, str], str]],
    output: str,
) -> int:
    from services.workbooks.answering import BadAnswer, understood
    from services.workbooks.book import Unreadable
    from services.workbooks.identity import sha256
    from services.workbooks.importing import bytes_of
    from services.workbooks.running import NOT_FOUND, USAGE, run, say

    desk = _desk()
    try:
        given = {question: said} if question and said else _filled_in(returned)
        asked = {number: open_ for number in given if (open_ := desk.asking(number))}
        if not asked:
            return say(
                NOT_FOUND,
                "unknown-question",
                "没有这个待答问题；taizhang import questions 列出全部",
                "no such open question: taizhang import questions lists them",
            )
        answers: dict[str, dict[str, str]] = {}
        documents: dict[str, Document] = {}
        for number, (document, one) in asked.items():
            understood(one["code"], given[number])
            same = [q["id"] for q in document.asked if q["alike"] == one["alike"]] if alike else [number]
            answers.setdefault(document.document, {}).update(dict.fromkeys(same, given[number]))
            documents[document.document] = document
    except BadAnswer as wrong:
        return say(USAGE, "bad-answer", f"可以这样答：{wrong.zh}", f"what can be answered: {wrong.en}")
    except (Unreadable, OSError):
        return say(USAGE, "unreadable-file", "文件无法读取", "the file cannot be read")
    worst = 0
    for digest, document in documents.items():
        there = file or Path(document.file)
        if not there.is_file() or sha256(bytes_of(there)) != digest:
            worst = say(NOT_FOUND, "workbook-changed", f"{there} 已不在或已改动，请用 --file 指明原文件，或重新导入",
                        f"{there} is gone or was changed: name the original with --file, or import it anew")  # fmt: skip
            continue
        desk.answer(digest, answers[digest])
        kind: Kind = document.kind  # type: ignore[assignment]
        worst = max(worst, run(kind, there, False, output, *found(), (), desk))
    return worst


def _filled_in(returned: Path | None) -> dict[str, str]:
    from services.workbooks.book import open_book
    from services.workbooks.importing import bytes_of
    from services.workbooks.returned import answered

    return answered(open_book(bytes_of(returned))) if returned else {}

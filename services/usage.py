"""What somebody typed that the command line does not take: said in Chinese and English, with where to read on. Exit 2."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.exceptions import TyperException

KINDS = {
    "NoSuchOption": "没有这个选项",
    "MissingParameter": "缺少必需的参数或选项",
    "BadParameter": "参数或选项的值不可用",
    "BadOptionUsage": "选项的用法有误",
    "BadArgumentUsage": "参数的用法有误",
}
BY_WORDS = {"No such command": "没有这个命令", "Got unexpected extra argument": "多出了参数", "Missing command": "缺少子命令"}


def run(app: typer.Typer) -> None:
    """The program, ending with its exit code."""
    try:
        code: Any = app(standalone_mode=False)
    except TyperException as wrong:
        typer.echo(str(wrong) if type(wrong).__name__ == "NoArgsIsHelpError" else told(wrong), err=True)
        sys.exit(2)
    except typer.Abort:
        typer.echo("已中止 · aborted", err=True)
        sys.exit(1)
    sys.exit(code or 0)


def told(wrong: Exception) -> str:
    en = getattr(wrong, "format_message", lambda: str(wrong))()
    zh = KINDS.get(type(wrong).__name__) or next((zh for words, zh in BY_WORDS.items() if en.startswith(words)), "用法有误")
    path = getattr(getattr(wrong, "ctx", None), "command_path", "taizhang")
    return f"{zh}：{en}\n用法见 · how it is used: {path} --help"

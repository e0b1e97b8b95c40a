"""What the command line does not take is said in both languages, and ends with 2."""

from __future__ import annotations

import sys

import pytest

from services import cli


@pytest.mark.parametrize(
    ("typed", "zh", "en", "read_on"),
    [
        ("nonsense", "没有这个命令", "nonsense", "taizhang --help"),
        ("decide --foo", "没有这个选项", "--foo", "taizhang decide --help"),
        ("decide", "缺少必需的参数或选项", "logs", "taizhang decide --help"),
        ("decide x.jsonl --as-of nonsense", "值不可用", "'nonsense' does not match", "taizhang decide --help"),
        ("decide x.jsonl --cadre", "选项的用法有误", "requires an argument", "--help"),
        ("contract check extra", "多出了参数", "extra", "taizhang contract check --help"),
    ],
)
def test_typed_wrong(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, zh: str, en: str, read_on: str
) -> None:
    monkeypatch.setattr(sys, "argv", ["taizhang", *typed.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert zh in err and en in err and read_on in err


def test_what_is_typed_right_ends_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["taizhang", "--version"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().err) == (0, "")

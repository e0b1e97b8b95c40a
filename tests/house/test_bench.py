"""The form of bench/latest.json, and what `python -m bench` answers."""

import importlib
import json

import pytest

from bench import __main__ as bench
from bench.figures import Figure, as_json, as_table
from tests.house.tree import ROOT


def test_a_figure_is_written_in_the_published_form() -> None:
    figure = Figure.against("append-1x1", 1930.4, "events/s", 3848, peers={"stock": 482.6}, least=0.5)
    assert json.loads(as_json([figure])) == [
        {"name": "append-1x1", "value": 1930, "unit": "events/s", "limit": 3848, "ratio": 0.5017, "peers": {"stock": 4.0}}
    ]


def test_a_figure_without_limit_has_nulls() -> None:
    assert Figure("tests", 91.26, "s").row() == {"name": "tests", "value": 91.26, "unit": "s", "limit": None, "ratio": None, "peers": {}}


@pytest.mark.parametrize(("value", "kept"), [(50.0, True), (49.9, False)])
def test_a_promise_is_kept_at_its_bound(value: float, kept: bool) -> None:
    figure = Figure.against("x", value, "/s", 100, least=0.5)
    assert figure.kept is kept
    assert ("✔" if kept else "✘") in as_table([figure])


@pytest.mark.parametrize(("value", "kept"), [(15.0, True), (15.1, False)])
def test_a_delay_is_bounded_from_above(value: float, kept: bool) -> None:
    assert Figure.against("latency-p50", value, "ms", 15, most=1).kept is kept


def test_every_figure_is_measured_in_one_place() -> None:
    names = [name for module in bench.MODULES for name in importlib.import_module(module).FIGURES]
    assert len(names) == len(set(names))
    assert {"append-1x1", "append-10x1", "append-1x16", "relay", "project", "latency-p50", "latency-p99"} <= set(names)
    beside = {f"bench.{p.stem}" for p in (ROOT / "bench").glob("*.py") if "\nFIGURES" in p.read_text(encoding="utf-8")}
    assert beside == set(bench.MODULES), "a module that nobody runs"


def test_an_unknown_figure_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["no-such-figure"]) == 2
    assert "no-such-figure" in capsys.readouterr().err

"""A slice of the writers' campaign; `make faults` runs the whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults import writers

EVENTS = 3_000


def test_a_reader_that_counts_misses_nothing(database: str) -> None:
    seen = writers.ours(database, EVENTS, seed=1)
    assert seen.there >= EVENTS
    assert seen.conflicts > 50, "they never met"
    assert seen.cut > 3, "no connection was cut"
    assert seen.whole, seen


def test_the_same_reader_finds_the_losses_of_the_librarys_functions(fresh_databases: Callable[[], str]) -> None:
    """So that the test above can fail: without the lock that the functions leave out, the reader does miss facts."""
    missed = 0
    for seed in range(4):
        missed += writers.stock(fresh_databases(), EVENTS, seed).missed
        if missed:
            return
    pytest.fail("nothing was missed: this reader would not notice it")

"""A slice of `make fuzz`."""

from __future__ import annotations

from tests.fuzz.campaign import Tally, fuzz
from tests.http.conftest import APPS, KNOWN, District


def test_no_request_made_of_the_documents_breaks_them(district: District) -> None:
    tally = Tally()
    fuzz({name: str(getattr(district, name).base_url) for name in APPS}, KNOWN, 48, 7, tally, few=6)
    assert tally.wrong == []
    assert tally.passed > 30

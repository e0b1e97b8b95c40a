"""What the day of the next change leaves aside: no article may read it for its answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from contracts.message import Event, Fact, end_of_day
from services.compliance.law import Cadre, Common, change, in_force
from services.compliance.law.case import Case
from services.compliance.law.dossier import Dossier
from services.compliance.law.known import Known
from tests.scenarios.golden import questions

ASKED = [q for q in questions() if "unit" not in q.ask]


class Watched(Known):
    """Says which types were asked for."""

    read: set[type[Fact]]

    def of(self, kind: type[Fact], as_of: date) -> Sequence[tuple[Event, Fact]]:  # type: ignore[override]
        self.read.add(kind)
        return super().of(kind, as_of)


def reads() -> tuple[set[type[Fact]], set[type[Fact]]]:
    promotion, appraisal = set[type[Fact]](), set[type[Fact]]()
    for asked in ASKED:
        events = [Event.parse(line) for line in asked.lines]
        common, cadre = Common.of(events), Cadre.of(str(asked.ask.get("cadre", "C1")), events)
        known_at, law = end_of_day(asked.known_at), in_force.on(asked.as_of)
        for read in (promotion, appraisal):
            known = cadre.known(common, known_at)
            watched = Watched(known.events, known.gone)
            watched.read = read
            dossier = Dossier(cadre, common.at(asked.as_of, known_at), asked.as_of, known_at, watched)
            case = Case(dossier, law.scope(dossier))
            if read is promotion:
                law.promotion(case)
            else:
                law.appraisal(case, asked.year)
    return promotion, appraisal


@pytest.fixture(scope="module")
def read() -> tuple[set[type[Fact]], set[type[Fact]]]:
    return reads()


def test_the_promotion_reads_nothing_that_is_left_aside(read: tuple[set[type[Fact]], set[type[Fact]]]) -> None:
    assert len(read[0]) > 20
    assert not read[0] & (change.OF_FINDINGS | change.OF_APPRAISAL)


def test_the_appraisal_reads_nothing_that_is_left_aside(read: tuple[set[type[Fact]], set[type[Fact]]]) -> None:
    assert read[1] >= change.OF_APPRAISAL
    assert not read[1] & change.OF_FINDINGS

"""The law of a day: the functions of the versions in force, Measures and superior rules together."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from contracts.answers import Appraisal, Promotion
from contracts.codes import FINDINGS
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.case import Case
from services.compliance.law.dossier import Dossier
from services.compliance.law.findings import Detector, Inquiry, Raised
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.regulation import MEASURES
from services.compliance.law.runs import Crossing
from services.compliance.law.scope import Scope
from services.compliance.law.system import System
from services.compliance.law.versions import Detects, Version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Law:
    """What is in force on a day, Measures and superior rules together. `detectors` in the order of their codes."""

    scope: Callable[[Dossier], Scope]
    promotion: Callable[[Case], Promotion]
    appraisal: Callable[[Case, int], Appraisal]
    absence: Callable[[Case, int], Crossing | None]
    candidate: Callable[[System, str, int, Sequence[Raised]], Iterator[Raised]]
    detectors: tuple[Detects, ...]
    awaits: tuple[Detector, ...]

    @classmethod
    def of(cls, versions: Sequence[Version]) -> Law:
        return cls(
            _one(v.scope for v in versions),
            _one(v.promotion for v in versions),
            _one(v.appraisal for v in versions),
            _one(v.absence for v in versions),
            _one(v.candidate for v in versions),
            tuple(sorted((d for v in versions for d in v.detectors), key=lambda d: FINDINGS.index(d.codes[0]))),
            tuple(by for v in versions for by in v.awaits),
        )

    def detector(self, code: str) -> Detector:
        return next(d.by for d in self.detectors if code in d.codes)

    def raised(self, inquiry: Inquiry, found: dict[Detector, Sequence[Raised]], *, of_year_only: bool = False) -> Iterator[Raised]:
        """Every finding about one cadre, those that were made good included, and what is owed before it becomes one. `found`
        remembers what is the same for all years of one day."""
        known = inquiry.case.dossier.known.by_type.keys()
        for detects in self.detectors:
            if detects.rests_on and known.isdisjoint(detects.rests_on):
                continue
            if detects.of_a_year:
                yield from detects.by(inquiry)
            elif not of_year_only:
                if detects.by not in found:
                    found[detects.by] = tuple(detects.by(inquiry))
                yield from found[detects.by]


def _one(given: Iterable[T | None]) -> T:
    (found,) = (function for function in given if function is not None)
    return found


DAYS = tuple(sorted({day for day in (*MEASURES.days, *SUPERIOR.days) if day >= MEASURES_FROM}))
"""On which a text begins."""
LAWS = tuple(Law.of((*MEASURES.on(day), *SUPERIOR.on(day))) for day in DAYS)


def on(day: date) -> Law:
    """The law of a day. Before the Measures it is their first text that answers, and says that they are not yet in force."""
    return LAWS[max(bisect_right(DAYS, day), 1) - 1]

"""The law as dated text: an article has versions, a version has functions, and on each day exactly one version is in force. A
new text is a new function in a new version; nothing that was in force is ever changed or deleted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from contracts.answers import Appraisal, Promotion
from contracts.codes import Grade
from contracts.message import Fact
from services.compliance.law.case import Case
from services.compliance.law.dossier import Dossier
from services.compliance.law.findings import Detector, Raised
from services.compliance.law.grounds import Ground
from services.compliance.law.runs import Crossing
from services.compliance.law.scope import Scope
from services.compliance.law.system import System


@dataclass(frozen=True, slots=True)
class Detects:
    """A detector and the codes of the findings that it may raise. `of_a_year`: what it finds depends on the appraisal year asked
    about; all others find the same for every year. `rests_on`: without a fact of any of these types it finds nothing."""

    by: Detector
    codes: tuple[str, ...]
    of_a_year: bool = False
    rests_on: tuple[type[Fact], ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What one text of an article computes, from its first day until that of the next version."""

    first_day: date
    scope: Callable[[Dossier], Scope] | None = None
    promotion: Callable[[Case], Promotion] | None = None
    appraisal: Callable[[Case, int], Appraisal] | None = None
    absence: Callable[[Case, int], Crossing | None] | None = None
    """The long absence of a year."""
    candidate: Callable[[System, str, int, Sequence[Raised]], Iterator[Raised]] | None = None
    """The unit that may be named in a circular."""
    detectors: tuple[Detects, ...] = ()
    awaits: tuple[Detector, ...] = ()
    """What waits for somebody although no finding follows from it."""
    bars: tuple[Callable[[Case], Ground | None], ...] = ()
    no_grade: tuple[Callable[[Case, int, frozenset[str]], Ground | None], ...] = ()
    scale: Callable[[Case, int], tuple[Grade, ...]] | None = None
    excludes: tuple[Callable[[Case, int], frozenset[Grade]], ...] = ()
    """Grades that are not open although nothing caps."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article of the Measures, or of a superior rule, by the name that answers cite."""

    number: str
    zh: str
    en: str
    module: str | None
    versions: tuple[Version, ...]
    parameters: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    idle: tuple[str, str] | None = None
    """Why it obliges nobody and computes nothing, in Chinese and English."""
    uncited: tuple[str, str] | None = None
    """Why no answer of the scenarios cites it."""
    issued: date | None = None
    """From when a superior rule is in force by its own terms, where it is applied from another day."""

    def __post_init__(self) -> None:
        first_days = [v.first_day for v in self.versions]
        if not first_days or first_days != sorted(set(first_days)):
            raise ValueError(f"article {self.number}: versions in the order of their first days, each of its own")

    def on(self, day: date) -> Version | None:
        """The version in force; None before the first."""
        at = bisect_right(self.versions, day, key=lambda v: v.first_day)
        return self.versions[at - 1] if at else None


class Contents:
    """A table of articles, and what of it is in force on a day."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = tuple(articles)
        self.days: tuple[date, ...] = tuple(sorted({v.first_day for a in articles for v in a.versions}))
        """On which a version begins."""
        self._in_force = [tuple(v for a in articles if (v := a.on(day)) is not None) for day in self.days]

    def on(self, day: date) -> tuple[Version, ...]:
        """In the order of the table."""
        at = bisect_right(self.days, day)
        return self._in_force[at - 1] if at else ()

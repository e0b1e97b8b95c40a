"""One cadre as known at one instant, seen on any day: what the answers of several days and years share is worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.answers import Appraisal, Promotion
from services.compliance.law import in_force
from services.compliance.law.case import Case
from services.compliance.law.dossier import Cadre, Dossier
from services.compliance.law.findings import Detector, Inquiry, Raised
from services.compliance.law.known import Known
from services.compliance.law.system import Common


@dataclass(eq=False)
class Seen:
    """The cadre on one day. `ahead`: later days on which a finding begins or ends though nothing new is known, as far as the
    findings were asked for."""

    case: Case
    ahead: set[date] = field(default_factory=set)
    appraisals: dict[int, Appraisal] = field(default_factory=dict)
    found: dict[Detector, Sequence[Raised]] = field(default_factory=dict)
    promoted: Promotion | None = None

    def promotion(self) -> Promotion:
        if self.promoted is None:
            self.promoted = in_force.on(self.case.as_of).promotion(self.case)
        return self.promoted

    def appraisal(self, year: int) -> Appraisal:
        if year not in self.appraisals:
            self.appraisals[year] = in_force.on(self.case.as_of).appraisal(self.case, year)
        return self.appraisals[year]


@dataclass(eq=False)
class View:
    common: Common
    cadre: Cadre
    known_at: str
    _known: dict[str, Known] = field(default_factory=dict)
    _seen: dict[tuple[date, str], Seen] = field(default_factory=dict)

    def on(self, day: date, known_at: str = "") -> Seen:
        """As known at the view's own instant, or at another."""
        key = (day, known_at or self.known_at)
        if key not in self._seen:
            self._seen[key] = Seen(self._case(*key))
        return self._seen[key]

    def _case(self, day: date, known_at: str) -> Case:
        if known_at not in self._known:
            self._known[known_at] = self.cadre.known(self.common, known_at)
        dossier = Dossier(self.cadre, self.common.at(day, known_at), day, known_at, self._known[known_at])
        return Case(dossier, in_force.on(day).scope(dossier))

    def findings(self, day: date, year: int, *, of_year_only: bool = False) -> list[Raised]:
        """Those that were made good included; `of_year_only` leaves out what is the same for all years."""
        return [r for r in self.raised(day, year, of_year_only=of_year_only) if r.since <= day]

    def raised(self, day: date, year: int, *, of_year_only: bool = False) -> Iterator[Raised]:
        """The findings, and what will be one when its day has passed."""
        return in_force.on(day).raised(self.inquiry(day, year), self.on(day).found, of_year_only=of_year_only)

    def awaited(self, day: date) -> Iterator[Raised]:
        """What waits for somebody although no finding follows from it."""
        found = self.on(day).found
        for awaits in in_force.on(day).awaits:
            if awaits not in found:
                found[awaits] = tuple(awaits(self.inquiry(day, day.year)))
            yield from found[awaits]

    def inquiry(self, day: date, year: int) -> Inquiry:
        return Inquiry(
            self.on(day).case,
            year,
            lambda on, known_at: self.on(on, known_at).case,
            lambda case: self._of(case).promotion(),
            lambda case, of_year: self._of(case).appraisal(of_year),
            in_force.on(day).absence,
            self.on(day).ahead,
        )

    def _of(self, case: Case) -> Seen:
        return self.on(case.as_of, case.dossier.known_at)

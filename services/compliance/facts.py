"""Which facts a question reads: what is about no single cadre, and each cadre's own. Derived events are never facts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from contracts.message import Event
from contracts.registry import CadreRegistered, UnitRegistered
from services.compliance.law import Cadre, Common


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything read, divided once. `positions`: the last position of each service, as far as it was read."""

    common: Common
    cadres: dict[str, Cadre]
    _positions: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    @classmethod
    def divide(cls, events: Iterable[Event]) -> Facts:
        by_cadre: dict[str, list[Event]] = defaultdict(list)
        common: list[Event] = []
        positions: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for event in events:
            positions[event.service].append((event.recordedtime, event.sequence))
            if not event.data.DERIVED:
                cadre_id = getattr(event.data, "cadre_id", None)
                (by_cadre[cadre_id] if cadre_id else common).append(event)
        cadres = {i: Cadre(i, own) for i, own in sorted(by_cadre.items())}
        return cls(Common(common), cadres, {s: sorted(p) for s, p in sorted(positions.items())})

    def inputs(self, known_at: str) -> dict[str, int]:
        """The positions read from each service for a question about an instant."""
        return {s: max((p for t, p in read if t <= known_at), default=0) for s, read in self._positions.items()}

    def units(self) -> set[str]:
        """Every unit that was ever registered, or that a cadre belongs to."""
        registered = {e.data.unit_id for e in self.common.events if isinstance(e.data, UnitRegistered)}
        return registered | {e.data.unit_id for c in self.cadres.values() for e in c.events if isinstance(e.data, CadreRegistered)}

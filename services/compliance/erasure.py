"""Erasure and restriction of personal data. A fact that says "erased" must be true: as long as this service cannot destroy a key or
keep anybody from reading, it refuses to record that it did."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.compliance import EraseEvidence, ErasePersonalData, LiftRestriction, RestrictProcessing
from contracts.message import Fact
from services.kernel.past import Past
from services.kernel.refusal import refused


def refuse(c: EraseEvidence | ErasePersonalData | RestrictProcessing | LiftRestriction, past: Past) -> Sequence[Fact]:
    raise refused("erasure-not-available")

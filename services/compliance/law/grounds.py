"""What a superior rule says of a case, in one form for all of them: the articles that they prevail over make reasons of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contracts.answers import Reason
from services.compliance.law.policy import InForce
from services.compliance.law.reasons import reason


@dataclass(frozen=True, slots=True)
class Ground:
    """A code, the article of the superior rule, what it rests on, the counts that its sentence names, the number that decided."""

    code: str
    article: str
    evidence: tuple[str, ...]
    words: dict[str, Any]
    setting: InForce | None = None
    """A threshold; the sentence names it."""
    settings: Sequence[InForce] = ()

    def reason(self) -> Reason:
        if self.setting is None:
            return reason(self.code, self.article, self.evidence, self.settings, **self.words)
        settings = (self.setting, *self.settings)
        return reason(self.code, self.article, self.evidence, settings, **self.words, threshold=self.setting.threshold)

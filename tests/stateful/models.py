"""Every aggregate that has a plain model."""

from __future__ import annotations

from tests.stateful import assignments, compliance, law, leave, registry
from tests.stateful.machine import Model

MODELS: tuple[type[Model], ...] = (*registry.MODELS, *assignments.MODELS, *leave.MODELS, *compliance.MODELS, *law.MODELS)

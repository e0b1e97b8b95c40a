"""What compliance keeps of what people did, read back: the ladder, remedies, care, units, the law. Reasons and free text are not shown."""

from __future__ import annotations

from collections.abc import Sequence

from services.compliance.reads import care, discipline, remedies, rules, units
from services.kernel.resource import Resource

RESOURCES: Sequence[Resource] = (*care.RESOURCES, *discipline.RESOURCES, *remedies.RESOURCES, *units.RESOURCES, *rules.RESOURCES)

"""Whose act it is that a workbook tells of. The section enters it; where it is somebody else's, on their behalf."""

from __future__ import annotations

import re

from contracts.assignments import ApproveLeave
from contracts.message import Fact

_OWN = "section"


def on_behalf_of(command: Fact) -> str | None:
    """The role whose act it is, the first that the catalogue names; None for the section's own."""
    if isinstance(command, ApproveLeave) and command.level == "unit":
        return "branch"
    whose = re.split("[,;]", command.BY)[0].strip()
    return None if whose == _OWN else whose

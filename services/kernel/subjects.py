"""Whose facts a decision must see."""

from __future__ import annotations

from contracts.message import Fact


def concerned(command: Fact, *fields: str) -> tuple[str, ...]:
    """The subject of the command first: it guards the decision. Then what the fields name (an id, or several), and the
    command's own stream: there an id of its own shows whether somebody else already uses it."""
    found = [command.subject()]
    for field in fields:
        value = getattr(command, field, None)
        if isinstance(value, tuple):
            found += value
        elif value is not None:
            found.append(str(value))
    found.append(command.stream())
    return tuple(dict.fromkeys(found))

"""What a look at one thing found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "wrong", "down"]


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    state: State
    zh: str
    en: str

"""Which kinds of workbook there are."""

from __future__ import annotations

from typing import Literal, get_args

Kind = Literal["units", "roster", "attendance", "leave", "duties", "training"]
KINDS: tuple[Kind, ...] = get_args(Kind)

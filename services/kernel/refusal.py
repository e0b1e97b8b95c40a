"""A caller's mistake, or a state that does not allow what was asked: a stable code, and in Chinese and English what was
wrong and what to do next. Never a value that the caller sent: it may be somebody's name."""

from __future__ import annotations

from typing import Any

from services.kernel.refusals import TABLE


class Refused(Exception):
    """`zh`/`en` say what was wrong; `next_zh`/`next_en` what to do about it; `field` which field, when one is to blame;
    `now` how it is, where the facts do not allow it."""

    def __init__(
        self, code: str, zh: str, en: str, status: int = 409, *, next_zh: str = "", next_en: str = "", field: str | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.zh, self.en, self.status, self.field = code, zh, en, status, field
        self.next_zh, self.next_en = next_zh, next_en
        self.now: dict[str, Any] | None = None
        self.errors: list[dict[str, str]] = []
        """Where more than one thing is wrong: field, code, zh, en of each."""


def refused(code: str, field: str | None = None) -> Refused:
    """`raise refused("unknown-cadre")`: a refusal of the table. KeyError for a code that is not in it."""
    r = TABLE[code]
    return Refused(code, r.zh, r.en, r.status, next_zh=r.next_zh, next_en=r.next_en, field=field)

"""A service said no: its problem document as a program handles it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import orjson


class Problem(Exception):
    """A service said no, in both languages. `status` 0: no service answered at all."""

    def __init__(self, status: int, code: str, zh: str, en: str, detail: str = "", errors: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(f"{code}: {en}")
        self.status, self.code, self.zh, self.en, self.detail, self.errors = status, code, zh, en, detail, tuple(errors)

    @property
    def unavailable(self) -> bool:
        """It says nothing about what was asked; the same can be asked again later."""
        return self.status == 0 or self.status >= 500 or self.status == 429


def problem_of(response: httpx.Response) -> Problem:
    try:
        said = orjson.loads(response.content)
        title = str(said.get("title", response.reason_phrase))
        return Problem(
            response.status_code,
            str(said.get("code", response.status_code)),
            str(said.get("title_zh", title)),
            str(said.get("title_en", title)),
            str(said.get("detail", "")),
            said.get("errors", ()),
        )
    except (ValueError, AttributeError):
        return Problem(
            response.status_code, f"http-{response.status_code}", "服务返回了无法识别的答复", "the service gave no readable answer"
        )

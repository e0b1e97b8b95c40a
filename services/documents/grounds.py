"""Under which article a finding is raised, also where none of its kind is open any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.regulation import MEASURES


def grounds(findings: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """By code: the paragraph, as these findings cite it; else the article that detects it."""
    return by_article() | {f["code"]: f["article"] for f in findings}


@cache
def by_article() -> dict[str, str]:
    articles = [*MEASURES.articles, *SUPERIOR.articles]
    return {code: a.number for a in articles for v in a.versions for d in v.detectors for code in d.codes} | {"circular_candidate": "9"}

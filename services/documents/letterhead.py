"""In whose name documents go out and to whom: what differs from house to house."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.labels import Language, label
from services.documents.words import said


@dataclass(frozen=True, slots=True)
class Letterhead:
    """`committee` signs decisions and circulars, `section` explanations; `everybody` is whom a circular is addressed to."""

    committee: str
    section: str
    everybody: str

    @classmethod
    def of(cls, lang: Language, committee: str = "", section: str = "", everybody: str = "") -> Letterhead:
        """What is not given is called as the Measures call it."""
        return cls(
            committee or label("committee", lang, "role"),
            section or label("section", lang, "role"),
            everybody or said(lang, "各学校、幼儿园，机关各部门", "All schools and kindergartens, all departments"),
        )

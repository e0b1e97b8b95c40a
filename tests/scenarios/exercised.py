"""Which article each golden scenario exercises: by what the answers that are actually given cite.
`python -m tests.scenarios.exercised > docs/regulation.md` makes the page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from contracts.answers import Question
from contracts.message import Event, end_of_day
from services.compliance import law
from services.compliance.contents import markdown, row_of
from services.compliance.facts import Facts
from tests.scenarios.golden import Asked, questions


def citations(asked: Asked) -> Iterator[tuple[str, str]]:
    """(article of the table, code) of every reason and every finding."""
    facts = Facts.divide(Event.parse(line) for line in asked.lines)
    known_at = end_of_day(asked.known_at)
    if unit := asked.ask.get("unit"):
        yield from (
            (row_of(f.article).number, f.code)
            for f in law.unit_answer(facts.common, facts.cadres.values(), unit, asked.as_of, known_at, asked.year).findings
        )
        return
    cadre = asked.ask.get("cadre", "C1")
    question = Question(cadre_id=cadre, as_of=asked.as_of, known_at=known_at, year=asked.year)
    answer = law.answer(facts.common, facts.cadres[cadre], question, next_change=False)
    yield from ((row_of(r.article).number, r.code) for r in (*answer.promotion.reasons, *answer.appraisal.reasons))
    yield from ((row_of(f.article).number, f.code) for f in answer.findings)


def cited() -> dict[tuple[str, str], list[str]]:
    """The scenarios in the order of their file."""
    found: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for asked in questions():
        for citation in citations(asked):
            found[citation][asked.scenario] = None
    return {citation: list(ids) for citation, ids in found.items()}


if __name__ == "__main__":
    print(markdown(cited()), end="")

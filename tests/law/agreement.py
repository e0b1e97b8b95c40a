"""`make histories`: the law against the plain telling of it, on random histories. SEED= chooses them, N= how many,
JOBS= how many at once."""

from __future__ import annotations

import multiprocessing
import os
import secrets
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial

from contracts.answers import Finding, Question
from services.compliance import law
from services.compliance.law.view import View
from tests.law.plain_findings import PlainFinding
from tests.law.telling import History
from tests.law.told import Classified, answers_by_the_text, days_by_the_text, findings_by_the_text, told, whole

SHOWN = 5
"""Histories on which they disagree that are printed, made as short as they can be."""


def by_the_law(h: History) -> tuple[Classified, object]:
    """Days that were not simply worked: kind, amount, W, in scope. And the counts of the answer."""
    common, cadre = law.Common.of(h.events), law.Cadre.of("C1", h.events)
    case = View(common, cadre, h.known_at).on(h.as_of).case
    found = {
        date.fromordinal(day).isoformat(): (d.kind, d.amount, d.awol, case.scope.covers(day))
        for day, d in case.days.by_day.items()
        if not d.missing and d.kind != "worked"
    }
    question = Question(cadre_id="C1", as_of=h.as_of, known_at=h.known_at, year=h.year)
    return found, law.answer(common, cadre, question, findings=False, next_change=False).counts


def answers_differ(h: History) -> list[str]:
    """Sections 6 to 8: outcomes and codes, grades, readings, findings."""
    question = Question(cadre_id="C1", as_of=h.as_of, known_at=h.known_at, year=h.year)
    found = law.answer(law.Common.of(h.events), law.Cadre.of("C1", h.events), question, next_change=False)
    said = {
        "promotion": (found.promotion.outcome, *(r.code for r in found.promotion.reasons)),
        "appraisal": (found.appraisal.outcome, *(r.code for r in found.appraisal.reasons)),
        "grades": found.appraisal.allowed_grades,
        "readings": found.appraisal.readings,
    }
    differ = [f"{of}: the law says {said[of]}, the text {by}" for of, by in answers_by_the_text(h).items() if said[of] != by]
    by_the_law, by_the_text = {_told(f) for f in found.findings}, findings_by_the_text(h)
    only = [("law", f) for f in by_the_law - by_the_text] + [("text", f) for f in by_the_text - by_the_law]
    return differ + sorted(f"only the {whose} says {found}" for whose, found in only)


def _told(f: Finding) -> PlainFinding:
    also = f.office or (f.article if f.code == "superior_rule_advisory" else "")
    return PlainFinding(f.code, str(f.due_on or ""), f.accountable, f.unit_id or "", also)


def differences(h: History) -> list[str]:
    (law_days, law_counts), (text_days, text_counts) = by_the_law(h), days_by_the_text(h)
    found = [
        f"{day}: the law says {law_days.get(day)}, the text {text_days.get(day)}"
        for day in sorted(law_days.keys() | text_days.keys())
        if law_days.get(day) != text_days.get(day)
    ]
    return [*found, *([f"counts: the law says {law_counts!r}, the text {text_counts!r}"] if law_counts != text_counts else [])]


def shortest(h: History, by: Callable[[History], list[str]] = differences) -> History:
    """A part of the history on which they still disagree, from which nothing can be left out."""
    for event in h.events:
        if by(shorter := h.without(event)):
            return shortest(shorter, by)
    return h


def tried(seed: int, number: int) -> tuple[list[str], set[str], set[str]]:
    """What is wrong, as short as it can be; the kinds of days and the findings that were met."""
    h, w, said = told(seed, number), whole(seed, number), list[str]()
    for x, by in ((h, differences), (w, answers_differ)):
        if by(x):
            short = shortest(x, by)
            said += [f"history {number}:\n{short}", *(f"  wrong: {line}" for line in by(short))]
    met = {f.code for f in findings_by_the_text(w)}
    return said, {kind for kind, *_ in days_by_the_text(h)[0].values()}, met


def main() -> int:
    seed, n = int(os.environ.get("SEED") or secrets.randbelow(1_000_000)), int(os.environ.get("N") or 10_000)
    jobs = int(os.environ.get("JOBS") or min(2, os.cpu_count() or 1))
    print(f"seed {seed}", flush=True)
    failed, kinds, codes, began = 0, set[str](), set[str](), time.monotonic()
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        for done, (wrong, of_days, met) in enumerate(pool.imap(partial(tried, seed), range(n), chunksize=20), 1):
            failed += bool(wrong)
            if wrong and failed <= SHOWN:
                print(*wrong, sep="\n", flush=True)
            kinds |= of_days
            codes |= met
            if done % 1000 == 0:
                print(f"· {done} of {n}", flush=True)
    print(f"kinds of days met: {', '.join(sorted(kinds))}")
    print(f"findings met: {', '.join(sorted(codes))}")
    print(f"{n} histories in {time.monotonic() - began:.0f} s")
    print(f"{n - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

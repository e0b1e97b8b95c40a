"""The table of contents: on each day every article and every number has exactly one version in force, and it is the one that answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from contracts.codes import APPRAISAL_REASONS, FINDINGS, PROMOTION_REASONS, Grade
from services.compliance.law import in_force, numbers
from services.compliance.law.article_10 import SUPERIOR
from services.compliance.law.findings import Inquiry, Raised
from services.compliance.law.policy import MEASURES_FROM
from services.compliance.law.regulation import MEASURES
from services.compliance.law.versions import Article, Contents, Detects, Version
from tests.law.asking import ask, fact, findings

ARTICLES = (*MEASURES.articles, *SUPERIOR.articles)
LAW = Path(in_force.__file__).parent
ONE = timedelta(days=1)
FIRST_DAYS = sorted(
    {date(2014, 7, 1), date(2020, 7, 1), date(2022, 4, 7), date(2022, 9, 8), date(2023, 1, 12), date(2023, 11, 6)}
    | {v.first_day for a in ARTICLES for v in a.versions}
    | {a.issued for a in ARTICLES if a.issued}
    | {line.in_force_from for lines in numbers.numbers().values() for line in lines}
)
DAYS = [day + n * ONE for day in FIRST_DAYS for n in (-1, 0, 1)]


def covering(first_days: list[date], day: date) -> list[int]:
    """Which of the pieces, each until the next begins, the day lies in."""
    ends = [*(later - ONE for later in first_days[1:]), date.max]
    return [i for i, (first, last) in enumerate(zip(first_days, ends, strict=True)) if first <= day <= last]


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.number)
def test_an_article_has_one_version_on_each_day_from_its_first(article: Article) -> None:
    first_days = [v.first_day for v in article.versions]
    assert first_days == sorted(set(first_days))
    for day in DAYS:
        found = covering(first_days, day)
        assert len(found) == (day >= first_days[0])
        assert article.on(day) is (article.versions[found[0]] if found else None)


@pytest.mark.parametrize("name", sorted(numbers.numbers()))
def test_a_number_has_one_line_on_each_day_from_its_first(name: str) -> None:
    lines = numbers.numbers()[name]
    first_days = [line.in_force_from for line in lines]
    assert first_days == sorted(set(first_days))
    for day in DAYS:
        found = covering(first_days, day)
        assert len(found) == (day >= first_days[0])
        assert numbers.in_force(name, day) is (lines[found[0]] if found else None)


def test_the_measures_begin_on_their_first_day() -> None:
    assert MEASURES.days == (MEASURES_FROM,)
    assert [len(MEASURES.on(MEASURES_FROM + n * ONE)) for n in (-1, 0, 1)] == [0, len(MEASURES.articles), len(MEASURES.articles)]


def test_before_the_measures_the_answer_is_that_they_are_not_in_force() -> None:
    exited = fact("CadreExited", "2021-09-01", unit_id="U1", post="principal", reason="age", exited_on="2021-09-01", decision_no="X")
    facts = [fact("CadreRegistered", "2020-01-01", unit_id="U1", managed_by="committee", category="professional_technical"), exited]
    for day, outcome in (("2022-04-06", "out_of_scope"), ("2022-04-07", "undetermined"), ("2022-04-08", "undetermined")):
        assert ask(facts, day, fixture=None).promotion.outcome == outcome


def test_four_grades_from_the_year_of_the_rules_on() -> None:
    """The one text that has changed so far: the scale of the unit until the end of 2022."""
    three = fact("UnitRegistered", "2020-01-01", unit_id="U1", name="A", kind="school", appraisal_scale="three_grade")
    registered = fact("CadreRegistered", "2020-01-01", unit_id="U1", managed_by="committee", category="professional_technical")
    exited = fact("CadreExited", "2022-05-01", unit_id="U1", post="principal", reason="age", exited_on="2022-05-01", decision_no="X")

    def allowed(as_of: str, year: int) -> tuple[Grade, ...]:
        return ask([three, registered, exited], as_of, year=year, fixture=None).appraisal.allowed_grades

    assert [len(allowed(day, 2022)) for day in ("2022-12-31", "2023-01-11", "2023-01-12")] == [3, 3, 3]
    assert [len(allowed(day, 2023)) for day in ("2023-01-01", "2023-01-11", "2023-01-12")] == [4, 4, 4]


def _as_before(inquiry: Inquiry) -> Iterator[Raised]:
    yield from inquiry.act("training_gap", "6.2", "branch", inquiry.as_of, [])


def _anew(inquiry: Inquiry) -> Iterator[Raised]:
    yield from inquiry.act("training_gap", "6.2", "section", inquiry.as_of, [])


def test_a_new_text_answers_from_its_day_on() -> None:
    changed = date(2026, 7, 1)
    old, new = (Detects(by, ("training_gap",)) for by in (_as_before, _anew))
    article = Article("6", "六", "Six", None, (Version(MEASURES_FROM, detectors=(old,)), Version(changed, detectors=(new,))))
    other = Article("7", "七", "Seven", None, (Version(MEASURES_FROM),))
    contents = Contents((article, other))
    assert contents.days == (MEASURES_FROM, changed)
    for day, detects in ((changed - ONE, old), (changed, new), (changed + ONE, new), (MEASURES_FROM, old)):
        first, second = contents.on(day)
        assert first.detectors == (detects,)
        assert second is other.versions[0]
    assert contents.on(MEASURES_FROM - ONE) == ()


def test_two_texts_for_one_day_are_refused() -> None:
    later, first = Version(MEASURES_FROM + ONE), Version(MEASURES_FROM)
    for versions in ((later, first), (first, first), ()):
        with pytest.raises(ValueError, match="first days"):
            Article("6", "六", "Six", None, versions)


def test_what_is_in_force_is_asked() -> None:
    """Each day's law has every function once and every code of a finding about a cadre."""
    for day in DAYS:
        law = in_force.on(day)
        found = [code for d in law.detectors for code in d.codes]
        assert set(found) == set(FINDINGS) - {"circular_candidate"}
        assert [FINDINGS.index(d.codes[0]) for d in law.detectors] == sorted(FINDINGS.index(d.codes[0]) for d in law.detectors)
        assert law.detector("unit_connivance").__module__.endswith("article_04")


def test_a_code_is_found_by_one_article() -> None:
    of = Counter(code for a in ARTICLES for code in {c for v in a.versions for d in v.detectors for c in d.codes})
    assert {code for code, n in of.items() if n > 1} == {"superior_rule_advisory"}
    assert sum(len(a.versions[-1].detectors) for a in ARTICLES) == 31


def test_every_reason_rests_on_an_article() -> None:
    known = {code for codes in (*PROMOTION_REASONS.values(), *APPRAISAL_REASONS.values()) for code in codes}
    assert {code for a in ARTICLES for code in a.reasons} == known


def test_every_parameter_belongs_to_one_article() -> None:
    of = Counter(name for a in ARTICLES for name in a.parameters)
    assert set(of) == {name for name in numbers.numbers() if not name.startswith("privacy.")}
    assert set(of.values()) == {1}


def test_articles_are_numbered_and_have_their_modules() -> None:
    assert sorted({int(a.number.partition(".")[0]) for a in MEASURES.articles}) == list(range(1, 11))
    assert len({a.number for a in ARTICLES}) == len(ARTICLES)
    for a in ARTICLES:
        assert (a.module is None) == (a.idle is not None)
        assert a.module is None or import_module(f"services.compliance.law.{a.module}").__doc__
    used = {a.module for a in ARTICLES}
    assert {p.stem for pattern in ("article_*.py", "superior_*.py") for p in LAW.glob(pattern)} <= used


def test_rules_read_what_the_numbers_say_they_read() -> None:
    source = "\n".join(p.read_text("utf-8") for p in LAW.glob("*.py") if p.stem not in ("regulation", "article_10"))
    cited = re.compile(r"documented\([^)]*\)")
    assert {numbers.numbers()[n][0].use for call in cited.findall(source) for n in re.findall(r'"([^"]+)"', call)} == {"documents"}
    source = cited.sub("", source)
    said = set(re.findall(r'"((?:[a-z0-9_]+\.)+[a-z0-9_]+)"', source)) | {f"alert.dismissal.{k}" for k in ("consecutive", "cumulative")}
    assert 'f"alert.dismissal.{kind}"' in source
    for name, lines in numbers.numbers().items():
        assert (name in said) == (lines[0].use != "documents"), name


def test_no_finding_before_the_measures() -> None:
    assert findings(ask([], "2022-04-06", fixture="F0")) == set()


def test_a_law_has_one_function_for_each_question() -> None:
    for versions in ([*MEASURES.on(MEASURES_FROM), *MEASURES.on(MEASURES_FROM)], [Version(MEASURES_FROM)]):
        with pytest.raises(ValueError, match="to unpack"):
            in_force.Law.of(versions)

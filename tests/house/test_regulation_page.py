"""`docs/regulation.md` is what the law and the scenarios say it is, and leaves nothing out."""

import re

from services.compliance.contents import ROWS, markdown
from services.compliance.law.chosen import CHOSEN
from services.compliance.law.numbers import numbers
from tests.house.tree import ROOT
from tests.scenarios.exercised import cited
from tests.scenarios.golden import scenarios

PAGE = (ROOT / "docs" / "regulation.md").read_text("utf-8")
CITED = cited()


def test_the_page_is_up_to_date() -> None:
    assert markdown(CITED) == PAGE, "run .venv/bin/python -m tests.scenarios.exercised > docs/regulation.md"


def test_every_article_has_a_scenario_or_says_why_none() -> None:
    with_one = {article for article, _ in CITED}
    for number, article in ROWS.items():
        assert (number in with_one) == (article.idle is None and article.uncited is None), number


def test_what_answers_cite_is_what_the_table_says_rests_on_the_article() -> None:
    for article, code in CITED:
        row = ROWS[article]
        detected = {c for v in row.versions for d in v.detectors for c in d.codes}
        assert code in {*row.reasons, *detected, *(["circular_candidate"] if article == "9" else [])}, (article, code)


def test_every_article_module_and_parameter_is_on_the_page() -> None:
    for number, article in ROWS.items():
        section = PAGE[PAGE.index(f"{number} · {article.en} · {article.zh}") :].split("\n## ")[0].split("\n### ")[0]
        assert article.module is None or f"({'../services/compliance/law/' + article.module}.py)" in section
        for name in article.parameters:
            assert section.count(f"| `{name}` ") == len(numbers()[name])
    assert all(f"`{name}`" in PAGE for name in numbers())


def test_scenarios_that_are_named_are_there() -> None:
    named = {id_ for row in re.findall(r"^\| `[a-z_]+` \| .* \| ([GV0-9b, ]+) \|$", PAGE, re.MULTILINE) for id_ in row.split(", ")}
    assert len(named) > 50
    assert named <= set(scenarios())


def test_what_was_chosen_is_said() -> None:
    for articles, zh, en in CHOSEN:
        assert set(articles) <= set(ROWS)
        assert f"{en}. {zh}。" in PAGE

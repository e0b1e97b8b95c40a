"""The faults that are put into the law: one change each, and none where no answer could show it."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.mutants import mutants

LAW = '''
"""A docstring."""
LIMIT = 15


def over(days: list[int], kind: str = "awol") -> bool:
    """More than the limit."""
    if kind == "other" and not days:
        return False
    kept(days, kind)
    if len(MEMORY) > REMEMBERED:
        MEMORY.clear()
    pairs = zip(days, days, strict=True)
    words("5", "工作", "Duties", "code")
    return min(len(days), 99) > LIMIT
'''


def changes(tmp_path: Path) -> dict[tuple[str, str], str | None]:
    file = tmp_path / "law.py"
    file.write_text(LAW, encoding="utf-8")
    found = list(mutants(file, "services.compliance.law.law"))
    for mutant in found:
        compile(mutant.mutated(), "law.py", "exec")
    return {mutant.change: mutant.function for mutant in found}


def test_boundaries_conditions_constants_and_returns(tmp_path: Path) -> None:
    found = changes(tmp_path)
    last = "return min(len(days), 99) > LIMIT"
    assert found[last, last.replace(">", ">=")] == "over"
    assert found["min(len(days), 99)", "max(len(days), 99)"] == "over"
    assert ("min(len(days), 99) > LIMIT", "min(99, len(days)) > LIMIT") not in found, "it says the same"
    assert found["kept(days, kind)", "kept(kind, days)"] == "over"
    assert found[last, "return None"] == "over"
    assert found["kind == 'other' and (not days)", "kind == 'other' or not days"] == "over"
    assert found["kind == 'other' and (not days)", "kind == 'other' and days"] == "over"
    assert found["if kind == 'other' and (not days)", "if True"] == "over"
    assert found["return False", "return True"] == "over"


def test_what_stands_outside_functions_is_read_anew(tmp_path: Path) -> None:
    found = changes(tmp_path)
    assert found["LIMIT = 15", "LIMIT = 16"] is None
    assert found["'awol'", "'awol_'"] is None


def test_annotations_and_docstrings_are_left_alone(tmp_path: Path) -> None:
    assert not [c for c in changes(tmp_path) if "docstring" in c[0] or "More than" in c[0] or "list" in c[0] or c[0] == "bool"]


def test_what_is_said_to_people_and_what_is_only_remembered_is_left_alone(tmp_path: Path) -> None:
    found = {before for before, _ in changes(tmp_path)}
    assert not [b for b in found if "MEMORY" in b or b == "True"]
    said = [after for before, after in changes(tmp_path) if before.startswith("words(")]
    assert any("'5_'" in after for after in said) and any("'code_'" in after for after in said)
    assert not any("Duties_" in after for after in said)

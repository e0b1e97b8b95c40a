"""Answers for people: a line each, or one in full with its reasons."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from contracts.labels import label
from services.compliance.in_full import in_full

COLUMNS = ("id", "as_of", "year", "promotion", "promotion_reasons", "appraisal", "appraisal_reasons", "allowed_grades", "findings")


def row(answer: dict[str, Any]) -> dict[str, str]:
    found = {"id": answer.get("cadre_id") or answer["unit_id"], "as_of": answer["as_of"], "year": str(answer["year"])}
    for part in ("promotion", "appraisal"):
        if part in answer:
            found[part] = answer[part]["outcome"]
            found[f"{part}_reasons"] = " ".join(r["code"] for r in answer[part]["reasons"])
    if "appraisal" in answer:
        found["allowed_grades"] = " ".join(answer["appraisal"]["allowed_grades"])
    found["findings"] = " ".join(dict.fromkeys(f["code"] for f in answer["findings"]))
    return found


def written(answers: Iterable[bytes], output: str, *, single: bool) -> Iterator[str]:
    """Answers as JSON text, printed piece by piece. A table is held until its widths are known."""
    if output == "jsonl":
        yield from (answer.decode() + "\n" for answer in answers)
    elif output == "json":
        yield from _as_json(answers, single=single)
    elif output == "csv":
        yield from _as_csv(map(orjson.loads, answers))
    elif single:
        yield from ("\n".join(_in_full(orjson.loads(answer))) + "\n" for answer in answers)
    else:
        yield from _as_table([row(orjson.loads(answer)) for answer in answers])


def _as_json(answers: Iterable[bytes], *, single: bool) -> Iterator[str]:
    indented = (orjson.dumps(orjson.loads(answer), option=orjson.OPT_INDENT_2).decode() for answer in answers)
    if single:
        yield from (answer + "\n" for answer in indented)
        return
    between = "[\n  "
    for answer in indented:
        yield between + answer.replace("\n", "\n  ")
        between = ",\n  "
    yield "[]\n" if between.startswith("[") else "\n]\n"


def _as_csv(answers: Iterable[dict[str, Any]]) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for answer in answers:
        writer.writerow(row(answer))
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _as_table(rows: Sequence[dict[str, str]]) -> Iterator[str]:
    shown = ("id", "promotion", "promotion_reasons", "appraisal", "appraisal_reasons")
    widths = [max([len(name), *(len(r.get(name, "")) for r in rows)]) for name in shown]
    yield "  ".join(name.ljust(w) for name, w in zip(shown, widths, strict=True)) + "\n"
    for r in rows:
        yield "  ".join(r.get(name, "").ljust(w) for name, w in zip(shown, widths, strict=True)).rstrip() + "\n"


def _in_full(answer: dict[str, Any]) -> Iterator[str]:
    return in_full(answer) if "cadre_id" in answer else _of_unit(answer)


def _of_unit(answer: dict[str, Any]) -> Iterator[str]:
    yield f"{answer['unit_id']}  as of {answer['as_of']}  known at {answer['known_at']}  year {answer['year']}"
    if scorecard := answer.get("scorecard"):
        yield f"\n干部 cadres {scorecard['cadres']} · 通报 circular {scorecard['circular'] or '—'}"
        yield "举报 complaints: " + ", ".join(f"{k} {v}" for k, v in scorecard["complaints"].items())
        for code, tally in scorecard["by_code"].items():
            yield f"  {label(code, 'zh', 'finding')} {code}: " + ", ".join(f"{k} {v}" for k, v in tally.items())
    yield "\n事项 findings:"
    for finding in answer["findings"]:
        due = f"  due {finding['due_on']}" if finding["due_on"] else ""
        about = f"{finding['about']} " if finding.get("about") else ""
        who = f"{label(finding['accountable'], 'zh', 'accountable')} {finding['accountable']}"
        who += f" ({finding['office']})" if finding.get("office") else ""
        yield f"  {about}{finding['article']} {label(finding['code'], 'zh', 'finding')} {finding['code']}  {who} {finding['unit_id'] or '-'}{due}"

"""What the demo shows: what a workbook brought, everybody's answers, one answer explained in full."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.labels import label
from services.client import Client
from services.compliance.in_full import in_full
from services.workbooks.reading import Reading

PROMOTION = {"eligible": "[green]✔ 可考虑[/]", "ineligible": "[red]✘ 不得晋升[/]", "undetermined": "[yellow]… 待定[/]",
             "out_of_scope": "[dim]－ 不适用[/]"}  # fmt: skip
APPRAISAL = {"eligible": "[green]✔ 可评合格[/]", "ineligible": "[red]✘ 不得评合格[/]", "no_grade": "[magenta]○ 不定等次[/]",
             "undetermined": "[yellow]… 待定[/]", "not_applicable": "[dim]－ 不适用[/]"}  # fmt: skip
LEGEND = (
    "✔ 可列入考虑，并非应得 may be considered, never an entitlement · ✘ 不得 barred\n"
    "… 待定，有人欠一项手续 open, somebody owes an act · ○ 不定等次 no grade · － 不适用 not applicable"
)
SHOWN = 4


def console(stderr: bool = False) -> Console:
    """At least as wide as the table, so that a narrow terminal wraps and nothing is cut in a file."""
    plain = Console(stderr=stderr, highlight=False)
    return plain if plain.is_terminal else Console(stderr=stderr, highlight=False, width=124)


def show_import(summary: Reading) -> None:
    """Refused rows with their reasons; questions are counted, they wait for a person."""
    for wrong in summary.rejected[:SHOWN]:
        print(f"         {wrong.sheet} 第 {wrong.row} 行：{wrong.zh} · {wrong.en}", file=sys.stderr)
    if (more := len(summary.rejected) - SHOWN) > 0:
        print(f"         …… 另有 {more} 行 · and {more} more", file=sys.stderr)
    for question in summary.questions[:1]:
        print(f"         问 {question.sheet} 第 {question.row} 行：{question.zh} · {question.en}", file=sys.stderr)


def show_table(client: Client) -> None:
    cadres = sorted(client.items("registry", "/cadres"), key=lambda c: (c["unit_id"], c["cadre_id"]))
    units = {u["unit_id"]: u.get("name", u["unit_id"]) for u in client.items("registry", "/units")}
    answers = {about: {a["cadre_id"]: a for a in client.answers(**({"year": about} if about else {}))} for about in (0, 2024, 2025)}
    table = Table(
        title="全部干部 · all cadres", title_style="bold", title_justify="left", header_style="bold underline", box=None, pad_edge=False
    )
    # no box: its lines are one column wide in some fonts and two in others
    for head in ("干部 cadre", "单位 unit", "晋升 promotion", "理由 reason", "2024 考核", "2025 考核"):
        table.add_column(head, no_wrap=True)
    for cadre in cadres:
        p, *years = (answers[about].get(cadre["cadre_id"]) for about in (0, 2024, 2025))
        reason = label(p["codes"][0], "zh", "promotion_reason") if p and p["codes"] else ""
        table.add_row(
            escape(f"{cadre.get('name') or cadre['cadre_id']}"),
            escape(units.get(cadre["unit_id"], "")),
            _mark(p, PROMOTION),
            escape(reason),
            *(_mark(y, APPRAISAL) for y in years),
        )
    out = console()
    out.print(table)
    counted = {o: sum(1 for a in answers[0].values() if a["outcome"] == o) for o in PROMOTION}
    out.print(f"共 {len(cadres)} 人 · {len(cadres)} cadres：" + "，".join(f"{PROMOTION[o]} {n}" for o, n in counted.items() if n))
    out.print(LEGEND, style="dim")


def travel(client: Client, cadre_id: str, days: Sequence[date]) -> None:
    """One cadre on several days, each as known then: what a correction changes, and what it never does."""
    out = console()
    out.print(f"\n[bold]同一个人，当时所知 · the same person, as known then[/]  ({cadre_id})")
    for day in days:
        a = client.get("compliance", f"/cadres/{cadre_id}/answer", {"as_of": day.isoformat(), "known_at": day.isoformat(), "year": 2024})
        p, g = a["promotion"], a["appraisal"]
        out.print(f"  {day}  晋升 {PROMOTION[p['outcome']]} {escape(p['reasons'][0]['zh'])}")
        out.print(f"              2024 考核 {APPRAISAL[g['outcome']]} {escape(g['reasons'][0]['zh'])}")


def explain(client: Client, cadre_id: str) -> None:
    """Everything that an answer says, with what would change it."""
    answer = client.get("compliance", f"/cadres/{cadre_id}/answer", {"explain": "true"})
    facts = {f["id"]: _fact(f) for f in client.items("compliance", f"/cadres/{cadre_id}/facts")}
    out = console()
    out.print("\n[bold]一个结论，逐项说明 · one answer, explained[/]")
    for line in in_full(answer, facts):
        out.print(escape(line))


def _fact(fact: Mapping[str, Any]) -> str:
    return f"{label(fact['type'].split('.')[2], 'zh')}，{fact['time'][:10]} 起效，{fact['recordedtime'][:10]} 记录"


def _mark(answer: dict[str, Any] | None, marks: Mapping[str, str]) -> str:
    return marks[answer["outcome"]] if answer else ""

"""What a reminder says: the to-dos of one recipient on one day, the overdue ones first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode

from contracts.labels import label
from services.compliance.in_full import article
from services.compliance.todos import SETTLES, Owed

Stage = Literal["overdue", "due_soon", "new"]
STAGES: tuple[Stage, ...] = ("overdue", "due_soon", "new")
WORDS: dict[Stage, tuple[str, str]] = {"overdue": ("逾期", "Overdue"), "due_soon": ("即将到期", "Due soon"), "new": ("新增", "New")}
LISTED = 100
"""To-dos in a message; the rest are counted."""


def stage(due_on: date | None, today: date, soon: int) -> Stage:
    """`soon`: days before the due day from which on it is near."""
    if due_on is None or due_on > today + timedelta(days=soon):
        return "new"
    return "overdue" if due_on < today else "due_soon"


def counts(staged: Sequence[tuple[Stage, Owed]]) -> dict[str, int]:
    return {name: sum(s == name for s, _ in staged) for name in STAGES}


def subject(staged: Sequence[tuple[Stage, Owed]]) -> str:
    n, late = len(staged), counts(staged)["overdue"]
    return f"台账待办 {n} 项，逾期 {late} 项 · Taizhang: {n} to do, {late} overdue"


def body(staged: Sequence[tuple[Stage, Owed]], today: date, link: str) -> str:
    """`link`: where the service answers; none leaves the addresses out."""
    lines, left = [f"台账待办（{today}） · To be done, as of {today}"], LISTED
    for name in STAGES:
        of_stage = sorted((one for s, one in staged if s == name), key=lambda one: one.order)
        if of_stage:
            zh, en = WORDS[name]
            lines += ["", f"【{zh} {en}】{len(of_stage)}"]
            lines += [line for one in of_stage[:left] for line in _lines(one)]
            left -= min(left, len(of_stage))
    if len(staged) > LISTED:
        lines.append(f"\n……另有 {len(staged) - LISTED} 项 · {len(staged) - LISTED} more")
    if link:
        lines += ["", "全部待办 all of them:", *(f"{link.rstrip('/')}/todos?{urlencode(asked)}" for asked in _filters(staged))]
    return "\n".join(lines) + "\n"


def _filters(staged: Sequence[tuple[Stage, Owed]]) -> list[dict[str, str]]:
    """By role; by its unit where it is all of one."""
    units: dict[str, set[str | None]] = {}
    for _, one in staged:
        units.setdefault(one.role, set()).add(one.unit)
    alone = {role: next(iter(of)) for role, of in units.items() if len(of) == 1}
    return [{"role": role} | ({"unit": unit} if (unit := alone.get(role)) else {}) for role in sorted(units)]


def _lines(one: Owed) -> list[str]:
    due = f"期限 due {one.due_on}" if one.due_on else "制度未定期限 no day is set"
    where = " · ".join(part for part in (one.about, one.unit) if part)
    settles = " | ".join(f"{s.service}/{s.command}" for s in SETTLES[one.code])
    return [
        f"- {due} · {where} · {article(one.article)} · {one.code}",
        f"  {label(one.code, 'zh', 'todo')} {label(one.code, 'en', 'todo')}",
        f"  → {settles}",
    ]

"""What is on record and does not stand in the way: an answer that lets somebody pass says why it does not count against him, and
cites it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from contracts.answers import Reason
from contracts.message import Event
from services.compliance.law.case import Case
from services.compliance.law.days import UNSETTLED
from services.compliance.law.leaves import Leave
from services.compliance.law.numbers import in_force
from services.compliance.law.policy import InForce
from services.compliance.law.reasons import in_words, plain, reason
from services.compliance.law.runs import Crossing
from services.compliance.law.superior_appraisal_2023 import LEAVE_SHARE, days_on_leave
from services.compliance.law.wording import counting, span


@dataclass
class Considered:
    case: Case
    clauses: list[tuple[str, str]] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    settings: list[InForce] = field(default_factory=list)

    def note(self, zh: str, en: str, evidence: Iterable[str], settings: Iterable[InForce] = ()) -> None:
        self.clauses.append((zh, en))
        self.evidence += evidence
        self.settings += settings

    def reason(self, code: str, article: str, *settings: InForce) -> Reason:
        named = {s.name: s for s in (*settings, *self.settings)}
        return reason(code, article, self.evidence, tuple(named.values()), clauses=self.clauses)

    def below(self, counted: Sequence[tuple[int, float]], thresholds: Sequence[InForce]) -> None:
        """Unexcused days that are not long."""
        if not counted:
            return
        (run, run_en), (all_, all_en) = (in_words(s.threshold) for s in thresholds)
        days = plain(sum(amount for _, amount in counted))
        zh = f"未经批准缺勤{days}个工作日，未到长期的界限（连续{run}，累计{all_}）"
        en = f"absent without leave for {days} working days, which is not long (in a run {run_en}, in all {all_en})"
        self.note(zh, en, self.case.evidence([day for day, _ in counted]), thresholds)

    def restored(self, determination: Event, long: Crossing | None) -> None:
        """A determination, and the long absence that barred until then."""
        on = determination.time
        if long is None:
            self.note(f"{on}已认定能正常履职", f"determined on {on} as able to perform normally", [determination.id])
            return
        evidence = [*self.case.evidence(long.days), determination.id]
        zh, en = span(long.days)
        duration = self.case.setting("art7.bar_duration")
        self.note(
            f"此前未经批准缺勤{plain(long.total)}个工作日（{zh}），{on}的认定已使其了结",
            f"an absence without leave of {plain(long.total)} working days before ({en}) was settled by the determination of {on}",
            evidence,
            [long.setting, duration],
        )

    def returned(self, leave: Leave, first: date, on: date) -> None:
        zh, en = f"{first}起的请假已于{on}确认销假", f"the return from the leave since {first} was confirmed for {on}"
        self.note(zh, en, leave.ids(*leave.facts), self.case.documented("art7.impairment_presumption"))

    def protected(self, leave: Leave, first: date) -> None:
        zh, en = f"{first}起的产假或工伤假不影响晋升", f"the leave since {first} for maternity or work injury does not bar"
        self.note(zh, en, leave.ids(*leave.facts), [self.case.setting("art7.protected_leave_types")])

    def open(self, first: int, last: int) -> None:
        """Unsettled days that would make no difference however they were settled."""
        days = {day: d for day, d in self.case.in_scope.items() if first <= day <= last and d.kind in UNSETTLED and not d.missing}
        if days:
            n = plain(sum(d.amount for d in days.values()))
            zh = f"另有{n}个工作日尚未了结，无论如何认定结论都一样"
            en = f"{n} working days are not settled, and however they were it would be the same"
            leaves = {d.leave.id: d.leave for d in days.values() if d.leave is not None}
            self.note(zh, en, [*self.case.evidence(list(days)), *(i for x in leaves.values() for i in x.ids(*x.facts))])

    def done(self, long: Crossing, year: int, tasks: Sequence[str]) -> None:
        """A long absence that the tasks of the year rebut."""
        zh, en = span(long.days)
        self.note(
            f"未经批准缺勤{plain(long.total)}个工作日（{zh}），但{year}年度的工作任务均已完成或非本人原因未完成",
            f"absent without leave for {plain(long.total)} working days ({en}), but every task of {year} is completed or not attributable",
            [*self.case.evidence(long.days), *tasks],
            [long.setting, *counting(self.case, long, year)],
        )

    def long_alone(self, long: Crossing, year: int) -> None:
        """A long absence where the reading in force asks for more."""
        zh, en = span(long.days)
        self.note(
            f"未经批准缺勤{plain(long.total)}个工作日（{zh}），但没有未完成任务的记录，现行理解要求二者兼有",
            f"absent without leave for {plain(long.total)} working days ({en}), but no task is recorded as not completed, and the reading in "
            "force asks for both",
            self.case.evidence(long.days),
            [long.setting, *counting(self.case, long, year)],
        )

    def failed(self, tasks: Sequence[str]) -> None:
        zh = "有任务未完成，但没有长期缺勤，现行理解要求二者兼有"
        self.note(zh, "a task was not completed, but there is no long absence, and the reading in force asks for both", tasks)

    def on_leave(self, year: int, first: int, last: int) -> None:
        """Approved leave that is not more than half of the year."""
        days = days_on_leave(self.case, first, last)
        if days and in_force(LEAVE_SHARE, date(year, 12, 31)) is not None:
            share = self.case.setting_of_year(LEAVE_SHARE, year)
            leaves = {leave.id: leave for leave in days.values()}
            (zh, en), n = in_words(share.threshold), len(days)
            self.note(
                f"经批准请假{n}个工作日，未到不确定等次的界限（{zh}）",
                f"on approved leave for {n} working days, which still leaves a grade (none for {en})",
                [i for x in leaves.values() for i in x.ids(*x.facts)],
                [share],
            )

    def warned(self, warnings: Sequence[str]) -> None:
        if warnings:
            self.note("受警告处分的年度不得评为优秀", "in the year of a warning the grade cannot be excellent", warnings)

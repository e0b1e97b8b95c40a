"""Questions and answers (CONTRACT 2). An answer is a pure function of the facts that count for its question."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from contracts.codes import Grade, Offices
from contracts.message import Id, Part, Value

PromotionOutcome = Literal["eligible", "ineligible", "undetermined", "out_of_scope"]
AppraisalOutcome = Literal["eligible", "ineligible", "no_grade", "undetermined", "not_applicable"]
Accountable = Literal["cadre", "branch", "unit_head", "section", "committee", "appraisal_body", "unit"]
Reading = Literal["R1", "R2", "R3", "R4"]
ActCode = Literal[
    "rescind_absence", "decide_leave", "confirm_return", "serve_notice", "record_task_outcome", "characterise_absence",
    "determine_performance", "revise_grade", "assign_duty",
]  # fmt: skip
"""The acts that an explanation tries; the list is closed."""
Effect = Literal["better", "mixed", "worse"]
Mark = Literal["text", "superior", "excerpt", "provisional", "chosen", "policy", "interpretation"]
"""What a number rests on: the text of the Measures, a superior rule, an excerpt of one; a policy parameter that is not in the
Measures, by analogy for the time being or chosen; a policy that was published, an interpretation that was issued."""


class Parameter(Part):
    """A number that decided: its value with operator and unit, the policy that gave it, and where it comes from."""

    name: str
    value: Value
    policy: str
    source: str
    mark: Mark | None = None


class Reason(Part):
    """`article` is article.paragraph of the Measures ("8.2") or a superior rule by its short name ("2023-41")."""

    code: str
    article: str
    zh: str
    en: str
    evidence: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    owed_by: Accountable | None = None


class Promotion(Part):
    outcome: PromotionOutcome
    reasons: tuple[Reason, ...]
    next_change_on: date | None = None


class Appraisal(Part):
    outcome: AppraisalOutcome
    allowed_grades: tuple[Grade, ...]
    provisional: bool
    reasons: tuple[Reason, ...]
    readings: dict[Reading, AppraisalOutcome]
    reading_sensitive: bool
    under_review: bool = False
    next_change_on: date | None = None


class Finding(Part):
    code: str
    article: str
    accountable: Accountable
    unit_id: Id | None = None
    due_on: date | None = None
    evidence: tuple[str, ...] = ()
    about: Id | None = None
    """The cadre or unit that it is about."""
    office: Offices | None = None
    """Which head of the unit answers for it; `both` where one person holds both offices."""


class Settles(Part):
    """A command that settles what is due, and the service that takes it."""

    command: str
    service: str


class Todo(Part):
    """What is due, until when, under which article, and what settles it. `code`: of the finding that it becomes or is, else of what
    waits and never becomes one. `due_on` is none where neither the Measures nor a policy name a day."""

    id: Id
    code: str
    article: str
    about: Id
    """The cadre or unit that it is about; a calendar by its year, a proposal."""
    unit_id: Id | None = None
    accountable: Accountable
    office: Offices | None = None
    since_on: date
    due_on: date | None = None
    overdue: bool
    settles: tuple[Settles, ...]
    evidence: tuple[str, ...] = ()
    zh: str
    en: str


class Counts(Part):
    """Working days, with fractions; `longest_unexcused_run` is the full length of the longest run with a day in the year."""

    unexcused_workdays: float
    longest_unexcused_run: int
    pending_workdays: float
    leave_workdays: float
    year_workdays: int | None


class Question(Part):
    """`known_at` is an instant as `recordedtime` is written: facts recorded later do not count."""

    cadre_id: Id
    as_of: date
    known_at: str
    year: int


class Supposed(Part):
    """A fact as it would be recorded, for whoever wants to compute the answer again: its type, the day from which it would be
    true, its data."""

    type: str
    time: date
    data: dict[str, Any]


class Act(Part):
    """Something that people could do on the day of the question. `object`: the id that it is about; none for a determination, a
    grade (`year`), a duty that has no id yet."""

    act: ActCode
    object: Id | None = None
    year: int | None = None
    by: Accountable
    countersigned_by: Accountable | None = None
    article: str
    zh: str
    en: str
    facts: tuple[Supposed, ...]


class Change(Part):
    """Acts that together, and not without one another, would give another answer; and that answer. `breaches`: codes of findings
    that these acts themselves would raise."""

    acts: tuple[Act, ...]
    effect: Effect
    """For the cadre, of promotion and of the appraisal together."""
    promotion: PromotionOutcome
    promotion_codes: tuple[str, ...]
    appraisal: AppraisalOutcome
    appraisal_codes: tuple[str, ...]
    allowed_grades: tuple[Grade, ...]
    breaches: tuple[str, ...] = ()


class NotTried(Part):
    """What was left out because there is so much of it: objects of an act, or pairs of acts (`act` is none)."""

    act: ActCode | None = None
    left_out: int


class WouldChange(Part):
    """What would change the answer, each found by asking the same question with the facts of the acts added. `tried`: how many
    such questions were asked."""

    changes: tuple[Change, ...]
    tried: int
    not_tried: tuple[NotTried, ...] = ()


class Answer(Part):
    cadre_id: Id
    as_of: date
    known_at: str
    year: int
    promotion: Promotion
    appraisal: Appraisal
    findings: tuple[Finding, ...]
    counts: Counts
    policy: tuple[str, ...]
    calendars: tuple[str, ...]
    inputs: dict[str, int] = Field(default_factory=dict)
    uncertain_since: int | None = None
    would_change: WouldChange | None = None
    """Only when it was asked for."""


class Raising(Part):
    """`raised`: how often in the year; `open`: how many of them nobody has made good."""

    raised: int
    open: int


class Complaints(Part):
    """Received in the year; of them substantiated, and from how many sources."""

    received: int
    substantiated: int
    sources: int


class Scorecard(Part):
    """What a unit has to show for a year. `cadres`: those in scope on the day; `circular`: the number of one that stands."""

    cadres: int
    by_code: dict[str, Raising]
    complaints: Complaints
    circular: str | None = None


class UnitAnswer(Part):
    unit_id: Id
    as_of: date
    known_at: str
    year: int
    findings: tuple[Finding, ...]
    scorecard: Scorecard

"""The law: answers as a pure function of facts. No I/O, no clock, no randomness; the order of the facts never matters.

    common = Common.of(events)                    # facts about no single cadre; prepared once, shared by all
    cadre = Cadre.of("C0001", events)             # the cadre's own facts, prepared once, asked many times
    answer(common, cadre, question) -> Answer     # `cadre` may also be the plain sequence of events
    answers(common, cadre, as_of, known_at, years) -> dict[int, Answer]           # several years at once
    unit_answer(common, cadres, unit_id, as_of, known_at, year) -> UnitAnswer     # cadres: Iterable[Cadre]
    would_change(common, cadre, answer) -> WouldChange                    # the acts that would give another answer
    years_in_scope(common, cadre, as_of, known_at) -> tuple[int, ...]     # years for which an answer is published
    outlook(common, cadre, as_of, known_at, published) -> Outlook         # all that is published about a cadre, and until when
    owed(common, cadre, as_of, known_at) -> Sequence[Raised]              # what somebody owes about a cadre, overdue or not
    unit_owed(common, unit_id, as_of, known_at, findings)                 # and about a unit itself
    calendars_owed(common, as_of, known_at) -> Sequence[int]              # and about nobody: years without calendar
    unit_outlook(common, cadres, unit_id, as_of, known_at)                # the findings about a unit itself, and until when

Both constructors take any events and keep what is theirs; `.extended(events)` gives a new one with more facts.
`known_at` is an instant as `recordedtime` is written (`contracts.message.end_of_day` makes one of a civil day).
`findings=False` leaves the findings out, `next_change=False` the day of the next change; `inputs` is handed through.
"""

from services.compliance.law.answering import answer, answers, unit_answer, years_in_scope
from services.compliance.law.dossier import Cadre
from services.compliance.law.explaining import would_change
from services.compliance.law.outlook import NOTICE_FROM, Outlook, calendars_owed, outlook, owed, unit_outlook, unit_owed
from services.compliance.law.system import Common

__all__ = [
    "NOTICE_FROM", "Cadre", "Common", "Outlook", "answer", "answers", "calendars_owed", "outlook", "owed", "unit_answer", "unit_outlook", "unit_owed",
    "would_change", "years_in_scope",
]  # fmt: skip

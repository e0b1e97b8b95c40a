"""Talks, training, determinations of performance and grades: many stand in the stream of one cadre, each named by the fact that began
it."""

from __future__ import annotations

from datetime import date

from contracts.compliance import (
    ExitTalkHeld,
    GradeConfirmed,
    GradeRevised,
    PerformanceDetermined,
    ThoughtExchangeHeld,
    TrainingAttended,
    UnitTalkHeld,
)
from contracts.message import Event, Fact
from services.compliance.reads.belonging import unit_of, written
from services.kernel.pages import cited
from services.kernel.past import Past
from services.kernel.resource import Item, Resource
from services.kernel.shapes import CITED, DAY, EVENT, ID, maybe, of, one_of, said

TALKS: dict[type[Fact], str] = {ExitTalkHeld: "exit_talk", UnitTalkHeld: "unit_talk", ThoughtExchangeHeld: "thought_exchange"}
OFFICE = of(UnitTalkHeld)["by_office"]
TALK = {"talk": CITED, "kind": one_of(*TALKS.values()), "cadre_id": ID, "unit_id": maybe(ID), "by_office": maybe(OFFICE), "held_on": DAY}
TRAINING = {"training": CITED, **of(TrainingAttended), "unit_id": maybe(ID)}
DETERMINATION = {"determination": CITED, **of(PerformanceDetermined), "unit_id": maybe(ID), "state": one_of("standing", "replaced")}
GRADE = {
    "confirmation": CITED, **of(GradeConfirmed), "confirmed_grade": of(GradeConfirmed)["grade"], "revised_on": maybe(DAY),
    "revision": maybe(EVENT), "unit_id": maybe(ID), "state": one_of("confirmed", "revised"),
}  # fmt: skip


def talk(first: Event, past: Past, on: date) -> Item | None:
    held = first.data
    if first.id in past.retracted or not isinstance(held, ExitTalkHeld | UnitTalkHeld | ThoughtExchangeHeld):
        return None
    own = (None, None) if isinstance(held, ExitTalkHeld) else (held.unit_id, held.by_office)
    return {
        "talk": cited(first),
        "kind": TALKS[type(held)],
        "cadre_id": held.cadre_id,
        "unit_id": own[0] or unit_of(past, held.cadre_id, on),
        "by_office": own[1],
        "held_on": written(held.held_on),
    }


def training(first: Event, past: Past, on: date) -> Item | None:
    if first.id in past.retracted or not isinstance(first.data, TrainingAttended):
        return None
    return {"training": cited(first), **said(first.data), "unit_id": unit_of(past, first.data.cadre_id, on)}


def determination(first: Event, past: Past, on: date) -> Item | None:
    found = first.data
    if first.id in past.retracted or not isinstance(found, PerformanceDetermined):
        return None
    every = past.all(PerformanceDetermined, cadre_id=found.cadre_id)
    last = max(enumerate(every), key=lambda pair: (pair[1].from_, pair[0]))[1]
    state = "standing" if last is found else "replaced"
    return {"determination": cited(first), **said(found), "unit_id": unit_of(past, found.cadre_id, on), "state": state}


def grade(first: Event, past: Past, on: date) -> Item | None:
    """Of a year: as confirmed, and as revised last."""
    found = first.data
    if first.id in past.retracted or not isinstance(found, GradeConfirmed):
        return None
    revisions = [e for e in past.events if isinstance(e.data, GradeRevised) and e.data.year == found.year and e.id not in past.retracted]
    revised = revisions[-1].data if revisions else None
    return {
        "confirmation": cited(first),
        **said(found),
        "grade": revised.grade if isinstance(revised, GradeRevised) else found.grade,
        "confirmed_grade": found.grade,
        "revised_on": written(revised.revised_on) if isinstance(revised, GradeRevised) else None,
        "revision": revisions[-1].id if revisions else None,
        "unit_id": unit_of(past, found.cadre_id, on),
        "state": "revised" if revisions else "confirmed",
    }


RESOURCES = (
    Resource("/talks", "talk", "cadre", talk, TALK, "talks_and_training", "谈话", "Talks", types=tuple(TALKS)),
    Resource("/trainings", "training", "cadre", training, TRAINING, "talks_and_training", "学习培训", "Training", types=(TrainingAttended,)),
    Resource(
        "/determinations", "determination", "cadre", determination, DETERMINATION, "discipline", "履职认定", "Determinations of performance",
        types=(PerformanceDetermined,),
    ),
    Resource("/grades", "confirmation", "cadre", grade, GRADE, "cadre_record", "考核等次", "Grades of appraisal years", types=(GradeConfirmed,)),
)  # fmt: skip

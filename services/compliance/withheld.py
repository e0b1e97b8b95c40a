"""An answer as it is told to somebody: what they may not read is left out, and nothing in its place says why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson

from contracts.access import About, Grant, Verdict, class_of, may_read, table
from contracts.labels import label
from contracts.message import Event, facts

INVESTIGATED = "under_investigation"
OF_INVESTIGATIONS = ("retired_while_investigated",)
"""Findings that tell of one."""


def answer(form: dict[str, Any], grants: Sequence[Grant], about: About) -> dict[str, Any]:
    """The JSON form of an answer. That an investigation bars somebody is said to all who may read the answer; on what that rests, to
    those alone who may know of the investigation. Findings go to those who may read findings."""
    if may_read("investigation", grants, about) == "no":
        for part in ("promotion", "appraisal"):
            form[part]["reasons"] = [_bare(reason, part) for reason in form[part]["reasons"]]
        form["findings"] = [f for f in form["findings"] if f["code"] not in OF_INVESTIGATIONS]
    if may_read("findings_about_cadre", grants, about) == "no":
        form["findings"] = []
    return form


def tells_of_investigation(form: dict[str, Any]) -> bool:
    """Whether what is left says on what a bar under investigation rests: then it is recorded that it was read."""
    return any(r["code"] == INVESTIGATED and r["evidence"] for part in ("promotion", "appraisal") for r in form[part]["reasons"])


def told_of_investigation(stored: Sequence[str], grants: Sequence[Grant], about: About) -> bool:
    """The same of published answers."""
    return any(INVESTIGATED in line for line in stored) and may_read("investigation", grants, about) == "logged"


def line(stored: str, grants: Sequence[Grant], about: About) -> str:
    """The same of a published answer, which is shown as it was stored where nothing has to be left out."""
    if INVESTIGATED not in stored or may_read("investigation", grants, about) != "no":
        return stored
    event = orjson.loads(stored)
    kind = "promotion" if "Promotion" in event["type"] else "appraisal"
    event["data"]["reasons"] = [_bare(reason, kind) for reason in event["data"]["reasons"]]
    return orjson.dumps(event).decode()


def told(stored: Sequence[str], grants: Sequence[Grant], about: About, left_out: Collection[str]) -> list[str]:
    """Of these facts about somebody those whose class may be read, without the classes left out: what takes back a fact that somebody may
    not know of would tell of it."""
    return [s for s in stored if '"retracts"' not in s or _told(class_of(Event.parse(s).data), grants, about, left_out)]


def _told(what: str, grants: Sequence[Grant], about: About, left_out: Collection[str]) -> bool:
    return what not in left_out and may_read(what, grants, about) != "no"


def kinds(grants: Sequence[Grant], about: About) -> Mapping[str, tuple[str, Verdict]]:
    """The types of facts about somebody that these grants may read: the class of each, and whether the reading is recorded."""
    classes = table().classes
    found = {kind: classes[fact.event_name()] for kind, fact in facts().items()}
    return {kind: (what, verdict) for kind, what in found.items() if (verdict := may_read(what, grants, about)) != "no"}


def _bare(reason: dict[str, Any], part: str) -> dict[str, Any]:
    if reason["code"] != INVESTIGATED:
        return reason
    words = {lang: label(INVESTIGATED, lang, f"{part}_reason") for lang in ("zh", "en")}
    return reason | words | {"evidence": [], "parameters": []}

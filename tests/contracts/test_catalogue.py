"""The models say what the catalogue says, field by field. The catalogue is read here from its own text alone."""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
import yaml
from pydantic import StringConstraints
from pydantic.fields import FieldInfo

from contracts import answers, assignments, codes, compliance, message, registry
from contracts.message import Command, Fact, Part

Catalogue = dict[str, dict[str, dict[str, Any]]]
CATALOGUE: Catalogue = yaml.safe_load((Path(registry.__file__).parent / "events.yaml").read_text("utf-8"))
MODULES = {"registry": registry, "assignments": assignments, "compliance": compliance}
REMARKS = {"_time": "TIME", "_stream": "STREAM", "_grant": "GRANT", "_art": "ARTICLES", "_by": "BY", "_class": "CLASS"}
ABSENT = {"_grant": "open", "_by": "", "_class": "career", "_art": []}
WORDS = {"grade": "|".join(get_args(codes.Grade)), "ref": "str", "cadre_id or unit_id": "id"}
"""Shapes that the catalogue names instead of spelling them out."""


def catalogued(shape: Any) -> tuple[Any, str | None]:
    """What the catalogue says of a field: its shape and its default; remarks after `;` are for people."""
    if isinstance(shape, str):
        text, _, default = shape.split(";")[0].partition("=")
        text = text.strip()
        if text.startswith("["):
            return [catalogued(text[1:-1])[0]], None
        return WORDS.get(text, text), default.strip() or None
    if isinstance(shape, list):
        return [catalogued(shape[0])[0]], None
    return {k: catalogued(v)[0] for k, v in shape.items()}, None


def modelled(annotation: Any, metadata: tuple[Any, ...] = ()) -> Any:
    """The shape of an annotation, written as the catalogue would."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation == codes.DayFraction or (annotation is float and metadata):
        return "1|0.5"
    if origin is Annotated:
        return modelled(args[0], args[1:])
    if origin in (Union, types.UnionType):
        if annotation == message.Value:
            return "value"
        (only,) = (a for a in args if a is not type(None))
        return modelled(only)
    if origin is Literal:
        return "|".join(args)
    if origin is tuple:
        return [modelled(args[0])]
    if origin is dict:
        return {"service": "position"} if args[1] is int else {"name": modelled(args[1])}
    if annotation is str:
        patterns = {message.Id: "id", message.EventId: "event_id", message.Month: "YYYY-MM"}
        given = {m.pattern for m in metadata if isinstance(m, StringConstraints)} | {getattr(m, "pattern", None) for m in metadata}
        return next((word for kind, word in patterns.items() if get_args(kind)[1].pattern in given), "str")
    if annotation is answers.Reason:
        return "reason"
    if issubclass(annotation, Part):
        return {name(k, f): modelled(f.annotation, tuple(f.metadata)) for k, f in annotation.model_fields.items()}
    return {date: "date", int: "int", float: "number", bool: "bool"}[annotation]


def name(key: str, field: FieldInfo) -> str:
    """As the catalogue writes it: by alias, with `?` when optional."""
    return (field.alias or key) + ("" if field.is_required() else "?")


def default(field: FieldInfo) -> str | None:
    if field.is_required() or field.default is None:
        return None
    return str(field.default).lower() if isinstance(field.default, bool) else str(field.default)


def differences(catalogue: Catalogue, models: Mapping[str, tuple[type[Fact], ...]]) -> list[str]:
    found = []
    for service, events in catalogue.items():
        classes = {f.__name__: f for f in models[service]}
        found += [f"{e}: only in one of the two" for e in set(classes) ^ set(events)]
        for event, said in events.items():
            if event in classes:
                found += [f"{event}: {d}" for d in of_event(service, said, classes[event])]
    return found


def of_event(service: str, said: dict[str, Any], fact: type[Fact]) -> list[str]:
    found = []
    fields = {k: v for k, v in said.items() if not k.startswith("_") and k != "private"}
    private = fact.model_fields.get("private")
    public = {name(k, f): f for k, f in fact.model_fields.items() if k != "private"}
    found += [f"{k} is only in one of the two, or optional in one only" for k in set(fields) ^ set(public)]
    for k in set(fields) & set(public):
        expected = catalogued(fields[k])
        actual = (modelled(public[k].annotation, tuple(public[k].metadata)), default(public[k]))
        found += [f"{k} differs"] if actual != expected else []
    if [*fields] != [*public]:
        found.append("the order of the fields differs")
    if catalogued(said.get("private", {}))[0] != (modelled(private.annotation) if private else {}):
        found.append("private differs")
    for remark, attribute in REMARKS.items():
        value = getattr(fact, attribute)
        here = list(value) if isinstance(value, tuple) else value
        if here != said.get(remark, ABSENT.get(remark)):
            found.append(f"{remark} differs")
    if service != fact.SERVICE or ("_by" not in said) != fact.DERIVED:
        found.append("service or derived differs")
    return found


MODELS = {service: module.FACTS for service, module in MODULES.items()}


def test_models_and_catalogue_agree() -> None:
    assert differences(CATALOGUE, MODELS) == []


Mutation = Callable[[dict[str, dict[str, Any]]], Any]
MUTATIONS: dict[str, tuple[str, str, Mutation]] = {
    "a field removed": ("registry", "CadreExited", lambda e: e["CadreExited"].pop("decision_no")),
    "a field added": ("registry", "UnitClosed", lambda e: e["UnitClosed"].update({"why": "str"})),
    "another type": ("assignments", "TaskAssigned", lambda e: e["TaskAssigned"].update(year="str")),
    "an id no longer an id": ("assignments", "DutyDeclined", lambda e: e["DutyDeclined"].update(duty_id="str")),
    "an enum widened": ("assignments", "LeaveApproved", lambda e: e["LeaveApproved"].update(level="unit|committee|district")),
    "an enum in a list widened": ("compliance", "ConcernRecorded", lambda e: e["ConcernRecorded"].update(kinds=["passive|lax|late"])),
    "made optional": ("compliance", "GradeConfirmed", lambda e: e["GradeConfirmed"].update({"grade?": e["GradeConfirmed"].pop("grade")})),
    "another default": ("assignments", "AbsenceRecorded", lambda e: e["AbsenceRecorded"].update({"unit_knew?": "bool = true"})),
    "a nested field lost": ("assignments", "LeaveRequested", lambda e: e["LeaveRequested"]["evidence"][0].pop("sha256")),
    "a private field lost": ("registry", "CadreRegistered", lambda e: e["CadreRegistered"]["private"].pop("id_number?")),
    "private made public": ("assignments", "AbsenceRescinded", lambda e: e["AbsenceRescinded"].pop("private")),
    "another time": ("assignments", "LeaveExtended", lambda e: e["LeaveExtended"].update(_time="decided_on")),
    "another stream": ("registry", "UnitMerged", lambda e: e["UnitMerged"].update(_stream="unit-{into_unit_id}")),
    "another grant": ("compliance", "MeasureDecided", lambda e: e["MeasureDecided"].pop("_grant")),
    "another article": ("compliance", "GradeConfirmed", lambda e: e["GradeConfirmed"].update(_art=[7])),
    "somebody else": ("compliance", "ExitTalkHeld", lambda e: e["ExitTalkHeld"].update(_by="branch")),
    "another key class": ("assignments", "LeaveRequested", lambda e: e["LeaveRequested"].update(_class="career")),
    "an event gone": ("registry", "UnitRenamed", lambda e: e.pop("UnitRenamed")),
}


@pytest.mark.parametrize("change", MUTATIONS)
def test_a_catalogue_that_says_something_else_is_noticed(change: str) -> None:
    service, event, mutate = MUTATIONS[change]
    catalogue = copy.deepcopy(CATALOGUE)
    mutate(catalogue[service])
    found = differences(catalogue, MODELS)
    assert found
    assert all(d.startswith(f"{event}: ") for d in found), found


def test_every_recordable_fact_has_one_command_of_the_same_fields() -> None:
    for service, module in MODULES.items():
        proposed = [c.event_name() for c in module.COMMANDS]
        assert proposed == [f.__name__ for f in module.FACTS if not f.DERIVED], service
        for command in module.COMMANDS:
            fact = next(f for f in module.FACTS if f.__name__ == command.event_name())
            assert issubclass(command, Command), command.__name__
            assert set(command.model_fields) == set(fact.model_fields), command.__name__
            assert (command.model_config.get("extra"), command.model_config.get("strict")) == ("forbid", True), command.__name__
            owed = [k for k in CATALOGUE[service][fact.__name__].get("private", {}) if not k.endswith("?")]
            assert not owed or command.model_fields["private"].is_required(), command.__name__


def test_every_class_says_what_it_means() -> None:
    for module in MODULES.values():
        for fact in (*module.FACTS, *module.COMMANDS):
            assert vars(fact).get("__doc__"), fact.__name__
        for fact in module.FACTS:
            assert (fact.__doc__ or "").endswith(f"Art. {', '.join(map(str, fact.ARTICLES))}."), fact.__name__

"""A draft of the law: what a policy, an interpretation, a superior rule or a repeal would say, in the catalogue's fields. It is judged by
the decider that would judge the command, and becomes the fact that it would become; nothing is recorded."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from contracts.compliance import (
    InterpretationIssued,
    IssueInterpretation,
    PolicyPublished,
    PolicyRepealed,
    PublishPolicy,
    RegisterSuperiorPolicy,
    RepealPolicy,
    SuperiorPolicyRegistered,
)
from contracts.effective import effective_on
from contracts.message import CHINA, Event, Fact, facts
from services.compliance import policy
from services.compliance.law import Common
from services.compliance.law.counting import RETRACTIONS
from services.compliance.parameters import check
from services.kernel import body
from services.kernel.body import FieldError, Invalid
from services.kernel.past import Past
from services.kernel.refusal import refused

DRAFT = "draft"
KINDS: Mapping[str, tuple[type[Fact], Mapping[str, str]]] = {
    "policy": (PublishPolicy, {"policy_id": DRAFT, "source": DRAFT, "document_no": DRAFT}),
    "interpretation": (IssueInterpretation, {"interpretation_id": DRAFT, "clause": DRAFT, "document_no": DRAFT}),
    "superior": (RegisterSuperiorPolicy, {"policy_id": DRAFT, "source": DRAFT, "document_no": DRAFT}),
    "repeal": (RepealPolicy, {"document_no": DRAFT}),
}
"""The command of each kind, and what a draft need not say yet."""
LAW: tuple[type[Fact], ...] = (PolicyPublished, InterpretationIssued, SuperiorPolicyRegistered, PolicyRepealed, *RETRACTIONS)
AFTER_ALL = 10**18
"""The position of a draft: what is recorded at the same instant came before it."""
MOST = 64 * 1024
"""Bytes of a draft."""


class Twice(ValueError):
    """A name stands twice in one object; `name` is the caller's own."""

    def __init__(self, name: str) -> None:
        super().__init__("a name stands twice")
        self.name = name


def of_json(text: bytes) -> Fact:
    """Raises Refused or Invalid."""
    try:
        content = json.loads(text, object_pairs_hook=once_each)
    except Twice as twice:
        raise Invalid([_twice(twice.name)]) from None
    except (ValueError, RecursionError):
        raise refused("not-json") from None
    return of(content)


def of(content: Any) -> Fact:
    """What the draft says, as a command. Raises Refused or Invalid for what no draft can be, whatever is in force."""
    if not isinstance(content, dict):
        raise Invalid([FieldError("", "not-an-object", "应为对象：字段名加冒号加值", "An object is expected: fields with their values")])
    said = dict(content)
    kind = said.pop("kind", "policy")
    if not isinstance(kind, str) or kind not in KINDS:
        known = ", ".join(KINDS)
        raise Invalid([FieldError("kind", "unknown-code", f"不是可用的代码：{known}", f"Not one of the codes: {known}")])
    if valueless := _valueless(said.get("parameters")):
        raise Invalid(valueless)
    command, filled = KINDS[kind]
    proposed = body.read(command, _text({**filled, **said}))
    if (named := getattr(proposed, "parameters", None)) is not None:
        check(named)
    return proposed


def _text(said: Mapping[str, Any]) -> bytes:
    """What orjson cannot write (half a character, a number beyond 64 bits, hundreds of lists in each other) is left to the reader to
    refuse by its field."""
    try:
        return orjson.dumps(said, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        try:
            return json.dumps(said, default=str, skipkeys=True).encode()
        except RecursionError:
            raise refused("not-json") from None


def judged(proposed: Fact, common: Common, known_at: str) -> Event:
    """The draft as a fact published at `known_at`, beside the law in `common`. Who proposed and approved it is not asked yet. Raises
    Refused when the command would be: an id in use, a repeal of what is unknown."""
    history = [e for e in common.events if isinstance(e.data, LAW) and e.recordedtime <= known_at]
    unasked = proposed.model_copy(update={"proposal_id": None, "approved_by": None})
    policy.DECIDERS[type(proposed)](unasked, Past(history))
    fact = facts()[proposed.type()].model_validate(unasked.model_dump(exclude_none=True))
    stream = fact.stream()
    version = 1 + max((e.version for e in common.events if e.stream == stream), default=0)
    day = effective_on(fact, datetime.fromisoformat(known_at).astimezone(CHINA).date(), history)
    return Event(
        f"compliance/{stream}@{version}", "/taizhang/compliance", fact.type(), fact.subject(), day,
        known_at, AFTER_ALL, DRAFT, "committee", "-", DRAFT, DRAFT, fact,
    )  # fmt: skip


def named(draft: Event, common: Common) -> frozenset[str]:
    """The parameters that the draft can change: those that it names, or those that what it repeals names."""
    if isinstance(draft.data, PolicyRepealed):
        ended = draft.data.policy_id
        repealed: Sequence[Any] = [e.data for e in common.events if isinstance(e.data, LAW)]
        own = [r for r in repealed if ended in (getattr(r, "policy_id", None), getattr(r, "interpretation_id", None))]
        return frozenset(name for r in own for name in getattr(r, "parameters", ()))
    return frozenset(getattr(draft.data, "parameters", ()))


def once_each(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values under one name nobody can say which was meant. Raises Twice."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise Twice(name)
        found[name] = value
    return found


def _twice(name: str) -> FieldError:
    return FieldError(name if body.NAME.fullmatch(name) else "?", "given-twice", "此字段出现两次", "This field is given twice")


def _valueless(parameters: Any) -> list[FieldError]:
    if not isinstance(parameters, dict):
        return []
    said = "not-a-value", "应为文字、数字、true、false 或文字的列表", "Text, a number, true, false or a list of texts is expected"
    return [FieldError(f"parameters.{name}", *said) for name, value in parameters.items() if not _is_value(value)]


def _is_value(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, bool | int | str) or (isinstance(value, list) and all(isinstance(part, str) for part in value))

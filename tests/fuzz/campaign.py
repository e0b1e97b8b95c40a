"""Requests that Schemathesis makes of the OpenAPI documents, what fits them and what does not, put to running services: no answer is a
service's failure, and none breaks what its document promises."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok

from services.kernel.operations import AFTER

NOT_NOW = ["2xx", "401", "403", "404", "409", "412", "413", "422", "5xx"]
"""What may be answered to a request that fits the document: whether the state allows it, no document says. That such a request is not
refused as malformed is asked by `accepted`."""
POSITIONS = re.compile(AFTER)
MALFORMED = frozenset({"not-json", "bad-header", "not-json-content-type", "invalid-fields", "method-not-allowed", "bad-request"})
WITHIN = frozenset({"POST /policies/preview", "GET /answers", "GET /todos"})
"""Operations with rules that a schema cannot say, between fields or parameters; what is wrong is told by name."""
OPEN = "Invalid component: parameter `Taizhang-Document-No`"
"""More is read there than its pattern tells: any UTF-8, percent-encoded."""
AS_WRITTEN = "not-a-whole-number"
"""To JSON Schema 1.0 is a whole number, here it is not: the same fact is written in one way."""


@dataclass
class Tally:
    passed: int = 0
    wrong: list[str] = field(default_factory=list)
    put: int = 0
    """Requests in all."""

    def add(self, what: str) -> None:
        self.wrong.append(what)


def fuzz(
    urls: Mapping[str, str],
    shown: Mapping[str, str],
    cases: int,
    chosen: int,
    tally: Tally,
    say: Callable[[str], None] = lambda _: None,
    few: int | None = None,
) -> None:
    """`shown`: headers of somebody who may do everything. `cases` requests or more in all, about one half of them malformed; `chosen` is
    the seed. `few`: of so many operations only."""
    load_all_checks()
    apis = {name: _api(url) for name, url in urls.items()}
    operations = [(name, found.ok()) for name, api in apis.items() for found in api.get_all_operations() if isinstance(found, Ok)]
    if few:
        operations = random.Random(chosen).sample(operations, few)
    session = requests.Session()
    session.trust_env = False
    session.headers.update(shown)
    while (missing := cases - tally.put) > 0:  # not every operation has as many that do not fit
        each, before = math.ceil(missing / (2 * len(operations))), tally.put
        say(f"{len(operations)} operations, {each} requests each that fit and {each} that do not, seed {chosen}")
        for number, (name, operation) in enumerate(operations):
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                known = len(tally.wrong)
                _put(operation, urls[name], mode, each, chosen + number, session, tally)
                for line in sorted(set(tally.wrong[known:]))[:5]:
                    say(f"wrong: {line}")
        chosen += len(operations)
        if tally.put == before:
            raise RuntimeError("nothing can be asked")


def _api(url: str) -> Any:
    api = schemathesis.openapi.from_url(f"{url}/openapi.json")
    api.config.checks.positive_data_acceptance.expected_statuses = NOT_NOW
    api.config.checks.negative_data_rejection.expected_statuses = [*api.config.checks.negative_data_rejection.expected_statuses, "413"]
    return api


def _put(operation: Any, url: str, mode: GenerationMode, many: int, chosen: int, session: requests.Session, tally: Tally) -> None:
    """What is wrong is gathered, not raised: Hypothesis would make it smaller, one request at a time."""
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except Exception as error:
        tally.add(f"{operation.label}: nothing can be made of it: {type(error).__name__}")
        return

    @seed(chosen)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        tally.put += 1
        _of_now(case)
        answer = case.call(base_url=url, session=session, timeout=30)
        found = [] if answer.status_code == 207 else _breaches(case, answer)
        found += _accepted(operation.label, mode, answer)
        for breach in found:
            tally.add(f"{operation.label} ({mode.value}) {answer.status_code}: {breach}")
        tally.passed += not found

    try:
        ask()
    except Exception as error:  # no negative of an operation that takes anything, or none that fits
        if "Unsatisfiable" not in type(error).__name__:
            tally.add(f"{operation.label} ({mode.value}): {type(error).__name__}: {str(error)[:200]}")


def _of_now(case: Any) -> None:
    """No request waits for a position or an instant that has not come."""
    for name, value in list((case.headers or {}).items()):
        if name == "Taizhang-After" and isinstance(value, str) and POSITIONS.fullmatch(value):
            case.headers[name] = "registry=0"
    if "known_at" in (case.query or {}) and str(case.query["known_at"]) > "2024":
        case.query["known_at"] = "2024-03-01"


def _breaches(case: Any, answer: Any) -> list[str]:
    try:
        case.validate_response(answer, checks=CHECKS.get_all())
    except FailureGroup as group:
        named = [(type(failure).__name__, _short(failure)) for failure in group.exceptions]
        named = [(kind, text) for kind, text in named if not (kind == "RejectedPositiveData" and case.operation.label in WITHIN)]
        return [f"{kind}: {text}" for kind, text in named if not (kind == "AcceptedNegativeData" and (OPEN in text or "/oneOf/" in text))]
    return []


def _accepted(label: str, mode: GenerationMode, answer: Any) -> list[str]:
    """What fits the document is not called malformed."""
    if mode is not GenerationMode.POSITIVE or answer.status_code < 400 or label in WITHIN:
        return []
    told = answer.json()
    fields: Sequence[str] = [f"{e['field']} {e['code']}" for e in told["errors"] if e["code"] != AS_WRITTEN]
    if told["errors"] and not fields:
        return []
    return [f"refused as {told['code']} although it fits: {fields}"] if told["code"] in MALFORMED else []


def _short(failure: BaseException) -> str:
    return " ".join(str(failure).split())[:300]

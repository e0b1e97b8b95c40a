"""A subscriber, a cadre and a branch each try more than fifty things that they may not: what they name is once there and once not, and nobody
can tell which. The subscriber's tries on the bus: test_bus.py."""

from __future__ import annotations

import time
from collections.abc import Iterator
from random import Random
from statistics import median
from typing import Any, NamedTuple

import httpx
import pytest

from contracts.assignments import COMMANDS as ASSIGNMENTS
from contracts.compliance import COMMANDS as COMPLIANCE
from contracts.message import Fact
from contracts.registry import COMMANDS as REGISTRY
from services.kernel import samples
from tests.http.conftest import SIGNER, District
from tests.http.test_access import People
from tests.http.test_attachments import pdf, put
from tests.http.test_commands import leave

COMMANDS = 28
"""Of those that are not theirs, for each."""
READS = (
    "registry /cadres/{x}", "registry /sealed/cadre-{x}/1?what=identity", "registry /sealed/cadre-{x}/1?what=identity_number",
    "registry /sealed/cadre-{x}/1?what=free_text", "registry /tokens?principal={p}", "registry DELETE /tokens/{t}?principal={p}",
    "registry DELETE /tokens/{t}", "registry /reads?cadre={x}", "registry /metrics", "registry POST /accounts", "assignments /leaves/{leave}",
    "assignments /sealed/leave-{leave}/1?what=leave_grounds", "assignments /sealed/leave-{leave}/1?what=free_text", "assignments /attachments/{e}",
    "assignments /attachments/{e}?cadre={x}", "assignments /attachments?cadre={x}", "assignments /reads?cadre={x}", "assignments /metrics",
    "compliance /cadres/{x}/answers", "compliance /cadres/{x}/facts", "compliance /concerns/{leave}", "compliance /measures/{leave}",
    "compliance /sanctions", "compliance /investigations", "compliance /complaints", "compliance /investigations/{leave}", "compliance /complaints/{leave}",
    "compliance /units/{u}/answer", "compliance /kept/answers", "compliance /kept/findings", "compliance /kept/facts/registry",
    "compliance /sealed/investigation-{leave}/1?what=free_text", "compliance /reads?cadre={x}", "compliance POST /policies/preview",
)  # fmt: skip
MAY = {
    "branch": ("compliance /sanctions",),
    "cadre": ("compliance /sanctions",),
    "subscriber": ("compliance /cadres/{x}/answers",),
}
"""What shows their own, or is granted."""


class Try(NamedTuple):
    service: str
    method: str
    path: str
    body: dict[str, Any] | None = None


class Named(NamedTuple):
    """What is named: another unit with its cadre, a leave with grounds, its evidence, somebody's token."""

    x: str
    u: str
    leave: str
    e: str
    p: str
    t: str


@pytest.fixture(scope="module")
def people(district: District) -> People:
    return People(district)


@pytest.fixture(scope="module")
def there(people: People) -> Named:
    thing, evidence = people.district.fresh("L"), people.district.fresh("E")
    told = people.district.assignments.command("RequestLeave", leave(thing, people.other, private={"grounds": "秘密"}))
    assert told.status_code == 201, told.text
    people.grant("other cadre", "cadre", cadre_id=people.other)
    assert put(people, "other cadre", evidence, pdf(), cadre=people.other).status_code == 201
    whose = people.principal("committee")
    token = SIGNER.sign(whose, "api", 3600)[1].token_id
    issued = {"principal": whose, "token_id": token, "until": "2030-01-01"}
    assert people.district.registry.command("IssueToken", issued).status_code == 201
    return Named(people.other, people.far, thing, evidence, whose, token)


NOWHERE = Named("C-nobody", "U-none", "L-nothing", "E-nothing", "P-nobody", "t-nothing")


def tries(who: str, named: Named) -> list[Try]:
    found = []
    for read in READS:
        if read in MAY.get(who, ()):
            continue
        service, *rest = read.split(" ")
        method, path = rest if len(rest) == 2 else ("GET", rest[0])
        found.append(Try(service, method, path.format(**named._asdict()), {"principal": named.p} if method == "POST" else None))
    return found + list(commands(who, named))


def commands(who: str, named: Named) -> Iterator[Try]:
    """Law, grants, other people's business: about the other cadre and unit, by whoever's act it is not, and by a branch and a cadre what
    would be theirs for their own."""
    every: list[type[Fact]] = [*REGISTRY, *ASSIGNMENTS, *COMPLIANCE]
    for kind in Random(who).sample(every, COMMANDS):
        said = samples.command(kind)
        said |= {f: named.x for f in said if f == "cadre_id"} | {f: named.u for f in said if f.endswith("unit_id")}
        said |= {f: named.leave for f in said if f in ("leave_id", "concern_id", "duty_id")} | {
            f: named.p for f in said if f == "principal"
        }
        yield Try(kind.SERVICE, "POST", f"/commands/{kind.__name__}", said)


def ask(people: People, who: str, one: Try) -> httpx.Response:
    said = {} if one.body is None else {"json": one.body}
    return people._send(one.method, who, one.service, one.path, {"Taizhang-Purpose": "duty"}, **said)


@pytest.mark.parametrize("who", ["subscriber", "cadre", "branch"])
def test_what_they_may_not(people: People, there: Named, who: str) -> None:
    before, tried = refusals(people, who), 0
    for one, other in zip(tries(who, there), tries(who, NOWHERE), strict=True):
        answers = [ask(people, who, one), ask(people, who, other)]
        assert answers[0].status_code in (403, 404), (one, answers[0].text)
        assert answers[0].content == answers[1].content, (one, answers[1].text)
        assert [dict(a.headers) | {"date": ""} for a in answers[:1]] == [dict(a.headers) | {"date": ""} for a in answers[1:]]
        tried += 1
    assert tried >= 50
    assert refusals(people, who) - before == 2 * tried, "each is recorded"


def refusals(people: People, who: str) -> int:
    count = 0
    for client in (people.district.registry, people.district.assignments, people.district.compliance):
        items = client.get("/reads", params={"actor": people.principal(who), "limit": 500}).json()["items"]
        count += sum(not i["allowed"] for i in items)
    return count


@pytest.mark.parametrize(
    ("who", "read"),
    [
        ("branch", "assignments /sealed/leave-{leave}/1?what=leave_grounds"),
        ("cadre", "assignments /attachments/{e}"),
        ("cadre", "registry DELETE /tokens/{t}"),
        ("subscriber", "compliance /units/{u}/answer"),
    ],
)
def test_time_does_not_tell(people: People, there: Named, who: str, read: str) -> None:
    """Half of the tries on each side of the other's median: a binomial of 30, beyond 4 and 26 once in 70,000."""
    n = [r for r in READS if r not in MAY.get(who, ())].index(read)

    def took(named: Named) -> float:
        one = tries(who, named)[n]
        began = time.perf_counter()
        assert ask(people, who, one).status_code in (403, 404)
        return time.perf_counter() - began

    seen, unseen = zip(*((took(there), took(NOWHERE)) for _ in range(30)), strict=True)
    slower = sum(t > median(unseen) for t in seen)
    assert 4 <= slower <= 26, (slower, median(seen), median(unseen))

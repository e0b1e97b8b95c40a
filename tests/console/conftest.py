"""Everything running once, the console in front of it, and people who are known to the ledger by grants that are facts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from contracts.access import BEGINNING
from services.client import Client
from services.kernel.tokens import Signer
from services.local.init import First
from services.local.supervisor import Taizhang
from services.workbooks.asking import ask
from services.workbooks.importing import import_file
from tests.workbooks.district import bytes_of, person, roster_of

PEOPLE = (
    First("p-section", "section"), First("p-other", "section"), First("p-committee", "committee"), First("p-branch", "branch", "U01"),
    First("p-subscriber", "subscriber"),
)  # fmt: skip
SHORT = 0.05


class Console:
    """In somebody's name; `events` counts what stands in a service's log."""

    def __init__(self, taizhang: Taizhang, token: str) -> None:
        self.taizhang, self.token = taizhang, token
        shown = {"Authorization": f"Bearer {token}", "Taizhang-Purpose": "duty"}
        self.http = httpx.Client(base_url=taizhang.urls["console"], timeout=60, trust_env=False, headers=shown)

    def hand_in(self, kind: str, data: bytes, name: str = "") -> httpx.Response:
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{httpx.URL(path='/' + name).raw_path.decode()[1:]}"} if name else {}
        return self.http.post("/imports", params={"kind": kind}, content=data, headers=named)

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return self.http.get(path, params=asked or None)

    def record(self, import_id: str) -> dict[str, Any]:
        """And waits until it is over."""
        begun = self.http.post(f"/imports/{import_id}/record")
        assert begun.status_code in (200, 202), begun.text
        return self.ended(import_id)

    def ended(self, import_id: str) -> dict[str, Any]:
        while (found := self.get(f"/imports/{import_id}").json())["state"] == "recording":
            time.sleep(SHORT)
        told: dict[str, Any] = found
        return told


class People:
    def __init__(self, taizhang: Taizhang) -> None:
        self.taizhang, self._signer = taizhang, Signer.read(taizhang.folder.token_signing_key)

    def grant(self, *first: First) -> None:
        with Client(self.taizhang.urls, self._signer.sign("taizhang", "instance", None, [BEGINNING])[0]) as client:
            for one in first:
                client.command("registry", one.command())

    def __call__(self, principal: str) -> Console:
        return Console(self.taizhang, self._signer.sign(principal, "api", 3600)[0])


@pytest.fixture(scope="package")
def taizhang(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taizhang]:
    with Taizhang(tmp_path_factory.mktemp("console") / "data", console=True) as running:
        yield running


@pytest.fixture(scope="package")
def people(taizhang: Taizhang) -> People:
    """The units are registered: they are what everything else belongs to."""
    found = People(taizhang)
    with Client(taizhang.urls, taizhang.token) as client:
        import_file(client, "units", bytes_of("units.csv"), "units.csv")
    found.grant(*PEOPLE)
    return found


@pytest.fixture(scope="package")
def section(people: People) -> Console:
    return people("p-section")


class There(NamedTuple):
    """A cadre of the unit U01 and one of U02, in names that nobody else has."""

    near: str
    far: str


@pytest.fixture(scope="package")
def there(people: People, taizhang: Taizhang) -> There:
    with Client(taizhang.urls, taizhang.token) as client:
        units = {u["unit_id"]: u["name"] for u in client.items("registry", "/units")}
        import_file(client, "roster", roster_of(person("某近", 单位=units["U01"]), person("某远", 单位=units["U02"])))
        known = {c.name: c.cadre_id for c in ask(client, "roster").cadres.values()}
    found = There(known["某近"], known["某远"])
    people.grant(First("p-cadre", "cadre", found.near))
    return found

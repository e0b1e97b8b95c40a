"""The boundaries in pyproject.toml name everything that they are about; `make check` holds them."""

import tomllib
from typing import Any

from tests.house.tree import ROOT

CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}
SERVICES = ("registry", "assignments", "compliance")


def floors(service: str) -> list[set[str]]:
    """From the top; the modules of each."""
    return [set(layer.replace(":", " ").replace("|", " ").split()) for layer in CONTRACTS[f"{service}-floors"]["layers"]]


def test_every_service_has_floors_and_they_are_exhaustive() -> None:
    assert {contract.removesuffix("-floors") for contract in CONTRACTS if contract.endswith("-floors")} >= set(SERVICES)
    assert all(contract["exhaustive"] for contract in CONTRACTS.values() if contract["type"] == "layers")


def test_everything_from_deciding_downwards_is_pure() -> None:
    pure = set(CONTRACTS["deciders-pure"]["source_modules"])
    for service in SERVICES:
        down = floors(service)
        at = next(i for i, floor in enumerate(down) if "deciding" in floor)
        deciders = {f"services.{service}.{module}" for floor in down[at:] for module in floor} - {"services.compliance.law"}
        assert deciders - pure == set(), service


def law_modules(pattern: str) -> set[str]:
    return {f"services.compliance.law.{p.stem}" for p in (ROOT / "services" / "compliance" / "law").glob(pattern)}


def test_every_article_stands_apart() -> None:
    """Article 10 stands under the others, as what they ask for what prevails over them."""
    articles = law_modules("article_*.py")
    assert articles
    assert set(CONTRACTS["articles-apart"]["modules"]) == articles - {"services.compliance.law.article_10"}


def test_every_superior_rule_stands_apart() -> None:
    rules = law_modules("superior_*.py")
    assert rules
    assert set(CONTRACTS["superior-apart"]["modules"]) == rules


def test_law_and_deciders_are_forbidden_the_same() -> None:
    law, deciders = (set(CONTRACTS[contract]["forbidden_modules"]) for contract in ("law-pure", "deciders-pure"))
    assert {m for m in law if not m.startswith("services.")} == {m for m in deciders if not m.startswith("services.")}
    assert {"psycopg", "nats", "litestar", "httpx", "time", "random", "uuid", "os", "pathlib", "asyncio", "socket"} <= deciders

"""Cadres found by name, pinyin and number, by those who may know names, with nothing of it in an address."""

from __future__ import annotations

from typing import Any

import httpx
import jsonschema
import pytest

from services.kernel.seal import Vault, read_keks
from tests.http.conftest import TOKEN, District, cadre_of
from tests.http.test_commands import problem, unit

SHOWN = {"Authorization": f"Bearer {TOKEN}"}


def search(district: District, **asked: Any) -> Any:
    answer = district.registry.post("/cadres/search", json=asked, headers=SHOWN)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json()


def found(district: District, **asked: Any) -> list[str]:
    return [item["cadre_id"] for item in search(district, **asked)["items"]]


def registered(district: District, there: str, name: str, number: str | None = None) -> str:
    cadre = district.fresh("C")
    private = {"name": name} | ({"id_number": number} if number else {})
    assert district.registry.command("RegisterCadre", cadre_of(cadre, there) | {"private": private}).status_code == 201
    return cadre


@pytest.fixture
def there(district: District) -> str:
    name = district.fresh("U")
    district.registry.command("RegisterUnit", unit(name))
    return name


def test_found_as_soon_as_registered(district: District, there: str) -> None:
    number = "11010119700101" + district.fresh("")[:4].translate(str.maketrans("abcdef", "012345"))
    cadre = registered(district, there, "欧阳修远", number)
    (item,) = search(district, name="oyxy", unit=there)["items"]
    assert (item["cadre_id"], item["name"], item["unit_id"], item["version"]) == (cadre, "欧阳修远", there, 1)
    assert number not in str(item)
    assert found(district, id_number=number) == [cadre]
    assert found(district, id_number="110101197001019999") == []
    assert found(district, name="修远", unit=there, state="registered") == [cadre]
    assert found(district, name="修远", unit=there, state="retired") == []


def test_a_corrected_name_is_the_name(district: District, there: str) -> None:
    cadre = registered(district, there, "司马相如")
    said = {"cadre_id": cadre, "corrects": f"registry/cadre-{cadre}@1", "private": {"name": "诸葛孔明"}}
    (event,) = district.registry.command("CorrectCadreIdentity", said).json()["events"]
    assert (found(district, name="司马相如", unit=there), found(district, name="zgkm", unit=there)) == ([], [cadre])
    taken = {"retracts": event, "cadre_id": cadre, "retracted_on": "2024-03-01"}
    assert district.registry.command("RetractRegistryFact", taken).status_code == 201
    assert (found(district, name="司马相如", unit=there), found(district, name="zgkm", unit=there)) == ([cadre], [])


def test_an_erased_identity_is_not_found(district: District, there: str) -> None:
    cadre = registered(district, there, "东方朔")
    assert found(district, name="dongfangshuo", unit=there) == [cadre]
    settings = district.settings["registry"]
    vault = Vault(settings.keys_dsn.get_secret_value(), read_keks(settings.kek_file))
    vault.erase(cadre, "identity")
    vault.close()
    assert found(district, name="dongfangshuo", unit=there) == []


def test_page_by_page(district: District, there: str) -> None:
    made = [registered(district, there, "百里奚") for _ in range(5)]
    listed, cursor = list[str](), None
    while True:
        said = search(district, name="百里", unit=there, limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(said["items"]) <= 2
        listed += [i["cadre_id"] for i in said["items"]]
        cursor = said["next"]
        if cursor is None:
            break
    assert listed == sorted(made)


def test_who_may_not_know_names_is_told_nothing(district: District) -> None:
    ask = district.registry.post
    problem(httpx.post(f"{district.registry.base_url}/cadres/search", json={"name": "张三"}), 401, "unauthenticated")
    problem(ask("/cadres/search", json={"name": "张三"}, headers=SHOWN | {"Taizhang-Role": "operator"}), 403, "forbidden")
    problem(ask("/cadres/search", json={"name": "张三"}, headers={"Authorization": "Bearer another"}), 401, "unauthenticated")


@pytest.mark.parametrize(
    "asked",
    [{}, {"name": ""}, {"name": "x" * 65}, {"name": "a", "id_number": "1234"}, {"id_number": "1"}, {"name": "a", "limit": 0}, {"q": "a"},
     {"name": "\x00"}, {"name": None}, {"name": None, "id_number": None},
     {"name": "a", "unit": "a b"}, {"name": "a", "state": "happy"}, {"name": "a", "cursor": "x"}, {"name": "a", "limit": "9"}],
)  # fmt: skip
def test_a_search_is_read_strictly(district: District, asked: dict[str, Any]) -> None:
    problem(district.registry.post("/cadres/search", json=asked, headers=SHOWN), 422, "invalid-fields")
    assert not fits(district, asked)


@pytest.mark.parametrize("asked", [{"name": "nobody"}, {"name": "nobody", "id_number": None}, {"id_number": "110101198001010010"}])
def test_what_fits_the_document_is_answered(district: District, asked: dict[str, Any]) -> None:
    assert fits(district, asked)
    assert district.registry.post("/cadres/search", json=asked, headers=SHOWN).status_code == 200


def fits(district: District, asked: dict[str, Any]) -> bool:
    operation = district.registry.get("/openapi.json").json()["paths"]["/cadres/search"]["post"]
    return jsonschema.Draft202012Validator(operation["requestBody"]["content"]["application/json"]["schema"]).is_valid(asked)


def test_it_is_no_address(district: District) -> None:
    problem(district.registry.get("/cadres", params={"name": "张三"}), 400, "bad-query")
    problem(district.registry.post("/cadres/search?name=x", json={"name": "x"}, headers=SHOWN), 400, "bad-query")
    answer = district.registry.post("/cadres/search", content=b"name=x", headers=SHOWN | {"Content-Type": "text/plain"})
    problem(answer, 415, "not-json-content-type")

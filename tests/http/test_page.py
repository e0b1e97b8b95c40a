"""The page of the API: whole without any other host, and let have nothing from one."""

from __future__ import annotations

import re

import pytest

from tests.http.conftest import District
from tests.http.test_commands import problem


@pytest.mark.parametrize("service", ["registry", "assignments", "compliance"])
def test_the_page_is_served_whole(district: District, service: str) -> None:
    client = getattr(district, service)
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    named = set(re.findall(r'(?:src|href)="([^"]+)"', page.text))
    assert named == {"/docs/page.css", "/docs/page.js", "/openapi.json"}
    for path in named:
        assert client.get(path).status_code == 200
    problem(client.get("/docs/elephant.js"), 404, "not-found")


def test_it_may_have_nothing_from_elsewhere(district: District) -> None:
    page = district.registry.get("/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
    texts = [page.text, *(district.registry.get(f"/docs/{name}").text for name in ("page.css", "page.js"))]
    assert not [text for text in texts if re.search(r"https?:|@import|url\(|innerHTML|eval\(| style=| on[a-z]+=", text)]

"""The services, asked with the caller's own token and in the role that the caller names: they decide what is told and done. The console
has no token of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from litestar import Request

from services.client import Client
from services.kernel import query
from services.kernel.refusal import refused

Asker = Request[Any, Any, Any]
Asked = Callable[[], Client]
"""A connection to the services in somebody's name; opened in the thread that uses it."""
TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{1,4096}")
TRIES = 4
"""Some two seconds: whoever waits for a page would rather be told."""


def asked(request: Asker, urls: Mapping[str, str], tries: int = TRIES) -> Asked:
    """Raises Refused `unauthenticated` where no token is shown. Whether it is good is for the services to say."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not TOKEN.fullmatch(token.strip()):
        raise refused("unauthenticated")
    said = {
        "actor": query.named_actor(request),
        "role": query.role(request),
        "unit": query.unit(request),
        "purpose": query.purpose(request),
    }
    return lambda: Client(urls, token.strip(), in_flight=1, tries=tries, **said)


def whoever(ask: Asked) -> str:
    """The principal, as the registry says. Raises Problem where the token is not good."""
    with ask() as client:
        return str(client.get("registry", "/me")["principal"])

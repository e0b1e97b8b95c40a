"""Up to which instant a service knows everything: facts of others arrive a little after they were recorded, and an answer about an
instant must rest on all of them, or not be given."""

from __future__ import annotations

import asyncio
import time

import httpx
import orjson
import psycopg

from services.kernel.refusal import refused
from services.kernel.service import Service

PATIENCE = 2.0
"""Seconds."""


class Knowing:
    """`certain`: by source, an instant up to which everything has been read."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.certain: dict[str, str] = {}
        token = service.settings.service_token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(timeout=PATIENCE, trust_env=False, headers=headers)

    async def up_to(self, wanted: str | None) -> str:
        """The instant wanted, when everything recorded up to it has been read; None wants the present. Asks the owners how far they
        are and waits for it, two seconds. Where an owner does not say, the present is the last instant that is certain; an instant
        beyond it is Refused `not-yet-known`."""
        if wanted is not None and self._known() >= wanted:
            return wanted
        end = time.monotonic() + PATIENCE
        while True:
            everybody = all(await asyncio.gather(*(self._read(source, end) for source in self.service.followers)))
            known = self._known()
            if wanted is None and (everybody or known):
                return known
            if wanted is not None and known >= wanted:
                return wanted
            if time.monotonic() > end:
                raise refused("not-yet-known", "known_at" if wanted else None)
            await asyncio.sleep(0.05)

    def _known(self) -> str:
        return min((self.certain.get(source, "") for source in self.service.followers), default="")

    async def _read(self, source: str, end: float) -> bool:
        """Whether everything that the source has now has been read, too."""
        try:
            position, at = await self._reach(source)
        except (httpx.HTTPError, psycopg.Error, KeyError, ValueError):
            return False
        if not await self.service.followers[source].reached(position, max(end - time.monotonic(), 0.0)):
            return False
        self.certain[source] = max(self.certain.get(source, ""), at)
        return True

    async def _reach(self, source: str) -> tuple[int, str]:
        if source == self.service.name:
            return await self.service.reach()
        answer = await self._http.get(f"{self.service.settings.owner_url(source).rstrip('/')}/reach")
        answer.raise_for_status()
        said = orjson.loads(answer.content)
        return int(said["position"]), str(said["at"])

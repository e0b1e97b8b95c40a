"""Runs a service until it is told to stop: settings from the environment, JSON logs on stdout, one process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import TypeVar

import uvicorn
from litestar import Litestar
from pydantic import ValidationError

from services.kernel.observe import configure_logging
from services.kernel.settings import Place, Settings

P = TypeVar("P", bound=Place)
IDLE = 75
"""Seconds that a connection is kept for the next request: longer than clients and proxies keep theirs, so that it is not ended under one."""


def serve(service: ModuleType) -> None:
    """The `app` module of a service: `create`, and `SETTINGS` where it is told other things than a service with a ledger."""
    run(service.create, getattr(service, "SETTINGS", Settings))


def run(create: Callable[[P], Litestar], kind: type[P]) -> None:
    """Returns after SIGTERM or SIGINT, when what was accepted is answered. Exit 2 for settings that cannot be used."""
    settings = settings_of_environment(kind)
    configure_logging(settings.log_level, create.__module__.split(".")[1])
    uvicorn.run(
        create(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=IDLE,
    )


def settings_of_environment(kind: type[P]) -> P:
    try:
        return kind()
    except ValidationError as error:
        for wrong in error.errors(include_url=False, include_input=False):
            name = f"TAIZHANG_{'_'.join(map(str, wrong['loc']))}".upper() if wrong["loc"] else "TAIZHANG_HOST"
            print(f"{name}: {wrong['msg']}", file=sys.stderr)
        print("The settings of the service cannot be used. · 服务的设置不可用。", file=sys.stderr)
        raise SystemExit(2) from None

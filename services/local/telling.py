"""What each process is told by its environment, on one machine. Settings that the services share with whoever runs them are handed on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from psycopg.conninfo import make_conninfo

from services.local.nats import WARDEN

if TYPE_CHECKING:
    from services.local.service import Service
    from services.local.supervisor import Taizhang

FOR_CONSOLE = ("TAIZHANG_ISSUER", "TAIZHANG_SECTION", "TAIZHANG_UPLOAD_DAYS", "TAIZHANG_FONT")
HANDED_ON = ("TAIZHANG_SMTP_", "TAIZHANG_REMINDER_", "TAIZHANG_SCANNER")
"""Settings of reminders and of the scanner are as the environment of this program has them."""


def of_service(t: Taizhang, name: str) -> dict[str, str]:
    folder, elsewhere = t.folder, os.environ.get("TAIZHANG_NATS_URL")
    told = {
        "DSN": make_conninfo(t.admin_dsn, dbname=name, user=name, password=folder.secrets[f"postgres/{name}"]),
        "KEYS_DSN": make_conninfo(t.admin_dsn, dbname=f"{name}_keys", user=name, password=folder.secrets[f"postgres/{name}"]),
        "KEK_FILE": str(folder.kek),
        "NATS_URL": elsewhere or t.nats.url(name),
        "NATS_MONITOR": t.monitor_url,
        "SERVICE_TOKEN": t.service_token,
        "TOKEN_KEYS_FILE": str(folder.token_keys),
    }
    if name == "registry":
        told["TOKEN_SIGNING_KEY_FILE"] = str(folder.token_signing_key)
        told["NATS_WARDEN_URL"] = os.environ.get("TAIZHANG_NATS_WARDEN_URL", "") if elsewhere else t.nats.url(WARDEN)
    handed_on = {key: value for key, value in os.environ.items() if key.startswith(HANDED_ON)}
    return handed_on | _named(told | _everybodys(t, t.services[name]))


def of_console(t: Taizhang, console: Service) -> dict[str, str]:
    """No key and no password."""
    handed_on = {key: value for key, value in os.environ.items() if key.startswith(FOR_CONSOLE)}
    return handed_on | _named({"UPLOADS": str(t.folder.uploads)} | _everybodys(t, console))


def _everybodys(t: Taizhang, service: Service) -> dict[str, str]:
    told = {"HOST": "127.0.0.1", "PORT": str(service.port), "LOG_LEVEL": os.environ.get("TAIZHANG_LOG_LEVEL", "info")}
    told |= {f"{name.upper()}_URL": other.url for name, other in t.services.items()}
    return told | ({"CLOCK": str(t.clock.absolute())} if t.clock else {})


def _named(told: dict[str, str]) -> dict[str, str]:
    return {f"TAIZHANG_{key}": value for key, value in told.items()}

"""What a service process is told by its environment (`TAIZHANG_…`), or in a container by files in /run/secrets named like the
variables in lower case (`taizhang_dsn`). Nothing is read from anywhere else."""

from __future__ import annotations

import shlex
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.kernel.clock import Clock, clock


class Place(BaseSettings):
    """Where a process listens and where the services are. `listen=container`: inside a container's own network the service may listen on
    any address; who can reach it is then decided by what publishes the port. `clock`: a clock file, for demo and tests only."""

    model_config = SettingsConfigDict(
        env_prefix="TAIZHANG_", frozen=True, extra="ignore", secrets_dir="/run/secrets" if Path("/run/secrets").is_dir() else None
    )

    host: str = "127.0.0.1"
    port: int = 8000
    listen: Literal["loopback", "container"] = "loopback"
    registry_url: str = "http://127.0.0.1:8001"
    assignments_url: str = "http://127.0.0.1:8002"
    compliance_url: str = "http://127.0.0.1:8003"
    clock: Path | None = None
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _loopback_only(self) -> Self:
        if self.listen == "loopback" and not is_loopback(self.host):
            raise ValueError(
                "TAIZHANG_HOST must be a loopback address: services speak without TLS. "
                "Inside a container set TAIZHANG_LISTEN=container and publish the port on 127.0.0.1 only. · "
                "TAIZHANG_HOST 必须是本机回环地址：服务本身不加密。在容器内请设 TAIZHANG_LISTEN=container，并只在 127.0.0.1 上公布端口。"
            )
        return self

    def now(self) -> Clock:
        return clock(self.clock)

    def owner_url(self, service: str) -> str:
        """Where the feed of a service is."""
        return {"registry": self.registry_url, "assignments": self.assignments_url, "compliance": self.compliance_url}[service]


class Settings(Place):
    """`kek_file`: lines `name:base64(32 bytes)`, the last is current. `token_keys_file`: public keys of the tokens that are believed,
    in the same form; `token_signing_key_file`: the private one, for the registry alone. `first_password_days`: how long a first password
    is good. `oidc_…`: an OpenID provider that says who somebody is; `oidc_claim` holds the principal, `oidc_redirect_uri` is
    `/oidc/callback` of the registry as browsers reach it. `nats_monitor`: the monitoring URL of every NATS server, separated by commas.
    `nats_warden_url`: for the registry, the user of NATS that may end connections: with it and the signing key, subscribers are let in.
    `smtp_url`: mail of reminders; none sends no mail. `reminder_recipients`: `role=address` or `role:unit=address`, separated by commas.
    `scanner`: a command that is given each uploaded file; none lets through what is of a known type."""

    dsn: SecretStr
    keys_dsn: SecretStr
    kek_file: Path
    nats_url: SecretStr = SecretStr("nats://127.0.0.1:4222")
    nats_monitor: str = "http://127.0.0.1:8222"
    nats_warden_url: SecretStr = SecretStr("")
    service_token: SecretStr = SecretStr("")
    token_keys_file: Path
    token_signing_key_file: Path | None = None
    first_password_days: int = Field(default=14, ge=1, le=90)
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_claim: str = "sub"
    oidc_redirect_uri: str = ""
    smtp_url: SecretStr = SecretStr("")
    smtp_from: str = "taizhang@localhost"
    reminder_recipients: str = ""
    reminder_hour: int = Field(default=8, ge=0, le=23)
    reminder_days: int = Field(default=3, ge=0, le=60)
    reminder_link: str = ""
    scanner: str = ""

    @field_validator("scanner")
    @classmethod
    def _words(cls, command: str) -> str:
        shlex.split(command)  # ValueError for a quotation mark without its other
        return command


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""`taizhang init`: the first grants of a ledger, which nobody could give yet, and the first passwords of those who get them. Recorded, in
the role `system`, by whoever holds the instance's own key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from contracts.access import BEGINNING, ROLES
from contracts.message import CHINA
from contracts.registry import GrantRole
from services.client import Client
from services.kernel.query import ID
from services.kernel.tokens import Signer
from services.local.instance import find
from services.problems import Problem, problem_of

OK, NEGATIVE, USAGE, UNAVAILABLE = 0, 1, 2, 5


class First(NamedTuple):
    """A principal in a role; `whose`: the unit or the cadre, where the role names one."""

    principal: str
    role: str
    whose: str | None = None

    @classmethod
    def read(cls, text: str) -> First:
        """`p-wang:committee`, `p-li:branch:U01`, `p-zhao:cadre:C0001`. Raises ValueError."""
        principal, _, rest = text.partition(":")
        role, _, whose = rest.partition(":")
        if not ID.fullmatch(principal) or role not in ROLES or (whose and not ID.fullmatch(whose)):
            raise ValueError(text)
        return cls(principal, role, whose or None)

    def command(self) -> GrantRole:
        named = "cadre_id" if self.role in ("cadre", "medical_reviewer") else "unit_id"
        said: dict[str, Any] = {"principal": self.principal, "role": self.role, "from": datetime.now(CHINA).date()}
        return GrantRole.model_validate(said | ({named: self.whose} if self.whose else {}))


def grant(url: str, signer: Signer, first: Iterable[First], on: str | None = None) -> dict[str, str]:
    """Grants and accounts; the first password of each principal. Raises Problem."""
    given = list(first)
    with Client({"registry": url}, signer.sign("taizhang", "instance", None, [BEGINNING])[0]) as client:
        for one in given:
            command = one.command()
            client.command("registry", command if on is None else command.model_copy(update={"from_": datetime.fromisoformat(on).date()}))
    return {name: _account(url, signer, name) for name in dict.fromkeys(one.principal for one in given)}


def _account(url: str, signer: Signer, principal: str) -> str:
    token = signer.sign("taizhang", "instance", None, ["operator"])[0]
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.post(f"{url}/accounts", json={"principal": principal}, headers=headers, timeout=30, trust_env=False)
    if answer.status_code != 201:
        raise problem_of(answer)
    return str(answer.json()["password"])


def run(first: list[str], output: str, url: str | None = None, key: Path | None = None) -> int:
    """Of the instance that runs on this machine; of another, its registry's `url` and the file of its signing key are named."""
    try:
        given = [First.read(text) for text in first]
    except ValueError as wrong:
        print(f"{wrong}：应为 账号:角色[:单位或干部编号] · expected PRINCIPAL:ROLE[:UNIT or CADRE]", file=sys.stderr)
        return USAGE
    if url is None:
        running = find()
        if running is None:
            print(
                "没有运行中的实例：请先运行 taizhang up，或以 --url 和 --key 指明 · no running instance: start one with taizhang up, "
                "or name one with --url and --key",
                file=sys.stderr,
            )
            return UNAVAILABLE
        url, key = running.urls["registry"], Path(running.data) / "token-key"
    if key is None:
        print("--url 还须 --key：签发密钥文件 · --url needs --key too, the file of the signing key", file=sys.stderr)
        return USAGE
    try:
        passwords = grant(url.removeprefix("registry=").rstrip("/"), Signer.read(key), given)
    except Problem as problem:
        print(f"{problem.code}: {problem.zh} · {problem.en}", file=sys.stderr)
        if problem.code in ("unknown-unit", "unknown-cadre"):
            print(
                "授权所指的单位或干部须先登记；登记后再运行同一命令 · a unit or cadre that a grant names is registered first; then the same command again",
                file=sys.stderr,
            )
        if problem.code == "unauthenticated":
            print(f"{key} 不是该实例的签发密钥 · is not the signing key of this instance", file=sys.stderr)
        return UNAVAILABLE if problem.unavailable else NEGATIVE
    except httpx.HTTPError:
        print(f"{url} 没有应答 · does not answer", file=sys.stderr)
        return UNAVAILABLE
    except OSError:
        print(f"无权读取签发密钥 {key}，或没有此文件 · the signing key {key} cannot be read, or is not there", file=sys.stderr)
        return UNAVAILABLE
    except (ValueError, IndexError):
        print(f"{key} 不是签发密钥 · is not a signing key", file=sys.stderr)
        return USAGE
    show(given, passwords, output)
    return OK


def show(given: Iterable[First], passwords: Mapping[str, str], output: str = "table") -> None:
    """Passwords are shown this once."""
    if output == "json":
        print(json.dumps({"accounts": [one._asdict() | {"first_password": passwords[one.principal]} for one in given]}))
        return
    table = Table("角色 · role")
    for heading in ("单位或干部 · for", "账号 · account", "初始密码 · first password"):
        table.add_column(heading, no_wrap=True)
    for one in given:
        table.add_row(one.role, one.whose or "", one.principal, passwords[one.principal])
    Console(file=sys.stdout).print(table)

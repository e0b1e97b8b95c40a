"""A token for tests that ask what is done, not who may: of a program on this machine that may be anybody, anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from services.kernel.tokens import Signer

EVERY_ROLE = ("section", "committee", "branch:*", "unit_head:*", "cadre:*", "medical_reviewer:*", "auditor", "operator")


def token(folder: Path) -> str:
    """Signed with the key of the instance in the folder."""
    return Signer.read(folder / "token-key").sign("local", "instance", None, EVERY_ROLE)[0]


def shown(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}", "Taizhang-Purpose": "review"}

"""What the console is told by its environment (`TAIZHANG_…`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from services.kernel.settings import Place


class Settings(Place):
    """`uploads`: a folder that only the console can read; what was uploaded is erased there after `upload_days`. `issuer` and `section`: in
    whose names decisions and explanations go out. No key and no password: the console does nothing in its own name."""

    uploads: Path
    upload_days: int = Field(default=7, ge=1, le=60)
    issuer: str = ""
    section: str = ""

    @property
    def urls(self) -> dict[str, str]:
        return {"registry": self.registry_url, "assignments": self.assignments_url, "compliance": self.compliance_url}

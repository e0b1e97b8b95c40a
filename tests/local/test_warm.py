"""A ledger that exists opens again and again: PostgreSQL is there at once, and nothing may count on its taking a while."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from services.local.supervisor import Taizhang
with Taizhang(Path(sys.argv[1])) as t:
    print(*sorted(t.urls))
"""


def test_opened_again_and_again(tmp_path: Path) -> None:
    for _ in range(3):
        ran = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path / "ledger")], capture_output=True, text=True, timeout=60)
        assert (ran.returncode, ran.stdout.split()) == (0, ["assignments", "compliance", "registry"]), ran.stderr

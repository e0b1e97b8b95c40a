"""`make fuzz`: requests made of the OpenAPI documents against everything running. SEED= chooses which, N= how many."""

from __future__ import annotations

import os
import secrets
import sys
import time

from services.local.folder import passing
from services.local.supervisor import Taizhang
from tests.everybody import EVERY_ROLE, shown
from tests.fuzz.campaign import Tally, fuzz

CASES = 20_000


def main() -> int:
    chosen = int(os.environ.get("SEED") or secrets.randbelow(2**31))
    cases = int(os.environ.get("N") or CASES)
    print(f"SEED={chosen} N={cases}", flush=True)
    tally, began = Tally(), time.monotonic()
    with passing() as folder, Taizhang(folder, console=True) as everything:
        fuzz(everything.urls, shown(everything.token_for(*EVERY_ROLE)), cases, chosen, tally, lambda text: print(f"  {text}", flush=True))
    print(f"{tally.put} requests in {time.monotonic() - began:.0f} s")
    print(f"{tally.passed} passed, {len(tally.wrong)} failed")
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

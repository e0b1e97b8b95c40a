"""Run as a module: a service that is imported first and told the rest when the database is ready.

    python -m services.local.child SERVICE

Importing takes most of a start, and PostgreSQL needs that time too. What it makes stays, so that the collector need not look at it. One
line of JSON on stdin is its environment; the end of stdin without one is the end. Whoever starts it waits for `/health/ready`."""

from __future__ import annotations

import gc
import json
import os
import sys


def main(service: str) -> None:
    import importlib

    gc.disable()
    app = importlib.import_module(f"services.{service}.app")
    from services.kernel.serving import serve

    gc.freeze()
    gc.enable()
    told = sys.stdin.readline()
    if not told:
        raise SystemExit(0)
    os.environ.update(json.loads(told))
    serve(app)


if __name__ == "__main__":
    main(sys.argv[1])

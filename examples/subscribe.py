"""Hears every fact of a service and proves by counting that none is missing. Needs nats-py, nothing of ours.
python examples/subscribe.py [SERVICE [LAST_POSITION [NATS_URL SERVICE_URL]]]; without URLs: the instance on this machine"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import nats.errors


def feed(owner: str, after: int) -> list[dict[str, Any]]:
    return list(json.load(urlopen(f"{owner}/feed?after={after}")))  # noqa: S310


async def main(service: str, last: str, bus: str, owner: str) -> None:
    nc = await nats.connect(bus, inbox_prefix=f"_INBOX_{urlsplit(bus).username}", max_reconnect_attempts=-1)
    live = await nc.subscribe(f"taizhang.{service}.>")
    at, heard = int(last), dict[str, Any]()  # keep the position with your own data, in the transaction that changes it
    while True:
        before, missing = at, not heard or int(heard["sequence"]) > at + 1
        for event in await asyncio.to_thread(feed, owner, at) if missing else [heard]:
            if int(event["sequence"]) == at + 1:
                at += 1
                print(at, event["type"], event["subject"], event["data"].get("outcome", event["data"].get("code", "")), flush=True)
        if heard and int(heard["sequence"]) > at == before:
            sys.exit(f"gap: nobody gives {service} {at + 1}")
        if at == before or (heard and int(heard["sequence"]) <= at):
            try:
                heard = json.loads((await live.next_msg(timeout=5)).data)
            except nats.errors.TimeoutError:  # what is restricted is in the feed only
                heard = {}


if __name__ == "__main__":
    service, last, *urls = [*sys.argv[1:], *["compliance", "0"][len(sys.argv) - 1 :]]
    if not urls:
        state = Path(os.environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser()
        instance = json.loads((state / "taizhang/instance.json").read_text())
        urls = [instance["nats_url"], instance["urls"][service]]
    asyncio.run(main(service, last, *urls))

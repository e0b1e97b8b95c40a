"""Hears every fact of a service that its token may hear, and proves by counting that none is missing. Needs nats-py, nothing of ours.
python examples/subscribe.py [SERVICE [LAST_POSITION [NATS_URL SERVICE_URL [SUBJECT…]]]]; without URLs: the instance on this machine"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import nats


def feed(owner: str, token: str, after: int) -> dict[int, Any]:
    """Events by position; None where one is withheld."""
    answer = urlopen(Request(f"{owner}/feed?after={after}", headers={"Authorization": f"Bearer {token}"}))  # noqa: S310
    runs = [run.split("-") for run in answer.headers.get("Taizhang-Withheld", "").split(",") if run]
    withheld = {n: None for run in runs for n in range(int(run[0]), int(run[-1]) + 1)}
    return withheld | {int(event["sequence"]): event for event in json.load(answer)}


async def main(service: str, last: str, bus: str, owner: str, *subjects: str) -> None:
    nc, heard = await nats.connect(bus, max_reconnect_attempts=-1), asyncio.Queue[Any]()
    for subject in subjects or [f"taizhang.{service}.>"]:
        await nc.subscribe(subject, cb=heard.put)
    at, newest, event, ask = (
        int(last),
        0,
        dict[str, Any](),
        True,
    )  # keep the position with your own data, in the transaction that changes it
    while True:
        known = await asyncio.to_thread(feed, owner, urlsplit(bus).password or "", at) if ask else {newest: event}
        if ask and at + 1 not in known and (known or newest > at):
            sys.exit(f"gap: nobody gives {service} {at + 1}")
        while at + 1 in known:
            at += 1
            if event := known[at]:
                print(at, event["type"], event["subject"], event["data"].get("outcome", event["data"].get("code", "")), flush=True)
        if not (ask and known):  # an empty page is the end of the log
            try:
                event = json.loads((await asyncio.wait_for(heard.get(), 5)).data)
                newest = int(event["sequence"])
                ask = newest > at + 1
            except TimeoutError:  # what is withheld may be the last
                ask = True


if __name__ == "__main__":
    service, last, *urls = [*sys.argv[1:], *["compliance", "0"][len(sys.argv) - 1 :]]
    if not urls:
        state = Path(os.environ.get("XDG_STATE_HOME", "~/.local/state")).expanduser()
        instance = json.loads((state / "taizhang/instance.json").read_text())
        urls = [instance["nats_url"], instance["urls"][service]]
    asyncio.run(main(service, last, *urls))

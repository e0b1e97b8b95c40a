"""The outsider's subscriber: reads from the beginning or from where it was, fills what the bus does not give, stops at a gap."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nats.aio.msg import Msg

from services.kernel.broker import Broker
from services.kernel.nkeys import claims
from services.kernel.relay import Relay
from services.local.nats import Nats
from tests.conftest import ISSUER
from tests.kernel.courier import a_log, fill, rows, running, until

EXAMPLE = Path(__file__).parents[2] / "examples" / "subscribe.py"


@contextmanager
def feed_of(dsn: str, lost: set[int]) -> Iterator[str]:
    class Feed(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            after = int(parse_qs(urlsplit(self.path).query)["after"][0])
            lines = [
                line
                for p, line in rows(dsn, "select position, line from log where position > %s order by 1 limit 4", after)
                if p not in lost
            ]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"[{','.join(lines)}]".encode())

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


async def let_in(message: Msg) -> None:
    """Anybody, to hear everything: who may is tested elsewhere."""
    asked = claims(message.data)["nats"]
    user, allowed = asked["user_nkey"], {"pub": {"deny": [">"]}, "sub": {"allow": ["taizhang.>"]}, "subs": -1, "data": -1, "payload": -1}
    jwt = ISSUER.sign({"sub": user, "aud": "$G", "name": "p-1/t-1/-", "nats": {"type": "user", "version": 2, **allowed}})
    said = {"type": "authorization_response", "version": 2, "jwt": jwt}
    await message.respond(ISSUER.sign({"sub": user, "aud": asked["server_id"]["id"], "nats": said}).encode())


def test_it_counts_and_stops_loudly(database: str, bus: Nats) -> None:
    lost = set[int]()

    async def story() -> None:
        with a_log(database) as log, feed_of(database, lost) as feed:
            fill(log, 1, 9)
            door = await Broker(bus.url("registry"), "registry").client()
            await door.subscribe("$SYS.REQ.USER.AUTH", cb=let_in)
            await door.flush()
            relay = Relay(database, Broker(bus.url("compliance"), "compliance"), "compliance", [bus.monitor_url])
            program = [sys.executable, str(EXAMPLE), "compliance", "2", bus.url("p-1", "token"), feed]
            pipe = asyncio.subprocess.PIPE
            example = await asyncio.create_subprocess_exec(*program, stdout=pipe, stderr=pipe)
            assert example.stdout and example.stderr
            try:
                async with asyncio.timeout(30):
                    said = [(await example.stdout.readline()).decode().split() for _ in range(3, 10)]
                    assert said == [[str(n), "taizhang.compliance.ExitTalkHeld.v1", f"C{n:04d}"] for n in range(3, 10)]
                    async with running(relay.run()):
                        await until(lambda: relay.position == 9)
                        await asyncio.to_thread(fill, log, 10, 20)
                        said = [(await example.stdout.readline()).decode().split() for _ in range(10, 21)]
                        assert [int(n) for n, *_ in said] == list(range(10, 21))
                    fill(log, 21, 21)
                    said = [(await example.stdout.readline()).decode().split()]
                    assert said[0][0] == "21", "nobody heard it on the bus"
                    lost.update(range(22, 25))
                    fill(log, 22, 25)
                    nc = await Broker(bus.url("compliance"), "compliance").client()
                    await nc.publish(
                        "taizhang.compliance.ExitTalkHeld.C0025", rows(database, "select line from log where position = 25")[0][0].encode()
                    )
                    assert (await example.stderr.read()).decode().strip() == "gap: nobody gives compliance 22"
                    assert await example.wait() == 1
                    await nc.close()
                    await door.close()
            finally:
                if example.returncode is None:
                    example.kill()

    asyncio.run(story())

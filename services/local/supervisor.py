"""Everything on this machine in one process tree: PostgreSQL, NATS, the databases' schemas, then the three services, and the console
where people are to use it.

    with Taizhang(folder) as t:
        httpx.get(t.urls["compliance"] + "/cadres/C0001/answer")

What dies is started again. A PostgreSQL or NATS from elsewhere is used when TAIZHANG_POSTGRES_URL (an account that may create roles
and databases) or TAIZHANG_NATS_URL is set."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from psycopg.conninfo import make_conninfo

from services.kernel.nkeys import Issuer
from services.kernel.tokens import Signer
from services.local import telling
from services.local.folder import Folder
from services.local.instance import Instance, of_this_process
from services.local.keeping import Interrupted, Keeper, Part
from services.local.nats import READS, Nats
from services.local.postgres import Postgres
from services.local.process import free_ports
from services.local.progress import Say, silent
from services.local.service import Service

READY = 60.0
Before = Callable[["Taizhang"], None]


class Taizhang:
    """`clock`: a clock file (demo and tests). `before`: called when the schemas are there and no service serves yet.
    `programs` stand in for services in tests of the supervisor; no schema is made for those. `console`: also what people use in front
    of the services."""

    def __init__(
        self,
        data: Path,
        clock: Path | None = None,
        say: Say = silent,
        before: Before | None = None,
        programs: Mapping[str, Sequence[str]] | None = None,
        console: bool = False,
    ) -> None:
        self.folder = Folder(data)
        self.data, self.say = self.folder.path, say
        self.clock, self._before = clock, before
        secrets, log = self.folder.secrets, self.folder.log
        self.service_token = secrets["token"]
        self.token = self.token_for("section", "operator")
        self._postgres_url, self._nats_url = os.environ.get("TAIZHANG_POSTGRES_URL"), os.environ.get("TAIZHANG_NATS_URL")
        self.postgres = Postgres(self.folder.postgres, secrets["postgres/postgres"], log=log("postgres"))
        users = {name.removeprefix("nats/"): secret for name, secret in secrets.items() if name.startswith("nats/")}
        issuer = Issuer(Signer.read(self.folder.token_signing_key).seed)
        self.nats = Nats(self.folder.nats, users, issuer.name, log=log("nats"))
        self._real = programs is None
        names = list(READS) if programs is None else list(programs)
        *ports, last = free_ports(len(names) + 1)
        self.services = {
            name: Service(
                name, port, self.data, log(name), partial(telling.of_service, self, name), () if programs is None else programs[name]
            )
            for name, port in zip(names, ports, strict=True)
        }
        self.console = Service("console", last, self.data, log("console"), self._told_to_console) if console else None
        self._imported = Event()
        """Two threads that import the same modules at once see them half made: the keeper waits for the other."""
        self._keeper = Keeper(self._begin, say)

    def __enter__(self) -> Self:
        self._keeper.start()
        try:
            if self._real:  # while PostgreSQL initialises: the schemas' statements are in the services
                for name in self.services:
                    importlib.import_module(f"services.{name}.app")
            self._imported.set()
            self._keeper.begun.wait()
        except BaseException:
            self.stop()
            raise
        if self._keeper.error:
            self.stop()
            raise self._keeper.error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """Services, then NATS, then PostgreSQL. Asked again meanwhile (Ctrl-C), services are not waited for."""
        self._keeper.stop()
        for service in self._processes:
            service.ask_to_end()
        while self._keeper.ident is not None and not self._keeper.ended.is_set():
            try:
                self._keeper.ended.wait()
            except KeyboardInterrupt:
                self._keeper.hurry.set()
                for service in self._processes:
                    service.ask_to_end(at_once=True)
        self.folder.close()

    def wait(self) -> None:
        """Until it ends by itself, which it does only when something is broken beyond a restart."""
        self._keeper.ended.wait()
        if self._keeper.error:
            raise self._keeper.error

    def _told_to_console(self) -> dict[str, str]:
        assert self.console
        return telling.of_console(self, self.console)

    @property
    def _processes(self) -> list[Service]:
        return [*self.services.values(), *([self.console] if self.console else [])]

    @property
    def urls(self) -> dict[str, str]:
        return {service.name: service.url for service in self._processes}

    @property
    def admin_dsn(self) -> str:
        return self._postgres_url or self.postgres.dsn()

    @cached_property
    def nats_url(self) -> str:
        """A subscriber's, who hears the open events; of a NATS from elsewhere without its token."""
        return self._nats_url or self.nats.url("local", self.token_for("subscriber"))

    @property
    def monitor_url(self) -> str:
        """Of NATS; from elsewhere at the usual port, unless TAIZHANG_NATS_MONITOR says otherwise."""
        if not self._nats_url:
            return self.nats.monitor_url
        hosts = [urlsplit(url.strip()).hostname for url in self._nats_url.split(",")]
        return os.environ.get("TAIZHANG_NATS_MONITOR") or ",".join(f"http://{host}:8222" for host in hosts)

    @cached_property
    def instance(self) -> Instance:
        return of_this_process(self.urls, self.token, self.nats_url, self.data, self.monitor_url, self.admin_dsn)

    def token_for(self, *roles: str) -> str:
        """A token of this instance for a program on this machine, in these roles (`section`, `branch:U01`). It ends with the key."""
        return Signer.read(self.folder.token_signing_key).sign("local", "instance", None, roles)[0]

    def pid(self, name: str) -> int | None:
        """Of `postgres`, `nats` or a service; None when it is not running."""
        return self._part(name).pid

    def restart(self, name: str, timeout: float = READY) -> None:
        """In order; a service is ready again when this returns."""
        self._keeper.restart(self._part(name)).result(timeout)
        self.wait_ready(name, timeout)

    def wait_ready(self, name: str, timeout: float = READY) -> None:
        for service in self._processes:
            if service.name == name:
                service.wait_ready(timeout, alive=False)

    def database(self, service: str) -> str:
        """DSN of a service's database as the administrator."""
        return make_conninfo(self.admin_dsn, dbname=service)

    def _part(self, name: str) -> Part:
        parts: dict[str, Part] = {"postgres": self.postgres, "nats": self.nats, **{p.name: p for p in self._processes}}
        return parts[name]

    def _begin(self, keeper: Keeper) -> None:
        self.folder.set_aside_logs()
        keeper.parts += [] if self._postgres_url else [self.postgres]
        keeper.parts += [] if self._nats_url else [self.nats]
        for service in self.services.values():
            keeper.parts.append(service)
            service.prepare()
        if not self._nats_url:
            self.nats.start()
            self.say("NATS 已就绪", "NATS is ready")
        keeper.check()
        if not self._postgres_url:
            self.postgres.start()
            self.say("PostgreSQL 已就绪", "PostgreSQL is ready")
        keeper.check()
        if self._real:
            self._migrate(keeper.check)
        if self._before:
            self._before(self)
        for service in self.services.values():
            keeper.check()
            service.start()
        for service in self.services.values():
            service.wait_ready(READY, keeper.check)
            self.say(f"{service.name} 已就绪 {service.url}", f"{service.name} is ready")
        if self.console:
            keeper.parts.append(self.console)
            self.console.start()
        for service in self._processes:  # one that was ready first may have missed the streams of the others
            service.wait_ready(READY, keeper.check)
        if self.console:
            self.say(f"console 已就绪 {self.console.url}", "console is ready")

    def _migrate(self, check: Callable[[], None]) -> None:
        while not self._imported.wait(0.02):
            check()
        from services.kernel.schema import migrate

        for name in self.services:
            check()
            ddl: str = importlib.import_module(f"services.{name}.app").DDL
            migrate(self.admin_dsn, name, self.folder.secrets[f"postgres/{name}"], ddl)
        self.say("数据库结构已就绪", "the databases have their schemas")


@contextmanager
def ending_signals() -> Iterator[None]:
    """SIGTERM and a closed terminal end us as Ctrl-C does, and Ctrl-C does even where a shell's `&` has it ignored. To be used in the
    main thread."""
    taken = {s: signal.signal(s, _interrupt) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for s, handler in taken.items():
            signal.signal(s, handler)


def _interrupt(number: int, _: object) -> None:
    raise KeyboardInterrupt


__all__ = ["Interrupted", "Taizhang", "ending_signals"]

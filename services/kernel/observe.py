"""What a service says about itself: JSON lines on stdout and metrics. Names of events, codes and positions; never a value that
somebody sent, never the text of an error that may hold one."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


def configure_logging(level: str, service: str) -> None:
    """structlog and the standard library alike: one JSON object a line, on stdout."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(service),
        _without_error_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.getLevelNamesMapping()[level.upper()]
    for chatty in ("httpx", "httpcore", "nats", "psycopg.pool"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _named(service: str) -> Any:
    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"] = service
        return event

    return add


def _without_error_text(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception is named by its type and place."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        from services.kernel.problem import where

        event["error"], event["where"] = type(error).__name__, where(error)
    event.pop("stack_info", None)
    return event


class Metrics:
    """Of one service process. Labels are commands, outcomes (refusal codes) and services: nothing about people."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.commands = Counter("taizhang_commands", "Commands by outcome", ["command", "outcome"], registry=self.registry)
        self.seconds = Histogram(
            "taizhang_command_seconds",
            "Time from request to answer of a command",
            registry=self.registry,
            buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
        )
        self.log_position = Gauge("taizhang_log_position", "Position of the last fact in the log", registry=self.registry)
        self.relay_position = Gauge("taizhang_relay_position", "Position of the last fact on the bus", registry=self.registry)
        self.relay_lag = Gauge("taizhang_relay_lag", "Facts that are not on the bus yet", registry=self.registry)
        self.relay_active = Gauge("taizhang_relay_active", "1 in the process that publishes", registry=self.registry)
        self.follower_position = Gauge(
            "taizhang_follower_position", "Position up to which facts were followed", ["source"], registry=self.registry
        )
        self.follower_lag = Gauge("taizhang_follower_lag", "Facts known to wait", ["source"], registry=self.registry)
        self.parked = Gauge("taizhang_parked_subjects", "Subjects with a fact that could not be processed", registry=self.registry)
        self.up = Gauge("taizhang_part_up", "1 when the part is as it must be", ["part"], registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)

"""`taizhang replay`: what was found on stdout, how far it is on stderr."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import httpx

from services.client import Client
from services.problems import Problem
from services.replay.logs import Logs
from services.replay.replaying import Moving, Replay

EQUAL, DIFFERENT, UNAVAILABLE = 0, 1, 5


def run(history: bool, sample: int | None, output: str, urls: Mapping[str, str], token: str) -> int:
    """0 when all is equal, 1 when not, 5 when a service is not there. `sample`: of the published answers so many."""
    try:
        with Client(urls, token, in_flight=1) as client, Logs(client) as logs:
            replay = Replay(client, logs, _say)
            replay.standing()
            if history or sample is not None:
                replay.published(sample)
    except Moving:
        _say(
            "记录不断增加，无法在同一位置比较；请稍后再试", "so much is being recorded that no position could be compared: try again later"
        )
        return UNAVAILABLE
    except (Problem, httpx.HTTPError) as trouble:
        _say(*((trouble.zh, trouble.en) if isinstance(trouble, Problem) else ("服务没有应答", "a service does not answer")))
        return UNAVAILABLE
    sys.stdout.write(replay.report.shown(output))
    sys.stdout.flush()
    if replay.report.differences:
        _say("重建结果与现有答案不一致", "what was rebuilt is not what the instance has")
        return DIFFERENT
    _say("全部一致", "all is equal")
    return EQUAL


def _say(zh: str, en: str) -> None:
    print(f"{zh} · {en}", file=sys.stderr, flush=True)

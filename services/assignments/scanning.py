"""The quarantine: each file that was uploaded is given to a scanner, a program that reads it and says by its exit whether it is clean."""

from __future__ import annotations

import asyncio
import os
import shlex
from datetime import timedelta

import structlog

from services.assignments.attachments import Attachment, Attachments
from services.kernel import problem
from services.kernel.refusal import Refused

EVERY = 0.5
AGAIN = timedelta(seconds=30)
PATIENCE = 120.0
"""Seconds between looks; how long after a scanner gave no verdict it is asked again; and how many seconds it may take."""
VERDICTS = {0: "clean", 1: "refused"}
"""As clamdscan exits. Anything else is no verdict."""

log = structlog.get_logger(__name__)


class Scanning:
    """`command`: words of a shell, run without one and with nothing of this service's environment but its path."""

    def __init__(self, attachments: Attachments, command: str) -> None:
        self.attachments, self.command = attachments, shlex.split(command)

    async def run(self) -> None:
        """For ever."""
        while True:
            try:
                while (one := await self.attachments.next(AGAIN)) is not None:
                    await self._one(one)
            except problem.DATABASE as trouble:
                log.warning("nothing in quarantine was looked at", trouble=type(trouble).__name__)
            await asyncio.sleep(EVERY)

    async def _one(self, one: Attachment) -> None:
        try:
            data = await self.attachments.content(one)
        except Refused:  # its key is gone, and so is the file
            await self.attachments.erase(one.cadre_id, one.evidence_id)
            return
        code = await self._exit(data)
        if code in VERDICTS:
            await self.attachments.judge(one, VERDICTS[code])
        log.info("scanned", exit=code, verdict=VERDICTS.get(code, "none yet"))

    async def _exit(self, data: bytes) -> int:
        """Of the scanner; -1 where it cannot be started or takes too long."""
        quiet = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.PIPE, stdout=quiet, stderr=quiet, env={"PATH": os.environ.get("PATH", os.defpath)}
            )
        except OSError as trouble:
            log.warning("the scanner cannot be started", trouble=type(trouble).__name__)
            return -1
        try:
            await asyncio.wait_for(process.communicate(data), PATIENCE)
        except TimeoutError:
            log.warning("the scanner takes too long")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return await process.wait()

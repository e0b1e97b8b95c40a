"""Long work is done one piece at a time; whoever would wait too long is told at once."""

from __future__ import annotations

import asyncio

import pytest

from services.compliance.turns import Turns
from services.kernel.refusal import Refused


def test_one_at_a_time_a_few_wait_and_others_are_refused() -> None:
    async def story() -> None:
        turns, done, most = Turns(2, "explanation-busy"), asyncio.Event(), list[int]()
        working = 0

        async def work() -> None:
            nonlocal working
            async with turns.mine():
                working += 1
                most.append(working)
                await done.wait()
                working -= 1

        under_way = [asyncio.create_task(work()) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Refused) as refusal:
            await work()
        assert (refusal.value.code, refusal.value.status) == ("explanation-busy", 503)
        under_way.pop().cancel()
        await asyncio.sleep(0)
        under_way.append(asyncio.create_task(work()))  # whoever leaves makes room
        await asyncio.sleep(0)
        done.set()
        await asyncio.gather(*under_way)
        assert most == [1, 1, 1]
        await work()

    asyncio.run(story())

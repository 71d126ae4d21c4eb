"""A task's work, broken off when its time is over or its worker ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

END_SEEN_WITHIN_SECONDS = 0.2


def ran_in_time(work: Coroutine[Any, Any, None], ends: Callable[[], bool], let_go: Callable[[], object]) -> bool:
    """Whether work came to its end or, since its worker `ends`, was broken off and its claims let go.

    Of work that took too long, what is done is done.
    """
    try:
        asyncio.run(work)
    except TimeoutError:
        if not ends():
            return False
        let_go()
    return True


@asynccontextmanager
async def in_time(limit: timedelta, ends: Callable[[], bool]) -> AsyncIterator[None]:
    """As long as work may last, and no longer than its worker, which `ends`.

    Celery's soft limit would rise in whichever coroutine runs, and be taken for one feed's mistake.

    Raises:
        TimeoutError: when that is over.
    """
    async with asyncio.timeout(limit.total_seconds()) as timeout:
        watching = asyncio.create_task(_end_with_the_worker(timeout, ends))
        try:
            yield
        finally:
            watching.cancel()


async def _end_with_the_worker(timeout: asyncio.Timeout, ends: Callable[[], bool]) -> None:
    while not ends():
        await asyncio.sleep(END_SEEN_WITHIN_SECONDS)
    timeout.reschedule(asyncio.get_running_loop().time())

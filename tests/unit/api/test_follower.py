"""The log is looked at while requests come, one look at a time, and nobody waits long for it."""

import asyncio
import threading

import pytest
from sqlalchemy.exc import OperationalError

from api import hot_reads
from api.hot_reads import Follower, Last


def test_requests_that_come_together_wait_for_one_look() -> None:
    looks: list[int] = []

    async def many() -> list[bool]:
        follower = Follower(lambda: looks.append(1))
        return await asyncio.gather(*(follower.may_send() for _ in range(20)))

    assert all(asyncio.run(many()))
    assert len(looks) == 1


def test_a_look_that_hangs_is_waited_for_once_and_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_reads, "WAITED_SECONDS", 0.01)
    go_on = threading.Event()

    def hang() -> None:
        assert go_on.wait(30)

    async def asked() -> tuple[bool, Last, bool]:
        follower = Follower(hang)
        first = await follower.may_send(), follower.last
        go_on.set()
        while not await follower.may_send():
            await asyncio.sleep(0)
        return *first, follower.last is Last.WELL

    assert asyncio.run(asked()) == (False, Last.LATE, True)


@pytest.mark.parametrize("error", [OperationalError("SELECT", {}, Exception("gone")), ValueError("unforeseen")])
def test_a_look_that_fails_sends_nothing_that_was_never_known(error: Exception) -> None:
    def fail() -> None:
        raise error

    async def asked() -> tuple[bool, Last]:
        follower = Follower(fail)
        return await follower.may_send(), follower.last

    assert asyncio.run(asked()) == (False, Last.FAILED)

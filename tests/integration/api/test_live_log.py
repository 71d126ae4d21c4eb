"""The log in memory, as those who follow it ask for it."""

import asyncio
import threading

from sqlalchemy import Engine, delete

from api.live_log import PAGE, LiveLog
from api.stream import HEARTBEAT_SECONDS
from cluster.change import Change
from cluster.change_log import Span, Wanted
from cluster.change_log_store import ChangeLogStore
from cluster.tables import changes
from storage.engine import writing
from tests.ending import PATIENCE_SECONDS
from tests.integration.api.seeding import add_changes, seed_many

ALL = Wanted()


def render(change: Change) -> bytes:
    return str(change.seq).encode()


class Held(ChangeLogStore):
    """A database that is slow to say how far its log goes."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.may_answer = threading.Event()

    def span(self) -> Span:
        assert threading.current_thread() is threading.main_thread() or self.may_answer.wait(PATIENCE_SECONDS)
        return super().span()


def test_a_change_between_the_first_look_and_the_watch_is_not_slept_through(engine: Engine) -> None:
    (event_id,) = seed_many(engine, 1)
    store = Held(engine)
    begin = store.span().newest

    async def follow() -> list[bytes]:
        live = LiveLog(store, render)
        with live.followed():
            asleep = asyncio.create_task(live.grown(begin, 10 * PATIENCE_SECONDS))
            await asyncio.sleep(0)
            await asyncio.to_thread(add_changes, engine, event_id, 1)
            store.may_answer.set()
            await asyncio.wait_for(asleep, PATIENCE_SECONDS)
            await asyncio.wait_for(live.grown(begin, 10 * PATIENCE_SECONDS), PATIENCE_SECONDS)
            return list((await live.after(begin, ALL)).sent)

    assert asyncio.run(follow()) == [str(begin + 1).encode()]


def test_a_log_that_is_set_back_before_the_first_look_sends_away_who_was_given_more_of_it(engine: Engine) -> None:
    (event_id,) = seed_many(engine, 1)
    store = ChangeLogStore(engine)
    begin = store.span().newest
    add_changes(engine, event_id, 1)

    async def follow() -> tuple[int, int]:
        live = LiveLog(store, render)
        reached = (await live.after(begin, ALL)).reached
        with writing(engine) as connection:
            connection.execute(delete(changes).where(changes.c.seq == reached))
        with live.followed():
            await asyncio.wait_for(live.grown(reached, 10 * PATIENCE_SECONDS), PATIENCE_SECONDS)
            return reached, live.times_set_back

    assert asyncio.run(follow()) == (begin + 1, 1)


def test_a_look_that_fails_as_nobody_foresaw_hides_no_change_and_is_not_the_last(engine: Engine) -> None:
    event_ids = seed_many(engine, 2)
    store = ChangeLogStore(engine)
    begin, broken = store.span().newest, [True]

    def render_but_once(change: Change) -> bytes:
        if broken.pop() if broken else False:
            raise ValueError
        return render(change)

    async def hear_of(event_id: str, live: LiveLog, position: int) -> list[bytes]:
        asleep = asyncio.create_task(live.grown(position, 10 * HEARTBEAT_SECONDS))
        await asyncio.sleep(0)
        await asyncio.to_thread(add_changes, engine, event_id, 1)
        await asleep
        while not (found := await live.after(position, ALL)).sent:
            await live.grown(position, 10 * HEARTBEAT_SECONDS)
        return list(found.sent)

    async def follow() -> list[bytes]:
        live = LiveLog(store, render_but_once)
        with live.followed():
            async with asyncio.timeout(PATIENCE_SECONDS):
                while live._complete_from is None:
                    await live.grown(begin, 0.05)
            heard = list[bytes]()
            for number, event_id in enumerate(event_ids):
                heard += await asyncio.wait_for(hear_of(event_id, live, begin + number), HEARTBEAT_SECONDS / 2)
            return heard

    assert asyncio.run(follow()) == [str(begin + 1).encode(), str(begin + 2).encode()]
    assert broken == []


def test_of_the_past_only_what_is_wanted_is_rendered_and_other_events_take_no_page(engine: Engine) -> None:
    first, second = seed_many(engine, 2)
    add_changes(engine, first, 2 * PAGE)
    rendered = list[int]()

    def count(change: Change) -> bytes:
        rendered.append(change.seq)
        return render(change)

    async def read(wanted: Wanted) -> tuple[int, int]:
        live, position, pages = LiveLog(ChangeLogStore(engine), count), 0, 0
        while (found := await live.after(position, wanted)).reached > position:
            position, pages = found.reached, pages + 1
        return position, pages

    newest = ChangeLogStore(engine).span().newest
    assert asyncio.run(read(Wanted(event_id=second))) == (newest, 1)
    of_second = len(rendered)
    assert asyncio.run(read(Wanted(asset="DOGE"))) == (newest, 3)

    assert 0 < of_second == len(rendered) < 5

"""Webhooks as a worker serves them, to real receivers of every kind."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, event
from sqlalchemy.exc import OperationalError
from standardwebhooks.webhooks import WebhookVerificationError

from api.key_store import KeyStore
from api.scopes import Scope
from api.webhooks import delivering
from api.webhooks.delivering import AT_ONCE, CLAIM_LASTS, PAGE, WORKS_FOR, Courier, claim_due, fetcher_of
from api.webhooks.retrying import RETRY_AFTER
from api.webhooks.signing import new_secret
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Delivery, Disabled, Webhook
from cluster.change_log import Wanted
from cluster.change_log_store import ChangeLogStore
from cluster.changes import change_events
from cluster.event import ChangeType
from cluster.tables import event_tags
from ingest.outcome import Outcome
from storage.engine import writing
from storage.ids import new_id
from tests.ending import PATIENCE_SECONDS
from tests.integration.api.receiver import Received, in_turn, receiver, status, taken_after
from tests.integration.api.seeding import add_changes, migrated, seed_event, seed_many, settings_in
from tests.unit.api.builders import make_full_event

SECOND = timedelta(seconds=1)


class Hand:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


def key_id(engine: Engine, name: str = "ada") -> str:
    token = KeyStore(engine).create(name, [Scope.WEBHOOKS], datetime.now(UTC))
    assert token is not None
    key = KeyStore(engine).find(token, datetime.now(UTC))
    assert key is not None
    return key.id


def hook(engine: Engine, key: str, url: str, only: Wanted | None = None, seq: int = 0) -> Webhook:
    """A webhook that begins behind a place in the log."""
    secret, now = new_secret(), datetime.now(UTC)
    made = Webhook(new_id("whk"), key, url, only or Wanted(), secret, None, None, now, seq)
    assert WebhookStore(engine).add(made, at_most=AT_ONCE)
    return made


def work(engine: Engine, hand: Callable[[], datetime], allow: Sequence[str]) -> int:
    """What a worker does when it is nudged; how many webhooks it had claimed."""
    claimed = claim_due(WebhookStore(engine), ChangeLogStore(engine), hand())
    deliver(engine, hand, allow, claimed)
    return len(claimed)


def deliver(engine: Engine, hand: Callable[[], datetime], allow: Sequence[str], claimed: Sequence[Webhook]) -> None:
    """What it does with those that it has claimed."""

    async def run() -> None:
        fetcher = fetcher_of(allow, "Tester/1")
        try:
            await Courier(WebhookStore(engine), ChangeLogStore(engine), fetcher, hand).deliver(claimed)
        finally:
            await fetcher.aclose()

    asyncio.run(run())


def now_of(engine: Engine, webhook: Webhook) -> Webhook:
    found = WebhookStore(engine).get(webhook.key_id, webhook.id)
    assert found is not None
    return found


def tries(engine: Engine, webhook: Webhook) -> list[Delivery]:
    """Oldest first."""
    return [one for _, one in reversed(WebhookStore(engine).deliveries(webhook.id, 100))]


def lock(engine: Engine, event_id: str, locked: bool = True) -> int:
    with change_events(engine, by="Ada", at=datetime.now(UTC)) as ledger:
        ledger.lock(event_id, locked)
        return ledger.seq


def test_every_change_arrives_once_signed_and_in_order(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 3)
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        assert work(engine, hand, [app.address]) == 1
        assert work(engine, hand, [app.address]) == 0

    newest = ChangeLogStore(engine).span().newest
    assert app.seqs == list(range(1, newest + 1))
    body = app.got[0].verified(webhook.secret)
    assert (body["type"], body["data"]["came"], body["data"]["by"]) == ("event.created", ["art_00"], "placing")
    assert body["timestamp"] == body["data"]["at"]
    assert len({one.headers["webhook-id"] for one in app.got}) == newest
    assert app.got[0].headers["user-agent"] == "Tester/1"
    with pytest.raises(WebhookVerificationError):
        app.got[0].verified(new_secret())
    assert now_of(engine, webhook).seq == newest
    assert [(one.outcome, one.status, one.attempt) for one in tries(engine, webhook)] == [(Outcome.OK, 204, 1)] * newest


def test_what_fails_is_sent_again_as_it_was_and_before_all_that_follows(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver(in_turn(status(500), status(503), status(204))) as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])
        first = now_of(engine, webhook)
        assert (first.attempts, first.failing_since, first.next_try_at) == (1, hand.now, hand.now + RETRY_AFTER[0])
        assert work(engine, hand, [app.address]) == 0
        for waited in (RETRY_AFTER[0], RETRY_AFTER[1]):
            hand.now += waited
            assert work(engine, hand, [app.address]) == 1

    assert app.seqs == [1, 1, 1, 2]
    assert len({(one.headers["webhook-id"], one.body) for one in app.got[:3]}) == 1
    assert len({one.headers["webhook-timestamp"] for one in app.got[:3]}) == 3
    well = now_of(engine, webhook)
    assert (well.seq, well.attempts, well.failing_since, well.next_try_at) == (2, 0, None, None)
    assert [one.attempt for one in tries(engine, webhook)] == [1, 2, 3, 1]


def test_after_three_days_of_failing_nothing_is_sent_until_it_is_enabled(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver(status(500)) as app:
        webhook = hook(engine, key_id(engine), app.url)
        began_at = hand.now
        for waited in (timedelta(0), *RETRY_AFTER):
            hand.now += waited
            assert work(engine, hand, [app.address]) == 1
        failed = now_of(engine, webhook)
        assert hand.now - began_at > timedelta(days=3)
        assert (failed.disabled, failed.disabled_at, failed.failing_since) == (Disabled.FAILING, hand.now, began_at)
        hand.now += timedelta(days=30)
        assert work(engine, hand, [app.address]) == 0
        app.answer = status(200)
        WebhookStore(engine).enable(webhook.key_id, webhook.id, None)
        assert work(engine, hand, [app.address]) == 1

    assert app.seqs == [1] * 11 + [2]
    assert now_of(engine, webhook).disabled is None


def test_who_says_that_it_is_gone_is_asked_no_more(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver(status(410)) as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])
        assert work(engine, hand, [app.address]) == 0

    assert now_of(engine, webhook).disabled is Disabled.GONE
    assert app.seqs == [1]


def endless(handler: BaseHTTPRequestHandler, _: Received) -> None:
    """Takes the message, and answers with more than anybody wants to read."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x" * 65536)


def test_of_an_answer_no_more_than_its_status_is_read(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver(endless) as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])

    assert [one.outcome for one in tries(engine, webhook)] == [Outcome.OK, Outcome.OK]


def test_a_redirect_is_not_followed_and_a_private_address_not_connected_to(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    key = key_id(engine)
    with receiver() as inside, receiver(status(307, location=inside.url)) as app:
        redirected, private = hook(engine, key, app.url), hook(engine, key, inside.url)
        named = hook(engine, key, f"http://localhost:{inside.port}/hook")
        work(engine, hand, [app.address])

    assert [(one.outcome, one.status) for one in tries(engine, redirected)] == [(Outcome.REDIRECTED, 307)]
    assert [(one.outcome, one.status) for one in tries(engine, private)] == [(Outcome.REFUSED_ADDRESS, None)]
    assert [(one.outcome, one.status) for one in tries(engine, named)] == [(Outcome.REFUSED_ADDRESS, None)]
    assert inside.got == []


def test_nobody_waits_for_another_ones_slow_receiver(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 4)
    key, newest = key_id(engine), ChangeLogStore(engine).span().newest
    all_there = threading.Event()

    def count(handler: BaseHTTPRequestHandler, received: Received) -> None:
        status(204)(handler, received)
        if len(quick.got) == newest:
            all_there.set()

    with receiver(taken_after(all_there)) as slow, receiver(count) as quick:
        hook(engine, key, slow.url)
        hook(engine, key, quick.url)
        work(engine, hand, [slow.address, quick.address])

    assert slow.seqs == quick.seqs == list(range(1, newest + 1))


def test_so_many_slow_receivers_leave_a_connection_for_each_webhook(tmp_path: Path, hand: Hand) -> None:
    engine = migrated(settings_in(tmp_path))
    seed_many(engine, 1)
    key, are_there = key_id(engine), threading.Barrier(AT_ONCE)

    def wait_for_all(handler: BaseHTTPRequestHandler, received: Received) -> None:
        if received.data["seq"] == 1:
            are_there.wait(PATIENCE_SECONDS)
        status(204)(handler, received)

    with receiver(wait_for_all) as app:
        hooks = [hook(engine, key, app.url) for _ in range(AT_ONCE)]
        work(engine, hand, [app.address])

    assert {tries(engine, one)[0].outcome for one in hooks} == {Outcome.OK}
    engine.dispose()


def test_a_database_that_fails_for_one_webhook_ends_no_other(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 2)
    key, newest = key_id(engine), ChangeLogStore(engine).span().newest
    is_lost = threading.Event()

    with receiver() as lost_app, receiver(taken_after(is_lost)) as app:
        lost, kept = hook(engine, key, lost_app.url), hook(engine, key, app.url)

        @event.listens_for(engine, "before_cursor_execute")
        def lose(_: object, __: object, statement: str, parameters: object, *___: object) -> None:
            if statement.startswith("INSERT INTO deliveries") and lost.id in str(parameters):
                is_lost.set()
                raise OperationalError(statement, None, ConnectionError())

        work(engine, hand, [lost_app.address, app.address])
        event.remove(engine, "before_cursor_execute", lose)
        hand.now += CLAIM_LASTS
        assert work(engine, hand, [lost_app.address, app.address]) == 1

    assert app.seqs == list(range(1, newest + 1))
    assert lost_app.seqs == [1, *range(1, newest + 1)]
    assert now_of(engine, kept).seq == now_of(engine, lost).seq == newest


def test_who_does_not_answer_in_time_has_not_taken_it(
    engine: Engine, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed_many(engine, 1)
    monkeypatch.setattr(delivering, "ANSWERED_WITHIN", timedelta(milliseconds=200))
    hung_up = threading.Event()

    def hold(_: BaseHTTPRequestHandler, __: Received) -> None:
        hung_up.wait(PATIENCE_SECONDS)

    with receiver(hold) as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])
        hung_up.set()

    assert [(one.outcome, one.status) for one in tries(engine, webhook)] == [(Outcome.TIMEOUT, None)]


def test_only_what_is_wanted_is_sent_and_the_rest_is_passed_for_good(engine: Engine, hand: Hand) -> None:
    seed_event(engine, make_full_event())
    (other,) = seed_many(engine, 1)
    key = key_id(engine)
    locked = frozenset({ChangeType.LOCKED})
    with receiver() as app:
        first, second = lock(engine, "evt_1"), lock(engine, other)
        webhook = hook(engine, key, app.url, Wanted(types=locked, asset="BTC"))
        nothing = hook(engine, key, app.url, Wanted(asset="DOGE"))
        work(engine, hand, [app.address])

    assert app.seqs == [first, second]
    assert now_of(engine, webhook).seq == now_of(engine, nothing).seq == second


def test_a_filter_that_fits_nothing_is_passed_page_by_page_outside_of_the_loop_that_serves_the_others(
    engine: Engine, hand: Hand
) -> None:
    (event_id,) = seed_many(engine, 1)
    add_changes(engine, event_id, 3 * PAGE)
    key, newest = key_id(engine), ChangeLogStore(engine).span().newest
    statements, in_loop = list[str](), list[str]()
    with receiver() as app:
        rare = hook(engine, key, app.url, Wanted(types=frozenset({ChangeType.CREATED})))
        never = hook(engine, key, app.url, Wanted(asset="DOGE"))
        claimed = claim_due(WebhookStore(engine), ChangeLogStore(engine), hand())

        @event.listens_for(engine, "before_cursor_execute")
        def look(_: object, __: object, statement: str, *___: object) -> None:
            statements.append(statement)
            if threading.current_thread() is threading.main_thread():
                in_loop.append(statement)

        deliver(engine, hand, [app.address], claimed)
        event.remove(engine, "before_cursor_execute", look)

    assert app.seqs == [1]
    assert now_of(engine, rare).seq == now_of(engine, never).seq == newest
    assert in_loop == []
    assert sum("FROM changes" in one and "type" in one.partition("WHERE")[2] for one in statements) == 2
    assert sum(one.startswith("UPDATE webhooks SET seq") for one in statements) >= 3 + 2


def test_who_is_far_behind_keeps_the_place_it_got_to_when_its_time_is_over(engine: Engine, hand: Hand) -> None:
    (event_id,) = seed_many(engine, 1)
    add_changes(engine, event_id, 3 * PAGE)
    newest = ChangeLogStore(engine).span().newest
    never = hook(engine, key_id(engine), "http://127.0.0.1:9/", Wanted(asset="DOGE"))

    def running() -> datetime:
        hand.now += WORKS_FOR / 4
        return hand.now

    places = [now_of(engine, never).seq for _ in range(4) if work(engine, running, [])]

    assert places == sorted(set(places))
    assert 0 < places[0] < places[-1] == newest


def test_a_worker_whose_claim_ran_out_sends_nothing_more(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 2)
    newest = ChangeLogStore(engine).span().newest
    with receiver() as app:
        hook(engine, key_id(engine), app.url)
        late = claim_due(WebhookStore(engine), ChangeLogStore(engine), hand())
        hand.now += CLAIM_LASTS
        deliver(engine, hand, [app.address], late)
        assert app.seqs == []
        work(engine, hand, [app.address])
        deliver(engine, hand, [app.address], late)

    assert app.seqs == list(range(1, newest + 1))


def test_a_message_that_was_tried_is_sent_again_whatever_its_event_is_about_by_then(engine: Engine, hand: Hand) -> None:
    (other,) = seed_many(engine, 1)
    seed_event(engine, make_full_event())
    first, second = lock(engine, "evt_1"), lock(engine, "evt_1", False)
    locks = frozenset({ChangeType.LOCKED, ChangeType.UNLOCKED})
    with receiver(in_turn(status(500), status(204))) as app:
        webhook = hook(engine, key_id(engine), app.url, Wanted(types=locks, asset="BTC"))
        work(engine, hand, [app.address])
        assert (now_of(engine, webhook).seq, now_of(engine, webhook).attempts) == (first - 1, 1)
        with writing(engine) as connection:
            connection.execute(delete(event_tags).where(event_tags.c.event_id == "evt_1"))
        third = lock(engine, other)
        hand.now += RETRY_AFTER[0]
        work(engine, hand, [app.address])

    assert app.seqs == [first, first, third]
    assert second < third
    assert [one.attempt for one in tries(engine, webhook)] == [1, 2, 1]


def test_what_is_skipped_leaves_its_tries_to_no_other_message(engine: Engine, hand: Hand) -> None:
    (event_id,) = seed_many(engine, 1)
    with receiver(in_turn(status(500), status(204))) as app:
        webhook = hook(engine, key_id(engine), app.url, Wanted(types=frozenset({ChangeType.LOCKED})))
        locked = lock(engine, event_id)
        work(engine, hand, [app.address])
        add_changes(engine, event_id, 1)
        hand.now += RETRY_AFTER[0]
        work(engine, hand, [app.address])

    assert app.seqs == [locked, locked]
    assert (now_of(engine, webhook).attempts, now_of(engine, webhook).failing_since) == (0, None)


def test_a_killed_worker_loses_nothing_and_one_that_is_late_writes_nothing(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    store, log = WebhookStore(engine), ChangeLogStore(engine)
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        (held,) = claim_due(store, log, hand.now)  # by a worker that is killed now, or stands still
        assert work(engine, hand, [app.address]) == 0
        hand.now += CLAIM_LASTS
        assert work(engine, hand, [app.address]) == 1
        late = Delivery("msg", "grew", 1, 1, hand.now, 1, Outcome.OK, 200)
        assert not store.took(held, late, hand.now + SECOND)
        store.refused(held, late, None, Disabled.FAILING)
        store.release(held)

    assert app.seqs == [1, 2]
    after = now_of(engine, webhook)
    assert (after.seq, after.disabled, len(tries(engine, webhook))) == (2, None, 2)


def test_after_a_rotation_both_secrets_verify_for_a_day(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        secret = new_secret()
        WebhookStore(engine).rotate(webhook.key_id, webhook.id, secret, hand.now, hand.now + timedelta(days=1))
        work(engine, hand, [app.address])
        for known in (secret, webhook.secret):
            assert app.got[0].verified(known)
        assert now_of(engine, webhook).secrets(hand.now + timedelta(days=1)) == (secret,)


def test_a_rotation_counts_from_the_very_next_message(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    secret = new_secret()
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        claimed = claim_due(WebhookStore(engine), ChangeLogStore(engine), hand())
        WebhookStore(engine).rotate(webhook.key_id, webhook.id, secret, hand.now, hand.now + timedelta(days=1))
        deliver(engine, hand, [app.address], claimed)

    for known in (secret, webhook.secret):
        assert app.got[0].verified(known)


def test_a_ping_goes_out_to_whoever_asks_even_when_disabled(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    store = WebhookStore(engine)
    with receiver(in_turn(status(410), status(204))) as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])
        store.ask_for_ping(webhook.key_id, webhook.id, hand.now)
        assert work(engine, hand, [app.address]) == 1
        assert work(engine, hand, [app.address]) == 0

    assert app.got[-1].verified(webhook.secret)["type"] == "ping"
    assert (tries(engine, webhook)[-1].type, now_of(engine, webhook).disabled) == ("ping", Disabled.GONE)


def test_a_key_that_was_revoked_is_sent_nothing(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        KeyStore(engine).revoke("ada", hand.now)
        assert work(engine, hand, [app.address]) == 0

    assert (app.got, now_of(engine, webhook).seq) == ([], 0)


def test_the_record_of_tries_is_kept_for_a_while(engine: Engine, hand: Hand) -> None:
    seed_many(engine, 1)
    with receiver() as app:
        webhook = hook(engine, key_id(engine), app.url)
        work(engine, hand, [app.address])
    store = WebhookStore(engine)
    (newest, _), *_ = store.deliveries(webhook.id, 1)

    assert [one.seq for _, one in store.deliveries(webhook.id, 10, before=newest)] == [1]
    store.forget_deliveries(hand.now)
    assert len(store.deliveries(webhook.id, 10)) == 2
    store.forget_deliveries(hand.now + SECOND)
    assert store.deliveries(webhook.id, 10) == []
    assert replace(now_of(engine, webhook), claim=None).seq == 2

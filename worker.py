"""What runs: thin tasks that take ids; `queues` says when, and how they are carried."""

import asyncio
import mmap
import os
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from time import monotonic
from typing import Any

import celery
import structlog
from celery import Celery, signals
from sqlalchemy import Engine

from api.webhooks.delivering import AT_ONCE as WEBHOOKS_A_TASK
from api.webhooks.delivering import DELIVERIES_KEPT_FOR, Courier, claim_due, fetcher_of
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Webhook
from cluster.adding import place_added
from cluster.change_log_store import ChangeLogStore
from cluster.changes import StaleFence, change_events
from cluster.cross_encoder import CrossEncoder
from cluster.describe_stage import describe_events as describe
from cluster.describe_stage import relate_events as relate
from cluster.embed_stage import embed_articles as embed
from cluster.embedding import Embedder
from cluster.forgetting import AT_ONCE as TEXTS_AT_ONCE
from cluster.forgetting import Keeping
from cluster.forgetting import forget_texts as forget
from cluster.lease import let_go, placing_lease
from cluster.packaged_model import NoModel
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.regrading import regrade as regrade_events
from cluster.renaming_store import retell as retell_renamed
from cluster.repair import repair as repair_events
from cluster.store import EventStore
from cluster.window import WINDOW
from commands.loading import loading
from commands.nudging import nudge, queue
from ingest.adding import Adding
from ingest.adding import add_articles as add
from ingest.addition import Addition
from ingest.addition_store import AdditionStore
from ingest.fetching import Fetcher
from ingest.host_store import HOSTS_KEPT_FOR, HostStore
from ingest.in_time import in_time, ran_in_time
from ingest.ownership import Sites
from ingest.parser import Parser
from ingest.polling import LONGEST_POLLING, POLLING_KILLED_AFTER, READS_WITHIN
from ingest.publishers import grants, listed_publishers
from ingest.readers import readers
from ingest.refreshing import break_off
from ingest.refreshing import refresh_feeds as refresh
from ingest.site_rule_store import SiteRuleStore
from ingest.store import ArticleStore, FeedStore, PublisherStore
from ingest.turns import Turns
from queues import celery_settings
from storage.broker import UnfitBroker, check_broker
from storage.enduring import Enduring
from storage.engine import open_engine
from storage.logs import configure_logs
from storage.presence import Presence
from storage.settings import Settings
from storage.task_logs import begin_task, end_task, leave_logs, tell_failure

FEEDS_A_TASK = 16
ADDITIONS_A_TASK = 8
ARTICLES_A_TASK = 30  # a task of 30 ids costs a hundredth of 30 tasks
EVENTS_A_TASK = 30
# At a time, as its worker describes nothing meanwhile: with 2,000 articles in ten minutes it took a minute and more.
REPAIRS_FOR_SECONDS = 10.0
# At a time too: what editors added comes behind it, and whoever watches hears nothing of its worker meanwhile.
PLACES_FOR_SECONDS = 20.0
SWEPT_AT_ONCE = 600
SWEPT_AFTER = timedelta(seconds=30)  # what is younger is in some worker's hands: a batch takes seconds
_enduring = Enduring()
_is_ending = mmap.mmap(-1, 1)  # shared with what is forked; unlike a lock, a signal's handler may write to it

settings = Settings()
configure_logs(settings)
log = structlog.get_logger()
_presence = Presence(settings.broker_url)


class Task(celery.Task):  # type: ignore[misc]  # Celery's carry no types
    """What it cannot do is not lost: the database is the record of work, and the sweep asks again."""

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        with suppress(NoModel):  # told where it was to be loaded
            _enduring.run(_engine(), lambda: self.run(*args, **kwargs))


app = Celery("secondsource", broker=settings.broker_url, task_cls=Task)
app.conf.update(celery_settings(settings.broker_url))


signals.task_prerun.connect(begin_task)
signals.task_postrun.connect(end_task)
signals.task_failure.connect(tell_failure)
signals.setup_logging.connect(leave_logs)


@signals.heartbeat_sent.connect
def say_who_works(sender: Any, **_: object) -> None:
    """So that `secondsource status` and whoever watches know of this worker."""
    _presence.say(app.amqp.queues.consume_from, sender.eventer.hostname, _now())


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_an_unfit_broker(**_: object) -> None:
    """Ends the process, also one started by hand, before it trusts its work to a Redis that could lose it."""
    try:
        check_broker(settings.broker_url or "")
    except UnfitBroker as error:
        raise SystemExit(str(error)) from error


@signals.beat_init.connect
def begin_at_once(**_: object) -> None:
    """Asks for what may be overdue: the broker may be new and empty, and beat may have been away for long."""
    for task in (poll_due_feeds, sweep):
        nudge(task)


@signals.worker_shutting_down.connect
def tell_of_the_end(**_: object) -> None:
    """Celery waits for what runs, so whatever takes long has to hear of it."""
    _is_ending[0] = 1


@app.task(name="ingest.poll_due_feeds", time_limit=POLLING_KILLED_AFTER.total_seconds())
def poll_due_feeds() -> None:
    """Polls feeds that are due, side by side.

    They are claimed here and not by whoever queued this: a claim must not run out while its message waits.
    """
    feeds, claimed_at = FeedStore(_engine()), _now()
    due = feeds.due(claimed_at, FEEDS_A_TASK)
    if len(due) == FEEDS_A_TASK:
        nudge(poll_due_feeds)  # there may be more: another worker is to begin with them now
    if due and not ran_in_time(_refresh(due), _ends, lambda: feeds.let_go(due, claimed_at)):
        log.error("polling took too long", feeds=due)
        break_off(due, claimed_at, feeds, _now())


@app.task(name="ingest.add_articles", time_limit=POLLING_KILLED_AFTER.total_seconds())
def add_articles() -> None:
    """Fetches the articles that editors gave the addresses of."""
    additions, claimed_at = AdditionStore(_engine()), _now()
    claimed = additions.claim(claimed_at, ADDITIONS_A_TASK)
    if claimed and not ran_in_time(_add(claimed, claimed_at), _ends, lambda: additions.let_go(claimed, claimed_at)):
        log.error("adding took too long", additions=[one.id for one in claimed])


@app.task(name="ingest.forget_hosts")
def forget_hosts() -> None:
    """Drops the turns and rules of hosts that nobody asks any more."""
    HostStore(_engine()).forget(_now() - HOSTS_KEPT_FOR)


@app.task(name="deliver.deliver_changes")
def deliver_changes() -> None:
    """Sends changes to the webhooks that wait for some."""
    claimed = claim_due(WebhookStore(_engine()), ChangeLogStore(_engine()), _now())
    if len(claimed) == WEBHOOKS_A_TASK:
        nudge(deliver_changes)  # there may be more: another worker is to begin with them now
    if claimed:
        asyncio.run(_deliver(claimed))


@app.task(name="deliver.forget_deliveries")
def forget_deliveries() -> None:
    """Drops the record of tries that nobody looks for any more."""
    WebhookStore(_engine()).forget_deliveries(_now() - DELIVERIES_KEPT_FOR)


@app.task(name="embed.embed_articles")
def embed_articles(article_ids: list[str]) -> None:
    """Reads some articles."""
    engine = _engine()
    done = embed(
        article_ids,
        articles=ArticleStore(engine),
        readings=ReadingStore(engine),
        embedder=_embedder(),
        now=_now(),
    )
    if done:
        log.info("articles read", count=len(done))
        nudge(place_articles)


@app.task(name="cluster.place_articles")
def place_articles() -> None:
    """Places whatever waits, while this process holds the lease, and then what editors added."""
    _place_waiting()
    for action in place_added(_engine(), _now()):
        queue(describe_events, action.draft.event_ids, EVENTS_A_TASK)  # what gives them context is found there


def _place_waiting() -> None:
    engine, placer, until, fence = _engine(), _placer(), monotonic() + PLACES_FOR_SECONDS, None
    while not _ends() and monotonic() < until and placer.get_ready():
        fence = placing_lease(engine, _holder(), _now())
        if fence is None:
            return
        try:
            changed = placer.place_pending(fence, _now())
        except StaleFence as stale:
            log.warning("placing lost", reason=str(stale))
            return
        if changed:
            log.info("articles placed", events=len(changed))
            queue(describe_events, changed, EVENTS_A_TASK)
    if fence is not None:
        let_go(engine, fence, _now())
        if placer.get_ready():  # or what was read just now had its nudge answered by a worker without the lease
            nudge(place_articles)


@app.task(name="describe.describe_events")
def describe_events(event_ids: list[str]) -> None:
    """Describes some events and finds their context."""
    changed = describe(event_ids, engine=_engine(), now=_now())
    relate(event_ids, engine=_engine(), now=_now())
    log.info("events described", count=len(event_ids), changed=len(changed))


@app.task(name="upkeep.sweep")
def sweep() -> None:
    """Queues again what a lost message left lying: the store is the truth, the queue a nudge.

    As long as messages wait, nothing can be told lost, and with a worker that is stuck they would become ever more.
    """
    engine, before = _engine(), _now() - SWEPT_AFTER
    if not _waiting("embed"):
        queue(embed_articles, ReadingStore(engine).unread(SWEPT_AT_ONCE, before), ARTICLES_A_TASK)
    if not _waiting("describe"):
        queue(describe_events, EventStore(engine).undescribed(SWEPT_AT_ONCE, before), EVENTS_A_TASK)
        retell()


@app.task(name="upkeep.retell")
def retell() -> None:
    """Has a batch of what renamed publishers have published found by their new names; the rest waits its turn."""
    if retell_renamed(_engine(), _now()):
        nudge(retell)


@app.task(name="upkeep.repair")
def repair() -> None:
    """Merges and splits events whose articles changed, and follows articles that were revised or taken back."""
    until = monotonic() + REPAIRS_FOR_SECONDS
    changed = repair_events(_engine(), _now(), lambda: _ends() or monotonic() > until)
    if changed:
        log.info("events repaired", count=len(changed))
        queue(describe_events, changed, EVENTS_A_TASK)
    if monotonic() > until and not _ends():
        nudge(repair)  # there may be more


@app.task(name="upkeep.regrade")
def regrade() -> None:
    """Grades events anew that time, or who is reached by now, gives another signal."""
    changed = regrade_events(_engine(), _now())
    if changed:
        log.info("events regraded", count=changed)


@app.task(name="upkeep.expire")
def expire() -> None:
    """Closes events that nothing can join any more."""
    with change_events(_engine(), by="expire", at=_now()) as ledger:
        for event_id in EventStore(_engine()).quiet_since(_now() - WINDOW, SWEPT_AT_ONCE):
            ledger.close(event_id)


@app.task(name="upkeep.forget_texts")
def forget_texts() -> None:
    """Forgets full texts that were kept as long as they may be."""
    keeping = Keeping(timedelta(days=settings.keep_text_days), grants(listed_publishers()))
    if forgotten := forget(_engine(), keeping, _now()):
        log.info("texts forgotten", count=forgotten)
    if forgotten == TEXTS_AT_ONCE:
        nudge(forget_texts)  # there may be more


def _waiting(queue: str) -> int:
    """How many messages no worker has taken yet."""
    with app.connection_or_acquire() as connection:
        declared = connection.default_channel.queue_declare(queue)
    count: int = declared.message_count
    return count


async def _add(claimed: Sequence[Addition], claimed_at: datetime) -> None:
    async with _readers() as (fetcher, parser):
        stores = AdditionStore(_engine()), ArticleStore(_engine()), PublisherStore(_engine()), SiteRuleStore(_engine())
        await add(claimed, claimed_at, Adding(*stores, fetcher, parser, _now, _announce_added))


def _announce_added(article_id: str) -> None:
    queue(embed_articles, [article_id], ARTICLES_A_TASK)
    nudge(place_articles)  # it may be known, and read long ago


async def _refresh(feed_ids: list[int]) -> None:
    async with _readers() as (fetcher, parser):
        await refresh(
            feed_ids,
            feeds=FeedStore(_engine()),
            rules=SiteRuleStore(_engine()),
            sites=Sites(PublisherStore(_engine()).all()),
            fetcher=fetcher,
            parser=parser,
            max_age=timedelta(days=settings.max_age_days),
            clock=_now,
            announce=lambda article_ids: queue(embed_articles, article_ids, ARTICLES_A_TASK),
        )


async def _deliver(claimed: Sequence[Webhook]) -> None:
    fetcher = fetcher_of(settings.allow_addresses, settings.user_agent)
    try:
        await Courier(WebhookStore(_engine()), ChangeLogStore(_engine()), fetcher, _now).deliver(claimed)
    finally:
        await fetcher.aclose()


@asynccontextmanager
async def _readers() -> AsyncIterator[tuple[Fetcher, Parser]]:
    """What fetches and what reads, as long as a task of `ingest` may last."""
    async with readers(settings, turns=_turns(), lasts=READS_WITHIN) as both, in_time(LONGEST_POLLING, _ends):
        yield both


def _ends() -> bool:
    return bool(_is_ending[0])


def _turns() -> Turns:
    return Turns(HostStore(_engine()), _now)


def _now() -> datetime:
    return datetime.now(UTC)


def _holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


# Made on first use, after the fork: neither a database connection nor the model survives one.
@cache
def _engine() -> Engine:
    return open_engine(settings.database)


@cache
def _embedder() -> Embedder:
    with loading():
        return Embedder(settings.model_dir)


@cache
def _placer() -> Placer:
    with loading():
        return Placer(_engine(), CrossEncoder(settings.model_dir))

"""What the pipeline does and how it stands, read from the database and the broker, as Prometheus's families."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib.metadata import version
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from api.stages import backlogs
from api.webhooks.watching_store import Delivering, WebhookWatch
from cluster.count_store import CountStore, What
from cluster.event import ChangeType
from cluster.reading import ENGINE
from cluster.similarity import RULESET
from cluster.watching_store import ClusterWatch, Lease
from cluster.window import WINDOW
from ingest.coverage import Coverage
from ingest.delay_store import DelayStore
from ingest.delays import BOUNDS, Delays, Step
from ingest.outcome import Outcome
from ingest.quarantine_store import QuarantineStore
from ingest.store import PublisherStore
from ingest.watching_store import IngestWatch, Polling
from storage.broker_watch import QUEUES, BrokerState
from storage.engine import Database
from storage.migrating import revisions

PREFIX = "secondsource_"
# There from the start, with 0: a rate misses the first of a series that is new.
_USUAL = (("feed", Outcome.OK), ("entry", Outcome.STORED), ("page", Outcome.OK))
_STEPS = {
    Step.SEEN: ("published_to_seen_seconds", "From an article's publication until we saw it, where we read its feed."),
    Step.VISIBLE: ("seen_to_visible_seconds", "From when we saw an article until its event showed it."),
    Step.WHOLE: ("published_to_visible_seconds", "From publication until its event showed it, where we read its feed."),
}


def pipeline_families(database: Database, now: datetime) -> Iterator[Metric]:
    """What the database knows. Labels are bounded: publishers are an operator's list, all others are words of ours."""
    polling, webhooks = IngestWatch(database).polling(), WebhookWatch(database).delivering()
    yield from _versions(database)
    yield from _polls(database, polling, PublisherStore(database).coverage(now))
    yield from _delays(DelayStore(database).all(), sorted(polling.answered_at))
    yield from _backlog(database, webhooks, now)
    yield from _placing(database, ClusterWatch(database).lease())
    yield from _events(database)
    yield from _rules(database, now)
    yield _gauges("webhooks", "Webhooks of valid keys, by how they stand.", "state", webhooks.states)


def broker_families(state: BrokerState | None, now: datetime) -> Iterator[Metric]:
    """What the broker knows; None: it does not answer, which is all that is said then."""
    yield _gauge("broker_up", "1 where the broker answered within a second.", state is not None)
    if state is None:
        return
    yield _gauges("queue_messages", "Messages that no worker has taken yet.", "queue", state.waiting)
    workers = {queue: state.workers_of(queue, now) for queue in QUEUES}
    yield _gauges("queue_workers", "Workers of a queue that were seen within three minutes.", "queue", workers)
    yield _gauge("taken_messages", "Messages that workers have taken and not ended, over all queues.", state.taken)
    yield _gauge("beat_up", "1 while a beat holds the schedule.", state.has_schedule)


def _versions(database: Database) -> Iterator[Metric]:
    seen, newest = revisions(database)
    yield _info("build", "What runs.", version=version("secondsource"), ruleset=RULESET, engine=ENGINE)
    yield _info("schema", "The database's schema.", revision=seen or "")
    yield _gauge("schema_current", "1 while that is the schema of this version.", seen == newest)


def _polls(database: Database, polling: Polling, coverage: Coverage) -> Iterator[Metric]:
    ended = _counter("outcomes", "How feeds, entries and pages ended.", "publisher", "unit", "outcome")
    usual = {(one, *way): 0 for one in sorted(polling.answered_at) for way in _USUAL}
    for labels, count in (usual | IngestWatch(database).outcomes()).items():
        ended.add_metric(labels, count)
    yield ended
    yield _gauges("feeds", "Feeds by how their last poll ended.", "state", polling.feeds)
    yield _gauge("publishers_polled", "Publishers that are polled.", coverage.polled)
    yield _gauge("publishers_reached", "Those of which a feed answered within the last hour.", coverage.reached)
    answered = {one: _timestamp(at) for one, at in polling.answered_at.items()}
    yield _gauges("publisher_answered_timestamp_seconds", "When a feed last answered; 0: never.", "publisher", answered)
    yield _gauge("last_poll_timestamp_seconds", "When any poll last ended; 0: never.", _timestamp(polling.last_poll_at))
    newest = _timestamp(polling.newest_article_at)
    yield _gauge("newest_article_timestamp_seconds", "When the last new article was seen; 0: never.", newest)
    set_aside = QuarantineStore(database).count()
    yield _gauge("quarantined_entries", "Entries set aside because they broke their reader three times.", set_aside)


def _delays(found: Sequence[Delays], publishers: Sequence[str]) -> Iterator[Metric]:
    """A histogram for each publisher that is polled, also while it is empty, see `_USUAL`."""
    nothing = (0,) * (len(BOUNDS) + 1)
    by_key = {(one.step, one.publisher_id): (one.counts, one.seconds) for one in found}
    for step, (name, about) in _STEPS.items():
        family = HistogramMetricFamily(PREFIX + name, about, labels=("publisher",))
        known = {one.publisher_id for one in found if one.step is step}
        for publisher_id in sorted(known.union(publishers)):
            counts, seconds = by_key.get((step, publisher_id), (nothing, 0.0))
            bounds = [*(f"{bound:.1f}" for bound in BOUNDS), "+Inf"]
            buckets = list(zip(bounds, map(float, accumulate(counts)), strict=True))
            family.add_metric((publisher_id,), buckets, sum_value=seconds)
        yield family


def _backlog(database: Database, webhooks: Delivering, now: datetime) -> Iterator[Metric]:
    stages = backlogs(database, webhooks, now)
    oldest = {stage: backlog.oldest(now).total_seconds() for stage, backlog in stages.items()}
    yield _gauges("backlog", "What waits, by stage.", "stage", {stage: one.count for stage, one in stages.items()})
    yield _gauges("backlog_oldest_seconds", "How long the longest has waited; 0: nothing waits.", "stage", oldest)
    given_up = ClusterWatch(database).given_up()
    yield _gauges("given_up", "Articles and events that broke their stage three times.", "stage", given_up)


def _placing(database: Database, lease: Lease) -> Iterator[Metric]:
    counted = _counter("placements", "Articles placed, by what spoke for it before all else.", "reason")
    for reason, count in CountStore(database).of(What.PLACED).items():
        counted.add_metric((reason,), count)
    yield counted
    yield _info("placing_lease", "The worker that may place, or was the last that might.", holder=lease.holder)
    yield _gauge("placing_lease_fence", "Counts up with each change of holder.", lease.fence)
    expires_at, since = _timestamp(lease.expires_at), _timestamp(lease.held_since)
    yield _gauge("placing_lease_expires_timestamp_seconds", "When the lease ends, or ended.", expires_at)
    yield _gauge("placing_lease_since_timestamp_seconds", "Since when its holder has it; 0: not known.", since)


def _events(database: Database) -> Iterator[Metric]:
    watch = ClusterWatch(database)
    changed = _counter("changes", "Changes of events, by type.", "type")
    for type_, count in (dict.fromkeys(ChangeType, 0) | CountStore(database).of(What.CHANGED)).items():
        changed.add_metric((type_,), count)
    yield changed
    at = _timestamp(watch.last_change_at())
    yield _gauge("last_change_timestamp_seconds", "When any event last changed; 0: never.", at)
    levels = {level.value if level else "none": count for level, count in watch.active_events().items()}
    yield _gauges("active_events", "Active events, by signal; none: not described yet.", "signal", levels)


def _rules(database: Database, now: datetime) -> Iterator[Metric]:
    watch = ClusterWatch(database)
    about = "Articles of active events, by the ruleset that placed them."
    yield _gauges("active_articles", about, "ruleset", watch.rulesets())
    about = "Articles read within the last three days, by the engine of their vectors."
    yield _gauges("read_articles", about, "engine", watch.engines(now - WINDOW))


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, about, value=float(value))


def _gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(PREFIX + name, about, labels=(label,))
    for one, value in values.items():
        family.add_metric((one,), value)
    return family


def _counter(name: str, about: str, *labels: str) -> CounterMetricFamily:
    return CounterMetricFamily(PREFIX + name, about, labels=labels)


def _info(name: str, about: str, **values: str) -> Metric:
    return InfoMetricFamily(PREFIX + name, about, value=values)


def _timestamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0

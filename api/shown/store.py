"""The queries on where events are shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Engine, ScalarSelect, delete, func, literal, select, tuple_, union_all

from api.parameters import FeedQuery
from api.shown.shown import FEEDS, Counted, Shown
from api.shown.tally import OTHER, Key
from api.tables import showings
from api.webhooks.store import WebhookStore
from cluster.change_log_store import ChangeLogStore
from cluster.event_log_store import EventLogStore
from cluster.filter_store import conditions
from cluster.tables import events
from storage.engine import reading, writing
from storage.upserting import add_up

LOOKED_BACK = timedelta(hours=24)
KEPT_FOR = LOOKED_BACK + timedelta(hours=1)
HOSTS_TOLD = 100
FEEDS_LOOKED_AT = 50  # conditions, of the feeds fetched most: each asks the list of events
_ORDER = (events.c.last_published_at, events.c.id)  # of a feed


def hour_of(instant: datetime) -> datetime:
    """The hour that an instant lies in."""
    return instant.replace(minute=0, second=0, microsecond=0)


class ShownStore:
    """Counts by the hour, of all processes together."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._webhooks = WebhookStore(engine)
        self._log = ChangeLogStore(engine)
        self._past = EventLogStore(engine)

    def add(self, counted: Mapping[Key, int], now: datetime) -> None:
        """Adds what one process has counted, and drops what is too old to be told."""
        hour = hour_of(now)
        # In one order: two processes that write the same rows in different ones would wait for each other.
        rows = [
            {"subject": subject, "name": name, "hour": hour, "times": times}
            for (subject, name), times in sorted(counted.items())
        ]
        with writing(self._engine) as connection:
            add_up(connection, showings, rows, "times")
            connection.execute(delete(showings).where(showings.c.hour < hour - KEPT_FOR))

    def of(self, event_id: str, now: datetime) -> Shown:
        """Where an event is shown; what was merged into it counts with it, for those ids lead here."""
        ids, since = self._past.leading_to(event_id), now - LOOKED_BACK
        subject = self._log.subjects([event_id]).get(event_id)
        return Shown(
            hosts=_folded(self._counted(ids, hour_of(since))),
            feeds=tuple(self._having(event_id, self._counted([FEEDS], hour_of(since)))),
            webhooks=self._webhooks.told_of(ids, since),
            wanted_by=self._webhooks.wanting(event_id, subject) if subject else (),
        )

    def _counted(self, subjects: Sequence[str], since: datetime) -> Counted:
        times = func.sum(showings.c.times)
        query = select(showings.c.name, times).where(showings.c.subject.in_(subjects), showings.c.hour >= since)
        with reading(self._engine) as connection:
            found = connection.execute(query.group_by(showings.c.name).order_by(times.desc(), showings.c.name))
            return tuple((name, int(count)) for name, count in found)

    def _having(self, event_id: str, fetched: Counted) -> list[tuple[str, int]]:
        """Those of the feeds that have the event in them now; formats of one feed are looked at once."""
        told_apart = [(urlsplit(address).query, address, times) for address, times in fetched if address != OTHER]
        looked_at = list(dict.fromkeys(asked for asked, _, _ in told_apart))[:FEEDS_LOOKED_AT]
        has = self._feeds_of(event_id, {asked: query for asked in looked_at if (query := _read(asked))})
        return [(address, times) for asked, address, times in told_apart if asked in has]

    def _feeds_of(self, event_id: str, feeds: Mapping[str, FeedQuery]) -> set[str]:
        """Which feeds have the event in them: those whose conditions it meets and that are not full of newer ones.

        All are asked at once: one by one they took half of the time of the page that comes before a merge.
        """
        if not feeds:
            return set()
        listed = {asked: _listed(query, self._engine.dialect.name) for asked, query in feeds.items()}
        own = (
            select(literal(asked), *_ORDER).where(events.c.id == event_id, *wanted) for asked, wanted in listed.items()
        )
        with reading(self._engine) as connection:
            places = {asked: place for asked, *place in connection.execute(union_all(*own))}
            newer = [_newer(listed[asked], feeds[asked].limit, place) for asked, place in places.items()]
            counts = connection.execute(select(*newer)).one() if newer else ()
        return {asked for asked, count in zip(places, counts, strict=True) if count < feeds[asked].limit}


def _read(asked: str) -> FeedQuery | None:
    """A feed by the query of its address; None for one that was counted by a version that took other parameters."""
    try:
        return FeedQuery.model_validate(dict(parse_qsl(asked)))
    except ValidationError:
        return None


def _listed(query: FeedQuery, dialect: str) -> tuple[ColumnElement[bool], ...]:
    return (events.c.signal_rank > 0, *conditions(query.only(), dialect))


def _newer(listed: Sequence[ColumnElement[bool]], limit: int, place: Sequence[object]) -> ScalarSelect[int]:
    """How many events come before a place in a feed, as far as the feed goes."""
    bounds = [literal(value, column.type) for value, column in zip(place, _ORDER, strict=True)]
    newer = select(events.c.id).where(*listed, tuple_(*_ORDER) > tuple_(*bounds)).limit(limit)
    return select(func.count()).select_from(newer.subquery()).scalar_subquery()


def _folded(hosts: Counted) -> Counted:
    """The hosts named most often, the rest together, last."""
    named = [(host, times) for host, times in hosts if host != OTHER][:HOSTS_TOLD]
    rest = Counter(dict(hosts)).total() - sum(times for _, times in named)
    return (*named, *([(OTHER, rest)] if rest else ()))

"""Removes articles for good: they leave their events, and nothing that is kept or shown has their words any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from cluster.changes import change_events
from cluster.describe_stage import describe_events, relate_events
from cluster.editing_store import forget_in_record
from cluster.reading_store import drop_readings
from cluster.spoken_store import ever_around, spoken
from cluster.withdrawing import withdraw
from cluster.words_store import purge_words
from ingest.burying_changes import bury, titles_of

REMOVAL = "removal"
AT_ONCE = 100  # articles, for as long the door is shut
EVENTS_AT_ONCE = 30


def remove_articles(engine: Engine, article_ids: Sequence[str], now: datetime) -> list[str]:
    """Removes articles, and has the events described anew that quote them or name an event that they ever stood in.

    An event that loses its last article is removed. What editors wrote themselves stays: titles, notes, reasons. Doing
    it again does no harm, and ends what was broken off. Returns the ids of the events that they ever stood in.
    """
    for first in range(0, len(article_ids), AT_ONCE):
        _remove(engine, article_ids[first : first + AT_ONCE], now)
    gone, stood_in = set(article_ids), ever_around(engine, set(article_ids))
    _say_anew(engine, [one.id for one in spoken(engine) if one.is_live and one.names & (gone | stood_in)], now)
    with change_events(engine, by=REMOVAL, at=now) as ledger:
        for one in spoken(ledger.connection):
            # Of an event that is over nobody says anything anew, and one may be left that cannot be described.
            if one.names & (gone if one.is_live else gone | stood_in):
                ledger.silence(one.id, is_due=one.is_live)
        purge_words(ledger.connection)
    return sorted(stood_in)


def _remove(engine: Engine, article_ids: Sequence[str], now: datetime) -> None:
    """Takes articles out of their events and drops all that is kept of them."""
    with change_events(engine, by=REMOVAL, at=now) as ledger:
        connection = ledger.connection
        titles = titles_of(connection, article_ids)
        withdraw(ledger, article_ids)
        drop_readings(connection, article_ids)
        forget_in_record(connection, article_ids, titles, bury(connection, article_ids, now))


def _say_anew(engine: Engine, event_ids: Sequence[str], now: datetime) -> None:
    for first in range(0, len(event_ids), EVENTS_AT_ONCE):
        batch = event_ids[first : first + EVENTS_AT_ONCE]
        describe_events(batch, engine=engine, now=now)
        relate_events(batch, engine=engine, now=now)

"""The queries of ingest on how polls ended."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, literal, update

from ingest.count_store import count
from ingest.feed_status import Poll
from ingest.move_store import move
from ingest.odd_store import note_oddities
from ingest.outcome import ANSWERED, OUR_DOING, Outcome
from ingest.rows import skips_text
from ingest.tables import feeds

OBSERVED_WITHIN = timedelta(days=2)  # between two answers; some feeds are polled once a day, and list what came between


def record(connection: Connection, feed_id: int, poll: Poll) -> None:
    """How a poll ended: counts its outcome, frees the claim, sets the next poll and keeps what it told."""
    values: dict[str, Any] = {
        "claimed_until": None,
        "last_poll_at": poll.at,
        "last_outcome": poll.outcome,
        "last_http_status": poll.http_status,
        "next_poll_at": poll.next_poll_at,
        "moved_to": poll.moving.to if poll.moving else None,
        "moved_since": poll.moving.since if poll.moving else None,
        "moves": poll.moving.polls if poll.moving else 0,
    }
    connection.execute(update(feeds).where(feeds.c.id == feed_id).values(**values, **_health(poll), **_content(poll)))
    if poll.moving and poll.moving.is_settled(poll.at):
        move(connection, feed_id, poll.moving.to, poll.at)
    count(connection, feed_id, "feed", poll.outcome)
    if poll.oddities is not None:
        note_oddities(connection, feed_id, poll.oddities)


def _health(poll: Poll) -> dict[str, Any]:
    if poll.outcome in ANSWERED:
        observed = {"observed_from": _observed_from(poll.at)}
        return {"last_success_at": poll.at, "failures": 0, "failing_since": None, **observed}
    if poll.outcome in OUR_DOING:
        return {}
    failing_since = func.coalesce(feeds.c.failing_since, literal(poll.at, feeds.c.failing_since.type))
    off = {"enabled": False, "off_because": poll.off_because} if poll.off_because else {}
    return {"failures": feeds.c.failures + 1, "failing_since": failing_since, **off}


def _content(poll: Poll) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if poll.outcome is Outcome.OK and poll.is_whole:
        told |= {"etag": poll.etag, "last_modified": poll.last_modified, "body_hash": poll.body_hash}
    if poll.has_body:
        told["body_at"] = poll.at
    if poll.skips is not None:
        told["skips"] = skips_text(poll.skips)
    if poll.interval is not None:
        told["interval_seconds"] = round(poll.interval.total_seconds())
    if poll.has_new:
        told["last_new_at"] = poll.at
    return told


def _observed_from(answered_at: datetime) -> ColumnElement[datetime]:
    """Since when a feed is observed that answers now: what it listed in a longer silence may be gone from it."""
    is_unbroken = feeds.c.last_success_at >= answered_at - OBSERVED_WITHIN
    now = literal(answered_at, feeds.c.observed_from.type)
    return case((is_unbroken, func.coalesce(feeds.c.observed_from, now)), else_=now)

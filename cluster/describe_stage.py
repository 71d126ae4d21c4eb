"""Describes events from their members: reads them, decides in plain functions, writes through the one door."""

from collections.abc import Collection, Sequence
from datetime import datetime

import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy import Engine

from cluster import records
from cluster.changes import change_events
from cluster.describing import describe
from cluster.event import Description, Event, Placement
from cluster.reading import ENGINE
from cluster.reading_store import ReadingStore
from cluster.relating import Candidate, actors_in, related_events
from cluster.report import Report
from cluster.store import EventStore
from cluster.window import WINDOW
from ingest.store import ArticleStore

log = structlog.get_logger()


def describe_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> list[str]:
    """Describes events anew and returns the ids of those that say something else than before.

    Idempotent: what grew while it was being described stays due, and the same members give the same words. Events that
    were tried before are described one by one: whichever of them ended its process then costs no other.
    """
    again = EventStore(engine).tried(event_ids)
    fresh = [event_id for event_id in dict.fromkeys(event_ids) if event_id not in again]
    batches = (fresh, *([event_id] for event_id in again))
    return [event_id for batch in batches if batch for event_id in _describe_batch(batch, engine, now)]


def relate_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> None:
    """Writes down for each described event which other events of its days give it context, and for those anew."""
    _relate(_relate(event_ids, engine, now) - set(event_ids), engine, now)


def _describe_batch(event_ids: Sequence[str], engine: Engine, now: datetime) -> list[str]:
    events = EventStore(engine)
    versions = events.begin_describing(event_ids)
    placements = events.placements(list(versions))
    before = {one.id: one.description for one in events.get_many(list(versions)).values() if one.description}
    described: dict[str, Description] = {}
    for event_id in (one for one in versions if placements[one]):
        shown = before[event_id].lead_article_id if event_id in before else None
        try:
            described[event_id] = _describe(engine, placements[event_id], shown, now)
        except Exception:  # what a text can do to a rule is not a known set; the other events must not wait for it
            log.exception("event not described", event_id=event_id)
    with change_events(engine, by="describe", at=now) as ledger:
        return [one for one, description in described.items() if ledger.describe(one, description, versions[one])]


def _relate(event_ids: Collection[str], engine: Engine, now: datetime) -> set[str]:
    """Relates events; the ids of the events that were picked."""
    events = EventStore(engine)
    subjects = [event for event in events.get_many(list(event_ids)).values() if event.description]
    if not subjects:
        return set()
    since = min(event.first_published_at for event in subjects) - WINDOW
    until = max(event.last_published_at for event in subjects) + WINDOW
    readings = ReadingStore(engine).between(since, until).values()
    vectors = {one.article_id: one.lead_vector for one in readings if one.engine == ENGINE}
    near = events.described_between(since, until)
    found = [_candidate(event, event.description, vectors) for event in near if event.description]
    by_id = {candidate.event_id: candidate for candidate in found if candidate}
    related = {one.id: related_events(by_id[one.id], list(by_id.values())) for one in subjects if one.id in by_id}
    with change_events(engine, by="describe", at=now) as ledger:
        for event in subjects:
            ledger.relate(event.id, records.dump_related(related.get(event.id, ())))
    return {picked.event_id for one in related.values() for picked in one}


def _describe(engine: Engine, placements: Sequence[Placement], lead: str | None, now: datetime) -> Description:
    ids = [placement.article_id for placement in placements]
    articles, found = ArticleStore(engine).get_many(ids), ReadingStore(engine).get_many(ids)
    reports = [Report(articles[one.article_id], one, found[one.article_id].facts) for one in placements]
    return describe(reports, now, shown_lead=lead)


def _candidate(event: Event, description: Description, vectors: dict[str, NDArray[np.float32]]) -> Candidate | None:
    own = [vectors[member.article.id] for member in event.members if member.article.id in vectors]
    if not own:
        return None  # nothing read that could be compared
    mean = np.mean(own, axis=0)
    lead = next((one.article.text for one in event.members if one.article.id == description.lead_article_id), "")
    return Candidate(
        event_id=event.id,
        title=description.title,
        centroid=mean / np.linalg.norm(mean),
        assets=frozenset(asset.symbol for asset in description.assets),
        themes=frozenset(found.theme for found in description.themes),
        actors=actors_in(lead),
        independent_sources=event.independent_sources,
        first_published_at=event.first_published_at,
        lead_article_id=description.lead_article_id,
    )

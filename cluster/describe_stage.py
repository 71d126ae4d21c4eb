"""Describes events from their members: reads them, decides in plain functions, writes through the one door."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from cluster import records
from cluster.changes import change_events
from cluster.describing import describe
from cluster.event import Description, Event, Placement
from cluster.reading_store import ReadingStore
from cluster.relating import Candidate, actors_in, related_events
from cluster.report import Report
from cluster.store import EventStore
from cluster.window import WINDOW
from ingest.store import ArticleStore


def describe_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> list[str]:
    """Describes events anew and returns the ids of those that say something else than before.

    Idempotent: what grew while it was being described stays due, and the same members give the same words.
    """
    events = EventStore(engine)
    versions = events.versions(event_ids)
    placements = events.placements(list(versions))
    before = {one.id: one.description for one in events.get_many(list(versions)).values() if one.description}
    leads = {event_id: description.lead_article_id for event_id, description in before.items()}
    described = {
        event_id: _describe(engine, placements[event_id], leads.get(event_id), now)
        for event_id in versions
        if placements[event_id]
    }
    with change_events(engine, by="describe", at=now) as ledger:
        return [
            event_id
            for event_id, description in described.items()
            if ledger.describe(event_id, description, versions[event_id])
        ]


def relate_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> None:
    """Writes down for each described event which other events of its days give it context."""
    events = EventStore(engine)
    subjects = [event for event in events.get_many(event_ids).values() if event.description]
    if not subjects:
        return
    since = min(event.first_published_at for event in subjects) - WINDOW
    until = max(event.last_published_at for event in subjects) + WINDOW
    vectors = {one.article_id: one.lead_vector for one in ReadingStore(engine).between(since, until).values()}
    near = events.described_between(since, until)
    found = [_candidate(event, event.description, vectors) for event in near if event.description]
    by_id = {candidate.event_id: candidate for candidate in found if candidate}
    with change_events(engine, by="describe", at=now) as ledger:
        for event in subjects:
            if event.id in by_id:
                ledger.relate(event.id, records.dump_related(related_events(by_id[event.id], list(by_id.values()))))


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

"""Describes events from their members: reads them, decides in plain functions, writes through the one door."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import structlog
from sqlalchemy import Engine

from cluster import records
from cluster.chain_store import ChainStore
from cluster.changes import change_events
from cluster.describing import complete, draft
from cluster.doubt_store import replace_doubts
from cluster.doubts import REPORTING, Doubt
from cluster.draft import Draft
from cluster.event import Description, Event, Placement, Related
from cluster.history_store import HistoryStore
from cluster.reading_store import ReadingStore
from cluster.recalling import recall, say_on
from cluster.relating import LIMIT, RELATED_WITHIN, Neighbourhood, neighbours, shown
from cluster.relating_store import RelatingStore
from cluster.report import Report
from cluster.reporting_doubts import doubts_on_reports
from cluster.signal_level import graded_until
from cluster.store import EventStore
from ingest.store import ArticleStore, PublisherStore

log = structlog.get_logger()


def describe_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> list[str]:
    """Describes events anew and returns the ids of those that say something else than before.

    Idempotent: what grew while it was being described stays due, and the same members give the same words. Events that
    were tried before are described one by one: whichever of them ended its process then costs no other. So are those
    that an editor has hidden: what is described beside them would name them.
    """
    events = EventStore(engine)
    alone = {*events.tried(event_ids), *events.hidden(event_ids)}
    fresh = [event_id for event_id in dict.fromkeys(event_ids) if event_id not in alone]
    batches = (fresh, *([event_id] for event_id in sorted(alone)))
    return [event_id for batch in batches if batch for event_id in _describe_batch(batch, engine, now)]


def relate_events(event_ids: Sequence[str], *, engine: Engine, now: datetime) -> None:
    """Writes down for each described event which others give it context, and for others whether these now do."""
    store = RelatingStore(engine)
    spans = store.spans(event_ids)
    if not spans:
        return
    since, until = min(first for first, _ in spans.values()), max(last for _, last in spans.values())
    before = store.related(spans)
    of_days = Neighbourhood(store.candidates_between(since - RELATED_WITHIN, until + RELATED_WITHIN))
    related = _context(spans, of_days, engine)
    # Those that they are or may be context to choose anew among what they had and these, as their own days are not at
    # hand. Not all are among what these have: paid texts are nobody's context, and whoever is near to many has no room.
    takers = {taker for event_id in spans for taker in of_days.takers(event_id)}
    others = {*_ids(related), *_ids(before), *takers} - set(spans)
    theirs = store.related(others)
    again = _context(others, Neighbourhood(store.candidates({*spans, *others, *_ids(theirs)})), engine)
    changed = {event_id: found for event_id, found in again.items() if found != theirs.get(event_id)}
    with change_events(engine, by="describe", at=now) as ledger:
        for event_id, found in related.items():
            ledger.relate(event_id, records.dump_related(found))
        for event_id, found in changed.items():
            ledger.relate_again(event_id, records.dump_related(found))


def _describe_batch(event_ids: Sequence[str], engine: Engine, now: datetime) -> list[str]:
    events = EventStore(engine)
    versions = events.begin_describing(event_ids)
    placements = events.placements(list(versions))
    before = events.get_many(list(versions))
    drafts: dict[str, Draft] = {}
    for event_id in (one for one in versions if placements[one]):
        with _without_others(event_id):
            drafts[event_id] = _draft(engine, placements[event_id], before[event_id])
    history = HistoryStore(engine).of(list(drafts.values()))
    coverage = PublisherStore(engine).coverage(now)
    described: dict[str, Description] = {}
    for event_id, found in drafts.items():
        with _without_others(event_id):
            described[event_id] = say_on(found, complete(found, history, coverage, now), before[event_id].description)
    until = {event_id: graded_until(drafts[event_id].published, now) for event_id in described}
    doubts: dict[str, list[Doubt]] = {}
    for event_id in described:
        with _without_others(event_id):
            doubts[event_id] = doubts_on_reports(drafts[event_id])
    with change_events(engine, by="describe", at=now) as ledger:
        replace_doubts(ledger.connection, doubts, REPORTING, [one for found in doubts.values() for one in found])
        return [
            event_id
            for event_id, description in described.items()
            if ledger.describe(event_id, description, versions[event_id], until[event_id])
        ]


def _context(
    event_ids: Collection[str], neighbourhood: Neighbourhood, engine: Engine
) -> dict[str, tuple[Related, ...]]:
    """What gives context to each of some events: what is next to it in its chain, then others of the neighbourhood."""
    chains = ChainStore(engine)
    related = {event_id: neighbours(beside) for event_id, beside in chains.beside(event_ids).items()}
    picks = {
        event_id: neighbourhood.context(event_id, [one.event_id for one in found], LIMIT - len(found))
        for event_id, found in related.items()
    }
    outlines = chains.outlines({pick.event_id for found in picks.values() for pick in found})
    return {
        event_id: (
            *found,
            *(shown(outlines[pick.event_id], pick) for pick in picks[event_id] if pick.event_id in outlines),
        )
        for event_id, found in related.items()
    }


def _ids(related: Mapping[str, Sequence[Related]]) -> set[str]:
    return {one.event_id for found in related.values() for one in found}


def _draft(engine: Engine, placements: Sequence[Placement], event: Event) -> Draft:
    said = event.description
    shown = (said.own_lead_id or said.lead_article_id) if said else None
    ids = [placement.article_id for placement in placements]
    articles, found = ArticleStore(engine).get_many(ids), ReadingStore(engine).get_many(ids)
    reports = [Report(articles[one.article_id], one, found[one.article_id].facts) for one in placements]
    return recall(draft(reports, shown, event.overrides), said)


@contextmanager
def _without_others(event_id: str) -> Iterator[None]:
    """What a text can do to a rule is not a known set; the other events must not wait for it."""
    try:
        yield
    except Exception:
        log.exception("event not described", event_id=event_id)

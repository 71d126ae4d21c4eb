"""Turns events into the JSON of the API."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from api import article_replies, event_replies
from api.article_views import article_fields
from api.excerpts import Quoting
from api.words import source_label
from cluster.event import Description, Event, Figure, Member, Origin, Quote, Role
from cluster.lending import headline
from cluster.roles import copied_from
from ingest.article import Article


def is_described(event: Event) -> bool:
    """Whether an event already says something; until then, a moment after its first article, nothing can be shown."""
    return event.description is not None and bool(shown_members(event))


def listed_event(event: Event) -> event_replies.ListedEventReply:
    """A described event as lists show it."""
    said, members = _described(event)
    wanted = [*_record_quotes(said), *said.summary, *said.key_points, *_asset_evidence(said)]
    quoting = _quoting(said, members, wanted)
    return event_replies.ListedEventReply(**_common(event, said, members, quoting, _record(said, quoting)))


def full_event(event: Event) -> event_replies.EventReply:
    """A described event with everything it says."""
    said, members = _described(event)
    evidence, repeated = (said.why.evidence, said.why.repeated) if said.why else ((), ())
    wanted = [*_record_quotes(said), *evidence, *_figure_quotes(said), *said.summary, *said.key_points]
    wanted += _asset_evidence(said)
    quoting = _quoting(said, members, wanted, repeated)
    reasoned = _why(said, quoting)
    record = _record(said, quoting)
    figures = [shown for figure in said.figures if (shown := _figure(figure, quoting)).values]
    common = _common(event, said, members, quoting, record)
    originals = copied_from(members)
    return event_replies.EventReply(
        **common,
        articles=[_member(member, originals[member.article.id], quoting) for member in members],
        origins=[_origin(origin, members) for origin in said.origins],
        why_this_matters=reasoned,
        figures=figures,
        related=[
            event_replies.RelatedReply.model_validate(replace(one, title=headline(one.title))) for one in said.related
        ],
    )


def moved_event(event: Event) -> event_replies.MovedReply:
    """What is said of an event that was merged into another."""
    return event_replies.MovedReply(id=event.id, status="merged", merged_into=event.merged_into or "")


def tombstone(event: Event) -> event_replies.TombstoneReply:
    """What is left of a removed event. No reason is stored yet, so none is given."""
    return event_replies.TombstoneReply(id=event.id, status="removed", removed_at=event.updated_at, reason=None)


def lead_article(event: Event) -> Article:
    """The lead of a described event."""
    said, members = _described(event)
    return _lead(said, members)


def shown_members(event: Event) -> tuple[Member, ...]:
    """All members but those that joined since the last description: they have no origin yet."""
    return tuple(member for member in event.members if member.origin)


def _described(event: Event) -> tuple[Description, tuple[Member, ...]]:
    if event.description is None:
        raise ValueError(f"{event.id} was not described yet")
    return event.description, shown_members(event)


def _lead(said: Description, members: Sequence[Member]) -> Article:
    return next((m.article for m in members if m.article.id == said.lead_article_id), members[0].article)


def _quoting(
    said: Description, members: Sequence[Member], wanted: Iterable[Quote], whole: Iterable[Quote] = ()
) -> Quoting:
    openings = {quote.article_id: quote.text for quote in said.openings}
    return Quoting([member.article for member in members], wanted, openings, whole)


def _common(
    event: Event,
    said: Description,
    members: Sequence[Member],
    quoting: Quoting,
    record: event_replies.PrimaryRecordReply | None,
) -> dict[str, Any]:
    return {
        "id": event.id,
        "status": event.status.value,
        "merged_into": None,
        "split_from": event.split_from,
        "version": event.version,
        "title": headline(said.title),
        "title_by": said.title_by,
        "summary": _quotes(said.summary, quoting),
        "key_points": _quotes(said.key_points, quoting),
        "first_published_at": event.first_published_at,
        "last_published_at": event.last_published_at,
        "updated_at": event.updated_at,
        "counts": _counts(event, members),
        "source_label": source_label(event.independent_sources),
        "lead_article": article_replies.ArticleReply(**article_fields(_lead(said, members), quoting)),
        "primary_record": record,
        "assets": [
            event_replies.AssetReply(
                symbol=one.symbol, name=one.name, primary=one.primary, evidence=_quotes(one.evidence, quoting)
            )
            for one in said.assets
        ],
        "themes": [event_replies.ThemeReply.model_validate(one) for one in said.themes],
        "signal": _signal(event, said),
        "editor": _editor(event),
    }


def _signal(event: Event, said: Description) -> event_replies.SignalReply:
    graded = event_replies.SignalReply.model_validate(said.signal)
    override = event.overrides.signal
    if override is None:
        return graded
    told = event_replies.SignalOverrideReply(level=override.level.value, reason=override.reason, at=override.at)
    return graded.model_copy(update={"override": told})


def _editor(event: Event) -> event_replies.EditorReply:
    last = event.last_action
    return event_replies.EditorReply(
        locked=event.locked,
        pinned=event.overrides.pinned,
        hidden=event.overrides.hidden,
        last_action=event_replies.LastActionReply(type=last.type, at=last.at) if last else None,
    )


def _counts(event: Event, members: Sequence[Member]) -> event_replies.CountsReply:
    return event_replies.CountsReply(
        articles=len(members),
        publishers=len({member.article.publisher.id for member in members}),
        independent_sources=event.independent_sources,
        copies=sum(member.role is Role.COPY for member in members),
    )


def _member(member: Member, original: str, quoting: Quoting) -> event_replies.MemberReply:
    placed = member.placement
    return event_replies.MemberReply(
        **article_fields(member.article, quoting),
        role=member.role.value,
        copy_of=original if original != member.article.id else None,
        origin=member.origin,
        because=[event_replies.EvidenceReply.model_validate(one) for one in placed.because],
        nearest_rival=event_replies.RivalReply.model_validate(placed.nearest_rival) if placed.nearest_rival else None,
    )


def _origin(origin: Origin, members: Sequence[Member]) -> event_replies.OriginReply:
    here = {member.article.id for member in members}
    known = [article_id for article_id in origin.article_ids if article_id in here]
    return event_replies.OriginReply(id=origin.id, kind=origin.kind, name=origin.name, article_ids=known)


def _quotes(quotes: Iterable[Quote], quoting: Quoting) -> list[event_replies.QuoteReply]:
    cut = ((one.article_id, quoting.quote(one.article_id, one.text)) for one in quotes)
    return [event_replies.QuoteReply(article_id=article_id, text=text) for article_id, text in cut if text]


def _record(said: Description, quoting: Quoting) -> event_replies.PrimaryRecordReply | None:
    """The primary record. Words that cannot be shown prove none; a link proves itself."""
    record = said.record
    if record is None:
        return None
    quote = None if record.url else quoting.quote(record.quote.article_id, record.quote.text)
    if quote == "":
        return None
    return event_replies.PrimaryRecordReply(
        kind=record.kind, text=record.text, article_id=record.quote.article_id, quote=quote, url=record.url
    )


def _record_quotes(said: Description) -> Iterator[Quote]:
    if said.record and not said.record.url:
        yield said.record.quote


def _why(said: Description, quoting: Quoting) -> event_replies.WhyReply | None:
    if said.why is None or not quoting.shows_whole:
        return None
    counted = [event_replies.CountedReply.model_validate(one) for one in said.why.counted]
    evidence = _quotes(said.why.evidence, quoting)
    return event_replies.WhyReply(text=said.why.text, rule=said.why.rule, evidence=evidence, counted=counted)


def _figure(figure: Figure, quoting: Quoting) -> event_replies.FigureReply:
    shown = []
    for one in figure.values:
        fitting = [article_id for article_id in one.article_ids if quoting.fits(article_id, one.text)]
        if fitting:
            shown.append(
                event_replies.FigureValueReply(
                    value=one.value, qualifier=one.qualifier, text=one.text, article_ids=fitting
                )
            )
    return event_replies.FigureReply(what=figure.what, unit=figure.unit, status=figure.status, values=shown)


def _asset_evidence(said: Description) -> Iterator[Quote]:
    return (quote for asset in said.assets for quote in asset.evidence)


def _figure_quotes(said: Description) -> Iterator[Quote]:
    for figure in said.figures:
        for value in figure.values:
            yield from (Quote(article_id, value.text) for article_id in value.article_ids)

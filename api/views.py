"""Turns records into the JSON of the API and into the words on the pages; feeds and timelines have their own."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from api import replies
from api.excerpts import Quoting
from cluster.event import Description, Event, Figure, Member, Origin, Quote, Role
from cluster.lending import first_headline, headline
from cluster.roles import copied_from
from cluster.sessions import SESSION_WORDS as SESSION_WORDS  # the templates ask this module for all words
from ingest.article import Article, Basis

LEVEL_WORDS = {"high": "High signal", "medium": "Medium signal", "low": "Low signal"}
ROLE_WORDS = {
    Role.ORIGINAL: "first report",
    Role.INDEPENDENT: "report",
    Role.COPY: "copy",
    Role.PRESS_RELEASE: "press release",
}
ORIGIN_WORDS = {
    "owner": "Same owner: {name}",
    "copy": "One text, first at {name}",
    "press_release": "One press release",
    "attributed": "Rests on {name}",
}
RELATION_WORDS = {
    "precedes": "Before this",
    "follows": "After this",
    "same_asset_theme": "Same asset and theme",
    "same_actor": "Same actor",
    "context": "Context",
}
BASIS_WORDS = {
    Basis.FEED: "",
    Basis.PAGE: "date from the page",
    Basis.HEADER: "date from the server",
    Basis.FIRST_SEEN: "date when we first saw it",
}
ERROR_WORDS = {
    401: "Not signed in",
    403: "Not from here",
    404: "Not found",
    409: "Not done",
    410: "Removed",
    422: "That does not parse",
    429: "Too many at once",
    503: "Not yet",
}
_ACRONYMS = {"etf": "ETF", "ai": "AI", "defi": "DeFi", "memecoins_nft": "Memecoins and NFTs"}


@dataclass(frozen=True, slots=True)
class Row:
    """One origin on an event page: the report that speaks for it, and the others folded beneath."""

    origin: replies.OriginReply
    report: replies.MemberReply
    folded: tuple[replies.MemberReply, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """An event on the front page, with one publisher's name for each origin, the lead's first."""

    event: replies.ListedEventReply
    publishers: tuple[str, ...]


def is_described(event: Event) -> bool:
    """Whether an event already says something; until then, a moment after its first article, nothing can be shown."""
    return event.description is not None and bool(_shown(event))


def listed_event(event: Event) -> replies.ListedEventReply:
    """A described event as lists show it."""
    said, members = _described(event)
    wanted = [*_record_quotes(said), *said.summary, *said.key_points, *_asset_evidence(said)]
    quoting = _quoting(said, members, wanted)
    return replies.ListedEventReply(**_common(event, said, members, quoting, _record(said, quoting)))


def full_event(event: Event) -> replies.EventReply:
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
    return replies.EventReply(
        **common,
        articles=[_member(member, originals[member.article.id], quoting) for member in members],
        origins=[_origin(origin, members) for origin in said.origins],
        why_this_matters=reasoned,
        figures=figures,
        related=[replies.RelatedReply.model_validate(replace(one, title=headline(one.title))) for one in said.related],
    )


def moved_event(event: Event) -> replies.MovedReply:
    """What is said of an event that was merged into another."""
    return replies.MovedReply(id=event.id, status="merged", merged_into=event.merged_into or "")


def tombstone(event: Event) -> replies.TombstoneReply:
    """What is left of a removed event. No reason is stored yet, so none is given."""
    return replies.TombstoneReply(id=event.id, status="removed", removed_at=event.updated_at, reason=None)


def lone_article(article: Article, event_id: str | None) -> replies.ArticleAloneReply:
    """An article by itself; `event_id` is None until it was placed."""
    return replies.ArticleAloneReply(
        **_article(article, Quoting([article])),
        event_id=event_id,
        authors=list(article.authors),
        language=article.language,
        flags=sorted(flag.value for flag in article.flags),
    )


def resolved(article: Article, event_id: str | None) -> replies.ResolvedReply:
    """Where an address or id leads; `event_id` is None until the article was placed."""
    return replies.ResolvedReply(event_id=event_id, article_id=article.id, url=article.url)


def lead_article(event: Event) -> Article:
    """The lead of a described event."""
    said, members = _described(event)
    return _lead(said, members)


def card(event: Event) -> Card:
    """A described event for the front page."""
    lead, others = rows(full_event(event))
    return Card(listed_event(event), tuple(row.report.publisher.name for row in (lead, *others)))


def rows(event: replies.EventReply) -> tuple[Row, tuple[Row, ...]]:
    """The lead's own row, and one row for each other origin: one fewer than `independent_sources`."""
    members = {member.id: member for member in event.articles}
    lead_id = event.lead_article.id
    built = [_row(origin, members, lead_id) for origin in event.origins if origin.article_ids]
    lead = next(row for row in built if row.report.id == lead_id)
    return lead, tuple(row for row in built if row is not lead)


def event_path(event_id: str, title: str) -> str:
    """The address of an event's page. The slug is for people: the id alone finds the page."""
    return f"/events/{event_id}/{slug(title)}"


def slug(title: str) -> str:
    """A title in lower-case ASCII words joined by hyphens, at most about 70 characters; `event` when none is left."""
    plain = unicodedata.normalize("NFKD", re.sub("['\\u2019]", "", title)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.lower())
    kept = ""
    for word in words:
        if len(kept) + len(word) > 70:
            break
        kept = f"{kept}-{word}" if kept else word
    return kept or "event"


def instant_words(instant: datetime) -> str:
    """An instant as pages print it: `24 Nov 2026, 10:12 UTC`."""
    utc = instant.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"


def theme_words(theme: str) -> str:
    """A theme's name for readers."""
    return _ACRONYMS.get(theme, theme.replace("_", " ").capitalize())


def error_words(status: int) -> str:
    """An error's heading for readers."""
    return ERROR_WORDS.get(status, "Something went wrong")


def origin_words(origin: replies.OriginReply) -> str:
    """Why an origin's members count once; empty for a report of a newsroom's own."""
    return ORIGIN_WORDS.get(origin.kind, "").format(name=origin.name)


def number_words(value: float) -> str:
    """A number without a tail of zeros: `2`, `0.31`, `1,000,000,000`."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _described(event: Event) -> tuple[Description, tuple[Member, ...]]:
    if event.description is None:
        raise ValueError(f"{event.id} was not described yet")
    return event.description, _shown(event)


def _shown(event: Event) -> tuple[Member, ...]:
    # A member that joined since the last description has no origin yet: it is shown once it has one.
    return tuple(member for member in event.members if member.origin)


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
    record: replies.PrimaryRecordReply | None,
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
        "lead_article": replies.ArticleReply(**_article(_lead(said, members), quoting)),
        "primary_record": record,
        "assets": [
            replies.AssetReply(
                symbol=one.symbol, name=one.name, primary=one.primary, evidence=_quotes(one.evidence, quoting)
            )
            for one in said.assets
        ],
        "themes": [replies.ThemeReply.model_validate(one) for one in said.themes],
        "signal": _signal(event, said),
        "editor": _editor(event),
    }


def _signal(event: Event, said: Description) -> replies.SignalReply:
    graded = replies.SignalReply.model_validate(said.signal)
    override = event.overrides.signal
    if override is None:
        return graded
    told = replies.SignalOverrideReply(level=override.level.value, reason=override.reason, at=override.at)
    return graded.model_copy(update={"override": told})


def _editor(event: Event) -> replies.EditorReply:
    last = event.last_action
    return replies.EditorReply(
        locked=event.locked,
        pinned=event.overrides.pinned,
        hidden=event.overrides.hidden,
        last_action=replies.LastActionReply(type=last.type, at=last.at) if last else None,
    )


def level_words(signal: replies.SignalReply) -> str:
    """The level as readers see it, and whether an editor set it."""
    return f"{LEVEL_WORDS[signal.shown]}{', set by an editor' if signal.override else ''}"


def source_label(independent_sources: int) -> str:
    """The count as readers see it: `1 source`, `2 sources`."""
    return "1 source" if independent_sources == 1 else f"{independent_sources} sources"


def _counts(event: Event, members: Sequence[Member]) -> replies.CountsReply:
    return replies.CountsReply(
        articles=len(members),
        publishers=len({member.article.publisher.id for member in members}),
        independent_sources=event.independent_sources,
        copies=sum(member.role is Role.COPY for member in members),
    )


def _article(article: Article, quoting: Quoting) -> dict[str, Any]:
    return {
        "id": article.id,
        "publisher": replies.PublisherReply.model_validate(article.publisher),
        "title": headline(article.title),
        "first_title": first_headline(article),
        "url": article.url,
        "excerpt": quoting.excerpt(article.id),
        "published_at": article.published_at,
        "published_at_basis": article.published_at_basis.value,
        "seen_at": article.seen_at,
    }


def _member(member: Member, original: str, quoting: Quoting) -> replies.MemberReply:
    placed = member.placement
    return replies.MemberReply(
        **_article(member.article, quoting),
        role=member.role.value,
        copy_of=original if original != member.article.id else None,
        origin=member.origin,
        because=[replies.EvidenceReply.model_validate(one) for one in placed.because],
        nearest_rival=replies.RivalReply.model_validate(placed.nearest_rival) if placed.nearest_rival else None,
    )


def _origin(origin: Origin, members: Sequence[Member]) -> replies.OriginReply:
    here = {member.article.id for member in members}
    known = [article_id for article_id in origin.article_ids if article_id in here]
    return replies.OriginReply(id=origin.id, kind=origin.kind, name=origin.name, article_ids=known)


def _quotes(quotes: Iterable[Quote], quoting: Quoting) -> list[replies.QuoteReply]:
    cut = ((one.article_id, quoting.quote(one.article_id, one.text)) for one in quotes)
    return [replies.QuoteReply(article_id=article_id, text=text) for article_id, text in cut if text]


def _record(said: Description, quoting: Quoting) -> replies.PrimaryRecordReply | None:
    """The primary record. Words that cannot be shown prove none; a link proves itself."""
    record = said.record
    if record is None:
        return None
    quote = None if record.url else quoting.quote(record.quote.article_id, record.quote.text)
    if quote == "":
        return None
    return replies.PrimaryRecordReply(
        kind=record.kind, text=record.text, article_id=record.quote.article_id, quote=quote, url=record.url
    )


def _record_quotes(said: Description) -> Iterator[Quote]:
    if said.record and not said.record.url:
        yield said.record.quote


def _why(said: Description, quoting: Quoting) -> replies.WhyReply | None:
    if said.why is None or not quoting.shows_whole:
        return None
    counted = [replies.CountedReply.model_validate(one) for one in said.why.counted]
    evidence = _quotes(said.why.evidence, quoting)
    return replies.WhyReply(text=said.why.text, rule=said.why.rule, evidence=evidence, counted=counted)


def _figure(figure: Figure, quoting: Quoting) -> replies.FigureReply:
    shown = []
    for one in figure.values:
        fitting = [article_id for article_id in one.article_ids if quoting.fits(article_id, one.text)]
        if fitting:
            shown.append(
                replies.FigureValueReply(value=one.value, qualifier=one.qualifier, text=one.text, article_ids=fitting)
            )
    return replies.FigureReply(what=figure.what, unit=figure.unit, status=figure.status, values=shown)


def _asset_evidence(said: Description) -> Iterator[Quote]:
    return (quote for asset in said.assets for quote in asset.evidence)


def _figure_quotes(said: Description) -> Iterator[Quote]:
    for figure in said.figures:
        for value in figure.values:
            yield from (Quote(article_id, value.text) for article_id in value.article_ids)


def _row(origin: replies.OriginReply, members: dict[str, replies.MemberReply], lead_id: str) -> Row:
    own = [members[article_id] for article_id in origin.article_ids]
    spoken = next((one for one in own if one.id == lead_id), None)
    report = spoken or next((one for one in own if Role(one.role) is not Role.COPY), own[0])
    return Row(origin, report, tuple(one for one in own if one is not report))

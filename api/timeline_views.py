"""Turns an event's timeline into JSON and into what its page shows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api import article_replies, timeline_replies
from api.words import instant_words
from cluster.chains import Outline
from cluster.event import Event
from cluster.lending import beside_headlines, headline
from cluster.timeline import Milestone, spread, timeline
from ingest.article import Article

BAR_HEIGHT, BAR_WIDTH = 24, 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A bucket as it is drawn: new sources at the bottom, what came beside them on top."""

    x: int
    new: float
    others: float


def shown_timeline(
    event: Event, chain: Sequence[Outline], closed_at: datetime | None
) -> timeline_replies.TimelineReply:
    """A described event's milestones, earliest first, and how its reports spread; `closed_at` as `timeline` has it."""
    articles = {member.article.id: member.article for member in event.members}
    found = spread(event)
    return timeline_replies.TimelineReply(
        milestones=[_milestone(one, articles) for one in _lent(timeline(event, chain, closed_at), articles)],
        spread=timeline_replies.SpreadReply(
            bucket_seconds=int(found.width.total_seconds()),
            buckets=[timeline_replies.BucketReply.model_validate(one) for one in found.buckets],
        ),
    )


def bars(found: timeline_replies.SpreadReply) -> list[Bar]:
    """The bars of a chart BAR_HEIGHT high, one a bucket; the tallest fills it."""
    most = max((one.new_sources + one.others for one in found.buckets), default=1)
    heights = [(BAR_HEIGHT * one.new_sources / most, BAR_HEIGHT * one.others / most) for one in found.buckets]
    return [Bar(place * BAR_WIDTH, round(new, 1), round(others, 1)) for place, (new, others) in enumerate(heights)]


def spread_words(found: timeline_replies.SpreadReply) -> str:
    """What the chart shows, for who cannot see it."""
    total = sum(one.new_sources + one.others for one in found.buckets)
    busiest = max(found.buckets, key=lambda one: one.new_sources + one.others)
    width = timedelta(seconds=found.bucket_seconds)
    return (
        f"{total} reports in {len(found.buckets)} spans of {_duration(width)}; "
        f"most of them, {busiest.new_sources + busiest.others}, from {instant_words(busiest.starts_at)}"
    )


def _duration(width: timedelta) -> str:
    minutes = int(width.total_seconds() // 60)
    for unit, size in (("day", 1440), ("hour", 60)):
        if minutes % size == 0:
            return f"{minutes // size} {unit}{'' if minutes == size else 's'}"
    return f"{minutes} minutes"


def _lent(milestones: Iterable[Milestone], articles: Mapping[str, Article]) -> Iterator[Milestone]:
    """The milestones without those that would quote more of an article than may be shown of it."""
    left = {article.id: beside_headlines(article) for article in articles.values()}
    for one in milestones:
        if one.article_id and one.quoted:
            if len(one.quoted) > left[one.article_id]:
                continue
            left[one.article_id] -= len(one.quoted)
        yield one


def _milestone(one: Milestone, articles: Mapping[str, Article]) -> timeline_replies.MilestoneReply:
    article = articles.get(one.article_id or "")
    return timeline_replies.MilestoneReply(
        happened=one.happened.value,
        at=one.at,
        text=one.text,
        quote=one.quoted or None,
        article=_report(article) if article else None,
        event=_event(one.outline) if one.outline else None,
    )


def _report(article: Article) -> timeline_replies.ReportReply:
    return timeline_replies.ReportReply(
        id=article.id,
        publisher=article_replies.PublisherReply.model_validate(article.publisher),
        title=headline(article.title),
        url=article.url,
    )


def _event(outline: Outline) -> timeline_replies.OtherEventReply:
    return timeline_replies.OtherEventReply(
        id=outline.event_id, title=headline(outline.title), independent_sources=outline.independent_sources
    )

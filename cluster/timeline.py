"""How an event came about: its milestones among the other events of its chain, and how its reports spread."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain as joined
from itertools import count

from cluster.chains import Outline
from cluster.event import Event, Figure, Member, Role, Status
from cluster.roles import REPORTING
from cluster.signal_level import CONFIRMED_FROM
from ingest.article import Standing

MOST_BUCKETS = 24
_WIDTHS = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 15, 30, 60, 120, 180, 240, 360, 480, 720, 1440))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Happened(StrEnum):
    """What a milestone is; of those at one instant the earlier named comes first."""

    EARLIER_EVENT = "earlier_event"
    FIRST_REPORT = "first_report"
    NEW_SOURCE = "new_source"
    CONFIRMED = "confirmed"
    FIGURE = "figure"
    OTHER_FIGURE = "other_figure"
    LATER_EVENT = "later_event"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened to an event, in words for readers."""

    happened: Happened
    at: datetime
    text: str
    article_id: str | None = None  # the report that it came with
    outline: Outline | None = None  # the other event that it is
    quoted: str = ""  # the words of the report that give a figure; the text does without them


@dataclass(frozen=True, slots=True)
class Bucket:
    """The members published in a stretch of time."""

    starts_at: datetime
    new_sources: int  # first reports of an origin; over all buckets, the event's independent sources
    others: int  # copies, and what else rests on an origin that was there before


@dataclass(frozen=True, slots=True)
class Spread:
    """When an event's members were published, in at most MOST_BUCKETS buckets without a gap."""

    width: timedelta
    buckets: tuple[Bucket, ...]


def timeline(event: Event, chain: Sequence[Outline], closed_at: datetime | None) -> tuple[Milestone, ...]:
    """The milestones of a described event and the other events of its chain, earliest first.

    `closed_at` is when it was last closed; it is said of an event that is closed still.
    """
    found = [*_sources(event), *_confirmed(event), *_figures(event), *_others(event, chain)]
    if event.status is Status.CLOSED and closed_at:
        found.append(Milestone(Happened.CLOSED, closed_at, "Closed: no report joins it any more"))
    order = list(Happened)
    return tuple(sorted(found, key=lambda one: (one.at, order.index(one.happened))))


def spread(event: Event) -> Spread:
    """How a described event's members are spread over time; buckets begin on the hour, or on parts of it."""
    told = _told(event)
    if not told:
        return Spread(_WIDTHS[0], ())
    firsts = {member.article.id for member in _firsts(event)}
    width = _width(told[0].article.published_at, told[-1].article.published_at)
    places = [_place(member.article.published_at, width) for member in told]
    new = [place for place, member in zip(places, told, strict=True) if member.article.id in firsts]
    return Spread(
        width,
        tuple(
            Bucket(_EPOCH + place * width, new.count(place), places.count(place) - new.count(place))
            for place in range(places[0], places[-1] + 1)
        ),
    )


def _told(event: Event) -> list[Member]:
    """The members that the description knows, earliest first."""
    return [member for member in event.members if member.origin]


def _firsts(event: Event) -> list[Member]:
    """The first report of each origin, earliest first; of one that only handed out texts, the first of those."""
    first = _first_of_each(sorted(_told(event), key=lambda one: one.role not in REPORTING))
    return sorted(first, key=lambda one: (one.article.published_at, one.article.id))


def _first_of_each(members: Iterable[Member]) -> list[Member]:
    """The first of these members of each origin, in their order."""
    first: dict[str, Member] = {}
    for member in members:
        first.setdefault(member.origin, member)
    return list(first.values())


def _sources(event: Event) -> Iterator[Milestone]:
    for number, member in enumerate(_firsts(event), start=1):
        name = member.article.publisher.name
        if number > 1:
            yield _with(member, Happened.NEW_SOURCE, f"{number} independent sources, with {name}")
        elif member.role is Role.PRESS_RELEASE:
            yield _with(member, Happened.FIRST_REPORT, f"A press release, at {name}")
        else:
            yield _with(member, Happened.FIRST_REPORT, f"First report, by {name}")


def _confirmed(event: Event) -> Iterator[Milestone]:
    """When the signal's rule was first met: so many origins, each with a report of an established publisher."""
    reasons = event.description.signal.reasons if event.description else ()
    if not any(reason.code == "confirmed" and reason.passed for reason in reasons):
        return
    reporting = [one for one in _told(event) if one.role in REPORTING]
    first = _first_of_each(one for one in reporting if one.article.publisher.standing is Standing.ESTABLISHED)
    for member in first[CONFIRMED_FROM - 1 : CONFIRMED_FROM]:
        text = f"Confirmed: {CONFIRMED_FROM} independent sources have an established publisher"
        yield _with(member, Happened.CONFIRMED, text)


def _figures(event: Event) -> Iterator[Milestone]:
    figures = event.description.figures if event.description else ()
    for figure in figures:
        given = _given(event, figure)
        for place, (member, text) in enumerate(given if figure.status == "disputed" else given[:1]):
            happened = Happened.OTHER_FIGURE if place else Happened.FIGURE
            words = f"{'Another' if place else 'First'} figure for {figure.what}"
            yield Milestone(happened, member.article.published_at, words, member.article.id, quoted=text)


def _given(event: Event, figure: Figure) -> list[tuple[Member, str]]:
    """Who gave each value of a figure first, in the order in which they were given; of a disputed one the first two."""
    values = figure.values[:2] if figure.status == "disputed" else figure.values
    firsts = [
        (member, value.text)
        for value in values
        for member in [one for one in _told(event) if one.article.id in value.article_ids][:1]
    ]
    return sorted(firsts, key=lambda one: (one[0].article.published_at, one[0].article.id))


def _others(event: Event, chain: Sequence[Outline]) -> Iterator[Milestone]:
    for outline in chain:
        if outline.event_id != event.id:
            earlier = outline.published_at < event.first_published_at
            happened = Happened.EARLIER_EVENT if earlier else Happened.LATER_EVENT
            text = f"{'Earlier' if earlier else 'Later'} in this affair"
            yield Milestone(happened, outline.published_at, text, outline=outline)


def _with(member: Member, happened: Happened, text: str) -> Milestone:
    return Milestone(happened, member.article.published_at, text, member.article.id)


def _width(first: datetime, last: datetime) -> timedelta:
    widths = joined(_WIDTHS, (days * _WIDTHS[-1] for days in count(2)))
    return next(width for width in widths if _place(last, width) - _place(first, width) < MOST_BUCKETS)


def _place(instant: datetime, width: timedelta) -> int:
    return (instant - _EPOCH) // width

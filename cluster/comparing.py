"""Two events held against each other: what both say, and where one contradicts the other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cluster.amounts import Amount, read_amounts
from cluster.event import Event, Member, Role
from cluster.figures import agree, by_measure
from ingest.article import Article

# Of 1,033 labelled events of several reports 3 % have so long a gap between two of them, and 17 % one of 12 hours.
FAR_APART = timedelta(hours=24)
REPORTS_READ = 8  # of an event, of as many origins as possible: the others repeat them
BEGINNING = 600  # characters of a text in which a name of the other event's titles is looked for
MOST_FIGURES = 6  # of each finding


class About(StrEnum):
    """What is held against each other."""

    TIME = "time"
    FIGURE = "figure"
    ASSET = "asset"
    ACTOR = "actor"
    THEME = "theme"


class Finding(StrEnum):
    """What that says of the two events."""

    CONFLICT = "conflict"  # it speaks for two happenings
    SHARED = "shared"  # it speaks for one


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that both events speak of."""

    about: About
    finding: Finding
    here: tuple[str, ...] = ()  # as the first event has it: amounts, symbols, names or themes
    there: tuple[str, ...] = ()
    name: str = ""  # of a figure, what it measures; empty where no report says so in words that are known


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article that the rules nearly put into the other event."""

    article_id: str
    score: float  # 0 to 1, how well it would fit there


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What two events have in common and what not, the contradictions first."""

    points: tuple[Point, ...]
    gap: timedelta  # between the last report of the earlier event and the first of the later; zero where they overlap
    near_misses: tuple[NearMiss, ...]  # best first, of either event

    def shared(self, about: About) -> frozenset[str]:
        """What both events have of one kind, as either writes it."""
        points = [one for one in self.points if one.about is about and one.finding is Finding.SHARED]
        return frozenset(word for one in points for word in (*one.here, *one.there))


def side_by_side(one: Event, other: Event) -> SideBySide:
    """Two described events; the texts of at most REPORTS_READ articles of each are read."""
    gap = _gap(one, other)
    found = [
        Point(About.TIME, Finding.CONFLICT if gap > FAR_APART else Finding.SHARED),
        *figure_points(*([amounts_of(article) for article in _reports(event)] for event in (one, other))),
        *_tagged(About.ASSET, *(_assets(event) for event in (one, other))),
        *_actors(one, other),
        *_tagged(About.THEME, *(_themes(event) for event in (one, other))),
    ]
    near = [*_near_misses(one, other.id), *_near_misses(other, one.id)]
    return SideBySide(
        points=tuple(sorted(found, key=lambda point: point.finding is Finding.SHARED)),
        gap=gap,
        near_misses=tuple(sorted(near, key=lambda miss: (-miss.score, miss.article_id))),
    )


def _gap(one: Event, other: Event) -> timedelta:
    first = max(one.first_published_at, other.first_published_at)
    last = min(one.last_published_at, other.last_published_at)
    return max(first - last, timedelta(0))


def _reports(event: Event) -> list[Article]:
    """Those whose texts are read, the first of each origin in front; a copy says nothing of its own."""
    told = [member for member in event.members if member.role is not Role.COPY]
    firsts: dict[str, Member] = {}
    for member in told:
        firsts.setdefault(member.origin, member)
    leading = list(firsts.values())
    read = [*leading, *(member for member in told if member not in leading)][:REPORTS_READ]
    return [member.article for member in read]


def figure_points(here: Sequence[Sequence[Amount]], there: Sequence[Sequence[Amount]]) -> Iterator[Point]:
    """What both measure, and the numbers that both give without a word for what they measure: amounts by report."""
    ours = by_measure(here)
    theirs = by_measure(there, ours)
    measured = [_figure(ours[key], theirs[key], key[0]) for key in ours if key in theirs]
    seen = {text for point in measured for text in (*point.here, *point.there)}
    alike = [point for point in _alike(here, there) if not seen & {*point.here, *point.there}]
    for finding in Finding:
        yield from [point for point in (*measured, *alike) if point.finding is finding][:MOST_FIGURES]


def amounts_of(article: Article) -> Sequence[Amount]:
    """What an article's title and the beginning of its text give."""
    return read_amounts(article.id, article.title, article.text)


def are_written(names: Iterable[str], articles: Sequence[Article]) -> list[str]:
    """Those of some names that any of the articles writes in its title or near its beginning."""
    return [name for name in names if any(name in one.title or name in one.text[:BEGINNING] for one in articles)]


def _figure(ours: Sequence[Amount], theirs: Sequence[Amount], name: str) -> Point:
    agreeing = next(((one, other) for one in ours for other in theirs if agree(one, other)), None)
    if agreeing:
        one, other = agreeing
        return Point(About.FIGURE, Finding.SHARED, (one.text,), (other.text,), name)
    return Point(About.FIGURE, Finding.CONFLICT, _texts(ours), _texts(theirs), name)


def _alike(given: Iterable[Sequence[Amount]], others: Iterable[Sequence[Amount]]) -> Iterator[Point]:
    """Amounts that both give to the last digit."""
    ours, theirs = (
        {(one.unit, one.value): one.text for amounts in reversed(list(side)) for one in reversed(amounts)}
        for side in (given, others)
    )
    for key in ours:
        if key in theirs:
            yield Point(About.FIGURE, Finding.SHARED, (ours[key],), (theirs[key],))


def _texts(amounts: Iterable[Amount]) -> tuple[str, ...]:
    return tuple({one.value: one.text for one in amounts}.values())[:3]


def _assets(event: Event) -> list[str]:
    return [asset.symbol for asset in event.description.assets] if event.description else []


def _themes(event: Event) -> list[str]:
    return [found.theme.value for found in event.description.themes] if event.description else []


def _tagged(about: About, here: Sequence[str], there: Sequence[str]) -> Iterator[Point]:
    """Tags, the primary one in front: those that both have, or that they have none in common."""
    shared = [tag for tag in here if tag in there]
    if shared:
        yield Point(about, Finding.SHARED, tuple(shared), tuple(shared))
    elif here and there:
        yield Point(about, Finding.CONFLICT, tuple(here), tuple(there))


def _actors(one: Event, other: Event) -> Iterator[Point]:
    """Whom the leads' titles name: a name is shared where the other event's reports write it near their beginning."""
    ours, theirs = _named(one), _named(other)
    shared = list(dict.fromkeys((*are_written(ours, _reports(other)), *are_written(theirs, _reports(one)))))
    yield from _tagged(About.ACTOR, shared or ours, shared or theirs)


def _named(event: Event) -> list[str]:
    names = event.description.title_actors if event.description else ()
    parts = {word for name in names if " " in name for word in name.split()}  # "Back" of "Adam Back"
    return [name for name in names if name not in parts]


def _near_misses(event: Event, other_id: str) -> Iterator[NearMiss]:
    for member in event.members:
        rival = member.placement.nearest_rival
        if rival and rival.event_id == other_id:
            yield NearMiss(member.article.id, rival.score)

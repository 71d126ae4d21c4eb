"""Pairs of articles that editors have labelled, measured beside the news of their days as placing measures them.

They come from `secondsource export --pairs`. An article's reading is the database's where that has it, else it is read
anew in a corpus, by its address.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cluster.pair_features import NAMES, pair_features
from cluster.reading import Reading
from cluster.window import WINDOW, Window
from ingest.urls import canonical_url

ReadBetween = Callable[[datetime, datetime], Sequence[Reading]]  # both instants included, in the order of publication


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the export; the article that was published first comes first."""

    ids: tuple[str, str]
    urls: tuple[str, str]
    published_at: datetime  # of the later one
    is_same: bool
    weight: float


@dataclass(frozen=True, slots=True)
class SaidPairs:
    """What the pair model learns of them."""

    features: NDArray[np.float64]  # [n, len(names)]
    same: NDArray[np.bool_]  # [n]
    weights: NDArray[np.float64]  # [n]


class UnreadablePairs(Exception):
    """A line is no labelled pair; the message names it."""


def read_said(path: Path) -> list[Said]:
    """The lines of an export.

    Raises:
        UnreadablePairs: at the first line that is none.
    """
    with path.open(encoding="utf-8") as lines:
        return [_said(line, f"{path.name}, line {number}") for number, line in enumerate(lines, start=1)]


def measure_said(said: Sequence[Said], read_between: ReadBetween, names: Sequence[str]) -> SaidPairs:
    """The pairs that come near each other at all, `names` being the features; the ids are those of the readings."""
    columns = [NAMES.index(name) for name in names]
    found = [one for since, until, own in _spans(said) for one in _measured(own, read_between(since, until), since)]
    return SaidPairs(
        np.array([features for _, features in found]).reshape(len(found), len(NAMES))[:, columns],
        np.array([one.is_same for one, _ in found], dtype=bool),
        np.array([one.weight for one, _ in found], dtype=np.float64),
    )


def renamed(said: Iterable[Said], ids: Mapping[str, str]) -> list[Said]:
    """Those whose two addresses are known, under the ids that these have there."""
    return [
        Said((ids[one.urls[0]], ids[one.urls[1]]), one.urls, one.published_at, one.is_same, one.weight)
        for one in said
        if ids.keys() >= set(one.urls)
    ]


def _said(line: str, where: str) -> Said:
    try:
        row = json.loads(line)
        both = sorted((datetime.fromisoformat(one["published_at"]), one["id"], one["url"]) for one in row["articles"])
        (_, first, first_url), (published_at, second, second_url) = both
        urls = (canonical_url(first_url) or first_url, canonical_url(second_url) or second_url)
        return Said((first, second), urls, published_at, {"same": True, "apart": False}[row["label"]], row["weight"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadablePairs(f"{where}: no labelled pair of `secondsource export --pairs` ({error!r})") from error


def _spans(said: Sequence[Said]) -> Iterator[tuple[datetime, datetime, list[Said]]]:
    """Stretches of time that hold the days before each pair's later article, each with its pairs."""
    own: list[Said] = []
    for one in sorted(said, key=lambda one: one.published_at):
        if own and one.published_at - WINDOW > own[-1].published_at:
            yield own[0].published_at - WINDOW, own[-1].published_at, own
            own = []
        own.append(one)
    if own:
        yield own[0].published_at - WINDOW, own[-1].published_at, own


def _measured(
    said: Sequence[Said], readings: Sequence[Reading], since: datetime
) -> Iterator[tuple[Said, NDArray[np.float64]]]:
    sought: dict[str, list[tuple[str, Said]]] = {}
    for one in said:
        for own, other in (one.ids, one.ids[::-1]):  # published at one instant, either may come second
            sought.setdefault(own, []).append((other, one))
    held = Window(since)
    for reading in readings:
        if reading.article_id in sought and held.rows:
            near = held.near(reading)
            place = {held.readings[row].article_id: place for place, row in enumerate(near.rows)}
            wanted = [(one, place[other]) for other, one in sought[reading.article_id] if other in place]
            features = pair_features(reading, near, held) if wanted else np.empty((0, len(NAMES)))
            yield from ((one, features[row]) for one, row in wanted)
        held.add(reading, reading.article_id, None)

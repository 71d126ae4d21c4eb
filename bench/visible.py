"""How soon readers see what was published: `python -m bench.visible`, with a corpus folder in SECONDSOURCE_CORPUS.

The corpus's busiest hour and the hours around it come out TIMES as fast as they did, at publishers that are served from
this machine. The service polls them at its own pace, as an operator starts it, once on SQLite with the embedded broker
and once on PostgreSQL with Redis. Who follows the change log notes when an event shows each article.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from bench.results import Result, report
from ingest.article import Article
from tests.faults.following import Watcher
from tests.faults.machine import Machine
from tests.faults.news import Corpus, News, corpus_folder, newswire, stream
from tests.faults.servers import KINDS
from tests.faults.serving import models, serving

TIMES = 20
BEFORE, AROUND = timedelta(hours=12), timedelta(hours=2)  # what is out at the start; what comes out on both sides
FIRST_SECONDS = 180.0  # what came out at the start and until then is not measured: the backlog is read first
WAITS_FOR_LAST_SECONDS = 300.0
LOOKS_EVERY_SECONDS = 0.5
PUBLISHED_BAR, SEEN_BAR = 240, 15  # seconds, p95: a feed is polled every two minutes at most


@dataclass(slots=True)
class Shown:
    """When each article was shown first, and when it was seen by us, by its address."""

    watcher: Watcher
    at: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, datetime] = field(default_factory=dict)
    known: int = 0  # rows of the log

    def look(self) -> None:
        """Reads what changed, and which articles the events show that did."""
        rows = self._new_rows()
        for event_id in dict.fromkeys(row["event_id"] for row in rows if row["type"] == "described"):
            found = self.watcher.ask(f"/v1/events/{event_id}")
            for article in found["data"]["articles"] if found else ():
                self.at.setdefault(article["url"], datetime.now(UTC))
                self.seen.setdefault(article["url"], datetime.fromisoformat(article["seen_at"]))

    def _new_rows(self) -> list[dict[str, str]]:
        found = self.watcher.ask(f"/v1/changes?limit=100&after={self.known}")
        rows: list[dict[str, str]] = found["data"] if found else []
        self.known = int(rows[-1]["seq"]) if rows else self.known
        return rows


def main() -> int:
    """Both kinds of database and broker, and whether the bars are reached."""
    folder = corpus_folder()
    if folder is None:
        print(__doc__)
        return 2
    summer = stream(folder)
    peak = _busiest_hour(summer)
    begins, ends = peak - AROUND, peak + timedelta(hours=1) + AROUND
    articles = [one for one in summer if begins - BEFORE <= one.published_at < ends]
    corpus = Corpus(articles, None, folder.parent / "tools")
    results = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="visible-") as name:
            lasts = (articles[-1].published_at - begins).total_seconds() / TIMES
            with newswire(corpus, Path(name), lasts, begins) as news:
                shown, out = _run(kind, news, Path(name), lasts)
        results += _told(kind, shown, out)
    report(results)
    return 0 if all(one.is_reached for one in results) else 1


def _busiest_hour(articles: Sequence[Article]) -> datetime:
    hours = Counter(one.published_at.replace(minute=0, second=0, microsecond=0) for one in articles)
    return max(hours, key=lambda hour: (hours[hour], hour))


def _run(kind: str, news: News, folder: Path, lasts: float) -> tuple[Shown, dict[str, datetime]]:
    """What was shown, and when each article came out that is measured."""
    with serving(kind, news, folder, models()) as served:
        shown, began = Shown(Watcher(served.port)), datetime.now(UTC)
        _attend(served.machine, shown, news, time.monotonic() + lasts)
    measured_from = began + timedelta(seconds=FIRST_SECONDS)
    return shown, {url: at for url, at in news.released().items() if at >= measured_from}


def _attend(machine: Machine, shown: Shown, news: News, ends_at: float) -> None:
    while time.monotonic() < ends_at + WAITS_FOR_LAST_SECONDS:
        time.sleep(LOOKS_EVERY_SECONDS)
        machine.attend(time.monotonic())
        assert not machine.wrong, machine.wrong
        shown.look()
        assert not shown.watcher.wrong, shown.watcher.wrong
        if time.monotonic() > ends_at and news.released().keys() <= shown.at.keys():
            return


def _told(kind: str, shown: Shown, out: dict[str, datetime]) -> list[Result]:
    urls = [url for url in out if url in shown.at]
    if not urls:
        return [Result(f"articles not shown, {kind}", len(out), 0, "lower")]
    print(f"{kind}: {len(urls)} of {len(out)} articles were shown")
    published, seen = ([(shown.at[url] - since[url]).total_seconds() for url in urls] for since in (out, shown.seen))
    found = [(np.quantile(delays, 0.5), np.quantile(delays, 0.95)) for delays in (published, seen)]
    print(f"  from published until shown: p50 {found[0][0]:.0f} s, p95 {found[0][1]:.0f} s")
    print(f"  from seen by us until shown: p50 {found[1][0]:.1f} s, p95 {found[1][1]:.1f} s")
    return [
        Result(f"published until shown, {TIMES} times the peak, {kind}, s (p95)", found[0][1], PUBLISHED_BAR, "lower"),
        Result(f"seen until shown, {TIMES} times the peak, {kind}, s (p95)", found[1][1], SEEN_BAR, "lower"),
        Result(f"articles not shown, {kind}", len(out) - len(urls), 0, "lower"),
    ]


if __name__ == "__main__":
    sys.exit(main())

"""What there is to read: real articles served as publishers, or the bundled day of invented news."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cluster.fitting.windows import LabelledWindow, labelled_windows, stream_articles
from commands.demo_publishers import DAY, DemoPublishers
from commands.publishers.lists import import_opml
from ingest.article import Article, Standing
from ingest.publishers import Listed
from ingest.store import PublisherStore
from storage.engine import open_engine
from storage.settings import Settings
from tests.ending import listens, process, wait_until
from tests.integration.commands.service import free_port

FEED_LENGTH = 1000  # entries: a fast clock turns over what a feed usually holds between two polls


@dataclass(frozen=True, slots=True)
class News:
    """Publishers that serve, and what the service is to make of them."""

    allowed: str  # addresses that may be fetched
    subscribe: Callable[[Settings], None]
    released: Callable[[], Mapping[str, datetime]]  # the articles that are out by now, by address, since when
    total: int
    labels: Mapping[str, str]  # labelled events by article address; none where nobody labelled


@dataclass(frozen=True, slots=True)
class Corpus:
    """The articles that one run is about, oldest first, and what readers said of the newest of them, if they did."""

    articles: Sequence[Article]
    window: LabelledWindow | None
    tools: Path  # the folder with newswire.py


def corpus_of(folder: Path, count: int) -> Corpus:
    """`count` articles up to the end of a labelled window, or some later ones where there are too few before it.

    Of the windows it is the one in which no publisher has too many of them: its host gives one page a second.
    """
    articles = stream(folder)
    found = []
    for window in labelled_windows(folder, gold_only=True):
        before = sum(article.published_at <= window.articles[-1].published_at for article in articles)
        until = max(before, count)
        found.append(Corpus(articles[max(0, until - count) : until], window, folder.parent / "tools"))
    return min(found, key=_busiest)


def stream(folder: Path) -> list[Article]:
    """The articles of a corpus folder's stream, oldest first."""
    return sorted(stream_articles(folder).values(), key=lambda article: (article.published_at, article.url))


@contextmanager
def newswire(corpus: Corpus, folder: Path, lasts_seconds: float, begins: datetime | None = None) -> Iterator[News]:
    """A corpus as it came out, in as many seconds as told; what was out when it `begins` is out from the start."""
    path, port = folder / "news.jsonl", free_port()
    path.write_text("".join(f"{json.dumps(_line(one))}\n" for one in corpus.articles), encoding="utf-8")
    first, last = begins or corpus.articles[0].published_at, corpus.articles[-1].published_at
    speed = (last - first).total_seconds() / lasts_seconds
    command = [sys.executable, str(corpus.tools / "newswire.py"), str(path), "--start", first.isoformat(), "--rebase"]
    command += ["--speed", str(speed), "--port", str(port), "--feed-length", str(FEED_LENGTH)]
    here = f"http://127.0.0.1:{port}"

    def released() -> dict[str, datetime]:
        return {url: datetime.fromisoformat(at) for url, at in _asked(f"{here}/released").items()}

    with process(command, stdout=subprocess.DEVNULL):
        wait_until(partial(listens, port))
        ids = _asked(f"{here}/ids")
        labelled = corpus.window.labels if corpus.window else {}
        labels = {url: labelled[one].event for url, one in ids.items() if one in labelled}
        subscribe = partial(_import, source=f"{here}/feeds.opml")
        yield News(f"127.0.0.1:{port},127.10.0.0/16:{port}", subscribe, released, len(ids), labels)


@contextmanager
def demo_day() -> Iterator[News]:
    """The bundled day of news; all of it is out at once."""
    now = datetime.now(UTC)
    with DemoPublishers(now) as publishers:
        homes = {listed.publisher.id: listed.publisher.home for listed in publishers.listed}
        rows = map(json.loads, (DAY / "articles.jsonl").read_text(encoding="utf-8").splitlines())
        urls = {f"{homes[row['publisher']]}{row['path']}": now for row in rows}
        subscribe = partial(_list, listed=publishers.listed)
        yield News(",".join(publishers.addresses), subscribe, lambda: urls, len(urls), {})


def corpus_folder() -> Path | None:
    """Where the corpus is; its tools lie beside it."""
    named = os.environ.get("SECONDSOURCE_CORPUS")
    return Path(named).resolve() if named else None


def _import(settings: Settings, source: str) -> None:
    import_opml(settings, source, Standing.ESTABLISHED)


def _list(settings: Settings, listed: Sequence[Listed]) -> None:
    PublisherStore(open_engine(settings.database)).sync(listed, datetime.now(UTC))


def _busiest(corpus: Corpus) -> int:
    by_publisher: dict[str, int] = {}
    for article in corpus.articles:
        by_publisher[article.publisher.id] = by_publisher.get(article.publisher.id, 0) + 1
    return max(by_publisher.values())


def _line(article: Article) -> dict[str, str]:
    return {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "url": article.url,
        "publisher": article.publisher.name,
        "published_at": article.published_at.isoformat(),
    }


def _asked(url: str) -> dict[str, str]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        found: dict[str, str] = json.load(answer)
    return found

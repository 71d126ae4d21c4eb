"""Whether other readers' test feeds are read as they state: `python -m tests.quality.hostile_feeds FOLDER`.

FOLDER holds `hostile/feeds.tar.gz`, unpacked. Each of its feeds is read; where its suite says what is in it, whatever
of that an entry or a feed of ours has is held against what was read. Printed are crashes, records that break what
`ingest/entry.py` promises, and how many stated fields are equal, by suite; `-v` names those that are not.
"""

import json
import re
import signal
import sys
import time
import traceback
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from ingest.dates import clamp
from ingest.entry import MAX_ENTRIES, Entry, Feed
from ingest.feeds import read_feed
from ingest.json_feeds import is_json, read_json_feed
from tests.quality.stated_fields import Stated, of_feedparser, of_gofeed, of_rss_parser

ADDRESS = "http://127.0.0.1:8097/"  # where feedparser's own tests serve their files
LIMIT_SECONDS = 20
JOINED = re.compile(r"(?<=[^\x00-\u05ff\s])[\u200c\u200d](?=[^\x00-\u05ff\s])")
MARKUP = re.compile(r"<[a-z/!?][^<>]*>", re.I)


@dataclass(frozen=True, slots=True)
class Case:
    """One feed file, how it is served, and what its suite says of it."""

    suite: str
    path: Path
    url: str
    content_type: str = ""
    states: tuple[Stated, ...] = ()
    entries: int | None = None  # as many as another reader found; None: not said


@dataclass(slots=True)
class Tally:
    """What came of the files of one suite."""

    files: int = 0
    stated: int = 0
    equal: int = 0
    wrong: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    slowest: float = 0.0


def main(arguments: list[str]) -> int:
    """Prints a line for each suite and one for all."""
    if not arguments or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    tallies: dict[str, Tally] = {}
    for case in cases(Path(arguments[0])):
        _try(case, tallies.setdefault(case.suite, Tally()))
    for suite, tally in tallies.items():
        print(_line(suite, tally))
        shown = [*tally.crashes, *tally.broken, *(tally.wrong if "-v" in arguments else ())]
        print(*(f"    {one}" for one in shown), sep="\n" if shown else "", end="\n" if shown else "")
    whole = _whole(list(tallies.values()))
    print(_line("all", whole))
    return 1 if whole.crashes or whole.broken else 0


def cases(folder: Path) -> Iterator[Case]:
    """The feeds of all suites."""
    for row in _rows(folder / "feedparser_6.0.14"):
        headers = {name.lower(): value for name, value in row["headers"].items()}
        url = urljoin(ADDRESS + row["path"], headers.get("content-location", ""))
        path = folder / "feedparser_6.0.14" / row["path"]
        states = tuple(of_feedparser(row["checks"], url))
        yield Case("feedparser", path, url, headers.get("content-type", ""), states)
    for row in _rows(folder / "gofeed"):
        path, url = folder / "gofeed" / row["path"], ADDRESS + row["path"]
        expected = row.get("expected_json")
        said = json.loads(_text(folder / "gofeed" / expected)) if expected else {}
        yield Case("gofeed", path, url, states=tuple(of_gofeed(said or {}, url)))
    for name, entries in json.loads((folder / "smoke_baseline.json").read_text()).items():
        path, url = folder / name, ADDRESS + name
        said_at = folder / "rss_parser/test/output" / f"{path.stem}.json"
        said = json.loads(_text(said_at))["feed"] if "rss_parser" in name and said_at.exists() else {}
        yield Case(name.partition("/")[0], path, url, states=tuple(of_rss_parser(said, url)), entries=entries)


def read(case: Case) -> Feed | None:
    """As the parsing process does."""
    body = case.path.read_bytes()
    return read_json_feed(body, case.url) if is_json(body) else read_feed(body, case.url, case.content_type)


def _try(case: Case, tally: Tally) -> None:
    tally.files += 1
    signal.signal(signal.SIGALRM, _too_slow)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
    began = time.perf_counter()
    try:
        found = read(case)
    except Exception:
        tally.crashes.append(f"{case.path}: {traceback.format_exc(limit=-2)}")
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    tally.slowest = max(tally.slowest, time.perf_counter() - began)
    tally.broken += [f"{case.path}: {one}" for one in (breaches(found) if found else ())]
    for one in (one for one in case.states if one.is_read):
        tally.stated += 1
        if one.holds(found):
            tally.equal += 1
        else:
            tally.wrong.append(f"{case.path}: {one.name} {one.expected!r} is {one.found(found)!r}")
    read_entries = len(found.entries) if found else 0
    # Of a feed that the other reader makes nothing of, nothing is said.
    if case.entries and read_entries != min(case.entries, MAX_ENTRIES):
        tally.wrong.append(f"{case.path}: {case.entries} entries are {read_entries}")


def breaches(feed: Feed) -> Iterator[str]:
    """What of a feed's records is not as they promise."""
    now = datetime.now(UTC)
    yield from unclean("feed title", feed.title)
    yield from marked_up("feed title", feed.title)
    for entry in feed.entries:
        for name in ("guid", "url", "title", "summary", "content", "published_raw"):
            yield from unclean(name, getattr(entry, name))
        for text in (*entry.authors, *entry.links):
            yield from unclean("author or link", text)
        for text in (entry.title, *entry.authors):
            yield from marked_up("title or author", text)
        yield from (f"link {link!r}" for link in _links(entry) if not link.lower().startswith(("http:", "https:")))
        at, _ = clamp(entry.published_at, now)
        if at.utcoffset() != timedelta(0) or at > now:
            yield f"instant {at!r}"


def _links(entry: Entry) -> tuple[str, ...]:
    return (*((entry.url,) if entry.url else ()), *entry.links)


def unclean(name: str, text: str) -> Iterator[str]:
    """The characters that nobody sees, if a text has some; joiners may stand within words that are not in Latin."""
    seen = JOINED.sub("", text)
    bad = {
        character for character in seen if unicodedata.category(character) in ("Cc", "Cf", "Cs") and character != "\n"
    }
    if bad:
        yield f"{name} has {sorted(map(ascii, bad))}"


def marked_up(name: str, text: str) -> Iterator[str]:
    """The first tag, if a text has some."""
    if tag := MARKUP.search(text):
        yield f"{name} has {tag[0]!r}"


def _rows(folder: Path) -> Iterator[Mapping[str, Any]]:
    with (folder / "cases.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _text(path: Path) -> str:
    """Some of theirs are in the charset of the feed that they are about."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return path.read_text("latin-1")


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"over {LIMIT_SECONDS} s")


def _whole(tallies: list[Tally]) -> Tally:
    whole = Tally(slowest=max(one.slowest for one in tallies))
    for one in tallies:
        whole.files, whole.stated, whole.equal = (
            whole.files + one.files,
            whole.stated + one.stated,
            whole.equal + one.equal,
        )
        whole.crashes += one.crashes
        whole.broken += one.broken
        whole.wrong += one.wrong
    return whole


def _line(suite: str, tally: Tally) -> str:
    share = f"{tally.equal / tally.stated:.2%}" if tally.stated else "none stated"
    return (
        f"{suite:<12}{tally.files:>5} files, {len(tally.crashes)} crashes, {len(tally.broken)} records broken, "
        f"{tally.equal} of {tally.stated} fields equal ({share}), slowest {tally.slowest:.2f} s"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

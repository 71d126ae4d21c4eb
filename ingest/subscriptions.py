"""Decides what becomes of feeds that someone names: whose they are, and whether they are there already."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import urlsplit

from ingest.addresses import Gate
from ingest.article import Publisher, Standing
from ingest.feed_status import FeedStatus
from ingest.opml import Outline
from ingest.publishers import Listed, ListedFeed
from ingest.sites import home_of, publisher_id, publisher_site
from ingest.urls import DEFAULT_PORTS, http_url


class Verdict(StrEnum):
    """What becomes of one entry of a list."""

    ADDED = "added"
    KNOWN = "already there"
    TWICE = "twice in this list"
    NO_ADDRESS = "no address"
    NOT_HTTP = "not an http(s) address"
    REFUSED = "refused address"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry's verdict. `feed` and `publisher` are None where the entry has no usable address."""

    title: str
    url: str
    verdict: Verdict
    feed: ListedFeed | None = None
    publisher: Publisher | None = None


class Directory:
    """The publishers and feeds that are known, and those that join them one by one.

    Whose a feed is follows from its own address: on a known publisher's site it is a further feed of that publisher.
    Otherwise it gets a publisher of its own, or shares one with the other new feeds of its site; the site is then the
    one that the list names as the publisher's home, since many feeds are served from elsewhere. Such a name alone
    never makes a feed a known publisher's: anyone could write CoinDesk's address into a list.
    """

    def __init__(self, publishers: Iterable[Publisher], feeds: Iterable[FeedStatus]) -> None:
        publishers, feeds = list(publishers), list(feeds)
        self._taken = {one.id for one in publishers}
        former = {_key(url): feed for feed in feeds for url in feed.formerly}
        self._feeds = former | {_key(feed.url): feed for feed in feeds}
        addresses = [(one.home, one) for one in publishers] + [(feed.url, feed.publisher) for feed in feeds]
        self._by_site: dict[str | None, Publisher] = {}
        for address, publisher in addresses:
            self._by_site.setdefault(publisher_site(address), publisher)
        self._joined: dict[str, Publisher] = {}

    def feed_at(self, url: str) -> FeedStatus | None:
        """The known feed that is at an address or was; http or https and a closing slash make no difference."""
        return self._feeds.get(_key(url))

    def publisher_at(self, url: str) -> Publisher | None:
        """The known publisher on whose site an address is; None when it is nobody's."""
        return self._by_site.get(publisher_site(url))

    def publisher_of(self, url: str, name: str, home: str | None, standing: Standing, language: str) -> Publisher:
        """Whose a new feed is. `home` is an http(s) address that somebody claims to be the publisher's."""
        known = self.publisher_at(url)
        if known:
            return known
        home = home if home and publisher_site(home) else home_of(url)
        claimed = publisher_site(home) or home
        if claimed not in self._joined:
            own = Publisher(self._new_id(claimed), name or claimed, home, standing=standing, language=language)
            self._joined[claimed] = own
        return self._joined[claimed]

    def named_by(self, url: str, title: str) -> Publisher | None:
        """The known publisher on whose site a feed is, by the feed's title where it is still called after that site."""
        known = self.publisher_at(url)
        if known and title and known.name == publisher_site(known.home):
            return replace(known, name=title)
        return known

    def vouch(self, page: str, feed: str) -> None:
        """A publisher's own page declared a feed, so it is that publisher's wherever it is served from."""
        known = self.publisher_at(page)
        if known:
            self._by_site.setdefault(publisher_site(feed), known)

    def _new_id(self, site: str) -> str:
        wanted = publisher_id(site)
        number = next(n for n in range(1, len(self._taken) + 2) if _numbered(wanted, n) not in self._taken)
        self._taken.add(_numbered(wanted, number))
        return _numbered(wanted, number)


def judge(outlines: Sequence[Outline], directory: Directory, standing: Standing, gate: Gate) -> list[Line]:
    """A line for each entry of a list, in its order; what `gate` never connects to is refused at once."""
    seen: set[str] = set()
    return [_line(outline, directory, standing, gate, seen) for outline in outlines]


def to_store(lines: Iterable[Line]) -> list[Listed]:
    """The publishers and feeds of a list that are new, and known feeds that the list puts into a folder."""
    kept = [line for line in lines if line.verdict in (Verdict.ADDED, Verdict.KNOWN)]
    return [Listed(line.publisher, (line.feed,)) for line in kept if line.publisher and line.feed]


def counted(lines: Iterable[Line]) -> dict[Verdict, int]:
    """How many entries had each verdict, those that occur, in the order of the verdicts."""
    found = Counter(line.verdict for line in lines)
    return {verdict: found[verdict] for verdict in Verdict if found[verdict]}


def feed_address(written: str) -> str | None:
    """An address as feeds are stored: http(s) without fragment or password; None when it is none.

    `feed:` before an address, as old readers wrote it, is taken off.
    """
    address = written.strip()
    if address[:7].lower() == "feed://":
        address = "http" + address[4:]
    elif address[:5].lower() == "feed:":
        address = address[5:]
    plain = http_url(address.partition("#")[0], "")
    if plain is None or not plain.isprintable() or " " in plain or urlsplit(plain).username is not None:
        return None
    return plain if publisher_site(plain) else None


def _line(outline: Outline, directory: Directory, standing: Standing, gate: Gate, seen: set[str]) -> Line:
    if not outline.url:
        return Line(outline.title, outline.home or "", Verdict.NO_ADDRESS)
    url = feed_address(outline.url)
    if url is None:
        return Line(outline.title, outline.url, Verdict.NOT_HTTP)
    addresses = (url, *filter(None, map(feed_address, outline.formerly)))
    known = next(filter(None, map(directory.feed_at, addresses)), None)
    is_repeated = _key(url) in seen
    seen.add(_key(url))
    if is_repeated:
        return Line(outline.title, url, Verdict.TWICE)
    if known:
        return Line(outline.title, url, Verdict.KNOWN, ListedFeed(known.url, folder=outline.folder), known.publisher)
    if _is_refused(url, gate):
        return Line(outline.title, url, Verdict.REFUSED)
    home = feed_address(outline.home or "")
    publisher = directory.publisher_of(url, outline.title, home, standing, outline.language or "en")
    language = outline.language if outline.language != publisher.language else None
    feed = ListedFeed(url, enabled=outline.enabled, language=language, folder=outline.folder)
    return Line(outline.title, url, Verdict.ADDED, feed, publisher)


def _is_refused(url: str, gate: Gate) -> bool:
    parts = urlsplit(url)
    return gate.refuses_for_good(parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme])


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc.lower()}{parts.path.rstrip('/')}?{parts.query}"


def _numbered(id: str, number: int) -> str:
    return id if number == 1 else f"{id}-{number}"

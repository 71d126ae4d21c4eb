"""One feed entry and its page become one Article."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.article import Article, Basis, Flag, Publisher
from ingest.dates import clamp
from ingest.entry import Entry, Page
from ingest.fetching import Fetched, Fetcher
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.urls import canonical_url, same_site
from storage.ids import new_id

FULL_CONTENT_FROM = 1500  # characters; a feed that carries this much needs no page
TEASER_BELOW = 250  # characters; a page that gives less gave no article
PAGE_DEADLINE = timedelta(seconds=15)
TITLE_LIMIT = 120  # characters of the text that stand in for a missing title


@dataclass(frozen=True, slots=True)
class Extracted:
    """An entry's article, and how the fetch of its page ended; None when no page was needed."""

    article: Article
    page: Outcome | None


async def fetch_page(entry: Entry, fetcher: Fetcher, wait_until: datetime | None = None) -> Fetched | None:
    """An entry's page, or how it failed to come; None when none is needed or there is no usable link."""
    url = canonical_url(entry.url)
    if url is None or len(entry.content) >= FULL_CONTENT_FROM:
        return None
    return await fetcher.fetch(url, deadline=PAGE_DEADLINE, wait_until=wait_until)


async def extract(
    entry: Entry, fetched: Fetched | None, publisher: Publisher, *, parser: Parser, seen_at: datetime
) -> Extracted | Outcome:
    """The article behind an entry; when its page cannot be had, what the feed itself says, flagged `teaser_only`.

    `fetched` is the answer of `fetch_page`. NO_LINK instead of an article: the entry has no usable link.
    """
    url = canonical_url(entry.url)
    if url is None:
        return Outcome.NO_LINK
    if fetched is None:
        return Extracted(_article(entry, publisher, url, seen_at), None)
    if fetched.outcome is not Outcome.OK:
        return Extracted(_article(entry, publisher, url, seen_at), fetched.outcome)
    page = await parser.page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    if isinstance(page, Outcome):
        return Extracted(_article(entry, publisher, url, seen_at, fetched), page)
    final = canonical_url(fetched.url, page.canonical_url) or url
    return Extracted(_article(entry, publisher, final, seen_at, fetched, page), Outcome.OK)


def _article(
    entry: Entry,
    publisher: Publisher,
    url: str,
    seen_at: datetime,
    fetched: Fetched | None = None,
    page: Page | None = None,
) -> Article:
    full = entry.content if len(entry.content) >= FULL_CONTENT_FROM else (page.text if page else "")
    teaser = entry.content or entry.summary
    text = full if len(full) >= max(TEASER_BELOW, len(teaser)) else max(full, teaser, key=len)
    published_at, basis = _published(entry, fetched, page, seen_at)
    return Article(
        id=new_id("art"),
        publisher=publisher,
        url=url,
        title=entry.title or _first_words(text) or url,
        text=text,
        published_at=published_at,
        published_at_basis=basis,
        seen_at=seen_at,
        authors=entry.authors,
        language=(page.language if page and page.language else publisher.language),
        links=_links_out(page.links if page else entry.links, url),
        flags=frozenset() if len(full) >= max(TEASER_BELOW, len(teaser)) else frozenset({Flag.TEASER_ONLY}),
    )


def _published(entry: Entry, fetched: Fetched | None, page: Page | None, seen_at: datetime) -> tuple[datetime, Basis]:
    """The first date that can be true: the feed's, the page's, the server's; otherwise the moment it was seen."""
    stated = (
        (entry.published_at, Basis.FEED),
        (page.published_at if page else None, Basis.PAGE),
        (_header_date(fetched), Basis.HEADER),
    )
    for instant, basis in stated:
        published_at, is_possible = clamp(instant, seen_at)
        if is_possible:
            return published_at, basis
    return seen_at, Basis.FIRST_SEEN


def _header_date(fetched: Fetched | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(fetched.headers["last-modified"]) if fetched else None
    except (KeyError, ValueError):
        return None
    return found if found and found.tzinfo else None


def _links_out(links: Sequence[str], url: str) -> tuple[str, ...]:
    return tuple(link for link in dict.fromkeys(links) if not same_site(link, url))


def _first_words(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= TITLE_LIMIT else first[:TITLE_LIMIT].rsplit(" ", 1)[0] + "…"

"""One feed entry and its page become one Article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.article import Article, Basis, Flag, Publisher, Standing
from ingest.dates import clamp, parse_date
from ingest.entry import Entry, Page
from ingest.failing import passes
from ingest.fetching import Fetched
from ingest.landing import Landing, is_gate, is_one_title, landing
from ingest.outcome import Outcome
from ingest.ownership import Sites
from ingest.page_signs import reserves
from ingest.parser import Parser
from ingest.site_rules import Pages
from ingest.urls import canonical_url, same_site
from storage.ids import new_id

FULL_CONTENT_FROM = 1500  # characters; a feed that carries this much needs no page
TEASER_BELOW = 250  # characters; a page that gives less gave no article
PAGE_DEADLINE = timedelta(seconds=15)
TITLE_LIMIT = 120  # characters of the text that stand in for a missing title
HTML = ("text/html", "application/xhtml+xml", "")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an entry came to, its article or why there is none, and how the fetch of its page ended.

    `page` is None when no page was needed. `landing` is where the link led, when the article was found at another
    address than the entry's own; other entries' links may lead there too, and then it is nobody's article. `limits` are
    what the page at the entry's own address says of its use, also where it calls itself by another address.
    """

    found: Article | Outcome
    page: Outcome | None = None
    landing: Landing | None = None
    limits: frozenset[Flag] = frozenset()


async def fetch_page(
    entry: Entry, publisher: Publisher, *, sites: Sites, pages: Pages, wait_until: datetime | None = None
) -> Fetched | None:
    """An entry's page, or how it failed to come; None when none is needed or there is no usable link.

    A link to another publisher's site is followed even if the feed carries the whole text: that publisher may be a
    redirector. An established one is none, so nothing of its is asked for.
    """
    url = canonical_url(entry.url)
    if url is None:
        return None
    owner = sites.other_owner(url, publisher)
    if owner and owner.standing is Standing.ESTABLISHED:
        return None
    if not owner and len(entry.content) >= FULL_CONTENT_FROM:
        return None
    return await pages.fetch(url, deadline=PAGE_DEADLINE, wait_until=wait_until)


def is_html(fetched: Fetched) -> bool:
    """Whether an answer is a page, or does not say what it is."""
    return fetched.headers.get("content-type", "").partition(";")[0].strip().lower() in HTML


def is_passing(fetched: Fetched) -> bool:
    """Whether a page that did not come may come a little later."""
    return passes(fetched.outcome, fetched.status) or fetched.passes


async def extract(
    entry: Entry,
    fetched: Fetched | None,
    publisher: Publisher,
    *,
    sites: Sites,
    parser: Parser | None,
    seen_at: datetime,
) -> Extracted:
    """The article behind an entry; when its page cannot be had, what the feed itself says, flagged `teaser_only`.

    `fetched` is the answer of `fetch_page`; without a parser its headers alone are heeded. Instead of an article:
    NO_LINK, the entry has no usable link; ANOTHER_SITE, it leads to another publisher's; NOTHING_TO_READ, neither feed
    nor page has a word.
    A page that is a front page, asks to sign in or is a wall is not the article's: see `from_feed`.
    """
    url = canonical_url(entry.url)
    if url is None:
        return Extracted(Outcome.NO_LINK)
    if sites.other_owner(fetched.url if fetched else url, publisher):
        return Extracted(Outcome.ANOTHER_SITE, fetched.outcome if fetched else None)
    page, outcome = await _read(fetched, parser, entry.title)
    if not (entry.title or _teaser(entry) or (page and page.text)):
        return Extracted(Outcome.NOTHING_TO_READ, outcome)
    if outcome is Outcome.WALL:
        # What the wall says of itself says nothing of the article; what its site says of all its pages does.
        licensed = frozenset({Flag.RESERVED} if fetched and fetched.is_licensed else ())
        return from_feed(entry, publisher, seen_at, Outcome.WALL, licensed)
    final = canonical_url(fetched.url, page.canonical_url) if fetched and page else None
    landed = landing(url, final, entry.title) if final else None
    limits = _limits(url, fetched, page)
    if fetched and landed and is_gate(landed, fetched.url, publisher.home):
        return from_feed(entry, publisher, seen_at, limits=limits)
    return Extracted(_article(entry, publisher, final or url, seen_at, fetched, page), outcome, landed, limits)


def from_feed(
    entry: Entry,
    publisher: Publisher,
    seen_at: datetime,
    page: Outcome = Outcome.ANOTHER_PAGE,
    limits: frozenset[Flag] = frozenset(),
) -> Extracted:
    """The article of an entry whose link leads to another page than its own: under its own address, without the page.

    Under that page's address it would be the publisher's only article, and all later ones known.
    `page` is what became of the page, `limits` what one at its own address said all the same.
    """
    url = canonical_url(entry.url)
    if url is None or not (entry.title or _teaser(entry)):
        return Extracted(Outcome.NOTHING_TO_READ, page)
    article = _article(entry, publisher, url, seen_at, None, None)
    return Extracted(replace(article, flags=article.flags | limits), page, limits=limits)


def article_of_page(fetched: Fetched, page: Page, publisher: Publisher, seen_at: datetime) -> Article | None:
    """The article of a page that no feed spoke of; None where the page has too few words to be one."""
    final = canonical_url(fetched.url, page.canonical_url)
    if final is None or len(page.text) < TEASER_BELOW:
        return None
    bare = Entry(final, final, page.title, summary="", content="", published_raw="", published_at=None)
    return _article(bare, publisher, final, seen_at, fetched, page)


async def _read(fetched: Fetched | None, parser: Parser | None, title: str) -> tuple[Page | None, Outcome | None]:
    """The page and how its fetch ended, reading included; no page where a wall stands that is not called `title`."""
    if fetched is None:
        return None, None
    if fetched.headers.get("cf-mitigated") == "challenge":
        return None, Outcome.WALL
    if fetched.outcome is not Outcome.OK or parser is None:
        return None, fetched.outcome
    if not is_html(fetched):
        return None, Outcome.NOT_A_PAGE
    page = await parser.page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    if isinstance(page, Outcome):
        return None, page
    return (None, Outcome.WALL) if page.is_wall and not is_one_title(title, page.title) else (page, Outcome.OK)


def _article(
    entry: Entry,
    publisher: Publisher,
    url: str,
    seen_at: datetime,
    fetched: Fetched | None,
    page: Page | None,
) -> Article:
    full = entry.content if len(entry.content) >= FULL_CONTENT_FROM else (page.text if page else "")
    teaser = _teaser(entry)
    text = full if len(full) >= max(TEASER_BELOW, len(teaser)) else max(full, teaser, key=len)
    published_at, basis = _published(entry, fetched, page, seen_at)
    return Article(
        id=new_id("art"),
        publisher=publisher,
        url=url,
        title=entry.title or _first_words(text),
        text=text,
        published_at=published_at,
        published_at_basis=basis,
        seen_at=seen_at,
        published_raw=entry.published_raw,
        authors=entry.authors,
        language=(page.language if page and page.language else publisher.language),
        links=_links_out(page.links if page else entry.links, url),
        flags=frozenset(_flags(len(full) < max(TEASER_BELOW, len(teaser)), fetched, page)),
    )


def _limits(url: str, fetched: Fetched | None, page: Page | None) -> frozenset[Flag]:
    """None from a page that the link was led to: one to sign in at speaks of itself."""
    asked = canonical_url(fetched.url) if fetched else None
    return frozenset(_of_page(fetched, page)) if asked and landing(url, asked, "") is None else frozenset()


def _flags(is_teaser: bool, fetched: Fetched | None, page: Page | None) -> Iterator[Flag]:
    if is_teaser:
        yield Flag.TEASER_ONLY
    yield from _of_page(fetched, page)


def _of_page(fetched: Fetched | None, page: Page | None) -> Iterator[Flag]:
    if page and page.is_paid:
        yield Flag.PAYWALL
    if (page and page.is_reserved) or (fetched and fetched.outcome is Outcome.OK and _is_reserved(fetched)):
        yield Flag.RESERVED


def _is_reserved(fetched: Fetched) -> bool:
    return fetched.is_licensed or reserves(fetched.headers)


def _teaser(entry: Entry) -> str:
    return entry.content or entry.summary


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
    """When the server says the page was changed; that of an error page says nothing."""
    return parse_date(fetched.headers.get("last-modified", "")) if fetched and fetched.outcome is Outcome.OK else None


def _links_out(links: Sequence[str], url: str) -> tuple[str, ...]:
    return tuple(link for link in dict.fromkeys(links) if not same_site(link, url))


def _first_words(text: str) -> str:
    first = text.strip().split("\n", 1)[0]
    return first if len(first) <= TITLE_LIMIT else first[:TITLE_LIMIT].rsplit(" ", 1)[0] + "…"

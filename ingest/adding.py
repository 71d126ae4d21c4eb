"""Fetches the articles that editors ask for by their addresses, and says of each that is none why."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import structlog

from ingest.addition import Addition
from ingest.addition_store import AdditionStore
from ingest.article import Article, Publisher, Standing
from ingest.entry import Page
from ingest.extracting import PAGE_DEADLINE, article_of_page, is_html
from ingest.fetching import Fetched, Fetcher
from ingest.landing import FRONT, is_gate, landing
from ingest.outcome import Outcome
from ingest.parser import Parser
from ingest.polling import BEGINS_WITHIN
from ingest.site_rule_store import SiteRuleStore
from ingest.site_rules import Pages
from ingest.store import ArticleStore, PublisherStore
from ingest.subscriptions import Directory
from ingest.unreadable import (
    BEHIND_A_WALL,
    FORBIDDEN_FOR_NOW,
    FRONT_PAGE,
    LED_ELSEWHERE,
    NO_ARTICLE,
    NO_PAGE,
    WALLED,
    why_not_fetched,
)
from ingest.urls import canonical_url, host_of, spellings
from storage.outage import is_outage, no_attempt

log = structlog.get_logger()


class _Unfit(Exception):
    """No article comes of this address; the message is a sentence for the editor."""


@dataclass(frozen=True, slots=True)
class Adding:
    """What adding works with. `announce` gets the id of each article that is to be placed."""

    additions: AdditionStore
    articles: ArticleStore
    publishers: PublisherStore
    rules: SiteRuleStore
    fetcher: Fetcher
    parser: Parser
    clock: Callable[[], datetime]
    announce: Callable[[str], None] = lambda article_id: None


async def add_articles(claimed: Sequence[Addition], claimed_at: datetime, adding: Adding) -> None:
    """Brings each of the requests claimed at an instant to its article, or to its end.

    A mistake of ours in one must not cost the others theirs: it is told, and tried again once the claim has run out.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: for an outage, once all have ended; who met one is let go.
    """
    pages = Pages.by(adding.rules, adding.fetcher, adding.parser, adding.clock)
    ended = await asyncio.gather(*(_add(one, adding, pages) for one in claimed), return_exceptions=True)
    outages = list[tuple[Addition, BaseException]]()
    for addition, broken in zip(claimed, ended, strict=True):
        if broken is not None and is_outage(broken):
            outages.append((addition, broken))
        elif broken is not None:
            log.error("addition broke", addition=addition.id, host=host_of(addition.url), exc_info=broken)
    if outages:
        with no_attempt(lambda: adding.additions.let_go([addition for addition, _ in outages], claimed_at)):
            raise outages[0][1]


async def _add(addition: Addition, adding: Adding, pages: Pages) -> None:
    try:
        found = _known(addition.url, adding) or await _fetch(addition.url, adding, pages)
        article_id = adding.additions.end_fetching(addition, found)
    except _Unfit as unfit:
        adding.additions.refuse(addition.id, str(unfit))
        log.info("article not added", addition=addition.id, host=host_of(addition.url), reason=str(unfit))
        return
    log.info("article fetched", addition=addition.id, article=article_id)
    if article_id:
        adding.announce(article_id)


async def _fetch(url: str, adding: Adding, pages: Pages) -> Article:
    """The article at an address that no article is known by.

    Raises:
        _Unfit: when there is none that we may have.
    """
    wait_until = adding.clock() + BEGINS_WITHIN
    if _is_front(url):
        raise _Unfit(FRONT_PAGE)
    fetched = _arrived(await pages.fetch(url, deadline=PAGE_DEADLINE, wait_until=wait_until))
    if not is_html(fetched):
        raise _Unfit(NO_PAGE)
    page = await adding.parser.page(fetched.body, fetched.url, fetched.headers.get("content-type", ""))
    if isinstance(page, Outcome):
        raise _Unfit(why_not_fetched(page, None))
    return _article(url, fetched, page, adding)


def _article(url: str, fetched: Fetched, page: Page, adding: Adding) -> Article:
    final = canonical_url(fetched.url, page.canonical_url) or url
    publisher = _publisher(final, page, adding.publishers)
    landed = landing(url, final, page.title)
    if _is_front(final) or (landed and is_gate(landed, fetched.url, publisher.home)):
        raise _Unfit(LED_ELSEWHERE)
    if page.is_wall:
        raise _Unfit(BEHIND_A_WALL)
    found = article_of_page(fetched, page, publisher, adding.clock())
    if found is None:
        raise _Unfit(WALLED if page.is_paid else NO_ARTICLE)
    return _known(found.url, adding) or found


def _known(url: str, adding: Adding) -> Article | None:
    return adding.articles.by_url(*spellings(url))


def _publisher(url: str, page: Page, publishers: PublisherStore) -> Publisher:
    """Whose site it is; a site that is nobody's gets a publisher who confirms nothing."""
    directory = Directory(publishers.all(), publishers.list())
    return directory.publisher_of(url, page.site_name, None, Standing.UNRATED, page.language or "en")


def _arrived(fetched: Fetched) -> Fetched:
    if fetched.outcome is not Outcome.OK:
        raise _Unfit(FORBIDDEN_FOR_NOW if fetched.passes else why_not_fetched(fetched.outcome, fetched.status))
    return fetched


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in FRONT and not parts.query

"""What a site's robots.txt lets us have, asked at most once a day and kept in the database for all workers."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from ingest.failing import passes
from ingest.fetching import Fetched, Fetcher, Forbidden
from ingest.outcome import BROKE_ITS_READER, Outcome
from ingest.parser import Parser
from ingest.site_rule_store import Rules, SiteRuleStore
from ingest.urls import host_of

AGENT = "SecondSource"  # the product token of our User-Agent, which rules are written for
DEADLINE = timedelta(seconds=15)
READ_BYTES = 500 * 1024  # as many as RFC 9309 has read at least; what stands behind them is no rule for us
LASTS = timedelta(days=1)
# Once may be an accident of ours; what twice keeps its reader busy for as long as that may live forbids all this long.
UNREAD_FOR = timedelta(hours=1)
# Less than the two minutes after which an entry is tried again: who was in trouble then may be asked by then.
ASKED_AGAIN_AFTER = timedelta(minutes=1)
# At ten seconds a request a poll of a minute comes to five pages; at a minute it would come to none.
LONGEST_CRAWL_DELAY = timedelta(seconds=10)

# Answers by which a site has no rules (RFC 9309, 2.3.1.3), but for those that pass: a 429 is no leave to ask for more.
NO_RULES = frozenset(
    {
        Outcome.HTTP_CLIENT_ERROR,
        Outcome.REDIRECTED,
        Outcome.TOO_MANY_REDIRECTS,
        Outcome.BAD_URL,
        Outcome.NO_CONTENT,
    }
)
# Where robots.txt cannot be asked for, the page cannot either: it ends in the same way, without a request.
IS_PAGES_TOO = frozenset(
    {Outcome.REFUSED_ADDRESS, Outcome.NAME_NOT_FOUND, Outcome.CONNECTION_FAILED, Outcome.TLS_FAILED}
)


@dataclass(frozen=True, slots=True)
class Pages:
    """The way to articles' pages: as a fetch, but no page is asked for that its site's rules forbid."""

    fetcher: Fetcher
    rules: "SiteRules"

    @classmethod
    def by(cls, store: SiteRuleStore, fetcher: Fetcher, parser: Parser, clock: Callable[[], datetime]) -> Self:
        """The way by the rules that all workers keep in one store."""
        return cls(fetcher, SiteRules(store, fetcher, parser, clock))

    async def fetch(self, url: str, *, deadline: timedelta, wait_until: datetime | None = None) -> Fetched:
        """Gets a page; every address that it leads to is judged before it is asked. Forbidden: ROBOTS."""

        async def permit(asked: str) -> None:
            await self.rules.ask(asked, wait_until)

        return await self.fetcher.fetch(url, deadline=deadline, wait_until=wait_until, permit=permit)


class SiteRules:
    """The rules of the sites that one event loop asks."""

    def __init__(self, store: SiteRuleStore, fetcher: Fetcher, parser: Parser, clock: Callable[[], datetime]) -> None:
        self._store, self._fetcher, self._parser, self._clock = store, fetcher, parser, clock
        self._known: dict[str, Rules] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def ask(self, url: str, wait_until: datetime | None) -> None:
        """Returns when the page may be had.

        Raises:
            Forbidden: when it may not, or nobody can be asked.
        """
        site = host_of(url)
        async with self._asking[site]:  # the entries of two feeds ask a site once
            rules = await self._current(site, wait_until)
        if rules.text is None:
            if rules.outcome in IS_PAGES_TOO:
                raise Forbidden(rules.outcome)
            raise Forbidden(Outcome.ROBOTS, passes=not _is_answer(rules.outcome))
        permitted = await self._parser.permits(rules.text.encode(), url, AGENT) if rules.text else True
        if isinstance(permitted, Outcome):
            is_first = rules.outcome not in BROKE_ITS_READER
            self._keep(replace(rules, outcome=permitted, text=rules.text if is_first else None))
            raise Forbidden(Outcome.ROBOTS, passes=is_first)
        if not permitted:
            raise Forbidden(Outcome.ROBOTS)

    async def _current(self, site: str, wait_until: datetime | None) -> Rules:
        now = self._clock()
        known = self._known.get(site) or self._store.get(site)
        if known is None or now >= known.asked_at + _lasts(known.outcome):
            return await self._asked(site, known, wait_until)
        self._known[site] = known
        return known

    async def _asked(self, site: str, before: Rules | None, wait_until: datetime | None) -> Rules:
        fetched = await self._fetcher.fetch(
            f"{site}/robots.txt", deadline=DEADLINE, max_bytes=READ_BYTES, is_cut=True, wait_until=wait_until
        )
        if fetched.outcome is Outcome.NO_TURN:
            raise Forbidden(Outcome.NO_TURN, free_at=fetched.free_at)
        rules = await self._read(site, fetched)
        if rules.text is None and before is not None:
            # The last ones hold as long as no others can be had (RFC 9309, 2.4).
            rules = Rules(site, rules.asked_at, rules.outcome, before.text, before.crawl_delay)
        self._keep(rules)
        return rules

    def _keep(self, rules: Rules) -> None:
        self._known[rules.site] = rules
        self._store.put(rules)

    async def _read(self, site: str, fetched: Fetched) -> Rules:
        now, outcome = self._clock(), fetched.outcome
        if outcome in NO_RULES and not passes(outcome, fetched.status):
            return Rules(site, now, outcome, "")
        if outcome is not Outcome.OK:
            # An answer from elsewhere, or one that passes, says nothing of how the site's pages would do.
            says_no_more = host_of(fetched.url) != site or outcome in NO_RULES
            return Rules(site, now, Outcome.ROBOTS if says_no_more else outcome, None)
        text = _whole_lines(fetched.body)
        stated = await self._parser.crawl_delay(text.encode(), AGENT)
        if isinstance(stated, Outcome):  # what else they say is tried once
            return Rules(site, now, stated, text)
        return Rules(site, now, outcome, text, _clamped(stated))


def _is_answer(outcome: Outcome) -> bool:
    """Whether a site has said what its rules are, be it that nobody can read them."""
    return outcome in NO_RULES | BROKE_ITS_READER | {Outcome.OK}


def _lasts(outcome: Outcome) -> timedelta:
    """For how long a site is not asked for its rules again."""
    if outcome in BROKE_ITS_READER:
        return UNREAD_FOR
    return LASTS if _is_answer(outcome) else ASKED_AGAIN_AFTER


def _whole_lines(body: bytes) -> str:
    """The text up to where it was cut: half a line may forbid everything."""
    whole = body if len(body) < READ_BYTES else body[: body.rfind(b"\n") + 1]
    return whole.decode("utf-8-sig", "replace").replace("\0", "")


def _clamped(stated: float | None) -> timedelta | None:
    return timedelta(seconds=min(stated, LONGEST_CRAWL_DELAY.total_seconds())) if stated and stated > 0 else None

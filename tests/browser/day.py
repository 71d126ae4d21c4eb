"""A short invented day in a real database: enough events for pages to look as they will."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from cluster.event import (
    AssetMention,
    Event,
    Figure,
    FigureValue,
    Level,
    Origin,
    Quote,
    Related,
    Role,
    Theme,
    ThemeFound,
)
from ingest.feed_status import Poll
from ingest.outcome import Outcome
from ingest.publishers import Listed, ListedFeed
from ingest.store import FeedStore, PublisherStore
from tests.integration.api.seeding import seed_event
from tests.unit.api.builders import (
    NOON,
    make_article,
    make_event,
    make_full_event,
    make_member,
    make_publisher,
    make_signal,
)

# title, first words, publishers, signal, asset, theme
_DAY = (
    (
        "Lantern Bridge pauses withdrawals after $4 million leaves its vault",
        "Lantern Bridge stopped withdrawals at 09:40 UTC after a signer key was used to move $4 million in ether.",
        ("Coin Courier", "Harbour Ledger", "The Tally", "Northgate Wire"),
        Level.HIGH,
        ("ETH", "Ether"),
        Theme.SECURITY,
    ),
    (
        "Regulator opens a second comment period on stablecoin reserves",
        "Comments on how often issuers must publish their reserves are open again until the middle of January.",
        ("Northgate Wire", "The Tally"),
        Level.MEDIUM,
        ("USDC", "USD Coin"),
        Theme.STABLECOINS,
    ),
    (
        "Spot bitcoin funds take in $212 million, a third day of inflows",
        "Eleven funds took in $212 million on Monday, their third day of inflows, figures from the issuers show.",
        ("Blockline Daily", "Coin Courier"),
        Level.MEDIUM,
        ("BTC", "Bitcoin"),
        Theme.ETF,
    ),
    (
        "Validators approve the Juniper upgrade for the first week of December",
        "Two thirds of the stake has signalled for Juniper, which halves the time a transfer takes to settle.",
        ("The Tally",),
        Level.LOW,
        ("SOL", "Solana"),
        Theme.PROTOCOL,
    ),
    (
        "Perch raises $18 million to tokenise warehouse receipts",
        "Perch, a start-up that turns warehouse receipts into tokens, has raised $18 million from three funds.",
        ("Blockline Daily",),
        Level.LOW,
        ("ETH", "Ether"),
        Theme.FUNDING,
    ),
)

# What the reports of the first one disagree on.
_DISPUTED = (
    Figure(
        "amount stolen",
        "USD",
        "disputed",
        (
            FigureValue(4e6, "", "$4 million", ("art_0_0", "art_0_1", "art_0_2")),
            FigureValue(5e6, "above", "above $5 million", ("art_0_3",)),
        ),
    ),
)


def seed_feeds(engine: Engine) -> None:
    """Stores feeds in several states, one of them with a long name and address."""
    long_url = f"https://long.example/{'feed-of-all-feeds/' * 8}"
    ended = {
        ("Coin Courier", "https://courier.example/rss"): Outcome.OK,
        ("The Tally", "https://tally.example/feed"): Outcome.NOT_MODIFIED,
        ("A Publisher Whose Name Goes On and On", long_url): Outcome.HTTP_CLIENT_ERROR,
        ("Northgate Wire", "https://northgate.example/feed"): Outcome.TIMEOUT,
    }
    never = Listed(make_publisher("Perch Weekly"), (ListedFeed("https://perch.example/atom"),))
    PublisherStore(engine).sync(
        [never, *(Listed(make_publisher(name), (ListedFeed(url),)) for name, url in ended)], NOON
    )
    feeds = {feed.url: feed.id for feed in PublisherStore(engine).list()}
    for (_, url), outcome in ended.items():
        for _ in range(3):
            poll = Poll(NOON, outcome, NOON, interval=timedelta(minutes=7), http_status=404)
            FeedStore(engine).record(feeds[url], poll)


def seed_day(engine: Engine) -> None:
    """Stores the day: one event with everything and five plainer ones."""
    related = tuple(
        Related(f"evt_day{number}", line[0], relation, why, len(line[2]), NOON)
        for number, (line, relation, why) in enumerate(
            zip(
                _DAY,
                ("context", "same_asset_theme", "precedes", "follows", "same_actor"),
                (
                    "The other large event of these hours.",
                    "Both are about what backs leveraged bets.",
                    "Same asset, three hours earlier.",
                    "An hour later, another asset.",
                    "Both name the same fund.",
                ),
                strict=True,
            )
        )
    )
    full = make_full_event()
    if full.description is not None:
        seed_event(engine, replace(full, description=replace(full.description, related=related)))
    for event in _plain_events():
        seed_event(engine, event)


def _plain_events() -> Iterator[Event]:
    for number, (title, text, publishers, level, asset, theme) in enumerate(_DAY):
        members = [
            make_member(
                make_article(f"art_{number}_{place}", publisher, title, minutes=-40 * number + 7 * place, text=text),
                Role.INDEPENDENT if place else Role.ORIGINAL,
                f"org_{place + 1}",
            )
            for place, publisher in enumerate(publishers)
        ]
        yield make_event(
            *members,
            origins=[
                Origin(one.origin, "own_report", one.article.publisher.name, (one.article.id,)) for one in members
            ],
            event_id=f"evt_day{number}",
            signal=make_signal(level),
            assets=(AssetMention(*asset, primary=True, evidence=()),),
            themes=(ThemeFound(theme, True, ()),),
            summary=(Quote(members[0].article.id, text),),
            figures=_DISPUTED if number == 0 else (),
        )

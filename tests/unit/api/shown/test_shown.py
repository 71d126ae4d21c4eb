"""Where an event is shown, in words for an editor."""

import pytest

from api.shown.shown import Shown, in_words

HOSTS = tuple((f"{letter}.example", 120 - number) for number, letter in enumerate("abcde"))
BTC = "/feeds/events.rss?asset=BTC"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Shown(), ""),
        (
            Shown(HOSTS[:1], ((BTC, 4),), (("Ledger", 1),), (("Ledger", 2), ("Tally", 1))),
            "on a.example (120 times), in the BTC feed, to 2 apps (Ledger and Tally)",
        ),
        (Shown(HOSTS), "on a.example (120 times), b.example (119 times), c.example (118 times) and 2 more"),
        (
            Shown((*HOSTS[:4], ("other", 7))),
            "on a.example (120 times), b.example (119 times), c.example (118 times), 1 more and other sites (7 times)",
        ),
        (Shown((("a.example", 1), ("other", 2))), "on a.example (once) and other sites (twice)"),
        (Shown((("other", 1_200),)), "on other sites (1,200 times)"),
        (Shown(wanted_by=(("Tally", 1),)), "to 1 app (Tally)"),
        (
            Shown(feeds=((BTC, 4), ("/feeds/events.json", 3), (BTC.replace("rss", "atom") + "&limit=5", 2))),
            "in the BTC feed and the feed of all events",
        ),
        (
            Shown(feeds=(("/feeds/events.rss?q=" + 9 * "bitcoin+", 4),)),
            "in the “bitcoin bitcoin bitcoin bitcoin bitcoin bitcoin bitcoin bit… feed",
        ),
        (
            Shown(
                feeds=(
                    ("/feeds/events.rss?exclude_publisher=newsbtc&min_sources=2", 4),
                    ("/feeds/events.rss?publisher=newsbtc", 2),
                    ("/feeds/events.rss?asset=BTC&theme=etf&exclude_publisher=newsbtc", 1),
                )
            ),
            "in the feed of events not reported by newsbtc, 2 or more sources, the feed of events reported by newsbtc "
            "and the BTC, ETF feed (not reported by newsbtc)",
        ),
    ],
)
def test_where_it_is_shown_is_said_in_a_line(shown: Shown, words: str) -> None:
    assert ", ".join(in_words(shown)) == words

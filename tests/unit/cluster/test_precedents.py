"""What the events before it say of an event, counted, and only as far back as the publishers were read."""

from datetime import timedelta
from typing import Any

import pytest

from cluster.event import ArticleType, Counted, Earlier, Followed, Theme, Why
from cluster.history import History, Past, Priced
from cluster.report import Report
from tests.builders import NOON
from tests.unit.cluster.pasts import make_history, make_news, make_past, make_priced
from tests.unit.cluster.reports import describe


def why(history: History, *reports: Report) -> Why | None:
    return describe(reports or [make_news()], NOON + timedelta(days=3), history=history).why


def rule(history: History, *reports: Report) -> str | None:
    found = why(history, *reports)
    return found.rule if found else None


def many(count: int, sources: int = 1, days: float = 1) -> list[Past]:
    return [make_past(f"other_{number}", days, asset="ETH", sources=sources) for number in range(count)]


OFTEN = (make_past("one", 5), make_past("two", 4), make_past("long_ago", 20))


def test_the_third_of_a_week_is_counted_against_the_weeks_before() -> None:
    found = why(make_history(*OFTEN))

    assert found is not None
    assert found.rule == "repeated"
    assert found.text == "The 3rd ETF event on Solana within a week; the three weeks before had 1."
    assert [quote.text for quote in found.evidence] == ["Solana"]
    assert found.counted == (
        Counted(
            3,
            "ETF events on Solana within a week, this one included",
            (Earlier("one", "What one tells"), Earlier("two", "What two tells")),
        ),
        Counted(1, "ETF events on Solana in the three weeks before"),
    )


def test_of_an_eleventh_event_only_the_newest_before_it_are_listed() -> None:
    found = why(make_history(*(make_past(f"e{number}", 6 - number / 2) for number in range(10))))

    assert found is not None
    assert found.text.startswith("The 11th ETF event on Solana within a week; the three weeks before had none.")
    assert [one.event_id for one in found.counted[0].events] == ["e4", "e5", "e6", "e7", "e8", "e9"]


@pytest.mark.parametrize(
    "history",
    [
        make_history(*OFTEN[:1]),
        make_history(*OFTEN, *(make_past(f"usual_{number}", 8 + number) for number in range(5))),
        make_history(OFTEN[0], make_past("two", 4, theme=Theme.PRICE)),
        make_history(OFTEN[0], make_past("two", 4, asset="ETH")),
        make_history(OFTEN[0], make_past("two", 7.1)),
        make_history(*(make_past(f"e{number}", 6 - number / 2) for number in range(12))),
        make_history(*OFTEN, watched_days=27.9),
        make_history(*OFTEN, watched_days=None),
    ],
    ids=[
        "twice",
        "as usual",
        "another theme",
        "another asset",
        "longer ago",
        "all the time",
        "read too short",
        "not read yet",
    ],
)
def test_what_is_usual_or_not_known_is_not_called_frequent(history: History) -> None:
    assert rule(history) is None


@pytest.mark.parametrize("type", [ArticleType.ANALYSIS, ArticleType.SPONSORED, ArticleType.ROUNDUP])
def test_only_news_is_held_against_news(type: ArticleType) -> None:
    assert rule(make_history(*OFTEN), make_news(type=type)) is None


def test_an_event_without_a_theme_of_the_list_is_held_against_none() -> None:
    others = [make_past(f"e{number}", 2, theme=Theme.OTHER) for number in range(4)]

    assert rule(make_history(*others), make_news(theme=Theme.OTHER)) is None


MEANWHILE = [make_past(f"price_{number}", 3 + number, theme=Theme.PRICE) for number in range(3)]


def test_the_first_of_a_month_names_the_last_one_and_what_came_since() -> None:
    found = why(make_history(make_past("last", 31.5), *MEANWHILE))

    assert found is not None
    assert found.rule == "first_in_days"
    assert found.text == (
        "The first ETF event on Solana in 31 days; 3 events on it with other themes came in that time."
    )
    assert found.counted[0] == Counted(
        31, "days since the last ETF event on Solana", (Earlier("last", "What last tells"),)
    )
    assert [one.event_id for one in found.counted[1].events] == ["price_2", "price_1", "price_0"]


@pytest.mark.parametrize(
    ("history", "days"),
    [
        (make_history(*MEANWHILE, watched_days=16.2), 16),
        (make_history(make_past("before we read", 30), *MEANWHILE, watched_days=20), 20),
        (make_history(*MEANWHILE, watched_days=400), 60),
    ],
    ids=["none at all", "one that was found before all were read", "none in two months"],
)
def test_where_no_last_one_is_known_the_days_are_those_that_were_read(history: History, days: int) -> None:
    found = why(history)

    assert found is not None
    assert found.text.startswith(f"The first ETF event on Solana in at least {days} days;")
    assert found.counted[0] == Counted(days, "days since any ETF event on Solana")


@pytest.mark.parametrize(
    "history",
    [
        make_history(make_past("last", 13.9), *MEANWHILE),
        make_history(make_past("last", 31), *MEANWHILE[:2]),
        make_history(*MEANWHILE, watched_days=13.9),
        make_history(*MEANWHILE, watched_days=None),
    ],
    ids=["not long ago", "nobody writes of the asset", "read too short", "not read yet"],
)
def test_what_is_no_rarity_or_not_known_is_not_called_a_first(history: History) -> None:
    assert rule(history) is None


WIDE = [make_news(one, f"outlet-{one}", minutes=100 * number) for number, one in enumerate("abcd")]


def test_more_sources_than_nearly_all_others_of_the_theme_are_counted() -> None:
    pasts = [make_past("as_wide", 3, asset="ETH", sources=4), *many(39)]
    found = why(make_history(*pasts), *WIDE)

    assert found is not None
    assert found.rule == "widely_reported"
    assert found.text == "4 independent sources report it; of 40 other ETF events of the week up to it 1 had as many."
    assert [one.count for one in found.counted] == [4, 40, 1]
    assert found.counted[2].events == (Earlier("as_wide", "What as_wide tells"),)


def test_sources_that_came_after_the_last_report_do_not_count() -> None:
    growing = make_past("growing", 0, asset="ETH", sources=9, spread=0.1)
    found = why(make_history(growing, *many(39)), *WIDE)

    assert found is not None
    assert found.text.endswith("none had as many.")


@pytest.mark.parametrize(
    ("history", "reports"),
    [
        (make_history(*many(40)), WIDE[:3]),
        (make_history(*many(19)), WIDE),
        (make_history(*many(37), *(make_past(f"wide_{n}", 2, sources=5, asset="ETH") for n in range(2))), WIDE),
        (make_history(*many(40, days=7.3)), WIDE),
        (make_history(*many(40), watched_days=6.5), WIDE),
    ],
    ids=["three sources", "few to compare", "not the twentieth", "longer ago", "read too short"],
)
def test_what_is_not_known_to_be_wide_is_not_called_so(history: History, reports: list[Report]) -> None:
    assert rule(history, *reports) != "widely_reported"


def test_what_it_follows_is_named_by_the_actor_of_both() -> None:
    followed = Followed(Earlier("evt_0", "Corvane halts withdrawals after a breach"), "Corvane")
    found = why(make_history(watched_days=None, followed={"evt_1": followed}))

    assert found is not None
    assert found.rule == "follows"
    assert found.text == "Follows earlier news on Corvane: “Corvane halts withdrawals after a breach”."
    assert [quote.text for quote in found.evidence] == ["Corvane"]
    assert found.counted == (Counted(1, "earlier event on Corvane", (followed.event,)),)


def test_where_no_name_stands_in_both_titles_its_own_title_is_cited() -> None:
    followed = Followed(Earlier("evt_0", "Corvane halts withdrawals after a breach"), None)
    found = why(make_history(watched_days=None, followed={"evt_1": followed}))

    assert found is not None
    assert found.text == "Follows earlier news: “Corvane halts withdrawals after a breach”."
    assert [quote.text for quote in found.evidence] == [make_news().article.title]
    assert found.counted == (Counted(1, "earlier event", (followed.event,)),)


def test_what_an_event_follows_is_kept_whatever_is_said_of_it() -> None:
    followed = Followed(Earlier("evt_0", "Corvane halts withdrawals"), "Corvane")
    history = make_history(*OFTEN, followed={"evt_1": followed})

    found = describe([make_news()], NOON, history=history)

    assert found.follows == followed
    assert found.why is not None
    assert found.why.rule == "repeated"


def test_what_another_event_follows_is_not_said_of_this_one() -> None:
    followed = Followed(Earlier("evt_0", "Corvane halts withdrawals after a breach"), "Corvane")

    assert rule(make_history(followed={"evt_2": followed})) is None


def tops(level: str = "$200", **changed: Any) -> Report:
    """A report whose title says that Solana went above a level."""
    return make_news(title=f"Solana tops {level} as traders return", theme=Theme.PRICE, **changed)


LOWER = [make_priced(f"low_{number}", 40 - number, 180 + number) for number in range(4)]


def test_a_level_that_no_event_reported_before_is_a_first() -> None:
    found = why(make_history(priced=LOWER), tops())

    assert found is not None
    assert found.rule == "first_at_level"
    assert found.text == (
        "The first event in at least 40 days that reports Solana at $200 or above; "
        "4 other events gave its price in that time."
    )
    assert [quote.text for quote in found.evidence] == ["Solana tops $200"]
    assert found.counted[0] == Counted(40, "days since the first event known to give Solana’s price")
    assert found.counted[1].count == 4
    assert [one.event_id for one in found.counted[1].events] == ["low_0", "low_1", "low_2", "low_3"]


def test_the_last_event_that_reported_it_there_is_named() -> None:
    priced = [make_priced("high", 50, 203, "rose"), *LOWER]
    found = why(make_history(priced=priced), tops())

    assert found is not None
    assert found.text.startswith("The first event in 50 days that reports Solana at $200 or above;")
    assert found.counted[0] == Counted(
        50, "days since the last event that reported Solana there", (Earlier("high", "What high tells"),)
    )


def test_a_fall_is_held_against_what_was_below() -> None:
    title = "Solana falls below $150 after a rout"
    higher = [make_priced(f"high_{number}", 30 - number, 160) for number in range(3)]
    found = why(make_history(priced=higher), make_news(title=title, theme=Theme.PRICE))

    assert found is not None
    assert found.text.startswith("The first event in at least 30 days that reports Solana at $150 or below;")
    assert rule(make_history(priced=[*higher, make_priced("low", 5, 149)]), make_news(title=title)) is None


@pytest.mark.parametrize(
    "priced",
    [
        [*LOWER, make_priced("there", 3, 200)],
        [*LOWER, make_priced("beyond", 13.9, 210)],
        [*LOWER, make_priced("over", 3, 200, "over")],
        [*LOWER, make_priced("fell", 3, 205, "fell")],
        LOWER[:2],
        [make_priced(f"low_{number}", 13, 180) for number in range(4)],
        [make_priced(f"eth_{number}", 40, 180, symbol="ETH") for number in range(4)],
        [make_priced(f"far_{number}", 40, 20) for number in range(4)],
    ],
    ids=["there", "beyond", "above it", "fell from above", "hardly priced", "not long", "another asset", "far from it"],
)
def test_a_level_that_was_reported_or_may_have_been_is_no_first(priced: list[Priced]) -> None:
    assert rule(make_history(priced=priced), tops()) is None


@pytest.mark.parametrize(
    "priced",
    [
        [*LOWER, make_priced("under", 3, 200, "under")],
        [*LOWER, make_priced("fell", 3, 200, "fell")],
        [*LOWER, make_priced("glitch", 3, 20_000)],
        [*LOWER, make_priced("evt_1", 3, 201)],
        [*LOWER, make_priced("later", -0.1, 201)],
    ],
    ids=["below it", "fell to it", "no price of it", "the event itself", "later"],
)
def test_what_says_nothing_of_the_level_before_leaves_it_a_first(priced: list[Priced]) -> None:
    assert rule(make_history(priced=priced), tops()) == "first_at_level"


def test_prices_from_before_the_publishers_were_read_count_for_nothing() -> None:
    assert rule(make_history(priced=LOWER, watched_days=13), tops()) is None
    assert rule(make_history(priced=LOWER, watched_days=None), tops()) is None


def test_a_level_of_another_asset_or_in_passing_is_not_what_the_event_is_about() -> None:
    history = make_history(priced=LOWER)
    passing = make_news(title="Corvane lists a fund", text="Corvane listed a fund. Solana topped $200.")
    other = make_news(title="Solana tops $200", asset=("ETH", "Ether"))

    assert rule(history, passing) is None
    assert rule(history, other) is None
    assert rule(history, tops(type=ArticleType.ANALYSIS)) is None


def test_of_several_levels_the_one_most_reports_tell_is_named() -> None:
    told = [tops(), tops("$200", id="b", publisher="harbor"), tops("$205", id="c", publisher="tideline")]
    found = why(make_history(priced=LOWER), *told)

    assert found is not None
    assert "at $200 or above" in found.text

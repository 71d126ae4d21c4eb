"""Whatever the reports and the events before them are: a reason says no more than its evidence and its counts hold."""

import re
from collections import Counter
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.describing import draft
from cluster.draft import Draft
from cluster.event import Earlier, Followed, Theme, Why
from cluster.history import USUAL, WEEK, History, Past, Priced
from cluster.precedents import RARE_FROM
from cluster.why import RULES
from tests.unit.cluster.pasts import make_history, make_news, make_past, make_priced

DAY = timedelta(days=1)
WORDS = {Theme.ETF: "ETF", Theme.SECURITY: "security"}
ASSETS = {"SOL": "Solana", "TRX": "Tron"}
TITLES = (
    "Corvane's fund sees inflows of $1.24 billion",
    "Corvane's fund sees inflows above $1.5 billion",
    "Corvane drained of $40 million, the 3rd time in 2 years",
    "Corvane fund draws 6,000 holders",
    "Corvane moves 6,000 SOL worth $40.2 million",
    "Solana tops $200, the 2nd time this week",
)
TEXTS = (
    "Corvane opened on Monday. ",
    "According to a 12-page court filing, Corvane owes 300 holders. ",
    "Corvane fell, according to data from CoinGlass. ",
)
FOLLOWED = [{"evt_1": Followed(Earlier("evt_0", "Corvane lost 77 coins"), actor)} for actor in ("Corvane", None)]

often = settings(deadline=None, max_examples=200)
seeds = st.integers(0, 100_000)  # what hypothesis itself would draw is mostly small, and small events say little


def make_draft(random: Random) -> Draft:
    """An event whose reports differ in everything but theme and asset."""
    theme, asset, outlets = random.choice(list(WORDS)), random.choice(list(ASSETS)), random.choice(["ab", "abcdefgh"])
    reports = [
        make_news(
            f"art_{number}",
            f"outlet-{random.choice(outlets)}",
            minutes=random.randint(0, 200),
            theme=theme,
            asset=(asset, ASSETS[asset]),
            title=random.choice(TITLES),
            text=random.choice(TEXTS),
        )
        for number in range(random.choice([1, 3, 12, 12]))
    ]
    return draft(reports)


def make_pasts(random: Random) -> list[Past]:
    """Events of a week or of two months, of one theme or both; few of them have many sources."""
    reach, wide = random.choice([7.5, 70]), random.choice([0, 0.02])
    among = random.choice([list(WORDS), [Theme.ETF], [Theme.SECURITY]])
    return [
        make_past(
            f"evt_p{number}",
            random.uniform(-5, reach),
            random.choice(among),
            random.choice(list(ASSETS)),
            sources=5 if random.random() < wide else 1,
            spread=0.05,
        )
        for number in range(random.choice([4, 20, 80, 80]))
    ]


def make_prices(random: Random) -> list[Priced]:
    """Prices that events of two months gave, all below the level of the titles or some above."""
    highest, days = random.choice([199, 199, 210]), sorted((random.uniform(-1, 70) for _ in range(8)), reverse=True)
    return [make_priced(f"evt_q{number}", ago, random.uniform(140, highest)) for number, ago in enumerate(days)]


def make_world(seed: int) -> tuple[Draft, History]:
    """An event, and what was there before it, as far back as the publishers were read."""
    random = Random(seed)
    watched = random.choice([None, random.uniform(-1, 90), 90])
    followed, priced = random.choice([{}, *FOLLOWED]), make_prices(random)
    return make_draft(random), make_history(*make_pasts(random), watched_days=watched, followed=followed, priced=priced)


def reasons(found: Draft, history: History) -> list[Why]:
    """What every rule says that fires, not only the first."""
    return [why for rule in RULES if (why := rule(found, history))]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d[\d.,]*\d|\d", text))


@given(seeds)
@often
def test_every_number_of_a_reason_is_cited_or_counted(seed: int) -> None:
    found, history = make_world(seed)

    for why in reasons(found, history):
        listed = [event.title for one in why.counted for event in one.events]
        held = {number for text in (*(quote.text for quote in why.evidence), *listed) for number in numbers(text)}
        assert numbers(why.text) <= held | {str(one.count) for one in why.counted}


@given(seeds)
@often
def test_every_theme_and_asset_of_a_reason_is_cited_or_counted(seed: int) -> None:
    found, history = make_world(seed)

    for why in reasons(found, history):
        held = " ".join((*(quote.text for quote in why.evidence), *(one.what for one in why.counted)))
        assert all(word in held for word in (*WORDS.values(), *ASSETS.values()) if word in why.text.split())


@given(seeds)
@often
def test_every_quote_of_a_reason_stands_in_its_article(seed: int) -> None:
    found, history = make_world(seed)
    said = {one.id: (one.article.title, one.article.text, one.facts.assets[0].name) for one in found.reports}

    for why in reasons(found, history):
        for quote in why.evidence:
            assert any(quote.text.removesuffix("…") in words for words in said[quote.article_id])


@given(seeds)
@often
def test_a_reason_looks_back_no_further_than_the_publishers_were_read(seed: int) -> None:
    found, history = make_world(seed)
    said = {why.rule: why for why in reasons(found, history)}
    if history.observed_from is None:
        assert not {"repeated", "first_in_days", "widely_reported", "first_at_level"} & set(said)
        return
    if "first_at_level" in said:
        days = said["first_at_level"].counted[0].count
        assert found.last_published_at - history.observed_from >= max(RARE_FROM, days * DAY)
    if "repeated" in said:
        assert found.first_published_at - history.observed_from >= WEEK + USUAL
    if "first_in_days" in said:
        days = said["first_in_days"].counted[0].count
        assert found.first_published_at - history.observed_from >= max(RARE_FROM, days * DAY)
    if "widely_reported" in said:
        assert found.last_published_at - history.observed_from >= WEEK


@given(seeds)
@often
def test_what_came_after_its_last_report_changes_no_reason(seed: int) -> None:
    random = Random(seed)
    found, pasts, prices = make_draft(random), make_pasts(random), make_prices(random)
    before = [one for one in pasts if one.first_published_at <= found.last_published_at]
    priced_before = [one for one in prices if one.said_at <= found.last_published_at]

    at_once = reasons(found, make_history(*before, priced=priced_before))
    assert at_once == reasons(found, make_history(*pasts, priced=prices))


def test_the_events_of_these_properties_make_every_rule_fire() -> None:
    fired = Counter(why.rule for seed in range(400) for why in reasons(*make_world(seed)))

    assert len(fired) == len(RULES)
    assert min(fired.values()) >= 5

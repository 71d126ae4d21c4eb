"""What an event says of invented news, from storing to describing by the real model."""

import tomllib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from cluster.event import Description, Event, Level, Role, Theme
from ingest.article import Article, Publisher, Standing
from tests.builders import make_article, make_publisher
from tests.quality.cases import START
from tests.quality.placing import CasePlacer

TEXTS = tomllib.loads((Path(__file__).parent / "sources.toml").read_text(encoding="utf-8"))
NOW = START + timedelta(hours=1)
DAY = 24 * 60  # minutes
PURCHASE = ("purchase_1", "purchase_2", "purchase_3")
WAGES = ("wages_1", "wages_2")


def report(key: str, minutes: float = 0, by: Publisher | None = None, id: str | None = None) -> Article:
    """A text of the file, by an established newsroom of its own unless another publisher is given."""
    id = id or key
    at = START + timedelta(minutes=minutes)
    return make_article(id, by or make_publisher(id), published_at=at, **TEXTS[key])


def newsrooms(keys: Sequence[str], minutes: float = 0) -> list[Article]:
    """A text each, five minutes after one another."""
    return [report(key, minutes + 5 * number) for number, key in enumerate(keys)]


def unrated(number: int) -> Publisher:
    return make_publisher(f"blog-{number}", standing=Standing.UNRATED)


def twenty_prints(minutes: float) -> list[Article]:
    return [report("purchase_again_1", minutes + n, unrated(n), f"print-{n}") for n in range(20)]


def four_paraphrases(minutes: float) -> list[Article]:
    return [report(f"purchase_again_{n}", minutes + n, unrated(n)) for n in range(1, 5)]


def said(event: Event) -> Description:
    assert event.description is not None
    return event.description


def told(placer: CasePlacer, *articles: Article) -> Event:
    """The one event that the articles come to."""
    events = {event.id: event for event in placer.described(articles, NOW).values()}
    assert len(events) == 1, [said(event).title for event in events.values()]
    (event,) = events.values()
    assert len(event.members) == len(articles), "news of another matter has joined it"
    return event


def grade(event: Event) -> tuple[Level, int]:
    return said(event).signal.level, said(event).signal.score


def passed(event: Event) -> set[str]:
    return {reason.code for reason in said(event).signal.reasons if reason.passed}


def origins(event: Event) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(origin.kind, origin.name, origin.article_ids) for origin in said(event).origins]


def test_what_a_publisher_prints_everywhere_on_regulation_leaves_liquidations_their_theme(placer: CasePlacer) -> None:
    desk = make_publisher("tidal-desk")
    printed = [report(f"filled_{number}", 10 * number, desk) for number in range(1, 5)]

    themes = said(placer.described(printed, NOW)["filled_4"]).themes

    assert [found.theme for found in themes] == [Theme.DERIVATIVES]


def test_two_outlets_on_one_data_firms_figures_are_one_origin_and_confirm_nothing(placer: CasePlacer) -> None:
    event = told(placer, *newsrooms(("figures_of_a_firm_1", "figures_of_a_firm_2")))

    assert len({member.article.publisher.id for member in event.members}) == 2
    assert origins(event) == [("attributed", "Tidemark", ("figures_of_a_firm_1", "figures_of_a_firm_2"))]
    assert "confirmed" not in passed(event)


def test_two_newsrooms_that_read_one_court_filing_confirm_each_other(placer: CasePlacer) -> None:
    event = told(placer, *newsrooms(("filing_1", "filing_2")))

    assert origins(event) == [
        ("own_report", "Filing_1", ("filing_1",)),
        ("own_report", "Filing_2", ("filing_2",)),
    ]
    assert "confirmed" in passed(event)


@pytest.mark.parametrize("join", [twenty_prints, four_paraphrases])
@pytest.mark.parametrize(
    "first",
    [report("purchase_1"), report("purchase_1", -DAY), report("purchase_1", by=unrated(99))],
    ids=["beside a newsroom", "a day after it", "beside another such site"],
)
def test_sites_that_nobody_rated_raise_nothing_however_many_they_are(
    placer: CasePlacer, first: Article, join: Callable[[float], list[Article]]
) -> None:
    alone, joined = told(placer, first), told(placer, first, *join(40))

    assert (grade(joined), passed(joined)) == (grade(alone), passed(alone))


def test_three_established_newsrooms_raise_the_signal(placer: CasePlacer) -> None:
    assert grade(told(placer, *newsrooms(PURCHASE[:1]))) == (Level.LOW, 2)
    assert grade(told(placer, *newsrooms(PURCHASE))) == (Level.HIGH, 6)


def test_an_outlets_editions_and_subdomains_are_one_origin(placer: CasePlacer) -> None:
    homes = ("https://news.tidemark.example", "https://de.tidemark.example", "https://www.tidemark.example/es")
    editions = [make_publisher(f"edition-{number}", home=home) for number, home in enumerate(homes)]
    event = told(placer, *(report(PURCHASE[number], number, by) for number, by in enumerate(editions)))

    assert origins(event) == [("owner", "tidemark.example", PURCHASE)]
    assert "confirmed" not in passed(event)


@pytest.mark.parametrize("keys", [("scoop", "echo_1"), ("scoop", "echo_1", "echo_2"), ("echo_1", "echo_2")])
def test_an_echo_of_another_outlet_is_no_source_whether_or_not_that_one_is_there(
    placer: CasePlacer, keys: tuple[str, ...]
) -> None:
    harrow = make_publisher("harrow-wire", name="Harrow Wire")
    event = told(placer, *(report(key, 9 * n, harrow if key == "scoop" else None) for n, key in enumerate(keys)))

    assert origins(event) == [("attributed", "Harrow Wire", keys)]
    assert "confirmed" not in passed(event)


@pytest.mark.parametrize("by", ["purchase_1", "another"], ids=["by its publisher", "by another"])
def test_a_text_printed_again_under_a_new_date_makes_nothing_fresh(placer: CasePlacer, by: str) -> None:
    first = newsrooms(("purchase_long", "purchase_2"), -DAY)
    again = report("purchase_long", 50, first[0].publisher if by == "purchase_1" else make_publisher(by), "again")
    before, after = told(placer, *first), told(placer, *first, again)

    assert [member.role for member in after.members] == [Role.ORIGINAL, Role.INDEPENDENT, Role.COPY]
    assert "fresh" not in passed(after)
    assert (grade(after), after.independent_sources) == (grade(before), before.independent_sources)


def test_a_text_of_last_week_that_is_printed_today_stays_out_of_its_event_and_confirms_nothing(
    placer: CasePlacer,
) -> None:
    first = newsrooms(PURCHASE[:2], -7 * DAY)
    before = told(placer, *first)

    events = placer.described([*first, report("purchase_1", 50, make_publisher("late"), "again")], NOW)

    assert events["again"].id != events["purchase_1"].id
    assert grade(events["purchase_1"]) == grade(before)
    assert "confirmed" not in passed(events["again"])


def test_a_report_that_claims_an_old_date_makes_nothing_fresh(placer: CasePlacer) -> None:
    first = newsrooms(PURCHASE[:2], -DAY)
    before, after = told(placer, *first), told(placer, *first, report("purchase_3", -2 * DAY))

    assert "fresh" not in passed(after)
    assert grade(after) == grade(before)


def test_an_unrated_site_does_not_take_a_newsrooms_text_by_an_earlier_date(placer: CasePlacer) -> None:
    first = newsrooms(PURCHASE[:2])
    before, after = told(placer, *first), told(placer, *first, report("purchase_1", -30, unrated(1), "claimed"))

    assert origins(after) == [
        ("copy", "Purchase_1", ("claimed", "purchase_1")),
        ("own_report", "Purchase_2", ("purchase_2",)),
    ]
    assert grade(after) == grade(before)


def test_figures_that_cannot_both_be_true_are_disputed_and_say_who_gives_which(placer: CasePlacer) -> None:
    (figure,) = said(told(placer, *newsrooms(("lower_figure", "higher_figure")))).figures

    assert (figure.what, figure.status) == ("XRP liquidations", "disputed")
    assert [(value.value, value.qualifier, value.article_ids) for value in figure.values] == [
        (967e6, "", ("lower_figure",)),
        (1e9, "above", ("higher_figure",)),
    ]


def test_a_press_release_on_ten_outlets_is_one_origin_and_never_high(placer: CasePlacer) -> None:
    event = told(placer, *(report("wages_release", number, id=f"outlet-{number}") for number in range(10)))

    ((kind, _, printed),) = origins(event)
    assert (kind, len(printed)) == ("press_release", 10)
    assert said(event).signal.level is Level.LOW


@pytest.mark.parametrize("key", ["presale", "opinion"])
def test_paid_and_argued_texts_alone_are_low(placer: CasePlacer, key: str) -> None:
    assert said(told(placer, report(key))).signal.level is Level.LOW


@pytest.mark.parametrize("keys", [("wages_release", "wages_release"), ("wages_paid",), ("wages_printed_as_paid",)])
def test_what_was_handed_out_beside_two_newsrooms_changes_neither_level_nor_sources(
    placer: CasePlacer, keys: Sequence[str]
) -> None:
    handed_out = [report(key, 20 + number, id=f"outlet-{number}") for number, key in enumerate(keys)]
    before, after = told(placer, *newsrooms(WAGES)), told(placer, *newsrooms(WAGES), *handed_out)

    assert (grade(after), after.independent_sources) == (grade(before), 2)

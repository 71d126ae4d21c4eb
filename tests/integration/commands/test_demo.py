"""The bundled day of news through the whole service, from an empty data folder, on an operator's machine."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.store import ArticleStore
from storage.engine import open_engine
from storage.migrating import migrate
from tests.builders import make_article
from tests.integration.commands.service import Service, started

LABELS = Path(__file__).parents[3] / "commands" / "demo_day" / "labels.tsv"
ARTICLES = len(LABELS.read_text().splitlines())
LOOKS_ALIKE = (
    ("corvane-hack-41-million", "orlimex-payout-key-stolen"),  # two exchanges robbed on one day
    ("corvane-hack-41-million", "lanternbridge-exploit"),
    ("corvane-halts-withdrawals", "corvane-compliance-chief"),  # one firm, two happenings
    ("orlimex-loses-solana", "orlimex-shirt-sponsor"),
    ("quillpay-terminal-chainfold", "quillpay-series-b"),
    ("spot-bitcoin-funds-318-million", "larkspur-trader-bonus-suit"),
    ("aldous-buys-2150-bitcoin", "nordholm-shipping-bitcoin"),  # two companies buy one coin
    ("tessera-network-stalls", "juniper-upgrade-vote"),
    ("bitcoin-under-84000", "glimmercoin-presale"),  # an advertisement that opens with the news
    ("bitcoin-under-84000", "five-things-today"),
)
NOBODY = "redis://127.0.0.1:1/0"
TAKEOVER = "keystead"  # what the events of its stages are called in the labels


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("demo")
    theirs = _operators_database(folder)
    migrate(open_engine(theirs))
    broker = folder / "broker_url"
    broker.write_text(NOBODY)
    with started(
        ["demo"], folder, SECONDSOURCE_DATABASE_URL=theirs, SECONDSOURCE_BROKER_URL_FILE=str(broker)
    ) as service:
        service.wait_for(lambda: len(_placed(service)) == ARTICLES)
        service.wait_for(lambda: sum(event["counts"]["articles"] for event in _events(service)) == ARTICLES)
        yield service


def _operators_database(folder: Path) -> str:
    return f"sqlite:///{folder / 'theirs.db'}"


def _pages(service: Service, path: str) -> list[dict[str, Any]]:
    answer = service.get(f"{path}?limit=100")
    return answer["data"] if answer else []


def _events(service: Service) -> list[dict[str, Any]]:
    return _pages(service, "/v1/events")


def _placed(service: Service) -> dict[str, str]:
    """The event of each article, by the last part of the article's path, which is its id in the labels."""
    return {
        article["url"].rsplit("/", 1)[1]: article["event_id"]
        for article in _pages(service, "/v1/articles")
        if article.get("event_id")
    }


def _event_about(service: Service, word: str) -> dict[str, Any]:
    found = [event for event in _events(service) if word in event["title"]]
    best = max(found, key=lambda event: event["counts"]["articles"])
    event: dict[str, Any] = service.get(f"/v1/events/{best['id']}")["data"]
    return event


def _event_of(service: Service, article: str) -> dict[str, Any]:
    event: dict[str, Any] = service.get(f"/v1/events/{_placed(service)[article]}")["data"]
    return event


def test_the_events_are_the_labelled_ones_but_for_the_stages_of_one_takeover(demo: Service) -> None:
    labels = dict(line.split("\t") for line in LABELS.read_text().splitlines())
    # They share every name, and the pair model takes two of its three stages for one: a known failure.
    others = [article for article, event in labels.items() if not event.startswith(TAKEOVER)]
    expected: dict[str, set[str]] = defaultdict(set)
    found: dict[str, set[str]] = defaultdict(set)
    placed = _placed(demo)
    for article in others:
        expected[article if labels[article] == "-" else labels[article]].add(article)
        found[placed[article]].add(article)

    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))


def test_a_syndicated_copy_is_not_a_source(demo: Service) -> None:
    event = _event_about(demo, "Corvane")

    copies = [one for one in event["articles"] if one["role"] == "copy"]
    assert [one["publisher"]["id"] for one in copies] == ["coin-courier"]
    assert (event["counts"]["articles"], event["source_label"]) == (4, "3 sources")


def test_two_outlets_of_one_owner_are_one_source(demo: Service) -> None:
    event = _event_about(demo, "84,000")

    assert (event["counts"]["publishers"], event["counts"]["independent_sources"]) == (4, 3)


def test_a_press_release_on_three_outlets_confirms_nothing(demo: Service) -> None:
    event = _event_about(demo, "Quillpay launches")

    assert (event["counts"]["publishers"], event["source_label"]) == (3, "1 source")
    assert event["signal"]["level"] == "low"


@pytest.mark.parametrize(("one", "other"), LOOKS_ALIKE)
def test_what_only_looks_alike_stays_apart(demo: Service, one: str, other: str) -> None:
    placed = _placed(demo)

    assert placed[one] != placed[other]


def test_outlets_that_only_quote_another_add_no_source(demo: Service) -> None:
    event = _event_of(demo, "tillamore-pension-memo")

    (origin,) = event["origins"]
    assert (origin["kind"], origin["name"], len(origin["article_ids"])) == ("attributed", "Northgate Wire", 3)
    assert event["why_this_matters"]["rule"] == "one_origin"


def test_three_counts_of_one_run_are_in_dispute(demo: Service) -> None:
    event = _event_of(demo, "sorrel-dollar-96-cents")

    (figure,) = event["figures"]
    assert (event["counts"]["independent_sources"], figure["status"]) == (3, "disputed")
    assert sorted(value["value"] for value in figure["values"]) == [210e6, 240e6, 265e6]


def test_a_corrected_sum_is_no_dispute_and_no_further_source(demo: Service) -> None:
    event = _event_of(demo, "tamsin-fine-corrected")

    (figure,) = event["figures"]
    assert (event["counts"]["articles"], event["source_label"]) == (3, "2 sources")
    assert (figure["status"], [value["value"] for value in figure["values"]]) == ("agreed", [8.4e6])


def test_posts_of_one_template_are_no_copies_of_each_other(demo: Service) -> None:
    events = [_event_of(demo, f"crypto-prices-today-{number}") for number in range(1, 5)]

    assert len({event["id"] for event in events}) == 4
    assert [one["role"] for event in events for one in event["articles"]] == ["original"] * 4


def test_paid_text_that_opens_with_the_news_raises_nothing(demo: Service) -> None:
    event = _event_of(demo, "glimmercoin-presale")

    assert (event["counts"]["articles"], event["signal"]["level"]) == (1, "low")
    assert event["articles"][0]["role"] == "press_release"


def test_a_text_in_another_language_stands_alone_and_says_why(demo: Service) -> None:
    (article,) = _event_of(demo, "corvane-gestohlen-muenzblatt")["articles"]

    assert article["because"][0]["code"] == "language_not_supported"


def test_a_teaser_is_marked(demo: Service) -> None:
    flags = {one["url"].rsplit("/", 1)[1]: one["flags"] for one in _pages(demo, "/v1/articles")}

    assert flags["sundermark-walks-away"] == ["paywall", "teaser_only"]
    assert flags["sundermark-drops-keystead"] == flags["keystead-deal-collapses"] == []


def test_the_day_has_events_of_every_level(demo: Service) -> None:
    levels = [event["signal"]["level"] for event in _events(demo)]

    assert min(levels.count("high"), levels.count("medium"), levels.count("low")) >= 4


def test_several_events_are_confirmed_and_everything_says_it_is_a_demo(demo: Service) -> None:
    answer = demo.get("/v1/events?min_sources=2")

    assert len(answer["data"]) >= 12
    assert answer["demo"] is True


def test_the_sweep_places_what_no_message_spoke_of(demo: Service) -> None:
    engine = open_engine(f"sqlite:///{demo.data_dir}/demo/secondsource.db")
    published_at = datetime.now(UTC) - timedelta(minutes=90)
    late = make_article("art_late", url="https://ledgerpost.example/late", published_at=published_at)

    assert ArticleStore(engine).add(late)

    assert demo.wait_for(lambda: _placed(demo).get("late")) == _event_about(demo, "Corvane")["id"]


def test_an_operators_database_and_redis_are_left_alone(demo: Service) -> None:
    assert ArticleStore(open_engine(_operators_database(demo.data_dir))).count() == 0

"""The bundled day of news through the whole service, from an empty data folder."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.store import ArticleStore
from storage.engine import open_engine
from tests.builders import make_article
from tests.integration.commands.service import Service, started, working_in

LABELS = Path(__file__).parents[3] / "commands" / "demo_day" / "labels.tsv"
ARTICLES = 24


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("demo")
    with started(["demo"], folder) as service:
        service.wait_for(lambda: len(_placed(service)) == ARTICLES)
        service.wait_for(lambda: len(_events(service)) == len(set(_placed(service).values())))
        yield service


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


def test_the_events_are_the_labelled_ones(demo: Service) -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for line in LABELS.read_text().splitlines():
        article, event = line.split("\t")
        expected[article if event == "-" else event].add(article)
    found: dict[str, set[str]] = defaultdict(set)
    for article, event in _placed(demo).items():
        found[event].add(article)

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


def test_several_events_are_confirmed_and_everything_says_it_is_a_demo(demo: Service) -> None:
    answer = demo.get("/v1/events?min_sources=2")

    assert len(answer["data"]) >= 4
    assert answer["demo"] is True


def test_the_sweep_places_what_no_message_spoke_of(demo: Service) -> None:
    engine = open_engine(f"sqlite:///{demo.data_dir}/demo/secondsource.db")
    published_at = datetime.now(UTC) - timedelta(minutes=90)
    late = make_article("art_late", url="https://ledgerpost.example/late", published_at=published_at)

    assert ArticleStore(engine).add(late)

    assert demo.wait_for(lambda: _placed(demo).get("late")) == _event_about(demo, "Corvane")["id"]


def test_stopping_leaves_no_process_behind(tmp_path: Path) -> None:
    with started(["demo"], tmp_path) as service:
        service.wait_for(lambda: service.get("/v1/events"))
        assert working_in(tmp_path / "demo")

    assert service.process.returncode == 0
    assert working_in(tmp_path / "demo") == []

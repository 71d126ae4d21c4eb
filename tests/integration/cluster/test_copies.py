"""Copies through the real database: which print is the original, and what a publisher prints everywhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from cluster.describe_stage import describe_events
from cluster.event import ChangeType, Event, Role
from cluster.originals import CREDITS
from cluster.placing import Placer
from cluster.reading_store import ReadingStore
from cluster.store import EventStore
from ingest.article import Article
from ingest.store import ArticleStore
from tests.builders import NOON, make_article
from tests.integration.cluster.pipeline import NOW, fence, place, publish, read, store

LEAK = " ".join(f"Clerk {n} moved {n * 7} coins on the morning of the breach, said witness {n}." for n in range(20))
FOOTER = (
    "Nothing on these pages is a recommendation to buy or sell any token or coin.\n"
    "About the exchange: it was founded by four engineers and serves two million traders in ninety countries.\n"
    "Ann Roe has written about money since the spring of a year that nobody here remembers."
)
WORKERS = pytest.mark.parametrize(
    "worker_for",
    [lambda worker: worker, lambda worker: None],
    ids=["by one worker", "by a worker that starts anew each time"],
)


def _print(publisher: str, minutes: int, **changed: object) -> Article:
    at = NOON + timedelta(minutes=minutes)
    return make_article(publisher, publisher, text=LEAK, published_at=at, **changed)


def _event(engine: Engine, article_id: str) -> Event:
    found = EventStore(engine).get(EventStore(engine).event_of([article_id])[article_id])
    assert found is not None
    return found


def _stored(engine: Engine, *article_ids: str) -> dict[str, str | None]:
    return {id: placement.copy_of for id, placement in EventStore(engine).placed(article_ids).items()}


@WORKERS
def test_a_late_original_takes_over_from_copies_that_were_placed_first(
    engine: Engine, worker_for: Callable[[Placer], Placer | None]
) -> None:
    worker = Placer(engine)
    for late in (_print("mirror", 20), _print("echo", 30), _print("ledgerpost", 5), _print("last", 40)):
        place(engine, late, placer=worker_for(worker))

    copies = dict.fromkeys(("mirror", "echo", "last"), "ledgerpost")
    assert _stored(engine, "mirror", "echo", "ledgerpost", "last") == copies | {"ledgerpost": None}
    log = EventStore(engine).changes_after(0, 100)
    assert [change.type for change in log] == [ChangeType.CREATED, *[ChangeType.GREW] * 3]


def test_an_event_is_described_by_its_late_original_and_once(engine: Engine) -> None:
    publish(engine, _print("mirror", 20))
    publish(engine, _print("ledgerpost", 5))

    event = _event(engine, "mirror")
    assert {member.article.id: member.role for member in event.members} == {
        "ledgerpost": Role.ORIGINAL,
        "mirror": Role.COPY,
    }
    assert event.description is not None
    assert (event.description.lead_article_id, event.independent_sources) == ("ledgerpost", 1)
    assert describe_events([event.id], engine=engine, now=NOW) == []
    assert Placer(engine).place_pending(fence(engine), NOW) == []
    assert _event(engine, "mirror").version == event.version


@WORKERS
def test_who_is_credited_is_the_original_though_dated_later_and_stays_it(
    engine: Engine, worker_for: Callable[[Placer], Placer | None]
) -> None:
    worker = Placer(engine)
    credit = {"links": ("https://ledgerpost.example/leak",)}
    for article in (_print("mirror", 10, **credit), _print("ledgerpost", 20), _print("undated", 5)):
        place(engine, article, placer=worker_for(worker))

    assert _stored(engine, "mirror", "ledgerpost", "undated") == {
        "mirror": "ledgerpost",
        "ledgerpost": None,
        "undated": "ledgerpost",
    }
    because = EventStore(engine).placed(["mirror"])["mirror"].because
    assert [one.text for one in because if one.code == CREDITS] == ["credits Ledgerpost with the text"]
    describe_events([_event(engine, "mirror").id], engine=engine, now=NOW)
    roles = {member.article.id: member.role for member in _event(engine, "mirror").members}
    assert roles == {"undated": Role.COPY, "mirror": Role.COPY, "ledgerpost": Role.ORIGINAL}


def test_sister_sites_with_one_template_and_one_footer_do_not_copy_each_other(engine: Engine) -> None:
    news = ["Corvane pays its users back.", "Perch raises money from two funds.", "Miners sell.", "Oslo bans mixers."]
    daily = [
        make_article(
            f"{site}-{day}",
            site,
            title=news[(day + place) % 4],
            text=f"{news[(day + place) % 4]} So much is known of it on day {day}.\n{FOOTER}",
            published_at=NOON + timedelta(minutes=10 * day + place),
        )
        for day in range(4)
        for place, site in enumerate(("harbor", "tideline"))
    ]

    place(engine, *daily)

    assert _stored(engine, "harbor-3", "tideline-3") == {"harbor-3": None, "tideline-3": None}


def test_what_is_read_of_an_article_does_not_hang_on_what_is_read_with_it(engine: Engine) -> None:
    articles = [
        make_article(f"art_{n}", text=f"Vault {n} was emptied. The clerk of day {n} fled to town {n * 3}.\n{FOOTER}",
                     published_at=NOON + timedelta(minutes=n))
        for n in range(8)
    ]  # fmt: skip
    store(engine, *articles)

    read(engine, [article.id for article in articles[:7]])
    read(engine, ["art_7"])

    found = ReadingStore(engine).get_many([article.id for article in articles])
    whole, own = len(found["art_0"].sketch), len(found["art_7"].sketch)
    assert [len(found[article.id].sketch) for article in articles] == [whole] * 3 + [own] * 5
    assert 0 < own < whole / 3
    assert "engineer" in found["art_2"].terms.words
    assert "engineer" not in found["art_3"].terms.words


def test_a_notice_that_a_text_was_paid_for_counts_however_often_it_is_printed(engine: Engine) -> None:
    notice = "This is a sponsored article, and the newsroom of this site took no part in it."
    articles = [
        make_article(f"art_{n}", title=f"Vault {n} opens its doors", text=f"{notice}\nVault {n} opened on day {n * 3}.",
                     published_at=NOON + timedelta(minutes=n))
        for n in range(5)
    ]  # fmt: skip
    store(engine, *articles)
    read(engine, [article.id for article in articles])

    found = ReadingStore(engine).get_many(["art_4"])["art_4"]

    assert found.facts.type == "sponsored"
    assert "newsroom" not in found.terms.words


def test_the_latest_articles_are_each_publishers_newest_between_two_instants(engine: Engine) -> None:
    for publisher in ("harbor", "tideline", "other"):
        store(
            engine,
            *(make_article(f"{publisher}-{n}", publisher, published_at=NOON + timedelta(hours=n)) for n in range(5)),
        )

    found = ArticleStore(engine).latest(["harbor", "tideline"], NOON, NOON + timedelta(hours=3), each=2)

    assert [one.id for one in found] == ["harbor-2", "tideline-2", "harbor-3", "tideline-3"]

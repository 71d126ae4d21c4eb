"""`/v1/articles` and `/v1/resolve` on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api import article_replies
from cluster.event import Status
from ingest.article import Flag
from ingest.store import ArticleStore
from tests.builders import NOON
from tests.integration.api.paging import all_ids
from tests.integration.api.seeding import end_event, seed_event, seed_many
from tests.unit.api.builders import make_article, make_full_event


def test_articles_come_newest_first_with_their_event(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())
    ArticleStore(engine).add(make_article("art_9", "The Tally", minutes=120))

    body = client.get("/v1/articles").json()

    assert [one["id"] for one in body["data"]] == ["art_9", "art_5", "art_4", "art_3", "art_2", "art_1"]
    assert [one["event_id"] for one in body["data"]][:2] == [None, "evt_1"]
    assert article_replies.ArticleAloneReply.model_validate(body["data"][0])
    assert body["as_of"] == "2026-11-24T14:02:00Z"


def test_the_cursor_leads_through_all_articles_of_a_publisher(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 5)
    seed_event(engine, make_full_event())

    found = all_ids(client, "/v1/articles", publisher="harbour-ledger", limit="2")

    assert found == ["art_04", "art_03", "art_02", "art_01", "art_1", "art_00"]


def test_an_article_is_served_by_itself(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    body = client.get("/v1/articles/art_4").json()

    assert article_replies.ArticleFullReply.model_validate(body["data"]).published_at_basis == "page"
    assert client.get("/v1/articles/art_none").status_code == 404


def test_a_changed_headline_is_served_with_what_it_said_at_first(engine: Engine, client: TestClient) -> None:
    event = make_full_event()
    seed_event(engine, event)
    last = event.members[-1].article
    ArticleStore(engine).revise(replace(last, title="What bitcoin's fall did to lenders"), NOON)

    alone = client.get(f"/v1/articles/{last.id}").json()["data"]
    in_event = client.get("/v1/events/evt_1").json()["data"]

    assert (alone["title"], alone["first_title"]) == ("What bitcoin's fall did to lenders", last.title)
    assert [one["first_title"] for one in in_event["articles"]] == [None, None, None, None, last.title]
    assert in_event["lead_article"]["first_title"] is None


@pytest.mark.parametrize(
    "query",
    [
        "url=https://coin-courier.example/art_3",
        "url=https%3A%2F%2Fcoin-courier.example%2Fart_3%3Futm_source%3Dnewsletter%23top",
        "article_id=art_3",
    ],
)
def test_an_address_or_article_leads_to_its_event(engine: Engine, client: TestClient, query: str) -> None:
    seed_event(engine, make_full_event())

    data = client.get(f"/v1/resolve?{query}").json()["data"]

    assert data == {"event_id": "evt_1", "article_id": "art_3", "url": "https://coin-courier.example/art_3"}


def test_an_event_resolves_to_its_lead(engine: Engine, client: TestClient) -> None:
    seed_event(engine, make_full_event())

    assert client.get("/v1/resolve?event_id=evt_1").json()["data"]["article_id"] == "art_1"


def test_a_merged_event_resolves_to_the_one_it_is_in(engine: Engine, client: TestClient) -> None:
    first, second = seed_many(engine, 2)
    end_event(engine, second, Status.MERGED, first)

    assert client.get(f"/v1/resolve?event_id={second}").json()["data"]["event_id"] == first


@pytest.mark.parametrize("url", ["https://nobody.example/a", "not a url", "javascript:alert(1)", "%00", "http://[::1"])
def test_an_address_that_was_never_read_is_no_error(client: TestClient, url: str) -> None:
    reply = client.get(f"/v1/resolve?url={url}")

    assert (reply.status_code, reply.json()["data"]) == (200, None)


@pytest.mark.parametrize("query", ["event_id=evt_none", "article_id=art_none", "event_id=%00"])
def test_an_unknown_id_is_not_found(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/resolve?{query}").status_code == 404


@pytest.mark.parametrize("query", ["", "?url=", "?event_id=evt_1&article_id=art_1"])
def test_anything_but_one_parameter_is_a_problem(client: TestClient, query: str) -> None:
    assert client.get(f"/v1/resolve{query}").status_code == 422


def test_what_became_of_an_article_is_told_by_headlines_and_counts(engine: Engine, client: TestClient) -> None:
    articles = ArticleStore(engine)
    first = make_article("art_1", title="Corvane halts", text="One sentence. Another one.")
    assert articles.add(first)
    second = replace(first, text="One sentence. Quite another one.")
    assert articles.revise(second, NOON)
    assert articles.revise(replace(second, title="Corvane resumes"), NOON + timedelta(hours=1))

    shown = client.get("/v1/articles/art_1").json()["data"]
    page = client.get("/articles/art_1").text

    assert [tuple(one.values()) for one in shown["revisions"]] == [
        (3, "2026-03-04T13:00:00Z", "Corvane halts", 0, 0),
        (2, "2026-03-04T12:00:00Z", None, 2, 1),
    ]
    assert "until then “Corvane halts”" in page
    assert "2 words of the text came, 1 went" in page
    assert "Another one" not in page


def test_headlines_of_between_stay_within_what_one_article_lends(engine: Engine, client: TestClient) -> None:
    articles, article = ArticleStore(engine), make_article("art_1", title="0" * 150, text="Word. " * 200)
    assert articles.add(article)
    for hour in range(1, 30):
        assert articles.revise(replace(article, title=f"{hour % 10}" * 150), NOON + timedelta(hours=hour))

    shown = client.get("/v1/articles/art_1").json()["data"]

    titles = {shown["title"], shown["first_title"], *(one["title"] for one in shown["revisions"] if one["title"])}
    assert len(shown["revisions"]) == 20
    assert len("".join(titles)) + len(shown["excerpt"]) <= 400


def test_a_flag_is_a_word_on_the_articles_page(engine: Engine, client: TestClient) -> None:
    ArticleStore(engine).add(make_article("art_1", flags=frozenset({Flag.PAYWALL})))

    assert '<span class="chip chip-low">paywall</span>' in client.get("/articles/art_1").text
    assert client.get("/v1/articles/art_1").json()["data"]["flags"] == ["paywall"]


def test_an_article_that_was_taken_back_is_gone(engine: Engine, client: TestClient) -> None:
    articles = ArticleStore(engine)
    assert articles.add(make_article("art_1"))
    assert client.get("/articles/art_1").status_code == 200

    articles.remove(["art_1"], NOON)

    assert (client.get("/v1/articles/art_1").status_code, client.get("/articles/art_1").status_code) == (410, 410)

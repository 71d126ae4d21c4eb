"""What `/v1/widget` and `/embed` answer, and who may frame what."""

import pytest
from lxml import etree
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.widget_replies import WidgetReply
from cluster.event import Role, Status
from cluster.lending import headline
from storage.settings import Settings
from tests.hostile import HEADLINES, hostile_event
from tests.integration.api.seeding import client_of, end_event, seed_event
from tests.unit.api.builders import make_article, make_event, make_full_event, make_member

LEAD = "https://harbour-ledger.example/art_1"
SECOND = "https://coin-courier.example/art_3"
BOTH = ("/v1/widget", "/embed")


@pytest.fixture
def seeded(engine: Engine, client: TestClient) -> TestClient:
    """A client of a database with the full event, a lone one, one that was merged into the first, and one removed."""
    seed_event(engine, make_full_event())
    for name in ("lone", "merged", "removed"):
        member = make_member(make_article(name, "The Tally"), Role.ORIGINAL)
        seed_event(engine, make_event(member, event_id=f"evt_{name}"))
    end_event(engine, "evt_merged", Status.MERGED, "evt_1")
    end_event(engine, "evt_removed", Status.REMOVED)
    return client


def test_a_page_is_told_who_else_reports_the_same(seeded: TestClient) -> None:
    reply = seeded.get("/v1/widget", params={"url": f"{LEAD}?utm_source=x#top"})
    again = seeded.get("/v1/widget", params={"url": LEAD}, headers={"if-none-match": reply.headers["etag"]})

    shown = WidgetReply.model_validate(reply.json()["data"])
    assert (shown.event_id, [row.url for row in shown.rows]) == ("evt_1", [SECOND])
    assert reply.headers["cache-control"] == "public, max-age=60"
    assert reply.headers["access-control-allow-origin"] == "*"
    assert again.status_code == 304


@pytest.mark.parametrize(
    "asked",
    [
        {"url": "https://the-tally.example/lone"},
        {"url": "https://nobody.example/unknown"},
        {"url": "no address at all"},
        {"event": "evt_removed"},
    ],
)
def test_where_nothing_is_to_be_shown_the_reply_is_empty(seeded: TestClient, asked: dict[str, str]) -> None:
    told, framed = (seeded.get(path, params=asked) for path in BOTH)

    assert (told.status_code, told.json()["data"]) == (200, None)
    assert framed.status_code == 200
    assert etree.HTML(framed.text).findtext("body").strip() == ""


@pytest.mark.parametrize("event", ["evt_1", "evt_merged"])
def test_an_event_can_be_named_and_one_that_was_merged_is_the_one_it_is_in(seeded: TestClient, event: str) -> None:
    on_its_page = seeded.get("/v1/widget", params={"event": event, "url": SECOND}).json()["data"]
    elsewhere = seeded.get("/v1/widget", params={"event": event, "url": "https://nobody.example/"}).json()["data"]

    assert on_its_page["event_id"] == elsewhere["event_id"] == "evt_1"
    assert [row["url"] for row in on_its_page["rows"]] == [LEAD]
    assert [row["url"] for row in elsewhere["rows"]] == [LEAD, SECOND]


@pytest.mark.parametrize("path", BOTH)
def test_what_makes_no_sense_is_a_problem(seeded: TestClient, path: str) -> None:
    assert seeded.get(path).status_code == 422
    assert seeded.get(path, params={"url": ""}).status_code == 422
    assert seeded.get(path, params={"event": "evt_none"}).status_code == 404
    assert seeded.get("/embed", params={"url": LEAD, "theme": "neon"}).status_code == 422


def test_the_frame_says_what_the_widget_says(seeded: TestClient) -> None:
    shown = seeded.get("/v1/widget", params={"url": LEAD}).json()["data"]
    page = etree.HTML(seeded.get("/embed", params={"url": LEAD}).text)
    said = " ".join(" ".join(page.itertext()).split())

    rows = page.xpath("//ol/li")
    assert [row.get("data-article") for row in rows] == [row["id"] for row in shown["rows"]]
    for words in (shown["source_label"], shown["rows"][0]["title"], "Rests on Tidewatch", "this page, 24 Nov 2026"):
        assert words in said
    for figure in shown["disputed"]:
        assert all(f"{value['text']} {', '.join(value['publishers'])}" in said for value in figure["values"])
    assert all(reason["text"] in said for reason in shown["signal"]["reasons"])
    assert page.xpath("//script") == []


@pytest.mark.parametrize("asked", [f"url={LEAD}", "url=", "event=evt_none"])
def test_any_site_may_frame_the_frame(seeded: TestClient, asked: str) -> None:
    policy = seeded.get(f"/embed?{asked}", headers={"accept": "text/html"}).headers["content-security-policy"]

    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    ("asked", "status"), [("url=", 422), ("event=evt_none", 404), (f"url={LEAD}&theme=neon", 422), ("", 422)]
)
def test_the_frame_shows_no_error_of_ours_on_a_publishers_page(seeded: TestClient, asked: str, status: int) -> None:
    reply = seeded.get(f"/embed?{asked}", headers={"accept": "text/html"})

    assert reply.status_code == status
    assert etree.HTML(reply.text).findtext("body").strip() == ""
    assert reply.headers["cache-control"] == "no-cache"


def test_a_frame_stays_empty_when_the_service_cannot_serve(settings: Settings) -> None:
    broken = settings.model_copy(update={"database_url": "sqlite:////nowhere/at/all.db"})
    with client_of(broken, demo_banner="This is an invented day of news.") as client:
        reply = client.get(f"/embed?url={LEAD}&theme=dark", headers={"accept": "text/html"})

    assert reply.status_code == 503
    assert 'class="theme-dark"' in reply.text
    assert etree.HTML(reply.text).findtext("body").strip() == ""
    assert "frame-ancestors *" in reply.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/status", "/desk", "/events/evt_1", "/embedded", "/embed/", "/v1/widget"])
def test_nobody_may_frame_anything_else(seeded: TestClient, path: str) -> None:
    assert "frame-ancestors 'none'" in seeded.get(path).headers["content-security-policy"]


@pytest.mark.parametrize(("theme", "expected"), [("", "auto"), ("&theme=dark", "dark"), ("&theme=light", "light")])
def test_the_frame_takes_the_theme_of_its_page(seeded: TestClient, theme: str, expected: str) -> None:
    assert f'class="theme-{expected}"' in seeded.get(f"/embed?url={LEAD}{theme}").text


def test_invented_news_says_so(engine: Engine, settings: Settings) -> None:
    seed_event(engine, make_full_event())
    with client_of(settings, demo_banner="This is an invented day of news.") as client:
        assert "Invented news." in client.get("/embed", params={"url": LEAD}).text
        assert client.get("/v1/widget", params={"url": LEAD}).json()["demo"] is True


def test_hostile_titles_stay_text_in_the_frame(engine: Engine, client: TestClient) -> None:
    seed_event(engine, hostile_event())

    page = etree.HTML(client.get("/embed", params={"url": LEAD}).text)

    shown = {" ".join("".join(one.itertext()).split()) for one in page.xpath("//ol/li/p[2]/a")}
    assert {headline(title) for title in HEADLINES if title.isprintable()} <= shown
    assert {one.tag for one in page.xpath("//ol//*")} == {"li", "p", "b", "span", "time", "a"}

"""`GET /v1/changes` on a real database."""

import pytest
from sqlalchemy import Engine, delete
from starlette.testclient import TestClient

from api.change_replies import FollowedChangeReply
from cluster.change_log_store import ChangeLogStore
from cluster.tables import changes
from storage.engine import writing
from tests.builders import make_article
from tests.following import Follower, served
from tests.integration.api.seeding import seed_many
from tests.integration.cluster.pipeline import publish
from tests.integration.cluster.standing import desk_of


def follow(client: TestClient, follower: Follower, limit: int = 2) -> None:
    """Reads on from the last row that the follower has, to the end."""
    after = str(follower.seen[-1] if follower.seen else 0)
    while rows := (body := client.get(f"/v1/changes?after={after}&limit={limit}").json())["data"]:
        for row in rows:
            follower.take(row)
        after = body["next_cursor"]
    assert body["next_cursor"] == after


def test_from_the_log_alone_every_event_can_be_rebuilt(engine: Engine, client: TestClient) -> None:
    one = make_article("art_1", "ledgerpost")
    same = make_article("art_2", "coinherald")
    other = make_article("art_3", "northgate", title="Perch raises money", text="Two funds gave ten million.")
    placed = publish(engine, one, same, other)
    follower, desk = Follower(), desk_of(engine)
    follow(client, follower)
    assert follower.rebuilt == served(engine)

    merged = desk.merge(placed["art_1"], placed["art_3"], {})
    follow(client, follower)
    assert follower.rebuilt == served(engine)
    assert follower.rebuilt[placed["art_3"]][1:] == ("merged", frozenset(), placed["art_1"])

    desk.undo(merged.seq)
    desk.move(["art_2"], None, {})
    desk.lock(placed["art_1"], {})
    follow(client, follower)
    assert follower.rebuilt == served(engine)
    assert {status for _, status, _, _ in follower.rebuilt.values()} == {"active"}


def test_a_row_is_as_promised_and_names_no_editor(engine: Engine, client: TestClient) -> None:
    (event_id,) = seed_many(engine, 1)
    desk_of(engine).lock(event_id, {})

    reply = client.get("/v1/changes")

    rows = [FollowedChangeReply.model_validate(row) for row in reply.json()["data"]]
    assert [(row.type, row.by) for row in rows][-1] == ("locked", "editor")
    assert rows[0].came == ["art_00"]
    assert "Ada" not in reply.text
    assert reply.headers["cache-control"] == "no-cache"
    assert reply.json()["as_of"] == reply.json()["data"][-1]["at"]
    again = client.get("/v1/changes", headers={"if-none-match": reply.headers["etag"]})
    assert again.status_code == 304


def test_an_empty_log_has_a_cursor_too(client: TestClient) -> None:
    body = client.get("/v1/changes").json()

    assert (body["data"], body["next_cursor"]) == ([], "0")


def test_a_cursor_of_another_log_or_before_what_is_kept_is_told_so(engine: Engine, client: TestClient) -> None:
    seed_many(engine, 3)
    newest = ChangeLogStore(engine).span().newest

    assert client.get(f"/v1/changes?after={newest}").json()["data"] == []
    beyond = client.get(f"/v1/changes?after={newest + 1}")
    assert beyond.status_code == 409
    assert str(newest) in beyond.json()["detail"]

    with writing(engine) as connection:
        connection.execute(delete(changes).where(changes.c.seq < 3))
    assert client.get("/v1/changes?after=1").status_code == 410
    assert [row["seq"] for row in client.get("/v1/changes?after=2&limit=1").json()["data"]] == [3]
    assert client.get("/v1/changes?after=0&limit=1").json()["data"][0]["seq"] == 3


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**63}", "after=1e3", "limit=0", "limit=101"])
def test_what_is_no_cursor_is_a_problem(client: TestClient, query: str) -> None:
    reply = client.get(f"/v1/changes?{query}")

    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"

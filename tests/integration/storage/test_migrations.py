"""A database of an earlier version keeps what it holds."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine

from api.key_store import KeyStore
from api.names import BadName
from api.roles import Role
from api.scopes import Scope
from api.session_store import SessionStore
from api.store import EditorStore
from api.tokens import token_hash
from cluster.doubt_store import DoubtStore, replace_doubts
from cluster.doubts import Doubt, DoubtKind
from cluster.filter_store import EventFilter
from cluster.search_store import SearchStore, Where
from cluster.store import EventStore
from ingest.store import PublisherStore
from storage.engine import open_engine, reading, writing
from storage.migrating import _config, is_current, migrate
from storage.search_words import sought

EVENT_COLUMNS = (
    "id, status, version, updated_at, first_published_at, last_published_at, described_version, related_version,"
    " attempts, description, related, signal_rank, score, independent_sources, locked"
)
PUBLISHER = (
    "INSERT INTO publishers (id, name, home, standing, kind, language)"
    " VALUES ('post', 'Post', 'https://post.example', 'established', 'newsroom', 'en')"
)
FEED = (
    "INSERT INTO feeds (id, publisher_id, url, next_poll_at, last_success_at, failures)"
    " VALUES (1, 'post', 'https://post.example/feed', '2026-03-04 12:00:00', '2026-03-04 11:00:00', 0)"
)


def _opened_at(revision: str, folder: Path, rows: Sequence[str]) -> Engine:
    """A database of an earlier version that holds some rows."""
    engine = open_engine(f"sqlite:///{folder / 'old.db'}")
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        for row in rows:
            connection.exec_driver_sql(row)
    assert not is_current(engine)
    return engine


def test_feeds_of_the_first_schema_stay_on(tmp_path: Path) -> None:
    entry = "INSERT INTO entries (feed_id, guid_hash, attempts) VALUES (1, 'guid', 1)"
    engine = _opened_at("0001", tmp_path, (PUBLISHER, FEED, entry))

    migrate(engine)

    (feed,) = PublisherStore(engine).list()
    assert is_current(engine)
    assert (feed.enabled, feed.language, feed.folder, feed.publisher.owner_basis) == (True, "en", None, None)
    engine.dispose()


def test_what_was_dismissed_before_doubts_said_what_they_are_about_stays_dismissed(tmp_path: Path) -> None:
    said = json.dumps({"title": "Corvane is robbed"})
    event = (
        f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ('evt_1', 'active', 1, '2026-03-04', '2026-03-04 01:00:00',"
        f" '2026-03-04 02:00:00', 1, 1, 0, '{said}', '[]', 1, 1, 2, 0)"
    )
    dismissed = "INSERT INTO dismissals (kind, event_id, other_id) VALUES ('undated', 'evt_1', '')"
    engine = _opened_at("0024", tmp_path, (event, dismissed))

    migrate(engine)

    asked = [Doubt("evt_1", kind, 0.5, "", (), about="art_1") for kind in (DoubtKind.UNDATED, DoubtKind.STALE_LEAD)]
    with writing(engine) as connection:
        replace_doubts(connection, ["evt_1"], list(DoubtKind), asked)
    assert DoubtStore(engine).counts() == {DoubtKind.STALE_LEAD: 1}
    engine.dispose()


def test_described_events_are_compared_and_read_feeds_observed_as_far_as_what_is_kept_tells(tmp_path: Path) -> None:
    said = {
        "assets": [{"symbol": "SOL", "primary": True}, {"symbol": "BTC", "primary": False}],
        "themes": [{"theme": "etf", "primary": True}],
        "origins": [{"article_ids": ["art_2"]}, {"article_ids": ["art_1", "art_gone"]}],
    }
    articles = (
        "INSERT INTO articles (id, publisher_id, url, title, text, authors, language, published_at,"
        f" published_at_basis, seen_at, links, flags) VALUES ('art_{number}', 'post', 'https://post.example/{number}',"
        f" 'T', '', '[]', 'en', '2026-03-04 0{number}:00:00', 'feed', '2026-03-04 0{number}:30:00', '[]', '[]')"
        for number in (1, 2)
    )
    described = (
        f"INSERT INTO events ({EVENT_COLUMNS}) VALUES ('evt_1', 'active', 1, '2026-03-04', '2026-03-04 01:00:00',"
        f" '2026-03-04 02:00:00', 1, 1, 0, '{json.dumps(said)}', '[]', 1, 1, 2, 0)"
    )
    engine = _opened_at("0008", tmp_path, (PUBLISHER, FEED, *articles, described))

    migrate(engine)

    with reading(engine) as connection:
        row = connection.exec_driver_sql("SELECT asset, theme, origins_at FROM events").one()
    dates = [datetime(2026, 3, 4, hour, tzinfo=UTC).timestamp() for hour in (1, 2)]
    assert (row.asset, row.theme, json.loads(row.origins_at)) == ("SOL", "etf", dates)
    assert PublisherStore(engine).observed_from() == datetime(2026, 3, 4, 1, 30, tzinfo=UTC)
    engine.dispose()


def test_described_events_are_due_to_be_graded_anew_and_the_others_are_not(tmp_path: Path) -> None:
    described, new = (
        f"INSERT INTO events ({EVENT_COLUMNS}, origins_at) VALUES ('{event_id}', 'active', 1, '2026-03-04',"
        f" '2026-03-04 01:00:00', '2026-03-04 02:00:00', {version}, {version}, 0, {said}, '[]', 1, 1, 2, 0, '[]')"
        for event_id, version, said in (("evt_described", 1, "'{}'"), ("evt_new", 0, "NULL"))
    )
    engine = _opened_at("0010", tmp_path, (described, new))

    migrate(engine)

    now = datetime(2026, 3, 5, tzinfo=UTC)
    assert EventStore(engine).to_regrade(now, is_poor=False, limit=10) == ["evt_described"]
    assert EventStore(engine).undescribed(limit=10) == ["evt_new"]
    engine.dispose()


def test_what_is_there_is_found_by_its_words(tmp_path: Path) -> None:
    said = {
        "title": "Bridge drained",
        "assets": [{"symbol": "SOL", "name": "Solana", "primary": True}],
        "themes": [{"theme": "security", "primary": True}],
        "openings": [{"article_id": f"art_{number}", "text": "Kestrel paused"} for number in (1, 2)],
    }
    articles = [
        "INSERT INTO articles (id, publisher_id, url, title, text, authors, language, published_at,"
        " published_at_basis, seen_at, links, flags, first_title, removed_at)"
        f" VALUES ('art_{number}', 'post', 'https://post.example/{number}', 'Theft {number}', 'long', '[]', 'en',"
        f" '2026-03-04', 'feed', '2026-03-04', '[]', '{flags}', 'Rumour', {removed_at})"
        for number, flags, removed_at in (
            (1, "[]", "NULL"), (2, '["reserved"]', "NULL"), (3, "[]", "'2026-03-04'"), (4, "[]", "NULL"),
        )
    ]  # fmt: skip
    events = [
        f"INSERT INTO events ({EVENT_COLUMNS}, origins_at, covered) VALUES ('{event_id}', '{status}', 1, '2026-03-04',"
        f" '2026-03-04 01:00:00', '2026-03-04 02:00:00', 1, 1, 0, '{json.dumps(said)}', '[]', 1, 1, 2, 0, '[]', 1)"
        for event_id, status in (("evt_1", "active"), ("evt_2", "merged"))
    ]
    members = [
        "INSERT INTO members (article_id, event_id, probability, because, ruleset, revision)"
        f" VALUES ('art_{number}', 'evt_1', 1, '[]', 'test', 1)"
        for number in (1, 2)
    ]
    engine = _opened_at("0011", tmp_path, (PUBLISHER, *articles, *events, *members))

    migrate(engine)

    found = {q: _found(engine, q) for q in ("bridge", "solana", "theft", "rumours", "kestrel", "post", "long")}
    assert found == {
        "bridge": {"evt_1": Where.TITLE},
        "solana": {"evt_1": Where.FACTS},
        "theft": {"evt_1": Where.HEADLINES} | dict.fromkeys(("art_1", "art_2", "art_4"), Where.TITLE),
        "rumours": dict.fromkeys(("evt_1", "art_1", "art_2", "art_4"), Where.HEADLINES),
        "kestrel": dict.fromkeys(("evt_1", "art_1"), Where.FACTS),
        "post": dict.fromkeys(("evt_1", "art_1", "art_2", "art_4"), Where.FACTS),
        "long": {},
    }
    assert len(EventStore(engine).page(EventFilter(sought=sought("kestrel")), "recency", 10)) == 1
    engine.dispose()


def test_whoever_was_an_editor_is_an_admin_and_signs_in_again(tmp_path: Path) -> None:
    editor = "INSERT INTO editors (id, name, created_at) VALUES ('edr_1', 'Ada', '2026-03-04 12:00:00')"
    session = (
        "INSERT INTO sessions (token_hash, editor_id, form_token, expires_at)"
        f" VALUES ('{token_hash('held')}', 'edr_1', 'x', '2026-03-18 12:00:00')"
    )
    engine = _opened_at("0016", tmp_path, (editor, session))

    migrate(engine)

    (ada,) = EditorStore(engine).all()
    assert (ada.name, ada.role, ada.has_password, ada.last_seen_at) == ("Ada", Role.ADMIN, False, None)
    assert SessionStore(engine).find("held", datetime(2026, 3, 5, tzinfo=UTC)) is None
    engine.dispose()


def _found(engine: Engine, query: str) -> dict[str, Where]:
    wanted = sought(query)
    assert wanted is not None
    return {hit.id: hit.where for hit in SearchStore(engine).all(wanted, 10)}


def test_names_that_stand_in_the_record_are_kept_for_whoever_bore_them(tmp_path: Path) -> None:
    measures = (
        f'INSERT INTO administration (type, "by", at, about, detail)'
        f" VALUES ('{type}', 'Ada', '2026-03-04', '{about}', '')"
        for type, about in (("invite", "Ada"), ("remove", "Grace"), ("create_key", "wire"))
    )
    editor = "INSERT INTO editors (id, name, created_at, role) VALUES ('edr_1', 'Ada', '2026-03-04', 'admin')"
    key = (
        "INSERT INTO api_keys (id, name, token_hash, scopes, created_at)"
        " VALUES ('key_1', 'wire', 'hash', 'read', '2026-03-04')"
    )
    engine = _opened_at("0022", tmp_path, (editor, key, *measures))

    migrate(engine)

    now = datetime(2026, 3, 5, tzinfo=UTC)
    for name in ("ADA", "grace", "Wire"):
        with pytest.raises(BadName):
            KeyStore(engine).create(name, [Scope.READ], now)
    assert EditorStore(engine).add("Grace", Role.EDITOR, now) is not None
    assert EditorStore(engine).credentials("ada") is not None
    engine.dispose()


def test_what_readers_see_already_does_not_count_as_having_waited(tmp_path: Path) -> None:
    articles = [
        "INSERT INTO articles (id, publisher_id, url, title, text, authors, language, published_at,"
        " published_at_basis, seen_at, links, flags)"
        f" VALUES ('art_{number}', 'post', 'https://post.example/{number}', 'T', '', '[]', 'en', '2026-03-04', 'feed',"
        " '2026-03-04', '[]', '[]')"
        for number in (1, 2)
    ]
    events = [
        f"INSERT INTO events ({EVENT_COLUMNS}, origins_at) VALUES ('evt_{number}', 'active', 1, '2026-03-04 09:00:00',"
        f" '2026-03-04 01:00:00', '2026-03-04 02:00:00', 1, 1, 0, '{{}}', '[]', {rank}, 1, 1, 0, '[]')"
        for number, rank in ((1, 2), (2, 0))
    ]
    placed = [
        "INSERT INTO members (article_id, event_id, probability, because, ruleset, revision)"
        f" VALUES ('art_{number}', 'evt_{number}', 1, '[]', 'test', 1)"
        for number in (1, 2)
    ]
    engine = _opened_at("0030", tmp_path, (PUBLISHER, *articles, *events, *placed))

    migrate(engine)

    with reading(engine) as connection:
        rows = connection.exec_driver_sql("SELECT article_id, visible_at IS NULL FROM members ORDER BY article_id")
        assert [tuple(row) for row in rows] == [("art_1", 0), ("art_2", 1)]
    engine.dispose()

"""A database of an earlier version keeps what it holds."""

from pathlib import Path

from alembic import command

from ingest.store import PublisherStore
from storage.engine import open_engine, writing
from storage.migrating import _config, is_current, migrate


def test_feeds_of_the_first_schema_stay_on(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = _config()
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO publishers (id, name, home, standing, kind, language)"
            " VALUES ('post', 'Post', 'https://post.example', 'established', 'newsroom', 'en')"
        )
        connection.exec_driver_sql(
            "INSERT INTO feeds (id, publisher_id, url, next_poll_at, failures)"
            " VALUES (1, 'post', 'https://post.example/feed', '2026-03-04 12:00:00', 0)"
        )
        connection.exec_driver_sql("INSERT INTO entries (feed_id, guid_hash, attempts) VALUES (1, 'guid', 1)")
    assert not is_current(engine)

    migrate(engine)

    (feed,) = PublisherStore(engine).list()
    assert is_current(engine)
    assert (feed.enabled, feed.language, feed.folder, feed.publisher.owner_basis) == (True, "en", None, None)
    engine.dispose()

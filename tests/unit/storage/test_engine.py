"""SQLite, opened so that no write is lost and no reader waits; and the settings that say which database."""

import fcntl
import stat
import threading
import time
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select, update

from storage.engine import UnreadableUrl, open_engine, reading, writing
from storage.settings import Settings
from tests.ending import beside

THREADS, ROUNDS = 4, 50
kept = MetaData()
counters = Table("counters", kept, Column("count", Integer))


@pytest.fixture
def scratch(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path}/deep/er/scratch.db")
    kept.create_all(engine)
    return engine


def test_no_increment_of_several_writers_is_lost(scratch: Engine) -> None:
    with writing(scratch) as connection:
        connection.execute(insert(counters).values(count=0))

    def count_up() -> None:
        for _ in range(ROUNDS):
            with writing(scratch) as connection:
                seen = connection.execute(select(counters.c.count)).scalar_one()
                connection.execute(update(counters).values(count=seen + 1))

    with beside(*[count_up] * THREADS):
        pass

    with reading(scratch) as connection:
        assert connection.execute(select(counters.c.count)).scalar_one() == THREADS * ROUNDS


def test_who_writes_now_and_then_is_passed_over_by_nobody_who_never_pauses(scratch: Engine) -> None:
    done, rounds = threading.Event(), 0

    def write_again_and_again() -> None:
        nonlocal rounds
        while not done.is_set():
            with writing(scratch) as connection:
                connection.execute(insert(counters).values(count=1))
                time.sleep(0.12)
            rounds += 1

    with beside(write_again_and_again, stop=done.set):
        for _ in range(8):
            with writing(scratch) as connection:
                connection.execute(insert(counters).values(count=2))

    assert rounds <= 3 * 8  # it waits for one at work and, at worst, for one that had its turn before


def test_a_writer_that_was_stopped_while_it_waited_holds_nobody_up(
    scratch: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.engine.BUSY_TIMEOUT_SECONDS", 0.1)
    with (tmp_path / "deep/er/scratch.db-turn").open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        with writing(scratch) as connection:
            connection.execute(insert(counters).values(count=1))

    with reading(scratch) as connection:
        assert connection.execute(select(counters.c.count)).all() == [(1,)]


@pytest.mark.parametrize("name", ["what?", "a%20b", "a b", "#1", "ü:@;"])
def test_the_embedded_database_is_in_the_data_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / name, database_url=None)

    with writing(open_engine(settings.database)) as connection:
        connection.exec_driver_sql("CREATE TABLE kept (id INTEGER)")

    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "secondsource.db").exists()


def test_a_reader_does_not_wait_for_a_writer(scratch: Engine) -> None:
    with writing(scratch) as writer:
        writer.execute(insert(counters).values(count=1))
        with reading(scratch) as connection:
            assert connection.execute(select(counters)).all() == []


@pytest.mark.parametrize(
    "url", ["", "news", "mysql://u:secret@h/n", "postgresql://u:secret@h:port/n", "postgresql://u:secret@[::1/n"]
)
def test_what_names_no_database_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UnreadableUrl, match="postgresql://") as refused:
        open_engine(url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(UnreadableUrl):
        open_engine(url)


def test_addresses_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_ALLOW_ADDRESSES", "127.0.0.1:8800, 127.10.0.0/16:8800")

    assert Settings().allow_addresses == ("127.0.0.1:8800", "127.10.0.0/16:8800")


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_DATABASE_URL", "")

    assert Settings().database_url is None


def test_a_value_that_does_not_parse_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDSOURCE_PORT", "secret")

    with pytest.raises(ValidationError) as refused:
        Settings()

    assert "secret" not in str(refused.value)


def test_a_folder_made_for_a_database_is_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "data"

    open_engine(f"sqlite:///{folder / 'secondsource.db'}").dispose()

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700

"""`secondsource articles remove` and `publishers remove` on a real database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from cli import main
from commands.preparing import open_migrated
from ingest.publishers import Listed, ListedFeed
from ingest.store import ArticleStore, PublisherStore
from storage.settings import Settings
from tests.builders import NOON, make_article, make_publisher
from tests.integration.cluster.pipeline import publish

FIRST = make_article("art_1", "ledgerpost", url="https://ledgerpost.example/a")
OTHER = make_article("art_2", "ledgerpost", url="https://ledgerpost.example/b", title="Traders sell", text="They sold.")
THIRD = make_article("art_3", "coinherald", title="Regulator opens a consultation on staking", text="Comments are due.")


def _run(folder: Path, *words: str, answer: str = "") -> Result:
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None}
    return CliRunner().invoke(main, words, env=env, input=answer)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """The database of a folder with three articles, and a feed of one of their publishers."""
    opened, _ = open_migrated(Settings(data_dir=tmp_path, database_url=None).database, "SECONDSOURCE_DATA_DIR")
    feed = ListedFeed("https://ledgerpost.example/feed")
    PublisherStore(opened).sync([Listed(make_publisher("ledgerpost"), (feed,))], NOON)
    publish(opened, FIRST, OTHER, THIRD)
    return opened


def _there(engine: Engine) -> set[str]:
    return {one.id for one in ArticleStore(engine).page(10)}


def test_an_article_is_removed_by_its_address_however_that_is_spelt(tmp_path: Path, engine: Engine) -> None:
    done = _run(tmp_path, "articles", "remove", f"{FIRST.url}?utm_source=mail")

    assert (done.exit_code, _there(engine)) == (0, {"art_2", "art_3"})
    assert done.output.startswith("art_1 is removed and stays so; it stood in evt_")
    assert _run(tmp_path, "articles", "remove", FIRST.url).output == done.output
    for url, said in (("https://ledgerpost.example/none", "no article is known"), ("mailto:a", "no web address")):
        done = _run(tmp_path, "articles", "remove", url)
        assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_publisher_is_removed_once_somebody_says_yes(tmp_path: Path, engine: Engine) -> None:
    command = ("publishers", "remove", "ledgerpost")

    asked = _run(tmp_path, *command, answer="n\n")
    assert (asked.exit_code, "2 articles of Ledgerpost" in asked.output) == (1, True), asked.output
    assert _there(engine) == {"art_1", "art_2", "art_3"}

    done = _run(tmp_path, *command, "--yes")
    assert (done.exit_code, _there(engine)) == (0, {"art_3"}), done.output
    assert "2 articles are removed" in done.output
    assert [feed.enabled for feed in PublisherStore(engine).list() if feed.publisher.id == "ledgerpost"] == [False]
    assert not ArticleStore(engine).add(make_article("art_4", "ledgerpost"))

    assert _run(tmp_path, "publishers", "on", "ledgerpost").exit_code == 0
    assert not ArticleStore(engine).add(FIRST)
    assert ArticleStore(engine).add(make_article("art_4", "ledgerpost"))
    assert _run(tmp_path, "publishers", "remove", "nobody", "--yes").exit_code == 2

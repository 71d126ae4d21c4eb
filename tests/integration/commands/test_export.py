"""What editors decided is written as lines that programs read."""

import json
from pathlib import Path

from click.testing import CliRunner

from cli import main
from cluster.action import Link
from cluster.repair import repair
from ingest.store import ArticleStore
from storage.settings import Settings
from tests.builders import make_article
from tests.integration.api.seeding import migrated
from tests.integration.cluster.pipeline import NOW, publish
from tests.integration.cluster.standing import desk_of

TALK = "Regulator opens a consultation on staking"


def _export(tmp_path: Path, *options: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["export", *options], env={"SECONDSOURCE_DATA_DIR": str(tmp_path)})
    return ran.exit_code, ran.output


def test_decisions_are_exported_as_what_stands_and_as_what_can_be_learned(tmp_path: Path) -> None:
    engine = migrated(Settings(data_dir=tmp_path, database_url=None))
    placed = publish(
        engine,
        make_article("art_1"),
        make_article("art_2", "coinherald", title=TALK, text="Comments are due by the end of May."),
        make_article("art_3", "blockgazette", title="Perch raises eighteen million", text="Three funds took part."),
    )
    desk_of(engine).merge(placed["art_1"], placed["art_2"], {})
    desk_of(engine).link("art_3", "art_1", Link.CANNOT, {})

    code, said = _export(tmp_path, "--editorial")
    assert code == 0
    kinds = [json.loads(line)["kind"] for line in said.splitlines()]
    assert kinds == ["membership", "membership", "pair", "pair"]

    code, said = _export(tmp_path, "--pairs")
    apart, same = map(json.loads, said.splitlines())
    assert (code, same["label"], same["weight"], same["type"], same["by"]) == (0, "same", 1.0, "merge", "Ada")
    assert {article["id"]: article["title"] == TALK for article in same["articles"]} == {"art_1": False, "art_2": True}
    assert set(same["articles"][0]) == {"id", "url", "title", "published_at"}
    assert (apart["label"], apart["action"]) == ("apart", 2)

    ArticleStore(engine).remove(["art_3"], NOW)
    repair(engine, NOW)
    assert [json.loads(line)["action"] for line in _export(tmp_path, "--pairs")[1].splitlines()] == [1]
    assert _export(tmp_path)[0] == 2
    assert "--editorial or --pairs" in _export(tmp_path)[1]

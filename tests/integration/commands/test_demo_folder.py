"""The demo empties the folder that it made, and no other."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from commands.demo_folder import MARKER, fresh_demo_folder, is_demo
from commands.errors import CannotStart


def test_its_own_folder_is_emptied_and_what_that_links_to_is_kept(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "weights").touch()
    folder = fresh_demo_folder(tmp_path)
    (folder / "model").symlink_to(tmp_path / "model")
    (folder / "logs").mkdir()
    (folder / "logs" / "api.log").touch()
    (folder / "secondsource.db").touch()

    assert fresh_demo_folder(tmp_path) == folder

    assert [path.name for path in folder.iterdir()] == [MARKER]
    assert is_demo(folder)
    assert (tmp_path / "model" / "weights").exists()


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()

    assert is_demo(fresh_demo_folder(tmp_path))


@pytest.mark.parametrize("kind", ["folder", "link", "file"])
def test_what_it_did_not_make_is_left_alone_and_named(tmp_path: Path, kind: str) -> None:
    own, there = tmp_path / "own", tmp_path / "data" / "demo"
    there.parent.mkdir()
    if kind == "link":
        own.mkdir()
        (own / MARKER).touch()
        there.symlink_to(own)
    elif kind == "file":
        there.write_text("mine")
    else:
        there.mkdir()
    kept = own / "mine" if kind == "link" else there / "mine"
    if kind != "file":
        kept.touch()

    with pytest.raises(CannotStart, match=f"{there}, which it did not make"):
        fresh_demo_folder(there.parent)

    assert there.read_text() == "mine" if kind == "file" else kept.exists()


def test_a_folder_that_cannot_be_emptied_is_named_and_still_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fresh_demo_folder(tmp_path)
    (folder / "logs").mkdir()
    # As root, which the tests may run as, nothing else keeps a folder from being deleted.
    monkeypatch.setattr(os, "rmdir", _refuse)

    with pytest.raises(CannotStart, match="Permission denied"):
        fresh_demo_folder(tmp_path)

    assert is_demo(folder)


def _refuse(path: object, **_: object) -> None:
    raise PermissionError(13, "Permission denied", path)


def test_the_command_says_so_and_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").touch()
    env = {"SECONDSOURCE_DATA_DIR": str(tmp_path), "SECONDSOURCE_PORT": "0"}

    refused = CliRunner().invoke(main, ["demo"], env=env)

    assert refused.exit_code == 2
    assert "SECONDSOURCE_DATA_DIR" in refused.output
    assert (tmp_path / "demo" / "thesis.txt").exists()


@pytest.mark.parametrize("command", ["demo", "run"])
def test_no_run_begins_in_the_demos_folder(tmp_path: Path, command: str) -> None:
    env = {"SECONDSOURCE_DATA_DIR": str(fresh_demo_folder(tmp_path)), "SECONDSOURCE_PORT": "0"}

    refused = CliRunner().invoke(main, [command], env=env)

    assert refused.exit_code == 2
    assert "is the demo's" in refused.output

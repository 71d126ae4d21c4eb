"""While the demo runs, the commands beside it are about what its pages show; afterwards about the real news."""

import re
import signal
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from commands.demo_note import NOTE
from tests.integration.commands.service import Service, fails, free_port, started, working_in


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, exported: Path) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("data")
    (folder / "model").symlink_to(exported)
    with started(["demo"], folder) as service:
        service.wait_for(lambda: service.get("/v1/events"))
        yield service


def _command(folder: Path, *words: str, **settings: str | None) -> Result:
    # Another port than the demo's: what the environment says is not what is running.
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None, "SECONDSOURCE_PORT": "1"}
    return CliRunner().invoke(main, words, env={**env, **settings})


def _desk_by(link: str) -> str:
    """The page that an editor sees who follows a sign-in link."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    address, _, token = link.partition("?token=")
    fields = urllib.parse.urlencode({"token": token}).encode()
    with opener.open(address, fields, timeout=10) as answer:
        shown: bytes = answer.read()
    return shown.decode()


def test_an_editor_invited_while_the_demo_runs_signs_in_at_its_desk(demo: Service) -> None:
    done = _command(demo.data_dir, "editors", "invite", "ada")

    assert f"{demo.data_dir}/demo/secondsource.db" in done.stderr
    (link,) = done.stdout.splitlines()
    assert link.startswith(f"{demo.address}/desk/sign-in?token=")
    assert re.search(r"\bada\b", _desk_by(link))
    assert "ada" in _command(demo.data_dir, "editors", "list").stdout
    _command(demo.data_dir, "editors", "remove", "ada")
    assert "ada" not in _command(demo.data_dir, "editors", "list").stdout


def test_the_publishers_are_the_demos_and_no_real_one_enters_its_database(demo: Service) -> None:
    listed = _command(demo.data_dir, "publishers", "list")

    assert "coin-courier" in listed.stdout
    assert "newsbtc" not in listed.stdout
    answers = _command(demo.data_dir, "publishers", "check", "coin-courier").stdout
    assert "1 of 1 feeds answered" in answers


def test_migrating_is_about_the_demos_database_too(demo: Service) -> None:
    done = _command(demo.data_dir, "migrate")

    assert f"{demo.data_dir}/demo/secondsource.db" in done.stderr
    assert done.stdout == "the database is up to date\n"
    assert not (demo.data_dir / "secondsource.db").exists()


def test_who_names_a_database_gets_it_and_is_told_how_to_reach_the_demos(demo: Service, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/own.db"
    _command(demo.data_dir, "migrate", SECONDSOURCE_DATABASE_URL=url)

    done = _command(demo.data_dir, "publishers", "list", SECONDSOURCE_DATABASE_URL=url)

    assert "newsbtc" in done.stdout
    assert f"SECONDSOURCE_DATA_DIR={demo.data_dir}/demo" in done.stderr


def test_a_second_run_in_its_folder_is_refused_with_the_setting_that_names_another(demo: Service) -> None:
    assert "SECONDSOURCE_DATA_DIR" in fails(["demo"], demo.data_dir, free_port())


def test_a_stopped_demo_leaves_no_process_behind_and_the_commands_are_about_real_news(data_dir: Path) -> None:
    assert _ended_by(signal.SIGINT, data_dir) == 0

    assert working_in(data_dir / "demo") == []
    assert not (data_dir / NOTE).exists()
    _is_about_real_news(data_dir)


def test_the_note_of_a_killed_demo_misleads_no_command(data_dir: Path) -> None:
    assert _ended_by(signal.SIGKILL, data_dir) == -signal.SIGKILL

    assert (data_dir / NOTE).exists()
    _is_about_real_news(data_dir)


def _ended_by(number: signal.Signals, data_dir: Path) -> int:
    """The exit status of a demo that was at work until a signal came."""
    with started(["demo"], data_dir) as service:
        service.wait_for(lambda: service.get("/v1/events"))
        assert working_in(data_dir / "demo")
        service.process.send_signal(number)
        return service.process.wait(30)


def _is_about_real_news(data_dir: Path) -> None:
    done = _command(data_dir, "publishers", "list")
    assert done.stderr == ""
    assert "newsbtc" in done.stdout

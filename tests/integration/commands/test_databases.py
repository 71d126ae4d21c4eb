"""A database that cannot be used is said in a sentence, and PostgreSQL waits for `secondsource migrate`."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main
from tests.integration.commands.service import free_port
from tests.integration.storage.server import GUARDED, new_database

PASSWORD = "geheim"
COMMANDS = {
    "migrate": ["migrate"],
    "publishers list": ["publishers", "list"],
    "serve": ["serve", "--port", "0"],
    "run": ["run"],
    "replay": ["replay", "corpus.jsonl", "--database"],
}
Invoke = Callable[[str, str], Result]


@pytest.fixture
def invoke(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Invoke:
    """Runs one of COMMANDS on a database."""
    line = {"id": "a", "title": "T", "url": "https://x.example/a", "publisher": "X", "published_at": "2026-03-04"}
    (tmp_path / "corpus.jsonl").write_text(json.dumps(line))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SECONDSOURCE_PORT", "0")
    monkeypatch.setenv("SECONDSOURCE_CONTACT", "news@x.example")

    def invoked(command: str, url: str) -> Result:
        if command == "replay":
            return CliRunner().invoke(main, [*COMMANDS[command], url])
        return CliRunner().invoke(main, COMMANDS[command], env={"SECONDSOURCE_DATABASE_URL": url})

    return invoked


def _is_a_sentence(result: Result, command: str, reason: str) -> None:
    assert result.exit_code == 2, result.output
    assert isinstance(result.exception, SystemExit)
    assert reason in result.output
    assert ("--database" if command == "replay" else "SECONDSOURCE_DATABASE_URL") in result.output
    assert PASSWORD not in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_out_of_reach_is_named(invoke: Invoke, command: str) -> None:
    url = f"postgresql://tests:{PASSWORD}@127.0.0.1:{free_port()}/news"

    _is_a_sentence(invoke(command, url), command, "Connection refused")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_address_that_is_none_is_refused(invoke: Invoke, command: str) -> None:
    _is_a_sentence(invoke(command, f"postgresql://tests:{PASSWORD}@host:port/news"), command, "postgresql://USER")


@pytest.mark.postgresql
@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_is_named(invoke: Invoke, server_url: str, command: str) -> None:
    url = server_url.replace("/postgres?", "/nowhere?")

    _is_a_sentence(invoke(command, url), command, 'database "nowhere" does not exist')


@pytest.mark.postgresql
@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_password_is_named_but_not_shown(invoke: Invoke, server_url: str, command: str) -> None:
    url = server_url.replace("tests@", f"{GUARDED}:{PASSWORD}@")

    _is_a_sentence(invoke(command, url), command, f'password authentication failed for user "{GUARDED}"')


@pytest.mark.postgresql
def test_postgresql_is_refused_until_it_is_migrated(invoke: Invoke, server_url: str) -> None:
    url = new_database(server_url, "unmigrated")
    for command in ("publishers list", "serve", "run"):
        refused = invoke(command, url)
        assert refused.exit_code == 2
        assert "secondsource migrate" in refused.output

    assert invoke("migrate", url).output == "the database was brought up to date\n"
    assert invoke("migrate", url).output == "the database is up to date\n"

    listed = invoke("publishers list", url)  # nothing else brings them to an operator's own database
    assert listed.exit_code == 0
    assert "CoinDesk" in listed.output


def test_a_file_that_is_no_database_is_named(invoke: Invoke, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not a database, but long enough to be taken for one." * 20)

    _is_a_sentence(invoke("migrate", f"sqlite:///{tmp_path}/notes.txt"), "migrate", "file is not a database")


def test_a_data_folder_that_cannot_be_made_is_named(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDSOURCE_DATA_DIR", str(tmp_path / "corpus.jsonl" / "data"))
    for command in ("migrate", "publishers list", "serve", "run"):
        refused = invoke(command, "")
        assert refused.exit_code == 2
        assert "SECONDSOURCE_DATA_DIR" in refused.output


def test_nobody_polls_for_an_operators_database_without_saying_who_that_is(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDSOURCE_CONTACT", " ")

    refused = invoke("run", f"sqlite:///{tmp_path}/news.db")

    assert refused.exit_code == 2
    assert "SECONDSOURCE_CONTACT" in refused.output
    assert not (tmp_path / "data").exists()

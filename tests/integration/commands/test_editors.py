"""`secondsource editors` on a real database."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.key_store import KeyStore
from api.scopes import Scope
from api.store import EditorStore
from cli import main
from commands.run import EDITOR, _say_how_to_sign_in
from tests.integration.api.seeding import migrated, settings_in
from tests.unit.api.builders import NOON


def _run(folder: Path, *words: str) -> Result:
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None}
    return CliRunner().invoke(main, ["editors", *words], env=env)


def test_editors_are_invited_listed_given_roles_and_removed(tmp_path: Path) -> None:
    assert _run(tmp_path, "list").output == "nobody was invited yet\n"
    assert "/desk/sign-in?token=" in _run(tmp_path, "invite", "Ada").output
    _run(tmp_path, "invite", "Grace")
    _run(tmp_path, "invite", "Mary", "--admin")

    listed = _run(tmp_path, "list").output.splitlines()
    assert [line.split("  since ")[0] for line in listed] == ["Ada  admin", "Grace  editor", "Mary  admin"]
    assert listed[0].endswith("  never seen  by link")
    assert _run(tmp_path, "role", "Grace", "admin").output == "Grace is an admin now\n"
    assert _run(tmp_path, "role", "Grace", "editor").output == "Grace is an editor now\n"
    for name in ("Ada", "Grace", "Mary"):
        assert "signed out everywhere" in _run(tmp_path, "remove", name).output
    assert _run(tmp_path, "list").output == "nobody was invited yet\n"


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path) -> None:
    for name in ("Ada", "Grace"):
        _run(tmp_path, "invite", name)

    for words, said in (
        (("invite", "ADA"), "there is or was an editor Ada: choose another name"),
        (("invite", "command line"), "the record calls the"),
        (("remove", "Mary"), "there is no editor Mary"),
        (("role", "Mary", "admin"), "there is no editor Mary"),
        (("role", "Ada", "owner"), "'owner' is not one of"),
        (("role", "Ada", "editor"), "Ada is the only admin: make somebody else one first"),
        (("remove", "Ada"), "Ada is the only admin"),
        (("invite", " "), "an editor's name has 1 to 40 printable characters"),
    ):
        done = _run(tmp_path, *words)
        assert (done.exit_code, said in done.output) == (2, True), done.output


def test_a_start_where_a_key_is_called_like_the_first_editor_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = settings_in(tmp_path)
    engine = migrated(settings)
    KeyStore(engine).create(EDITOR, [Scope.READ], NOON)

    _say_how_to_sign_in(engine, settings)

    assert "there is or was a key editor: choose another name" in capsys.readouterr().err
    assert EditorStore(engine).all() == []
    engine.dispose()

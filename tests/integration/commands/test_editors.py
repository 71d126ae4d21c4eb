"""`secondsource editors` on a real database."""

from pathlib import Path

from click.testing import CliRunner, Result

from cli import main


def _run(folder: Path, *words: str) -> Result:
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None}
    return CliRunner().invoke(main, ["editors", *words], env=env)


def test_editors_are_invited_listed_and_removed(tmp_path: Path) -> None:
    assert _run(tmp_path, "list").output == "nobody was invited yet\n"
    assert "/desk/sign-in?token=" in _run(tmp_path, "invite", "Ada").output

    assert _run(tmp_path, "list").output.startswith("Ada  since ")
    assert "signed out everywhere" in _run(tmp_path, "remove", "Ada").output
    assert _run(tmp_path, "list").output == "nobody was invited yet\n"


def test_removing_nobody_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = _run(tmp_path, "remove", "Ada")

    assert done.exit_code == 2
    assert "there is no editor Ada" in done.output

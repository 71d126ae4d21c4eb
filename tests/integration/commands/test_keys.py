"""`secondsource keys` on a real database."""

from pathlib import Path

from click.testing import CliRunner, Result

from cli import main


def _run(folder: Path, *words: str) -> Result:
    env = {"SECONDSOURCE_DATA_DIR": str(folder), "SECONDSOURCE_DATABASE_URL": None}
    return CliRunner().invoke(main, ["keys", *words], env=env)


def test_keys_are_created_listed_and_revoked(tmp_path: Path) -> None:
    assert _run(tmp_path, "list").output == "there are no keys yet\n"
    made = _run(tmp_path, "create", "Harbour Ledger", "--scope", "webhooks", "--scope", "read")

    assert made.output.startswith("ssk_")
    assert len(made.output.strip()) == len("ssk_") + 43
    assert _run(tmp_path, "list").output.startswith("Harbour Ledger  read,webhooks  since 20")
    assert "opens nothing" in _run(tmp_path, "revoke", "Harbour Ledger").output
    assert "  never used  revoked 20" in _run(tmp_path, "list").output


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path) -> None:
    _run(tmp_path, "create", "Ada", "--scope", "read")

    for words, said in (
        (("create", "Ada", "--scope", "read"), "there is or was a key Ada"),
        (("create", "Ada"), "Missing option '--scope'"),
        (("create", "Bo", "--scope", "desk"), "'desk' is not one of"),
        (("create", " ", "--scope", "read"), "a key's name has 1 to 40 printable characters"),
        (("revoke", "Bo"), "there is no key Bo to revoke"),
    ):
        done = _run(tmp_path, *words)
        assert (done.exit_code, said in done.output) == (2, True), done.output

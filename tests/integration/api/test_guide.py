"""Every example of docs/api.md and docs/editing.md does what it says, against the application as a server."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.key_store import KeyStore
from api.scopes import Scope
from cli import main
from tests.browser.serving import serving
from tests.integration.api.examples import seed_edited, seed_examples
from tests.integration.api.seeding import BASE_URL, migrated, settings_in
from tests.unit.api.builders import NOON

DOCS = Path(__file__).parents[3] / "docs"
GUIDE, EDITING = ((DOCS / name).read_text(encoding="utf-8") for name in ("api.md", "editing.md"))
COMMANDS = re.findall(r"^    (secondsource keys .*)$", GUIDE + EDITING, re.MULTILINE)
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE + EDITING, re.MULTILINE | re.DOTALL)
PROGRAMS = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-W", "error", "-c"],
    "js": ["node", "--input-type=module", "--eval"],
}
NEEDS = {"sh": [pytest.mark.curl], "python": [], "js": [pytest.mark.node]}
RUNS = [pytest.param(*one, id=f"{number}-{one[0]}", marks=NEEDS[one[0]]) for number, one in enumerate(BLOCKS)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of the application on the invented events, and a key."""
    settings = settings_in(tmp_path_factory.mktemp("served"))
    engine = migrated(settings)
    seed_examples(engine)
    seed_edited(engine)
    key = KeyStore(engine).create("guide", [Scope.READ, Scope.EDITOR], NOON)
    assert key is not None
    with serving(settings) as address:
        yield address, key


@pytest.mark.parametrize(("language", "code"), RUNS)
def test_an_example_of_the_guide_runs(served: tuple[str, str], tmp_path: Path, language: str, code: str) -> None:
    address, key = served
    command = [*PROGRAMS[language], code.replace(BASE_URL, address)]
    named = {"KEY": key, "EVENT": "evt_1", "OTHER": "evt_small"}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | named, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_the_guide_shows_each_language_and_names_no_other_server() -> None:
    assert {language for language, _ in BLOCKS} == set(PROGRAMS)
    assert all(BASE_URL in code for _, code in BLOCKS)


def test_the_commands_of_the_guide_run(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    migrated(settings).dispose()
    said = []
    for command in COMMANDS:
        ran = CliRunner().invoke(main, shlex.split(command)[1:], env={"SECONDSOURCE_DATA_DIR": str(tmp_path)})
        assert ran.exit_code == 0, ran.output
        said.append(ran.output)

    assert len(said) == 4
    assert "ssk_" in said[0]
    assert "Harbour Ledger" in said[1]
    assert "ssk_" in said[3]


def test_an_unchanged_reply_in_the_guide_has_no_body(served: tuple[str, str], tmp_path: Path) -> None:
    code = next(code for _, code in BLOCKS if "--etag-compare" in code).replace(BASE_URL, served[0])
    said = subprocess.run([*PROGRAMS["sh"], code], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert said.stdout == "304\n"

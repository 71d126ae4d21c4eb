"""`make env` asks for the right packages at the right places; what pip then does is pip's own affair."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CPU = "--extra-index-url https://download.pytorch.org/whl/cpu"
# In the place of Python: notes what pip is asked for, and says whether an index answers.
STUB = """#!/bin/sh
echo "$@" >> asked
case "$*" in *"index versions"*) exit {status};; esac
"""


def _made(folder: Path, target: str, answers: bool) -> tuple[str, list[str]]:
    """What `make` prints, and what pip was asked to install or to fetch."""
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STUB.format(status=0 if answers else 1))
    python.chmod(0o755)
    done = subprocess.run(["make", target], cwd=folder, capture_output=True, text=True, check=False)
    asked = (folder / "asked").read_text().splitlines()
    return done.stdout, [line for line in asked if " install " in line or " wheel " in line]


@pytest.mark.parametrize("target", ["env", "wheelhouse"])
def test_the_smaller_torch_is_looked_for_at_its_own_index_and_nothing_else_is(tmp_path: Path, target: str) -> None:
    _, (torch, *others) = _made(tmp_path, target, answers=True)

    assert CPU in torch
    assert "torch==" in torch
    assert "--no-deps" in torch
    assert others
    assert not any("download.pytorch.org" in line for line in others)


def test_where_that_index_does_not_answer_the_larger_one_is_announced_and_taken(tmp_path: Path) -> None:
    said, asked = _made(tmp_path, "env", answers=False)

    assert "6 GB" in said
    assert "torch==" in asked[0]
    assert not any("pytorch.org" in line for line in asked)


def test_a_wheelhouse_is_all_that_is_asked(tmp_path: Path) -> None:
    (tmp_path / "wheelhouse").mkdir()

    said, asked = _made(tmp_path, "env", answers=True)

    assert "2 GB" in said
    assert all("--no-index --find-links wheelhouse" in line and "pytorch.org" not in line for line in asked)

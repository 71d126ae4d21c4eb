"""The wheel holds everything, and runs where there is no source tree."""

import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.integration.commands.service import started

ROOT = Path(__file__).parents[2]
ROOMS = ("ingest", "cluster", "api", "storage", "commands")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    # Not isolated: that would fetch hatchling anew.
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel and our dependencies, but without our source tree."""
    home = tmp_path_factory.mktemp("installed")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    packages = next(home.glob("lib/python*/site-packages"))
    # A path named here is searched, but the .pth files in it, one of which leads to the source tree, are not read.
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return python.parent


def test_the_wheel_holds_every_file_of_every_room_and_nothing_else(wheel: Path) -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    ours = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}

    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert held == ours | {"queues.py", "worker.py", "cli.py"}


def test_the_command_explains_itself_from_another_folder(programs: Path, tmp_path: Path) -> None:
    def said(program: str, *options: str) -> str:
        command = [str(programs / program), *options]
        return subprocess.run(
            command, cwd=tmp_path, env={}, check=True, capture_output=True, text=True, timeout=60
        ).stdout

    assert version("secondsource") in said("secondsource", "--version")
    assert "SECONDSOURCE_" in said("secondsource", "--help")
    assert said("python", "-c", "import cli; print(cli.__file__)").startswith(str(programs.parent))


def test_the_demo_runs_from_another_folder(programs: Path, tmp_path: Path, exported: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model").symlink_to(exported)

    command = [str(programs / "secondsource")]

    with started(["demo"], tmp_path / "data", program=command, folder=tmp_path, PYTHONPATH="") as service:
        articles = service.wait_for(lambda: (service.get("/v1/articles") or {}).get("data"))
        with urllib.request.urlopen(service.address, timeout=5) as page:
            html = page.read().decode()

    assert articles[0]["title"]
    assert "SecondSource" in html

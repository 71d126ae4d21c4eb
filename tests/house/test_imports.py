"""Imports point one way, and what is heavy or replaceable lives in one file."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UPSTREAM = ["storage", "ingest", "cluster", "api"]  # each may import what stands before it
COMMANDS = {"queues", "worker", "cli", "commands"}


def _product() -> Iterator[Path]:
    yield from (path for room in (*UPSTREAM, "commands") for path in (ROOT / room).rglob("*.py"))
    yield from (ROOT / "queues.py", ROOT / "worker.py", ROOT / "cli.py")


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", UPSTREAM)
def test_a_package_imports_only_what_is_upstream(room: str) -> None:
    downstream = {*UPSTREAM[UPSTREAM.index(room) + 1 :], *COMMANDS}

    wrong = {str(path) for path in (ROOT / room).rglob("*.py") if _imported(path) & downstream}

    assert wrong == set()


@pytest.mark.parametrize("library", ["feedparser", "trafilatura", "sentence_transformers", "celery"])
def test_a_library_that_may_be_replaced_is_imported_in_one_file(library: str) -> None:
    assert len([path for path in _product() if library in _imported(path)]) == 1


def test_torch_is_imported_by_the_exports_alone() -> None:
    found = {path.name for path in _product() if "torch" in _imported(path)}

    assert found == {"embedding_export.py", "cross_encoder_export.py"}


def test_queries_live_in_the_stores() -> None:
    may_query = ("store.py", "rows.py", "changes.py", "lease.py", "tables.py")  # `reading_store.py` is a store too

    wrong = [path for path in _product() if not path.name.endswith(may_query) and "tables import" in path.read_text()]

    assert wrong == []


@pytest.mark.parametrize("process", ["api.app", "worker", "ingest.parsing_child"])
def test_the_api_the_poller_and_the_extractor_load_no_model(process: str) -> None:
    heavy = "torch onnx scipy sklearn sentence_transformers transformers"
    program = f"import sys, {process}; print(*(set('{heavy}'.split()) & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert loaded.stdout.split() == []


@pytest.mark.parametrize("process", ["api.app", "worker"])
def test_no_library_notes_for_its_makers_what_it_is_used_for(process: str, tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}

    subprocess.run([sys.executable, "-c", f"import {process}"], env=own | {"HOME": str(tmp_path)}, check=True, cwd=ROOT)

    assert list(tmp_path.iterdir()) == []


def test_the_worker_loads_no_web_framework() -> None:
    program = "import sys, worker; print(*({'fastapi', 'starlette', 'uvicorn', 'jinja2'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert loaded.stdout.split() == []


def test_what_fits_models_is_imported_by_nothing_that_runs() -> None:
    running = [path for path in _product() if ROOT / "cluster" / "fitting" not in path.parents]

    assert [path for path in running if "cluster.fitting" in path.read_text()] == []


def test_no_file_holds_more_than_400_lines() -> None:
    assert [path for path in _product() if len(path.read_text().splitlines()) > 400] == []

"""A data folder for a service of the tests' own."""

from pathlib import Path

import pytest


@pytest.fixture
def data_dir(tmp_path: Path, exported: Path) -> Path:
    """Empty but for the exported models."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "model").symlink_to(exported)
    return folder

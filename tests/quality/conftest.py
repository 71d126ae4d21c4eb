"""What the case files are placed with, once a run."""

import pytest

from cluster.embedding import Embedder
from tests.quality.placing import CasePlacer


@pytest.fixture(scope="session")
def placer(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> CasePlacer:
    """The real model and real databases."""
    return CasePlacer(tmp_path_factory.mktemp("cases"), embedder)

"""Exports both models ahead, for whoever runs where torch is not: `python -m cluster.models FOLDER`."""

import sys
from pathlib import Path

from cluster.cross_encoder import CrossEncoder
from cluster.embedding import Embedder


def export_models(folder: Path) -> None:
    """Leaves both models in a folder as workers want to find them; one that is there stays.

    Raises:
        embedding.NotExported: when one could not be made.
    """
    Embedder(folder)
    CrossEncoder(folder)


if __name__ == "__main__":
    export_models(Path(sys.argv[1]))

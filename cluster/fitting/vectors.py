"""The vectors of labelled articles: computed once, kept in a file beside the other data."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cluster.embedding import Embedder, lead_text
from storage.settings import Settings

AT_ONCE = 256


class Readable(Protocol):
    """An article, labelled or not."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Vectors:
    """Two unit vectors [384] of each article."""

    titles: dict[str, NDArray[np.float32]]  # by article id
    leads: dict[str, NDArray[np.float32]]

    def of(self, articles: Sequence[Readable]) -> "Vectors":
        """Those of some articles alone."""
        ids = [one.id for one in articles]
        return Vectors({one: self.titles[one] for one in ids}, {one: self.leads[one] for one in ids})


def kept_in(settings: Settings) -> Path:
    """Where the vectors of labelled articles are kept from one run to the next."""
    return settings.data_dir / "labelled_vectors.npz"


def vectors(articles: Sequence[Readable], kept: Path, model_dir: Path) -> Vectors:
    """The vectors of all articles; those that `kept` lacks are computed, some 40 ms each, and added to it."""
    known = _read(kept)
    lacking = [one for one in articles if one.id not in known.titles]
    if lacking:
        batches = [lacking[start : start + AT_ONCE] for start in range(0, len(lacking), AT_ONCE)]
        Embedder(model_dir)  # exports the model once, before several ask for it
        with ProcessPoolExecutor(os.cpu_count()) as pool:
            for batch, titles, leads in pool.map(_embed, batches, [model_dir] * len(batches)):
                known.titles.update(zip(batch, titles, strict=True))
                known.leads.update(zip(batch, leads, strict=True))
        _write(known, kept)
    return known


def _embed(batch: Sequence[Readable], model_dir: Path) -> tuple[list[str], NDArray[np.float32], NDArray[np.float32]]:
    embedder = Embedder(model_dir)
    titles = embedder.embed([one.title for one in batch])
    return [one.id for one in batch], titles, embedder.embed([lead_text(one.title, one.text) for one in batch])


def _read(path: Path) -> Vectors:
    if not path.exists():
        return Vectors({}, {})
    with np.load(path) as held:
        ids = held["ids"].tolist()
        return Vectors(
            dict(zip(ids, held["titles"], strict=True)),
            dict(zip(ids, held["leads"], strict=True)),
        )


def _write(known: Vectors, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            ids=np.array(list(known.titles)),
            titles=np.stack(list(known.titles.values())),
            leads=np.stack(list(known.leads.values())),
        )
    os.replace(part, path)

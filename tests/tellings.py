"""Vectors as near to each other, plain and whitened, as a test says."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import numpy as np
from numpy.typing import NDArray

from cluster.event import Rival
from cluster.nearness import Told
from cluster.whitening import load_whitening
from tests.builders import NOON

Vector = NDArray[np.float32]
FAR_OUT = 100.0  # beside it, the middle of all crypto news does not turn a vector


def make_vectors(white: Sequence[float] = (1.0,), plain: Sequence[float] = (1.0,)) -> tuple[Vector, Vector]:
    """A title's and a lead's vector whose whitened forms point to `white`, and the lead itself to `plain`."""
    return _vector(0, white, plain), _vector(1, white, plain)


def make_told(
    white: Sequence[float] = (1.0,),
    plain: Sequence[float] = (1.0,),
    *,
    at: datetime = NOON,
    title: str = "Corvane halts withdrawals",
    rival: Rival | None = None,
) -> Told:
    """A report that tells what these directions say."""
    return Told(at, title, *make_vectors(white, plain), rival)


def before_noon(hours: float) -> datetime:
    """Some hours before noon."""
    return NOON - timedelta(hours=hours)


def _vector(place: int, white: Sequence[float], plain: Sequence[float]) -> Vector:
    towards, unseen = _bases(place)
    turned = np.array(white) @ towards[: len(white)] + FAR_OUT * np.array(plain) @ unseen[: len(plain)]
    # Not of unit length: whitening takes the middle away before anything else.
    vector: Vector = (load_whitening().middles[place] + turned).astype(np.float32)
    return vector


@cache
def _bases(place: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows that whitening turns into one direction each, and rows that it does not see."""
    components = load_whitening().components[place].astype(np.float64)
    _, _, directions = np.linalg.svd(components.T)
    return np.linalg.pinv(components), directions[components.shape[1] :]

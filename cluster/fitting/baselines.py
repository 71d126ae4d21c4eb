"""What simpler systems make of the same articles, for the table in which the pair model stands."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN
from sklearn.feature_extraction.text import TfidfVectorizer

from cluster.fitting.windows import LabelledWindow
from cluster.terms import words_of

Similarities = NDArray[np.floating]  # [n, n]

JACCARD_AT, TFIDF_AT, VECTORS_AT = 0.35, 0.30, 0.62  # each at its best f1_multi over the windows


def title_jaccard(window: LabelledWindow, leads: NDArray[np.float32]) -> list[int]:
    """Single link on the shared words of titles."""
    words = [frozenset(key for key, _ in words_of(article.title)) for article in window.articles]

    def similar(row: int) -> NDArray[np.float64]:
        return np.array([len(words[row] & one) / max(1, len(words[row] | one)) for one in words[:row]])

    return _online(len(words), similar, JACCARD_AT, np.max)


def tfidf_average(window: LabelledWindow, leads: NDArray[np.float32]) -> list[int]:
    """Average link on tf-idf weighted words of title and lead."""
    texts = [f"{article.title} {' '.join(article.text.split()[:60])}" for article in window.articles]
    weighed = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2).fit_transform(texts)
    matrix = (weighed @ weighed.T).toarray()
    return _online(len(texts), lambda row: matrix[row, :row], TFIDF_AT, np.mean)


def vectors_average(window: LabelledWindow, leads: NDArray[np.float32]) -> list[int]:
    """Average link on the packaged model's vectors of title and lead."""
    matrix = leads @ leads.T
    return _online(len(leads), lambda row: matrix[row, :row], VECTORS_AT, np.mean)


def hdbscan(window: LabelledWindow, leads: NDArray[np.float32]) -> list[int]:
    """HDBSCAN over the same vectors, all at once; what it calls noise stands alone."""
    found = HDBSCAN(min_cluster_size=2, min_samples=1, copy=True).fit_predict(leads)
    return [int(one) if one >= 0 else len(found) + row for row, one in enumerate(found)]


BASELINES: dict[str, Callable[[LabelledWindow, NDArray[np.float32]], list[int]]] = {
    "title Jaccard, single link": title_jaccard,
    "TF-IDF, average link": tfidf_average,
    "MiniLM, average link": vectors_average,
    "MiniLM, HDBSCAN": hdbscan,
}


def _online(
    count: int,
    similar: Callable[[int], NDArray[np.floating]],
    join_at: float,
    over_members: Callable[[NDArray[np.floating]], np.floating],
) -> list[int]:
    """Each article joins the group of earlier ones that it is nearest to, or opens one."""
    groups: list[list[int]] = []
    place: list[int] = []
    for row in range(count):
        near = similar(row)
        scores = [float(over_members(near[members])) for members in groups]
        best = int(np.argmax(scores)) if scores else -1
        if best < 0 or scores[best] < join_at:
            groups.append([])
            best = len(groups) - 1
        groups[best].append(row)
        place.append(best)
    return place

"""Multinomial logistic regression over sparse and dense features, by L-BFGS."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import minimize

STEPS = 60  # stopping here regularises a little more

Floats = NDArray[np.float32]


def fit(sparse: sp.csr_matrix, dense: Floats, classes: NDArray[np.int64], count: int, penalty: float) -> Floats:
    """Coefficients [sparse + dense + 1, classes], the bias last.

    Args:
        sparse: [n, sparse]
        dense: [n, dense]
        classes: [n], each below `count`
        penalty: half of it times the sum of the squared coefficients is added to the summed loss
    """
    rows, width = dense.shape[0], sparse.shape[1] + dense.shape[1] + 1
    features = (sparse, sparse.T.tocsr(), dense)
    wanted = np.eye(count, dtype=np.float32)[classes]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, gradient = _loss(flat.astype(np.float32).reshape(width, count), features, wanted, penalty)
        return value / rows, (gradient / rows).astype(np.float64).ravel()

    found = minimize(loss, np.zeros(width * count), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    coefficients: Floats = found.x.astype(np.float32).reshape(width, count)
    return coefficients


def _loss(
    weights: Floats, features: tuple[sp.csr_matrix, sp.csr_matrix, Floats], wanted: Floats, penalty: float
) -> tuple[float, Floats]:
    sparse, turned, dense = features
    known = sparse.shape[1]
    scores = sparse @ weights[:known] + dense @ weights[known:-1] + weights[-1]
    scores -= scores.max(axis=1, keepdims=True)
    raised = np.exp(scores)
    total = raised.sum(axis=1, keepdims=True)
    error = raised / total - wanted
    gradient = np.vstack([turned @ error, dense.T @ error, error.sum(axis=0, keepdims=True)])
    gradient[:-1] += penalty * weights[:-1]
    value = float(np.log(total).sum() - (scores * wanted).sum() + penalty / 2 * (weights[:-1] ** 2).sum())
    return value, gradient

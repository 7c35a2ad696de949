"""Random features in numpy: hidden weights from pairs of data points or blindly, and the linear problem that is left.

What a Python user would write: no streaming over ranks, no held-out choice of the ridge, plain float64.
"""
import numpy as np

LOG3 = np.log(3)


def tanh(z):
    """Value and slope."""
    value = np.tanh(z)
    return value, 1 - value ** 2


def softplus(z):
    return np.logaddexp(0, z), 1 / (1 + np.exp(-z))


ACTIVATIONS = {"tanh": tanh, "softplus": softplus}


def elm(rng, inputs, width, bias_range):
    """Weights [width, inputs] ~ N(0, 1) and biases [width] ~ U(-bias_range, bias_range), whatever the data."""
    return rng.standard_normal((width, inputs)), rng.uniform(-bias_range, bias_range, width)


def swim(points, pairs):
    """A neuron for each pair of rows of points: tanh is -1/2 at the first and +1/2 at the second (arXiv 2306.16830)."""
    first, second = points[pairs[:, 0]], points[pairs[:, 1]]
    apart = second - first
    weights = LOG3 * apart / (apart ** 2).sum(axis=1, keepdims=True)
    return weights, -(weights * first).sum(axis=1) - LOG3 / 2


def uniform_pairs(rng, points, width, gap=0.0):
    """Pairs [width, 2] of rows, each from a uniform draw, drawn again while nearer than `gap` standard deviations."""
    scale = np.where(points.std(axis=0) > 0, points.std(axis=0), 1)
    pairs = rng.integers(len(points), size=(width, 2))
    for _ in range(1000):
        distance = np.linalg.norm((points[pairs[:, 0]] - points[pairs[:, 1]]) / scale, axis=1)
        close = (distance <= gap) | (distance == 0)
        if not close.any():
            return pairs
        pairs[close] = rng.integers(len(points), size=(close.sum(), 2))
    raise ValueError(f"no {width} pairs of points are further apart than {gap} standard deviations: give a smaller gap")


def pairs_by_slope(rng, points, values, width, candidates):
    """Pairs drawn from `candidates` uniform ones with probability proportional to |difference of values| / distance."""
    pairs = uniform_pairs(rng, points, candidates)
    distance = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    slope = np.abs(values[pairs[:, 0]] - values[pairs[:, 1]]) / distance
    return pairs[rng.choice(candidates, size=width, replace=False, p=slope / slope.sum())]


def largest_singular_value(matrix, iterations=30):
    vector = np.ones(matrix.shape[1])
    for _ in range(iterations):
        vector /= np.linalg.norm(vector)
        vector = matrix.T @ (matrix @ vector)
    return float(np.sqrt(np.linalg.norm(vector)))


def ridge_solve(blocks, ridge):
    """Coefficients [columns, right-hand sides] that minimise |Z theta - u|^2 + (ridge s)^2 |theta|^2, s the largest singular
    value of Z.

    `blocks` yields (Z, u) for some rows at a time; they are folded into one triangle by Householder QR, so that memory is
    bounded by a block and digits are not halved as by normal equations.
    """
    triangle = None
    for z, u in blocks:
        rows = np.hstack([z, u.reshape(len(z), -1)])
        triangle = np.linalg.qr(rows if triangle is None else np.vstack([triangle, rows]), mode="r")
    columns = z.shape[1]
    damping = ridge * largest_singular_value(triangle[:, :columns])
    lower = np.zeros((columns, triangle.shape[1]))
    lower[:, :columns] = damping * np.eye(columns)
    damped = np.linalg.qr(np.vstack([triangle, lower]), mode="r")
    return np.linalg.solve(damped[:columns, :columns], damped[:columns, columns:])  # no pivots: it is an R factor


def relative_error(found, exact):
    return float(np.linalg.norm(found - exact) / np.linalg.norm(exact))

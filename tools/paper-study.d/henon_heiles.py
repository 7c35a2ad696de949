"""Random-feature Hamiltonian networks without a graph on the Hénon-Heiles system (arXiv 2411.17511), and what the
Hamiltonian structure buys over a random-feature fit of the vector field itself.

H = |p|^2/2 + |q|^2/2 + alpha (q1^2 q2 - q2^3/3). A state x = (q1, q2, p1, p2) is drawn uniformly from [-5, 5]^4.
The published study used 20,000 states for training and as many for testing, 5000 tanh neurons, relative cutoff 1e-13.
"""
import time

import numpy as np

import random_features as rf

DOMAIN = 5.0
ROWS_AT_A_TIME = 2500  # states; four rows each


def energy(x, alpha):
    q1, q2 = x[..., 0], x[..., 1]
    return 0.5 * (x ** 2).sum(axis=-1) + alpha * (q1 ** 2 * q2 - q2 ** 3 / 3)


def gradient(x, alpha):
    """dH/dx, same shape as x."""
    q1, q2 = x[..., 0], x[..., 1]
    slope = np.array(x)
    slope[..., 0] += 2 * alpha * q1 * q2
    slope[..., 1] += alpha * (q1 ** 2 - q2 ** 2)
    return slope


def rates(slope):
    """dx/dt of Hamilton's equations from dH/dx."""
    return np.concatenate([slope[..., 2:], -slope[..., :2]], axis=-1)


class HamiltonianNetwork:
    """H(x) = theta . tanh(W x + b) + theta_0, theta from gradients of H, theta_0 from one known energy."""

    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases
        self.theta, self.theta_0 = None, 0.0

    def fit(self, x, alpha, ridge):
        def blocks():
            for start in range(0, len(x), ROWS_AT_A_TIME):
                part = x[start:start + ROWS_AT_A_TIME]
                _, slope = rf.tanh(part @ self.weights.T + self.biases)
                z = slope[:, None, :] * self.weights.T[None]  # [states, 4, width]
                yield z.reshape(-1, len(self.weights)), gradient(part, alpha).reshape(-1)

        self.theta = rf.ridge_solve(blocks(), ridge)[:, 0]
        self.theta_0 = float(energy(x[0], alpha) - self.energy(x[:1])[0])

    def energy(self, x):
        return np.tanh(x @ self.weights.T + self.biases) @ self.theta + self.theta_0

    def rates(self, x):
        slope = rf.tanh(x @ self.weights.T + self.biases)[1]
        return rates((slope * self.theta) @ self.weights)


class VectorField:
    """dx/dt = Theta tanh(W x + b) + Theta_0: as many features, no Hamiltonian (RF-ODE)."""

    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases
        self.theta = None

    def _features(self, x):
        return np.hstack([np.tanh(x @ self.weights.T + self.biases), np.ones((len(x), 1))])

    def fit(self, x, alpha, ridge):
        step = 4 * ROWS_AT_A_TIME
        self.theta = rf.ridge_solve(((self._features(x[s:s + step]), rates(gradient(x[s:s + step], alpha)))
                                     for s in range(0, len(x), step)), ridge)

    def rates(self, x):
        return self._features(x) @ self.theta


def energy_drift(field, alpha, seconds, states=8, dt=0.01):
    """Largest |H - H(0)| / |H(0)| along trajectories at 3/5 of the escape energy 1/(6 alpha^2), by Runge-Kutta of 4th order:
    with the exact field it is below 1e-8, so that what is left is the field's."""
    rng = np.random.default_rng(7)
    x = rng.standard_normal((states, 4))
    x *= np.sqrt(0.2 / (x ** 2).sum(axis=1, keepdims=True)) / alpha
    for _ in range(50):  # onto the energy surface
        x *= np.sqrt(0.1 / alpha ** 2 / energy(x, alpha))[:, None]
    start = energy(x, alpha)
    drift = 0.0
    for _ in range(int(round(seconds / dt))):
        k1 = field(x)
        k2 = field(x + dt / 2 * k1)
        k3 = field(x + dt / 2 * k2)
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + field(x + dt * k3))
        drift = max(drift, float(np.abs(energy(x, alpha) / start - 1).max()))
        if not np.isfinite(x).all() or drift > 1e3:
            return float("inf")
    return drift


def one_seed(sampler, seed, width, states, ridge, alpha, drift_time):
    """Figures of one sampler (elm, u-swim, a-swim) and of the vector field over the same neurons."""
    data = np.random.default_rng([seed, 0])
    x, test = (data.uniform(-DOMAIN, DOMAIN, (states, 4)) for _ in range(2))
    rng = np.random.default_rng([seed, 1])
    start = time.process_time(), time.perf_counter()
    if sampler == "elm":
        network = HamiltonianNetwork(*rf.elm(rng, 4, width, DOMAIN))
    else:
        network = HamiltonianNetwork(*rf.swim(x, rf.uniform_pairs(rng, x, width)))
    network.fit(x, alpha, ridge)
    if sampler == "a-swim":
        pairs = rf.pairs_by_slope(rng, x, network.energy(x), width, candidates=max(states, 2 * width))
        network = HamiltonianNetwork(*rf.swim(x, pairs))
        network.fit(x, alpha, ridge)
    spent = time.process_time() - start[0], time.perf_counter() - start[1]
    field = VectorField(network.weights, network.biases)
    field.fit(x, alpha, ridge)
    exact = rates(gradient(test, alpha))
    return {"sampler": sampler, "seed": seed, "energy_error": rf.relative_error(network.energy(test), energy(test, alpha)),
            "rate_error": rf.relative_error(network.rates(test), exact),
            "ode_rate_error": rf.relative_error(field.rates(test), exact),
            "energy_drift": energy_drift(network.rates, alpha, drift_time),
            "ode_energy_drift": energy_drift(field.rates, alpha, drift_time),
            "exact_energy_drift": energy_drift(lambda state: rates(gradient(state, alpha)), alpha, drift_time),
            "processor_seconds": spent[0], "seconds": spent[1]}


def run(settings, folder):
    return one_seed(**settings)

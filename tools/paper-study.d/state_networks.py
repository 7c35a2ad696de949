"""Random-feature Hamiltonian networks on the whole state vector, without a graph (arXiv 2411.17511), and what the
Hamiltonian structure buys over a random-feature fit of the vector field itself.
"""
import time

import numpy as np

import random_features as rf
from state_systems import SYSTEMS

ROWS_AT_A_TIME = 10000  # of the least-squares problem


def rates(slope):
    """dx/dt of Hamilton's equations from dH/dx, x = (q, p)."""
    half = slope.shape[-1] // 2
    return np.concatenate([slope[..., half:], -slope[..., :half]], axis=-1)


class HamiltonianNetwork:
    """H(x) = theta . tanh(W x + b) + theta_0, theta from gradients of H, theta_0 from one known energy."""

    def __init__(self, weights, biases):
        self.weights, self.biases = weights, biases
        self.theta, self.theta_0 = None, 0.0

    def fit(self, x, system, ridge):
        step = ROWS_AT_A_TIME // x.shape[1]

        def blocks():
            for start in range(0, len(x), step):
                part = x[start:start + step]
                _, slope = rf.tanh(part @ self.weights.T + self.biases)
                z = slope[:, None, :] * self.weights.T[None]  # [states, components, width]
                yield z.reshape(-1, len(self.weights)), system.gradient(part).reshape(-1)

        self.theta = rf.ridge_solve(blocks(), ridge)[:, 0]
        self.theta_0 = float(system.energy(x[0]) - self.energy(x[:1])[0])

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

    def fit(self, x, system, ridge):
        parts = (x[s:s + ROWS_AT_A_TIME] for s in range(0, len(x), ROWS_AT_A_TIME))
        self.theta = rf.ridge_solve(((self._features(part), rates(system.gradient(part))) for part in parts), ridge)

    def rates(self, x):
        return self._features(x) @ self.theta


def energy_drift(field, system, seconds, states=8, dt=0.01):
    """Largest |H - H(0)| / scale along trajectories from the system's initial states, by Runge-Kutta of 4th order: with the
    exact field it is below 1e-7, so that what is left is the field's."""
    x = system.initial(np.random.default_rng(7), states)
    start = system.energy(x)
    drift = 0.0
    for _ in range(int(round(seconds / dt))):
        k1 = field(x)
        k2 = field(x + dt / 2 * k1)
        k3 = field(x + dt / 2 * k2)
        x = x + dt / 6 * (k1 + 2 * k2 + 2 * k3 + field(x + dt * k3))
        drift = max(drift, float(np.abs((system.energy(x) - start) / system.energy_scale).max()))
        if not np.isfinite(x).all() or drift > 1e3:
            return float("inf")
    return drift


def one_seed(system, sampler, seed, width, states, ridge, drift_time):
    """Figures of one sampler (elm, u-swim, a-swim) and of the vector field over the same neurons."""
    data = np.random.default_rng([seed, 0])
    x, test = (system.draw(data, states) for _ in range(2))
    rng = np.random.default_rng([seed, 1])
    start = time.process_time(), time.perf_counter()
    if sampler == "elm":
        network = HamiltonianNetwork(*rf.elm(rng, x.shape[1], width, np.abs(x).max()))
    else:
        network = HamiltonianNetwork(*rf.swim(x, rf.uniform_pairs(rng, x, width)))
    network.fit(x, system, ridge)
    if sampler == "a-swim":
        pairs = rf.pairs_by_slope(rng, x, network.energy(x), width, candidates=max(states, 2 * width))
        network = HamiltonianNetwork(*rf.swim(x, pairs))
        network.fit(x, system, ridge)
    spent = time.process_time() - start[0], time.perf_counter() - start[1]
    field = VectorField(network.weights, network.biases)
    field.fit(x, system, ridge)
    exact = rates(system.gradient(test))
    return {"energy_error": rf.relative_error(network.energy(test), system.energy(test)),
            "rate_error": rf.relative_error(network.rates(test), exact),
            "ode_rate_error": rf.relative_error(field.rates(test), exact),
            "energy_drift": energy_drift(network.rates, system, drift_time),
            "ode_energy_drift": energy_drift(field.rates, system, drift_time),
            "exact_energy_drift": energy_drift(lambda state: rates(system.gradient(state)), system, drift_time),
            "processor_seconds": spent[0], "seconds": spent[1]}


def run(settings, folder):
    settings = dict(settings)
    return one_seed(SYSTEMS[settings.pop("system")](**settings.pop("parameters")), **settings)

"""Systems seen as one state vector x = (q, p): energy, gradient, and where states are drawn."""
import numpy as np


class HenonHeiles:
    """H = |p|^2/2 + |q|^2/2 + alpha (q1^2 q2 - q2^3/3). The published study drew 20,000 states for training and as many for
    testing uniformly from [-5, 5]^4, with 5000 tanh neurons and a relative cutoff of 1e-13."""

    def __init__(self, alpha):
        self.alpha = alpha
        self.energy_scale = 0.1 / alpha ** 2  # 3/5 of the escape energy

    def draw(self, rng, count):
        return rng.uniform(-5, 5, (count, 4))

    def initial(self, rng, count):
        """On the surface of `energy_scale`, where orbits are bound."""
        x = rng.standard_normal((count, 4))
        x *= np.sqrt(0.2 / (x ** 2).sum(axis=1, keepdims=True)) / self.alpha
        for _ in range(50):
            x *= np.sqrt(self.energy_scale / self.energy(x))[:, None]
        return x

    def energy(self, x):
        q1, q2 = x[..., 0], x[..., 1]
        return 0.5 * (x ** 2).sum(axis=-1) + self.alpha * (q1 ** 2 * q2 - q2 ** 3 / 3)

    def gradient(self, x):
        """dH/dx, same shape as x."""
        q1, q2 = x[..., 0], x[..., 1]
        slope = np.array(x)
        slope[..., 0] += 2 * self.alpha * q1 * q2
        slope[..., 1] += self.alpha * (q1 ** 2 - q2 ** 2)
        return slope


class Pendulum:
    """Links of length 1 that hang from one another, with masses 1 at their ends and g = 1.

    In angles q, so that the rods stay rigid without constraints:  H = p.M(q)^-1 p / 2 - sum_i (n - i) cos q_i  with
    M_ij = (n - max(i, j)) cos(q_i - q_j). Not separable. Cartesian coordinates, in which a graph network would see it,
    need a projection onto the constraints in every derivative; they are left out here.
    """

    def __init__(self, links, angle, momentum):
        self.links, self.angle, self.momentum = links, angle, momentum
        hanging = links - np.arange(links)
        self.hanging = hanging.astype(float)
        self.shared = np.minimum.outer(hanging, hanging).astype(float)
        self.energy_scale = self.hanging.sum()

    def draw(self, rng, count):
        reach = np.repeat([self.angle, self.momentum], self.links)
        return rng.uniform(-reach, reach, (count, 2 * self.links))

    def initial(self, rng, count):
        """Well inside of what is drawn for training."""
        return 0.3 * self.draw(rng, count)

    def _velocities(self, x):
        q, p = x[..., :self.links], x[..., self.links:]
        between = q[..., :, None] - q[..., None, :]
        mass = self.shared * np.cos(between)
        return q, p, between, np.linalg.solve(mass, p[..., None])[..., 0]

    def energy(self, x):
        q, p, _, v = self._velocities(x)
        return 0.5 * (p * v).sum(axis=-1) - (self.hanging * np.cos(q)).sum(axis=-1)

    def gradient(self, x):
        q, _, between, v = self._velocities(x)
        turning = v * ((self.shared * np.sin(between)) @ v[..., None])[..., 0]
        return np.concatenate([turning + self.hanging * np.sin(q), v], axis=-1)


SYSTEMS = {"henon-heiles": HenonHeiles, "pendulum": Pendulum}

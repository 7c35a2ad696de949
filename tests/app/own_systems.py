"""Systems of one's own in numpy: pair forces, the same leapfrog as rfhgn's, and snapshots; used by own_data_test."""
import sys

import numpy as np
from program import SOURCE

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import Snapshot  # noqa: E402


def complete(nodes):
    return np.array([(i, j) for i in range(nodes) for j in range(i + 1, nodes)])


class Pairs:
    """H = sum of |p|^2 / 2m and of V(r) over pairs. `slope(pairs, r)` is dV/dr; with `side`, pairs are those of nearest images
    in a periodic box, nearer than the cutoff; `facts` is what snapshots have besides."""

    def __init__(self, mass, edges, slope, facts, side=None, cutoff=np.inf):
        self.mass, self.edges, self.slope, self.side, self.cutoff, self.facts = mass, edges, slope, side, cutoff, facts

    def force(self, q):
        a, b = self.edges.T
        apart = q[b] - q[a]
        if self.side:
            apart = apart - self.side * np.round(apart / self.side)
        r = np.linalg.norm(apart, axis=1)
        near = np.flatnonzero(r < self.cutoff)
        pull = np.zeros_like(apart)
        pull[near] = (self.slope(near, r[near]) / r[near])[:, None] * apart[near]
        force = np.zeros_like(q)
        np.add.at(force, a, pull)
        np.add.at(force, b, -pull)
        return force

    def leapfrog(self, q, p, dt, steps, every=1):
        """Positions and momenta after each `every` steps, the start included."""
        path, force = [(q, p)], self.force(q)
        for step in range(1, steps + 1):
            p = p + 0.5 * dt * force
            q = q + dt * p / self.mass[:, None]
            force = self.force(q)
            p = p + 0.5 * dt * force
            if step % every == 0:
                path.append((q, p))
        return path

    def largest_frequency(self, q, h=1e-6):
        """Of the Hessian by all its columns, each a difference of forces."""
        weight = np.repeat(1 / np.sqrt(self.mass), q.shape[1])
        columns = []
        for k in range(q.size):
            step = np.zeros(q.size)
            step[k] = h * weight[k] / weight.max()
            step = step.reshape(q.shape)
            columns.append((self.force(q - step) - self.force(q + step)).ravel() / (2 * h) * weight * weight.max())
        hessian = np.array(columns)
        return np.sqrt(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])

    def snapshot(self, q, p):
        return Snapshot(q, p, self.force(q), self.mass, velocity=p / self.mass[:, None], **self.facts)


def springs(rng):
    """Twelve masses on a ring with chords; each bond has two wells, of one kind of three."""
    ring = [(i, (i + 1) % 12) for i in range(12)]
    edges = np.array(ring + [(i, i + 3) for i in range(0, 9, 2)])
    kind = np.arange(len(edges)) % 3
    height, middle, width = np.array([1.0, 2.0, 0.6])[kind], np.array([1.0, 1.2, 0.9])[kind], 0.25
    mass = rng.uniform(0.5, 2.0, 12)
    system = Pairs(mass, edges, lambda e, r: 4 * height[e] * (r - middle[e]) * ((r - middle[e]) ** 2 / width ** 2 - 1),
                   {"edges": edges, "attributes": {f"kind_{k}": (kind == k).astype(float) for k in range(3)}})
    angle = 2 * np.pi * np.arange(12) / 12
    site = 2.0 * np.column_stack([np.cos(angle), np.sin(angle), 0.1 * np.sin(3 * angle)])
    return system, [(site + rng.uniform(-0.15, 0.15, site.shape), rng.normal(0, 0.4, site.shape) * np.sqrt(mass)[:, None])
                    for _ in range(20)], 0.01


def ions(rng, **facts):
    """Eight charges, all pairs, with a core of r^-8."""
    charge = np.array([1.0, -1.0] * 4)
    edges = complete(8)
    product = charge[edges[:, 0]] * charge[edges[:, 1]]
    mass = np.where(charge > 0, 1.0, 2.5)
    system = Pairs(mass, edges, lambda e, r: -product[e] / r ** 2 - 0.4 * r ** -9,
                   {"species": (charge < 0).astype(int)} | (facts or {"edges": edges}))
    site = 1.1 * np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    order = [0, 1, 3, 2, 5, 4, 6, 7]  # neighbours have other signs
    return system, [(site[order] + rng.uniform(-0.1, 0.1, site.shape), rng.normal(0, 0.3, site.shape)) for _ in range(20)], 0.01


def switch(r, cutoff, begin):
    """1 up to `begin`, 0 from the cutoff on, with its slope."""
    x = np.clip((r - begin) / (cutoff - begin), 0, 1)
    return 1 - x ** 3 * (10 - 15 * x + 6 * x * x), -30 * x ** 2 * (1 - x) ** 2 / (cutoff - begin)


def screened(rng):
    """Three species of screened charges with cores, each pair of its own strength, in a periodic cube."""
    side, cutoff = 5.4, 2.2
    species = np.arange(64) % 3
    edges = complete(64)
    strength = np.array([[1.0, 0.6, 0.8], [0.6, 1.5, 0.4], [0.8, 0.4, 0.9]])[species[edges[:, 0]], species[edges[:, 1]]]

    def slope(e, r):
        energy, steep = np.exp(-r) / r + r ** -6, -np.exp(-r) * (1 + r) / r ** 2 - 6 * r ** -7
        factor, falling = switch(r, cutoff, 1.6)
        return strength[e] * (steep * factor + energy * falling)

    mass = np.array([1.0, 2.0, 0.5])[species]
    system = Pairs(mass, edges, slope, {"species": species, "box": side * np.eye(3)}, side, cutoff)
    site = side / 4 * np.array(list(np.ndindex(4, 4, 4)))
    return system, [(site + rng.uniform(-0.2, 0.2, site.shape), rng.normal(0, 0.4, site.shape) * np.sqrt(mass)[:, None])
                    for _ in range(6)], 0.02


def flat_liquid(rng):
    """Soft discs in a periodic square."""
    side, cutoff = 5.6, 1.8
    edges = complete(36)

    def slope(e, r):
        factor, falling = switch(r, cutoff, 1.3)
        return -6 * r ** -7 * factor + r ** -6 * falling

    system = Pairs(np.ones(36), edges, slope, {"box": side * np.eye(2)}, side, cutoff)
    site = side / 6 * np.array(list(np.ndindex(6, 6)))
    return system, [(site + rng.uniform(-0.1, 0.1, site.shape), rng.normal(0, 0.5, site.shape)) for _ in range(6)], 0.01


def planets(rng):
    """The Sun, Mercury, Venus, Earth and Jupiter: au, years, masses of the Sun."""
    mass = np.array([1.0, 1.66e-7, 2.45e-6, 3.0e-6, 9.55e-4])
    distance = np.array([0.0, 0.387, 0.723, 1.0, 5.2])
    edges = complete(5)
    strength = 4 * np.pi ** 2 * mass[edges[:, 0]] * mass[edges[:, 1]]
    system = Pairs(mass, edges, lambda e, r: strength[e] / r ** 2, {"species": np.arange(5), "edges": edges})
    starts = []
    for _ in range(40):
        angle = rng.uniform(0, 2 * np.pi, 5)
        radius = distance * rng.uniform(0.95, 1.05, 5)
        speed = np.divide(2 * np.pi, np.sqrt(radius), out=np.zeros(5), where=radius > 0)
        tilt = rng.uniform(-0.05, 0.05, 5)
        q = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle), tilt])
        v = speed[:, None] * np.column_stack([-np.sin(angle), np.cos(angle), tilt])
        p = mass[:, None] * v
        p[0] = -p[1:].sum(axis=0)
        starts.append((q, p))
    return system, starts, 0.002

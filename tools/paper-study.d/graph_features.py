"""Random-feature Hamiltonian graph networks in numpy, two encodings: rows of features' derivatives, analytic.

Both are linear in theta: H = theta . Phi(q, p). A row of a coordinate holds dPhi/dp (right-hand side dq/dt) or dPhi/dq
(right-hand side -dp/dt).
"""
import numpy as np

import random_features as rf


def standardised(values):
    """Mean and reciprocal standard deviation of the columns."""
    return values.mean(axis=0), 1 / np.where(values.std(axis=0) > 0, values.std(axis=0), 1)


class Layer:
    """activation(weights (x - mean) / deviation + biases)."""

    def __init__(self, rng, points, width, sampler, activation, gap=0.5, steepness=1.0):
        self.mean, self.inverse_scale = standardised(points)
        self.activation = rf.ACTIVATIONS[activation]
        x = (points - self.mean) * self.inverse_scale
        if sampler == "elm":
            weights, biases = rf.elm(rng, x.shape[1], width, 4.0)
        else:
            weights, biases = rf.swim(x, rf.uniform_pairs(rng, x, width, gap))
            weights, biases = weights * steepness, biases * steepness
        self.weights, self.biases = weights * self.inverse_scale, biases

    def __call__(self, x):
        """Values and slopes by the argument, [..., width]."""
        return self.activation((x - self.mean) @ self.weights.T + self.biases)


class Pairwise:
    """Phi = [sum over nodes of T(|p|^2), sum over edges of V(r)]; equal masses."""

    def __init__(self, rng, data, node_width, message_width, sampler, activation, **shape):
        apart = data.q[:, data.edges[:, 0]] - data.q[:, data.edges[:, 1]]
        self.node = Layer(rng, (data.p ** 2).sum(-1).reshape(-1, 1), node_width, sampler, activation, **shape)
        self.edge = Layer(rng, np.linalg.norm(apart, axis=-1).reshape(-1, 1), message_width, sampler, activation, **shape)

    def velocity_rows(self, data):
        slope = self.node((data.p ** 2).sum(-1, keepdims=True))[1] * self.node.weights[:, 0]
        return 2 * data.p[..., None] * slope[:, :, None, :]  # [snapshots, nodes, d, width]

    def force_rows(self, data):
        i, j = data.edges.T
        apart = data.q[:, i] - data.q[:, j]
        r = np.linalg.norm(apart, axis=-1, keepdims=True)
        slope = self.edge(r)[1] * self.edge.weights[:, 0]
        pull = (apart / r)[..., None] * slope[:, :, None, :]
        rows = np.zeros(data.q.shape + (len(self.edge.biases),))
        np.add.at(rows, (slice(None), i), -pull)
        np.add.at(rows, (slice(None), j), pull)
        return rows

    def fit(self, data, ridge):
        """Two problems, as the energy is separable."""
        self.theta_t, self.theta_v = (
            rf.ridge_solve([(rows.reshape(-1, rows.shape[-1]), rate.reshape(-1))], ridge)[:, 0]
            for rows, rate in ((self.velocity_rows(data), data.dq), (self.force_rows(data), data.dp)))

    def predict(self, data):
        return self.velocity_rows(data) @ self.theta_t, self.force_rows(data) @ self.theta_v


def frame_particles(apart, least=0.3):
    """Which particles span the frame of each snapshot, [S, d]: the nearest to the centre of mass (positions relative to it are
    [S, N, d]) but for those that keep less than `least` of their length across the axes before them. Nearly collinear ones
    would turn the frame at the slightest move: without this bound the error on the lattice was 2.6 times as large."""
    snapshots, nodes, d = apart.shape
    every = np.arange(snapshots)
    axes, chosen, taken = np.zeros((snapshots, d, d)), np.zeros((snapshots, d), int), np.zeros(snapshots, int)
    for particle in np.argsort((apart ** 2).sum(-1), axis=1).T:
        v = apart[every, particle]
        across = v - np.einsum("sa,sad->sd", np.einsum("sad,sd->sa", axes, v), axes)
        length = np.linalg.norm(across, axis=1)
        good = np.flatnonzero((length > least * np.linalg.norm(v, axis=1)) & (taken < d))
        axes[good, taken[good]] = across[good] / length[good, None]
        chosen[good, taken[good]] = particle[good]
        taken[good] += 1
    if (taken < d).any():
        raise ValueError("a snapshot's particles do not span space: the frame encoding cannot see it")
    return chosen


def frame_and_tangents(q, mass, directions):
    """An orthonormal frame for each snapshot, and how it turns when coordinates move.

    The particles of frame_particles span it, by Gram-Schmidt of their positions relative to the centre of mass c. Takes q [S, N, d] and displacements [D, N, d] of the positions; returns q - c [S, N, d], the frame
    [S, d (of space), d (of the frame)], the displacements less that of c [D, N, d] and the derivatives of the frame
    [S, D, d, d].
    """
    share = mass / mass.sum()
    apart = q - np.einsum("n,snd->sd", share, q)[:, None]
    moved = directions - np.einsum("n,knd->kd", share, directions)[:, None]
    dimension = q.shape[2]
    nearest = frame_particles(apart)
    axes, tangents = [], []
    for a in range(dimension):
        v = np.take_along_axis(apart, nearest[:, a, None, None], axis=1)[:, 0]
        dv = np.moveaxis(moved[:, nearest[:, a]], 1, 0)
        for e, de in zip(axes, tangents):
            along = (v * e).sum(-1)
            dalong = (dv * e[:, None]).sum(-1) + (v[:, None] * de).sum(-1)
            v, dv = v - along[:, None] * e, dv - along[:, None, None] * de - dalong[..., None] * e[:, None]
        length = np.linalg.norm(v, axis=-1)
        e = v / length[:, None]
        de = (dv - (dv * e[:, None]).sum(-1, keepdims=True) * e[:, None]) / length[:, None, None]
        axes.append(e)
        tangents.append(de)
    return apart, np.stack(axes, -1), moved, np.stack(tangents, -1)


class Frame:
    """The paper's encoding: nodes see [position, momentum] in the frame, edges the difference of positions in it; one message
    step over both directions of every edge; Phi = [sum of node features, sum of messages]."""

    def __init__(self, rng, data, node_width, edge_width, message_width, sampler, activation, **shape):
        self.edges = data.both_directions()
        x, e = self._inputs(data)
        self.node = Layer(rng, x.reshape(-1, x.shape[-1]), node_width, sampler, activation, **shape)
        self.edge = Layer(rng, e.reshape(-1, e.shape[-1]), edge_width, sampler, activation, **shape)
        h, g = self.node(x)[0], self.edge(e)[0]
        ends = np.concatenate([h[:, self.edges[:, 0]], h[:, self.edges[:, 1]], g], axis=-1)
        self.message = Layer(rng, ends.reshape(-1, ends.shape[-1]), message_width, sampler, activation, **shape)

    def _inputs(self, data):
        apart, frame, _, _ = frame_and_tangents(data.q, data.mass, np.zeros((1,) + data.q.shape[1:]))
        q = apart @ frame
        return np.concatenate([q, data.p @ frame], -1), q[:, self.edges[:, 0]] - q[:, self.edges[:, 1]]

    def _chunk_rows(self, data):
        """Derivatives of Phi by (q, p): [snapshots, 2, nodes, d, columns]."""
        snapshots, nodes, d = data.q.shape
        unit = np.eye(nodes * d).reshape(-1, nodes, d)
        apart, frame, moved, turned = frame_and_tangents(data.q, data.mass, unit)
        q, p = apart @ frame, data.p @ frame
        by_q = [np.einsum("knd,sde->skne", moved, frame) + np.einsum("snd,skde->skne", apart, turned),
                np.einsum("snd,skde->skne", data.p, turned)]
        by_p = [np.zeros_like(by_q[0]), np.einsum("knd,sde->skne", unit, frame)]
        dx = np.concatenate([np.concatenate(by_q, -1), np.concatenate(by_p, -1)], axis=1)
        i, j = self.edges.T
        h, dh = self.node(np.concatenate([q, p], -1))
        g, dg = self.edge(q[:, i] - q[:, j])
        node = dh[:, None] * (dx @ self.node.weights.T)
        dq = dx[..., :d]
        edge = dg[:, None] * ((dq[:, :, i] - dq[:, :, j]) @ self.edge.weights.T)
        dm = self.message(np.concatenate([h[:, i], h[:, j], g], -1))[1]
        width = len(self.node.biases)
        w_i, w_j, w_e = np.split(self.message.weights, [width, 2 * width], axis=1)
        dz = (node @ w_i.T)[:, :, i] + (node @ w_j.T)[:, :, j] + edge @ w_e.T
        rows = np.concatenate([node.sum(2), np.einsum("sew,skew->skw", dm, dz)], -1)
        return rows.reshape(snapshots, 2, nodes, d, -1)

    def _chunks(self, data, size=10):
        for start in range(0, len(data), size):
            part = data[start:start + size]
            yield part, self._chunk_rows(part)

    def fit(self, data, ridge):
        """One problem: features see positions and momenta."""
        self.theta = rf.ridge_solve(
            ((rows.reshape(-1, rows.shape[-1]), np.stack([-part.dp, part.dq], 1).reshape(-1))
             for part, rows in self._chunks(data, 40)), ridge)[:, 0]

    def _slopes(self, data):
        """dH/dq and dH/dp backwards through the network: rows would take the square of the system's size."""
        nodes, d = data.q.shape[1:]
        unit = np.eye(nodes * d).reshape(-1, nodes, d)
        apart, frame, moved, turned = frame_and_tangents(data.q, data.mass, unit)
        q, p = apart @ frame, data.p @ frame
        i, j = self.edges.T
        every = slice(None)
        h, dh = self.node(np.concatenate([q, p], -1))
        g, dg = self.edge(q[:, i] - q[:, j])
        dm = self.message(np.concatenate([h[:, i], h[:, j], g], -1))[1]
        width = len(self.node.biases)
        by_i, by_j, by_edge = np.split((dm * self.theta[width:]) @ self.message.weights, [width, 2 * width], axis=-1)
        by_h = np.broadcast_to(self.theta[:width], h.shape).copy()
        np.add.at(by_h, (every, i), by_i)
        np.add.at(by_h, (every, j), by_j)
        by_x = (by_h * dh) @ self.node.weights
        by_e = (by_edge * dg) @ self.edge.weights
        np.add.at(by_x[..., :d], (every, i), by_e)
        np.add.at(by_x[..., :d], (every, j), -by_e)
        by_frame = np.einsum("snd,sne->sde", apart, by_x[..., :d]) + np.einsum("snd,sne->sde", data.p, by_x[..., d:])
        moves = by_x[..., :d] @ frame.transpose(0, 2, 1)
        by_q = np.einsum("knd,snd->sk", moved, moves) + np.einsum("skde,sde->sk", turned, by_frame)
        return by_q.reshape(data.q.shape), by_x[..., d:] @ frame.transpose(0, 2, 1)

    def predict(self, data):
        slopes = [self._slopes(data[s:s + 10]) for s in range(0, len(data), 10)]
        by_q, by_p = (np.concatenate(parts) for parts in zip(*slopes))
        return by_p, -by_q

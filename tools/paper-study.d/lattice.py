"""A data set whose snapshots all have the same graph, as arrays [snapshots, nodes, d]: what the studies in numpy and PyTorch
train on."""
from dataclasses import dataclass

import numpy as np

from rfhgn_read import load_data_set


@dataclass
class Lattice:
    q: np.ndarray
    p: np.ndarray
    dq: np.ndarray
    dp: np.ndarray
    mass: np.ndarray  # [nodes]
    edges: np.ndarray  # [edges, 2]

    def __len__(self):
        return len(self.q)

    def __getitem__(self, snapshots):
        return Lattice(self.q[snapshots], self.p[snapshots], self.dq[snapshots], self.dp[snapshots], self.mass, self.edges)

    def both_directions(self):
        """Every edge as (i, j) and as (j, i), [2 edges, 2]."""
        return np.vstack([self.edges, self.edges[:, ::-1]])


def load_lattice(path):
    data = load_data_set(path)
    count = len(data.node_offset) - 1
    nodes, edges = np.unique(np.diff(data.node_offset)), np.unique(np.diff(data.edge_offset))
    first = data.edges[:data.edge_offset[1]]
    offsets = data.node_offset[:-1]
    if len(nodes) != 1 or len(edges) != 1 or (data.edges.reshape(count, -1, 2) - offsets[:, None, None] != first).any():
        raise ValueError(f"{path}: snapshots differ in their graphs; this study takes data of one system")
    if data.attributes or np.ptp(data.mass) > 0:
        raise ValueError(f"{path}: edges or masses differ; this study takes equal particles and springs")

    def by_snapshot(array):
        return array.reshape(count, nodes[0], data.dimension)

    return Lattice(by_snapshot(data.position), by_snapshot(data.momentum), by_snapshot(data.velocity),
                   by_snapshot(data.force), data.mass[:nodes[0]], first)


def mean_squared_error(dq, dp, data):
    """Over all components of the vector field."""
    return float((((dq - data.dq) ** 2).mean() + ((dp - data.dp) ** 2).mean()) / 2)

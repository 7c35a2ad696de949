"""The two networks of graph_features.py in PyTorch, every weight trained: pairwise (invariant inputs) and frame (the
paper's inputs). Inputs are standardised by the training data, outputs are energies [snapshots], rates come from autograd."""
import torch
from torch import nn

from graph_features import frame_particles

torch.set_default_dtype(torch.float64)


class Softplus(nn.Softplus):
    def __init__(self):
        super().__init__(threshold=40)  # torch's own 20 cuts the slope off at 2e-9


ACTIVATIONS = {"tanh": nn.Tanh, "softplus": Softplus}


class Block(nn.Module):
    """activation(W (x - mean) / deviation + b)."""

    def __init__(self, points, width, activation):
        super().__init__()
        points = points.reshape(-1, points.shape[-1])
        deviation = points.std(0)
        self.register_buffer("mean", points.mean(0))
        self.register_buffer("scale", 1 / torch.where(deviation > 0, deviation, torch.ones_like(deviation)))
        self.linear = nn.Linear(points.shape[-1], width)
        self.activation = ACTIVATIONS[activation]()

    def forward(self, x):
        return self.activation(self.linear((x - self.mean) * self.scale))


class Pairwise(nn.Module):
    """H = sum over nodes of T(|p|^2) + sum over edges of V(r)."""

    def __init__(self, data, widths, activation):
        super().__init__()
        self.edges = torch.as_tensor(data.edges)
        q, p = torch.as_tensor(data.q), torch.as_tensor(data.p)
        self.node = Block((p ** 2).sum(-1, keepdim=True), widths["node"], activation)
        self.edge = Block(self._lengths(q), widths["message"], activation)
        self.kinetic = nn.Linear(widths["node"], 1, bias=False)
        self.potential = nn.Linear(widths["message"], 1, bias=False)

    def _lengths(self, q):
        return torch.linalg.vector_norm(q[:, self.edges[:, 0]] - q[:, self.edges[:, 1]], dim=-1, keepdim=True)

    def forward(self, q, p):
        kinetic = self.kinetic(self.node((p ** 2).sum(-1, keepdim=True)))
        return kinetic.sum((1, 2)) + self.potential(self.edge(self._lengths(q))).sum((1, 2))


def frame(q, mass):
    """Positions less the centre of mass [S, N, d] and the frame [S, d (of space), d (of the frame)], as in graph_features."""
    share = (mass / mass.sum())[None, :, None]
    apart = q - (share * q).sum(1, keepdim=True)
    nearest = torch.as_tensor(frame_particles(apart.detach().numpy()))
    axes = []
    for a in range(q.shape[2]):
        v = torch.take_along_dim(apart, nearest[:, a, None, None], 1)[:, 0]
        for e in axes:
            v = v - (v * e).sum(-1, keepdim=True) * e
        axes.append(v / torch.linalg.vector_norm(v, dim=-1, keepdim=True))
    return apart, torch.stack(axes, -1)


class Frame(nn.Module):
    """H = theta . [sum of node features, sum of messages]; see graph_features.Frame."""

    def __init__(self, data, widths, activation):
        super().__init__()
        self.edges = torch.as_tensor(data.both_directions())
        self.mass = torch.as_tensor(data.mass)
        x, e = self._inputs(torch.as_tensor(data.q), torch.as_tensor(data.p))
        self.node = Block(x, widths["node"], activation)
        self.edge = Block(e, widths["edge"], activation)
        self.message = Block(self._ends(self.node(x), self.edge(e)).detach(), widths["message"], activation)
        self.readout = nn.Linear(widths["node"] + widths["message"], 1, bias=False)

    def _inputs(self, q, p):
        apart, axes = frame(q, self.mass)
        q = apart @ axes
        return torch.cat([q, p @ axes], -1), q[:, self.edges[:, 0]] - q[:, self.edges[:, 1]]

    def _ends(self, h, g):
        return torch.cat([h[:, self.edges[:, 0]], h[:, self.edges[:, 1]], g], -1)

    def forward(self, q, p):
        x, e = self._inputs(q, p)
        h = self.node(x)
        m = self.message(self._ends(h, self.edge(e)))
        return self.readout(torch.cat([h.sum(1), m.sum(1)], -1))[:, 0]


NETWORKS = {"pairwise": Pairwise, "frame": Frame}


def rates(network, q, p, training):
    """dq/dt and dp/dt [S, N, d] of the network's energy."""
    q, p = q.detach().requires_grad_(), p.detach().requires_grad_()
    by_q, by_p = torch.autograd.grad(network(q, p).sum(), (q, p), create_graph=training)
    return by_p, -by_q


def mean_squared_error(network, batch, training=False):
    """Over all components of the vector field; batch = (q, p, dq, dp)."""
    q, p, dq, dp = batch
    found_dq, found_dp = rates(network, q, p, training)
    return (((found_dq - dq) ** 2).mean() + ((found_dp - dp) ** 2).mean()) / 2

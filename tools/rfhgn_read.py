#!/usr/bin/python3
"""Reads the files of rfhgn with h5py and numpy: data sets, models, trajectories and scalars.

    tools/rfhgn_read.py FILE        prints what the file holds
    from rfhgn_read import load     returns a DataSet, Model, Trajectory or a dict of columns
"""
import argparse
import csv
import sys
from dataclasses import dataclass, field

import h5py
import numpy as np

ACTIVATIONS = {  # value and slope
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: 1 / (2 + np.exp(z) + np.exp(-z))),
    "softplus": (lambda z: np.logaddexp(0, z), lambda z: 1 / (1 + np.exp(-z))),
    "sine": (np.sin, np.cos),
}


def _text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def _optional(file, name, default):
    return file[name][...] if name in file else default


@dataclass
class DataSet:
    """Nodes of all snapshots one after the other; snapshot s has the rows node_offset[s]:node_offset[s + 1]."""
    dimension: int
    position: np.ndarray
    momentum: np.ndarray
    velocity: np.ndarray  # None when the file has forces only
    force: np.ndarray  # None in a time series without forces
    mass: np.ndarray
    species: np.ndarray
    node_offset: np.ndarray
    energy: np.ndarray  # NaN where it is not known
    time: np.ndarray
    trajectory: np.ndarray
    edges: np.ndarray  # [edges, 2], rows of the node arrays
    edge_offset: np.ndarray
    attributes: dict  # name -> [edges]
    box: np.ndarray = None  # [snapshots, d, d], cell vectors as rows; there are no edges then
    boundary: list = None  # "periodic" or "open" of each axis
    virial: np.ndarray = None  # [snapshots, 6]: xx yy zz xy xz yz of the sum over pairs of r_a f_b; NaN where not known
    group: np.ndarray = None  # [snapshots] of those that are held out together; None: the trajectory
    group_names: list = None  # of groups by their numbers

    def summary(self):
        return (f"data set: dimension {self.dimension}, {len(self.node_offset) - 1} snapshots, {len(self.mass)} nodes, "
                f"{len(self.edges)} edges, edge attributes {list(self.attributes) or 'none'}, "
                f"energies known {np.isfinite(self.energy).sum()}, virials known {self.virials_known()}")

    def virials_known(self):
        return 0 if self.virial is None else int(np.isfinite(self.virial).all(axis=1).sum())


def load_data_set(path):
    with h5py.File(path, "r") as file:
        nodes = len(file["particles/position"])
        count = len(file["snapshots/node_offset"]) - 1
        attributes = {}
        if "graph/attributes" in file:
            table = file["graph/attributes"]
            attributes = {_text(name): table[:, c] for c, name in enumerate(table.attrs["names"])}
        return DataSet(
            int(file.attrs["dimension"]), file["particles/position"][...], file["particles/momentum"][...],
            *(_optional(file, f"particles/{name}", _optional(file, f"particles/{earlier}", None))
              for name, earlier in (("velocity", "position_rate"), ("force", "momentum_rate"))),
            file["particles/mass"][...], _optional(file, "particles/species", np.zeros(nodes, int)),
            file["snapshots/node_offset"][...], _optional(file, "snapshots/energy", np.full(count, np.nan)),
            _optional(file, "snapshots/time", np.zeros(count)),
            _optional(file, "snapshots/trajectory", np.arange(count)),
            _optional(file, "graph/edges", np.zeros((0, 2), int)),
            _optional(file, "graph/edge_offset", np.zeros(count + 1, int)), attributes, _optional(file, "snapshots/box", None),
            [_text(word) for word in file["snapshots/box"].attrs["boundary"]] if "snapshots/box" in file else None,
            _optional(file, "snapshots/virial", None), _optional(file, "snapshots/group", None),
            [_text(name) for name in file["snapshots/group"].attrs["names"]]
            if "snapshots/group" in file and "names" in file["snapshots/group"].attrs else None)


class Layer:
    """h = activation(weights (x - mean) * inverse_scale + biases)."""

    def __init__(self, group):
        self.name = _text(group.attrs["activation"])
        self.value, self.slope = ACTIVATIONS[self.name]
        self.weights, self.biases = group["weights"][...], group["biases"][...]
        self.mean, self.inverse_scale = group["mean"][...], group["inverse_scale"][...]

    def __call__(self, x, dx):
        """Outputs [n, width] and their derivatives, given inputs [n, inputs] and the inputs' derivatives."""
        z = (x - self.mean) * self.inverse_scale @ self.weights.T + self.biases
        return self.value(z), self.slope(z) * (dx * self.inverse_scale @ self.weights.T)

    def __str__(self):
        return f"{len(self.weights)} {self.name} of {self.weights.shape[1]} inputs"


DISTANCE_POWERS = {"distance": 1, "inverse": -1, "inverse_square": -2, "inverse_cube": -3, "inverse_sixth": -6}


@dataclass
class Reach:
    """What the layers see of distances, and where messages end (radius 0: nowhere)."""
    input: str = "distance"
    radius: float = 0.0
    smooth: bool = True
    smooth_from: float = 0.0
    species: tuple = ()  # ascending; one or none: not told apart

    def see(self, r):
        """t(r) and dt/dr."""
        power = DISTANCE_POWERS[self.input]
        return r ** power, power * r ** (power - 1.0)

    def factor(self, r):
        """f(r) and df/dr of the cutoff."""
        if not self.radius:
            return np.ones_like(r), np.zeros_like(r)
        if not self.smooth:
            return (r < self.radius) * 1.0, np.zeros_like(r)
        unit = 1 / (self.radius - self.smooth_from)
        s = np.clip((r - self.smooth_from) * unit, 0, 1)
        return 1 - s ** 3 * (10 - 15 * s + 6 * s * s), -30 * unit * s * s * (1 - s) ** 2

    @property
    def pairs(self):
        count = max(1, len(self.species))
        return count * (count + 1) // 2

    def pair(self, a, b):
        """Numbers of the pairs of species."""
        if len(self.species) < 2:
            return np.zeros(len(a), int)
        low, high = np.sort(np.searchsorted(self.species, [a, b]), axis=0)
        return high * (high + 1) // 2 + low


@dataclass
class Model:
    """H(q, p) = sum over nodes of T(|p|^2) + sum over edges of V(r)."""
    dimension: int
    edge_attribute_names: list
    mass_input: bool
    mass_input_messages: bool
    kinetic_known: bool
    node: Layer
    edge: Layer
    message: Layer
    kinetic_coefficients: np.ndarray
    message_coefficients: np.ndarray
    energy_per_edge: float
    domain: dict = field(default_factory=dict)
    reach: Reach = field(default_factory=Reach)

    def kinetic(self, p, mass):
        """T [nodes] and dT/d|p|^2 [nodes]."""
        squared = (p ** 2).sum(axis=1)
        if self.kinetic_known:
            return squared / (2 * mass), 1 / (2 * mass)
        x = np.column_stack([1 / mass, squared] if self.mass_input else [squared])
        dx = np.zeros_like(x)
        dx[:, -1] = 1
        h, dh = self.node(x, dx)
        rest, _ = self.node(x * (1 - dx), dx)  # a particle at rest has no kinetic energy
        return (h - rest) @ self.kinetic_coefficients, dh @ self.kinetic_coefficients

    def pair(self, r, attributes, mass_i, mass_j, species_i=None, species_j=None):
        """V [edges] and dV/dr [edges]. Forces leave a function of all but the distance open: V counts from its value at a sharp
        cutoff, or, where messages see attributes or masses, at the mean distance of the data."""
        none = np.zeros(len(r), int)
        pair = self.reach.pair(none if species_i is None else species_i, none if species_j is None else species_j)
        coefficients = self.message_coefficients.reshape(-1, self.reach.pairs)[:, pair].T
        f, df = self.reach.factor(r)
        h, dh = self._messages(r, attributes, mass_i, mass_j)
        start = None
        if self.reach.radius:
            start = None if self.reach.smooth else self.reach.radius
        elif self.edge_attribute_names or self.mass_input_messages:
            mean = self.edge.mean[0] if self.edge else self.message.mean[2 if self.mass_input_messages else 0]
            start = mean ** (1 / DISTANCE_POWERS[self.reach.input])
        dv = f * (dh * coefficients).sum(axis=1) + df * (h * coefficients).sum(axis=1)
        if start is not None:
            h = h - self._messages(np.full_like(r, start), attributes, mass_i, mass_j)[0]
        within = r < self.reach.radius if self.reach.radius else 1.0
        return f * (h * coefficients).sum(axis=1) + within * self.energy_per_edge, dv

    def _messages(self, r, attributes, mass_i, mass_j):
        """Features of the edges and their slopes; a message that sees masses is the sum of both directions."""
        seen, slope = self.reach.see(r)
        x = np.column_stack([seen] + [attributes[name] for name in self.edge_attribute_names])
        dx = np.zeros_like(x)
        dx[:, 0] = slope
        if self.edge:
            x, dx = self.edge(x, dx)
        if not self.mass_input_messages:
            h, dh = self.message(x, dx)
        else:
            none = np.zeros((len(r), 2))
            both = [self.message(np.column_stack([a, b, x]), np.column_stack([none, dx]))
                    for a, b in ((mass_i, mass_j), (mass_j, mass_i))]
            h, dh = both[0][0] + both[1][0], both[0][1] + both[1][1]
        return h, dh

    def _lengths(self, q, edges, shift):
        """Ends of edges seen from each other: the second one at q + shift."""
        apart = q[edges[:, 0]] - q[edges[:, 1]] - shift
        return apart, np.sqrt((apart ** 2).sum(axis=1))

    def energy(self, q, p, mass, edges, attributes=None, species=None, shift=0.0):
        i, j = edges.T
        _, r = self._lengths(q, edges, shift)
        kinds = (None, None) if species is None else (species[i], species[j])
        return self.kinetic(p, mass)[0].sum() + self.pair(r, attributes or {}, mass[i], mass[j], *kinds)[0].sum()

    def velocities(self, p, mass):
        """dH/dp [nodes, d]."""
        return 2 * self.kinetic(p, mass)[1][:, None] * p

    def forces(self, q, mass, edges, attributes=None, species=None, shift=0.0):
        """-dH/dq [nodes, d]."""
        i, j = edges.T
        apart, r = self._lengths(q, edges, shift)
        kinds = (None, None) if species is None else (species[i], species[j])
        pull = (self.pair(r, attributes or {}, mass[i], mass[j], *kinds)[1] / r)[:, None] * apart
        forces = np.zeros_like(q)
        np.add.at(forces, i, -pull)
        np.add.at(forces, j, pull)
        return forces

    def summary(self):
        kinetic = "|p|^2 / 2m" if self.kinetic_known else str(self.node)
        cutoff = f", cutoff {self.reach.radius}" if self.reach.radius else ""
        return (f"model: dimension {self.dimension}{cutoff}, kinetic {kinetic}, edge {self.edge or 'none'}, "
                f"message {self.message}, domain {self.domain}")


@dataclass
class CoordinateModel:
    """H(q, p) of coordinates: in the frame that moves with the system (encoding "frame"; include/rfhgn/model/coordinate_network
    has its definition), or as they are ("absolute")."""
    encoding: str
    dimension: int
    edge_attribute_names: list
    mass_input: bool
    node: Layer
    edge: Layer
    message: Layer
    coefficients: np.ndarray
    energy_per_node: float

    def energy(self, q, p, mass, edges, attributes=None):
        """q and p [nodes, d] are those coordinates."""
        i, j = edges.T
        seen = [q, p] + ([1 / mass[:, None]] if self.mass_input else [])
        nodes = self._values(self.node, seen)
        further = [np.asarray((attributes or {})[name])[:, None] for name in self.edge_attribute_names]
        messages = sum(self._values(self.message, [nodes[a], nodes[b], self._values(self.edge, [q[a] - q[b], *further])])
                       for a, b in ((i, j), (j, i)))
        sums = np.concatenate([nodes.sum(axis=0), messages.sum(axis=0)])
        return sums @ self.coefficients + self.energy_per_node * len(q)

    @staticmethod
    def _values(layer, columns):
        x = np.column_stack(columns)
        return layer(x, np.zeros_like(x))[0]

    def summary(self):
        return (f"model: encoding {self.encoding}, dimension {self.dimension}, node {self.node}, edge {self.edge}, "
                f"message {self.message}")


def _reach(file):
    if "cutoff" not in file.attrs:  # format version 1
        return Reach()
    return Reach(_text(file.attrs["distance_input"]), float(file.attrs["cutoff"]),
                 _text(file.attrs["cutoff_function"]) == "smooth", float(file.attrs["smooth_from"]),
                 tuple(int(s) for s in file["species"][...]))


def load_model(path):
    with h5py.File(path, "r") as file:
        encoding = _text(file.attrs["encoding"])
        if encoding in ("frame", "absolute"):
            return CoordinateModel(
                encoding, int(file.attrs["dimension"]), [_text(name) for name in file.attrs["edge_attribute_names"]],
                bool(file.attrs["mass_input"]), Layer(file["node"]), Layer(file["edge"]), Layer(file["message"]),
                file["coefficients/all"][...], float(file.attrs["energy_per_node"]))
        if encoding != "pairwise":
            raise ValueError(f"the encoding is {encoding!r}, which this reader does not know")
        known = bool(file.attrs["kinetic_known"])
        return Model(
            int(file.attrs["dimension"]), [_text(name) for name in file.attrs["edge_attribute_names"]],
            bool(file.attrs["mass_input"]), bool(file.attrs["mass_input_messages"]), known,
            None if known else Layer(file["node"]), Layer(file["edge"]) if "edge" in file else None,
            Layer(file["message"]), None if known else file["coefficients/kinetic"][...],
            file["coefficients/message"][...], float(file.attrs["energy_per_edge"]),
            {name: float(value) for name, value in file["domain"].attrs.items()}, _reach(file))


@dataclass
class Trajectory:
    """Arrays [frames, nodes, 3]; `quantities` has position, velocity, momentum and, where asked for, force and
    force_deviation."""
    step: np.ndarray
    time: np.ndarray
    quantities: dict
    observables: dict
    mass: np.ndarray
    species: np.ndarray
    bonds: np.ndarray

    def summary(self):
        frames, nodes, _ = self.quantities["position"].shape
        span = f", steps {self.step[0]} to {self.step[-1]}, times {self.time[0]} to {self.time[-1]}" if frames else ""
        return (f"trajectory: {frames} frames, {nodes} nodes, {len(self.bonds)} bonds{span}, "
                f"quantities {list(self.quantities)}, observables {list(self.observables)}")


def load_trajectory(path):
    with h5py.File(path, "r") as file:
        group = file["particles/trajectory"]
        names = [name for name in ("position", "velocity", "momentum", "force", "force_deviation") if name in group]
        return Trajectory(
            group["position/step"][...], group["position/time"][...], {name: group[name]["value"][...] for name in names},
            {name: item["value"][...] for name, item in file["observables"].items()},
            group["mass"][...], group["species"][...], _optional(file, "connectivity/bonds", np.zeros((0, 2), int)))


def load_scalars(path):
    """Columns of a CSV file by name."""
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    table = np.array([[float(value) for value in row] for row in rows[1:]]).reshape(-1, len(rows[0]))
    return {name: table[:, c] for c, name in enumerate(rows[0])}


def load(path):
    if not h5py.is_hdf5(path):
        return load_scalars(path)
    with h5py.File(path, "r") as file:
        kind = _text(file.attrs.get("format", "h5md" if "h5md" in file else "absent"))
    loaders = {"rfhgn-data-set": load_data_set, "rfhgn-model": load_model, "h5md": load_trajectory}
    if kind not in loaders:
        raise ValueError(f"{path}: not one of rfhgn's formats (format is {kind!r})")
    return loaders[kind](path)


def main():
    parser = argparse.ArgumentParser(description="Print what a file of rfhgn holds.")
    parser.add_argument("file")
    path = parser.parse_args().file
    try:
        found = load(path)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"rfhgn_read: {path}: {error}")
    if isinstance(found, dict):
        print(f"scalars: {len(found['step'])} rows, columns {', '.join(found)}")
    else:
        print(found.summary())


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Writes a data set for rfhgn from numpy arrays.

    from write_data_set import Snapshot, write_data_set
    tools/write_data_set.py FILE        an example: a chain of harmonic springs
"""
import argparse
import sys
from dataclasses import dataclass, field

import h5py
import numpy as np
from output_files import Exists, add_overwrite, new_file


@dataclass
class Snapshot:
    position: np.ndarray  # [nodes, d]
    momentum: np.ndarray  # [nodes, d]
    force: np.ndarray  # [nodes, d]; None in a time series (then time and trajectory count)
    mass: np.ndarray  # [nodes]
    edges: np.ndarray = None  # [edges, 2], node indices within the snapshot; None with a box
    velocity: np.ndarray = None  # [nodes, d]; None when T = |p|^2 / 2m is known (in all snapshots or in none)
    attributes: dict = field(default_factory=dict)  # name -> [edges], the same names in all snapshots
    species: np.ndarray = None  # [nodes] integers
    energy: float = np.nan  # NaN: not known; at least one should be
    time: float = 0.0
    box: np.ndarray = None  # [d, d], cell vectors as rows: edges then follow from the cutoff of the model
    boundary: tuple = ("periodic",)  # "periodic" or "open", one for all axes or one each
    trajectory: int = None  # frames of one trajectory follow one another; None: each snapshot is its own
    virial: np.ndarray = None  # xx yy zz xy xz yz of the sum over pairs of r_a f_b, which is -volume * (stress that is
    #                            positive in tension); None: not known
    group: str | int = None  # snapshots of one group are held out together; None (then in all): the trajectory

    def __new__(cls, *_, **named):
        for earlier, name in (("position_rate", "velocity"), ("momentum_rate", "force")):
            if earlier in named:
                raise TypeError(f"Snapshot takes {name} instead of {earlier}")
        return super().__new__(cls)


def write_data_set(path, snapshots, units="reduced", overwrite=False, species_names=None):
    """Raises output_files.Exists where the file is there already, unless it is to be overwritten. `species_names` by
    number: files that have them are never mistaken for files that number their species differently."""
    with new_file(path, overwrite) as aside:
        fill(aside, snapshots, units, species_names)


def fill(path, snapshots, units, species_names=None):
    nodes = np.cumsum([0] + [len(s.mass) for s in snapshots])
    names = list(snapshots[0].attributes)
    with h5py.File(path, "w") as file:
        file.attrs.update(format="rfhgn-data-set", format_version=1, units=units,
                          dimension=snapshots[0].position.shape[1])
        known = [name for name in ("velocity", "force") if getattr(snapshots[0], name) is not None]
        for name in ["position", "momentum", "mass"] + known:
            file[f"particles/{name}"] = np.concatenate([getattr(s, name) for s in snapshots]).astype(float)
        file["particles/species"] = np.concatenate(
            [np.zeros(len(s.mass), int) if s.species is None else s.species for s in snapshots]).astype(np.int32)
        if species_names:
            file["particles/species"].attrs["names"] = list(species_names)
        file["snapshots/node_offset"] = nodes
        file["snapshots/energy"] = np.array([s.energy for s in snapshots], float)
        file["snapshots/time"] = np.array([s.time for s in snapshots], float)
        file["snapshots/trajectory"] = np.array(
            [i if s.trajectory is None else s.trajectory for i, s in enumerate(snapshots)])
        fill_virials_and_groups(file, snapshots)
        if snapshots[0].box is not None:
            file["snapshots/box"] = np.array([s.box for s in snapshots], float)
            boundary = snapshots[0].boundary
            file["snapshots/box"].attrs["boundary"] = [boundary[k % len(boundary)]
                                                       for k in range(snapshots[0].position.shape[1])]
            return
        file["graph/edges"] = np.concatenate(
            [np.asarray(s.edges, np.int64).reshape(-1, 2) + first for s, first in zip(snapshots, nodes)])
        file["graph/edge_offset"] = np.cumsum([0] + [len(s.edges) for s in snapshots])
        if names:
            table = [np.column_stack([s.attributes[name] for name in names]) for s in snapshots]
            file["graph/attributes"] = np.concatenate(table).astype(float)
            file["graph/attributes"].attrs["names"] = names


def fill_virials_and_groups(file, snapshots):
    if any(s.virial is not None for s in snapshots):
        file["snapshots/virial"] = np.array(
            [np.full(6, np.nan) if s.virial is None else s.virial for s in snapshots], float)
    groups = [s.group for s in snapshots]
    if None in groups:
        if set(groups) != {None}:
            raise ValueError("some snapshots have a group, others have none")
        return
    if any(isinstance(group, str) for group in groups):
        names = list(dict.fromkeys(str(group) for group in groups))
        file["snapshots/group"] = np.array([names.index(str(group)) for group in groups])
        file["snapshots/group"].attrs["names"] = names
    else:
        file["snapshots/group"] = np.array(groups, np.int64)


def harmonic_chain(nodes, stiffness, rng):
    """Unit masses on a line at distance 1, disturbed; V = stiffness / 2 (r - 1)^2."""
    q = np.arange(nodes)[:, None] + 0.2 * rng.standard_normal((nodes, 1))
    p = rng.standard_normal((nodes, 1))
    edges = np.column_stack([np.arange(nodes - 1), np.arange(1, nodes)])
    apart = q[edges[:, 1]] - q[edges[:, 0]]
    r = np.abs(apart)
    tension = stiffness * (r - 1) * np.sign(apart)
    force = np.zeros_like(q)
    np.add.at(force, edges[:, 0], tension)
    np.add.at(force, edges[:, 1], -tension)
    energy = 0.5 * (p ** 2).sum() + 0.5 * stiffness * ((r - 1) ** 2).sum()
    return Snapshot(q, p, force, np.ones(nodes), edges, velocity=p, energy=energy,
                    attributes={"stiffness": np.full(len(edges), stiffness)})


def main():
    parser = argparse.ArgumentParser(description="Write an example data set: 20 snapshots of a harmonic chain.")
    parser.add_argument("file")
    add_overwrite(parser)
    arguments = parser.parse_args()
    rng = np.random.default_rng(1)
    try:
        write_data_set(arguments.file, [harmonic_chain(8, 1.5, rng) for _ in range(20)], overwrite=arguments.overwrite)
    except Exists as error:
        sys.exit(f"write_data_set: {error}")


if __name__ == "__main__":
    main()

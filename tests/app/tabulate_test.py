"""Learning in boxes, tabulated models and their export: forces of LAMMPS on the written files against the truth."""
import json
import shutil
import subprocess
import sys
import unittest

import numpy as np

from program import PATIENCE, SMALL, SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
import rfhgn_read  # noqa: E402
from write_data_set import Snapshot, write_data_set  # noqa: E402

CUTOFF, SMOOTH_FROM = 1.9, 1.52
DEPTH = np.array([[1.0, 1.5], [1.5, 0.5]])
SIZE = np.array([[1.0, 0.9], [0.9, 0.95]])

SPRINGS = SMALL.replace('[evaluate]', '[tabulate]\nlammps = true\n\n[evaluate]')
FLUID = """
[model]
cutoff = 1.9
message_width = 48

[train]
data = "fluid.h5"

[tabulate]
lammps = true

[evaluate]
data = "unseen.h5"
"""


def pair_slope(r, depth, size):
    """dV/dr of Lennard-Jones led to zero by a quintic switch."""
    s6 = (size / r) ** 6
    value, slope = 4 * depth * (s6 * s6 - s6), 4 * depth * (-12 * s6 * s6 + 6 * s6) / r
    x = np.clip((r - SMOOTH_FROM) / (CUTOFF - SMOOTH_FROM), 0, 1)
    fade = 1 - x ** 3 * (10 - 15 * x + 6 * x * x)
    return slope * fade - value * 30 * x * x * (1 - x) ** 2 / (CUTOFF - SMOOTH_FROM)


def neighbours(q, box):
    """Pairs (i < j or images) nearer than the cutoff with the shift of the second."""
    edges, shifts = [], []
    for image in np.ndindex(3, 3, 3):
        n = np.array(image) - 1
        shift = n @ box
        apart = q[:, None] - q[None] - shift
        i, j = np.nonzero((apart ** 2).sum(axis=2) < CUTOFF ** 2)
        once = (i < j) | ((i == j) & (tuple(n) > (0, 0, 0)))
        edges.append(np.column_stack([i, j])[once])
        shifts.append(np.tile(shift, (once.sum(), 1)))
    return np.concatenate(edges), np.concatenate(shifts)


def forces(q, species, box):
    edges, shift = neighbours(q, box)
    i, j = edges.T
    apart = q[i] - q[j] - shift
    r = np.sqrt((apart ** 2).sum(axis=1))
    pull = (pair_slope(r, DEPTH[species[i], species[j]], SIZE[species[i], species[j]]) / r)[:, None] * apart
    total = np.zeros_like(q)
    np.add.at(total, i, -pull)
    np.add.at(total, j, pull)
    return total


def fluid(count, seed):
    """Atoms of two species near fcc sites in tilted boxes narrower than twice the cutoff."""
    rng = np.random.default_rng(seed)
    cell = np.array([[0, 0, 0], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]])
    sites = (np.array(list(np.ndindex(2, 2, 2)))[:, None] + cell).reshape(-1, 3) / 2
    snapshots = []
    for _ in range(count):
        side = rng.uniform(3.2, 3.5)
        box = np.array([[side, 0, 0], [0.2, side, 0], [-0.1, 0.15, side]])
        q = sites @ box + rng.uniform(-0.12, 0.12, sites.shape)
        species = np.arange(len(q)) % 2
        snapshots.append(Snapshot(q, rng.standard_normal(q.shape), forces(q, species, box), np.where(species, 2.0, 1.0),
                                  species=species, box=box))
    return snapshots


@unittest.skipUnless(shutil.which("lmp"), "LAMMPS (lmp) is not installed")
class LammpsTest(ProgramTest):
    def lammps_forces(self, folder):
        done = subprocess.run(["lmp", "-in", "in.lammps", "-var", "steps", "0", "-log", "none"], cwd=folder, text=True,
                              capture_output=True, timeout=60 * PATIENCE)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # LAMMPS flags a few points about inflections, whatever the table.
        self.assertNotIn("ERROR", done.stdout)
        rows = np.loadtxt(folder / "forces.lammps", skiprows=9)
        return rows[:, 5:8]

    def test_pair_table(self):
        write_data_set(self.folder / "fluid.h5", fluid(30, 1), units="lj")
        write_data_set(self.folder / "unseen.h5", fluid(5, 2), units="lj")
        self.ok("run", self.deck(FLUID), "--output", "out", ranks=2)
        data = rfhgn_read.load(self.folder / "fluid.h5")
        found = self.lammps_forces(self.folder / "out")
        exact = data.force[:32]
        self.assertLess(np.abs(found - exact).max(), 1e-5 * np.sqrt((exact ** 2).mean()))

    def test_bond_table(self):
        self.ok("run", self.deck(SPRINGS), "--output", "out")
        data = rfhgn_read.load(self.folder / "out/data.h5")
        found = self.lammps_forces(self.folder / "out")
        self.assertLess(np.abs(found - data.force[:8]).max(), 1e-6)


class TabulateTest(ProgramTest):
    def test_learning_in_boxes(self):
        write_data_set(self.folder / "fluid.h5", fluid(30, 1), units="lj")
        unseen = fluid(5, 2)
        write_data_set(self.folder / "unseen.h5", unseen, units="lj")
        self.ok("run", self.deck(FLUID), "--output", "out", ranks=3)
        errors = json.loads((self.folder / "out/evaluate.json").read_text())["error"]
        self.assertLess(errors["relative_force_error"], 1e-6)
        tables = json.loads((self.folder / "out/tabulate.json").read_text())
        self.assertEqual(tables["pair"]["functions"], 3)
        self.assertLessEqual(tables["pair"]["error_relative"], 1e-8)
        # The model file alone, evaluated in numpy.
        model = rfhgn_read.load(self.folder / "out/model.h5")
        first = unseen[0]
        edges, shift = neighbours(first.position, first.box)
        found = model.forces(first.position, first.mass, edges, species=first.species, shift=shift)
        self.assertLess(np.abs(found - first.force).max(), 1e-5 * np.sqrt((first.force ** 2).mean()))
        self.assertIn("species", self.ok("info", "out/tabulated.h5"))

    def test_boxes_need_a_cutoff(self):
        write_data_set(self.folder / "fluid.h5", fluid(4, 1), units="lj")
        deck = self.deck(FLUID.replace("cutoff = 1.9", ""))
        self.refused("train", deck, "--output", "out", says=["the data set has boxes", "set cutoff in [model]"], ranks=2)

    def test_tabulated_rollout(self):
        deck = self.deck(SPRINGS)
        self.ok("run", deck, "--output", "out")
        self.ok("rollout", deck, "--output", "tables", "--set", "rollout.force=tabulated", "--set",
                "rollout.model=" + str(self.folder / "out/tabulated.h5"), ranks=2)
        last = [rfhgn_read.load(self.folder / f"{run}/trajectory.h5md").quantities["position"][-1]
                for run in ("out", "tables")]
        self.assertLess(np.abs(last[0] - last[1]).max(), 1e-8)

    def test_what_cannot_be_tabulated(self):
        deck = self.deck(SPRINGS.replace('size = [2, 2, 2]', 'size = [2, 2, 2]\nstiffness = [0.5, 2.0]', 1))
        self.ok("generate", deck, "--output", "out")
        self.ok("train", deck, "--output", "out")
        self.refused("tabulate", deck, "--output", "out", ranks=2,
                     says=["the model cannot be tabulated: its messages see edge attributes (stiffness)"])
        self.refused("rollout", deck, "--output", "out", "--set", "rollout.force=tabulated", "--set",
                     "rollout.model=" + str(self.folder / "out/model.h5"), says=["the model is not tabulated"])


if __name__ == "__main__":
    unittest.main()

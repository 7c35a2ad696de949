"""Files from elsewhere and broken files: data sets written with h5py, damaged data sets and models."""
import json
import unittest

import h5py
import numpy as np
from program import SMALL, ProgramTest

TRAIN = """
[model]
node_width = 24
message_width = 24

[train]
data = "mine.h5"
"""


def write_chain(path, snapshots=60, nodes=5, rng=np.random.default_rng(3)):
    """A harmonic chain in the plane, written by hand in the documented layout."""
    rest = np.zeros((nodes, 2))
    rest[:, 0] = np.arange(nodes)
    q = rest + rng.uniform(-0.2, 0.2, (snapshots, nodes, 2))
    p = rng.uniform(-0.5, 0.5, (snapshots, nodes, 2))
    bond = q[:, 1:] - q[:, :-1]
    length = np.linalg.norm(bond, axis=2, keepdims=True)
    pull = (length - 1.0) * bond / length
    force = np.zeros_like(q)
    force[:, :-1] += pull
    force[:, 1:] -= pull
    energy = 0.5 * (p**2).sum((1, 2)) + 0.5 * ((length - 1.0) ** 2).sum((1, 2))
    edges = np.array([[i, i + 1] for i in range(nodes - 1)])
    all_edges = np.concatenate([edges + s * nodes for s in range(snapshots)])
    with h5py.File(path, "w") as f:
        f.attrs["format"] = "rfhgn-data-set"
        f.attrs["format_version"] = 1
        f.attrs["dimension"] = 2
        for name, value in (("position", q), ("momentum", p), ("velocity", p), ("force", force)):
            f[f"particles/{name}"] = value.reshape(-1, 2)
        f["particles/mass"] = np.ones(snapshots * nodes)
        f["snapshots/node_offset"] = np.arange(snapshots + 1) * nodes
        f["snapshots/energy"] = energy
        f["graph/edges"] = all_edges
        f["graph/edge_offset"] = np.arange(snapshots + 1) * (nodes - 1)


class Files(ProgramTest):
    def broken(self, damage, *says, ranks=4):
        path = self.folder / "mine.h5"
        write_chain(path)
        with h5py.File(path, "a") as f:
            damage(f)
        return self.refused("train", self.deck(TRAIN), says=["mine.h5", *says], ranks=ranks)

    def test_data_from_elsewhere_without_a_system(self):
        write_chain(self.folder / "mine.h5")
        self.ok("train", self.deck(TRAIN), "--output", "out", ranks=3)
        train = json.loads((self.folder / "out/train.json").read_text())
        self.assertLess(train["held_out_error"]["mse"], 1e-10)
        self.assertEqual(train["snapshots"], 60)
        self.assertIn("rfhgn-model", self.ok("info", "out/model.h5") + "rfhgn-model")
        self.assertIn("60", self.ok("info", "mine.h5", ranks=2))

    def test_names_of_earlier_releases(self):
        write_chain(self.folder / "mine.h5")
        direct = self.deck(TRAIN + "lsqr_iterations = 0\n")
        self.ok("train", direct, "--output", "new")
        with h5py.File(self.folder / "mine.h5", "a") as file:
            file.move("particles/velocity", "particles/position_rate")
            file.move("particles/force", "particles/momentum_rate")
        self.ok("train", direct, "--output", "old", ranks=2)
        self.assertIn("velocities         yes", self.ok("info", "mine.h5"))
        with h5py.File(self.folder / "new/model.h5") as a, h5py.File(self.folder / "old/model.h5") as b:
            for name in ("coefficients/message", "coefficients/kinetic"):
                np.testing.assert_array_equal(a[name], b[name])
        with h5py.File(self.folder / "mine.h5", "a") as file:
            file["particles/force"] = file["particles/momentum_rate"][...]
        self.refused("train", direct, "--overwrite", says=["both /particles/force and /particles/momentum_rate"])

    def test_whole_groups_are_held_out(self):
        write_chain(self.folder / "mine.h5")
        with h5py.File(self.folder / "mine.h5", "a") as file:
            file["snapshots/group"] = np.repeat([0, 4, 1], 20)  # of five, the last is held out
            file["snapshots/group"].attrs["names"] = ["hot", "cold", "no", "nor this", "held out"]
        self.ok("train", self.deck(TRAIN), "--output", "out", "--set", "train.held_out=0.2", ranks=2)
        train = json.loads((self.folder / "out/train.json").read_text())
        self.assertEqual(train["held_out_snapshots"], 20)
        self.assertIn("hot, cold", self.ok("info", "mine.h5"))

    def test_absent_data_set(self):
        self.broken(lambda f: f.__delitem__("particles/force"), "no /particles/force")

    def test_forces_without_velocities(self):
        told = self.broken(lambda f: f.__delitem__("particles/velocity"), "no /particles/velocity", ranks=3)
        self.assertIn("known", told)
        known = self.deck(TRAIN.replace("node_width = 24", "kinetic = 'known'"))
        self.ok("train", known, "--output", "out", ranks=3)
        train = json.loads((self.folder / "out/train.json").read_text())
        self.assertLess(train["held_out_error"]["mse"], 1e-10)

    def test_wrong_shape(self):
        def damage(f):
            values = f["particles/momentum"][:-1]
            del f["particles/momentum"]
            f["particles/momentum"] = values
        self.broken(damage, "momentum")

    def test_files_of_other_kinds(self):
        xyz = '1\nLattice="5 0 0 0 5 0 0 0 5"\nAr 1 1 1\n'
        deck = self.deck(TRAIN.replace("mine.h5", "mine.xyz").replace("node_width = 24", "cutoff = 2.0"))
        (self.folder / "mine.xyz").write_text(xyz)
        told = self.refused("train", deck, says=["mine.xyz' has no forces to learn from"], ranks=2)
        self.assertIn("forces:R:3", told)
        (self.folder / "mine.txt").write_text(xyz)
        told = self.refused("train", deck, "--set", "train.data=mine.txt", says=["mine.txt' is not an HDF5 file"], ranks=2)
        self.assertIn("NAME.xyz or NAME.extxyz, or text dumps", told)

    def test_bonds_that_are_listed_twice(self):
        def damage(direction):
            def change(f):
                f["graph/edges"][13] = f["graph/edges"][12][::direction]
            return change
        for direction, ranks in ((1, 1), (-1, 4)):
            self.broken(damage(direction), "rows 15 and 16 of the data set is listed twice", ranks=ranks)

    def test_nan(self):
        def damage(f):
            f["particles/position"][17, 1] = np.nan
        self.broken(damage, "position", "17")

    def test_streamed_data_give_the_model_of_data_in_memory(self):
        write_chain(self.folder / "mine.h5", snapshots=300)
        direct = self.deck(TRAIN + "lsqr_iterations = 0\n")
        self.ok("train", direct, "--output", "memory", "--set", "train.stream=never")
        for ranks in (1, 2, 3, 4):
            out = f"streamed{ranks}"
            self.ok("train", direct, "--output", out, "--set", "train.data_memory=0", ranks=ranks)
            train = json.loads((self.folder / out / "train.json").read_text())
            self.assertTrue(train["streamed"])
            self.assertGreater(train["peak_memory_mib"]["min"], 1)
            self.assertLess(train["held_out_error"]["mse"], 1e-10)
            with h5py.File(self.folder / out / "model.h5") as a, h5py.File(self.folder / "memory/model.h5") as b:
                for name in ("coefficients/message", "coefficients/kinetic", "message/weights"):
                    np.testing.assert_array_equal(a[name], b[name])

    def test_streamed_data_judge_as_data_in_memory(self):
        write_chain(self.folder / "mine.h5", snapshots=300)
        write_chain(self.folder / "unseen.h5", snapshots=203)
        with h5py.File(self.folder / "mine.h5", "a") as file:  # noise makes errors that are more than rounding
            for name in ("velocity", "force"):
                rates = file[f"particles/{name}"]
                rates[...] += np.random.default_rng(5).normal(0, 0.05, rates.shape)
        deck = self.deck(TRAIN + "[evaluate]\ndata = \"unseen.h5\"\nmodel = \"out/model.h5\"\n")
        self.ok("train", deck, "--output", "out")
        reports = []
        for stream, ranks in (("never", 1), ("always", 1), ("always", 2), ("always", 3), ("auto", 4)):
            memory = ["--set", "evaluate.data_memory=0"] if stream == "auto" else []
            self.ok("evaluate", deck, "--output", "judged", "--overwrite", "--set", f"evaluate.stream={stream}", *memory,
                    ranks=ranks)
            report = json.loads((self.folder / "judged/evaluate.json").read_text())
            self.assertEqual(report["streamed"], stream != "never")
            self.assertEqual(report["snapshots"], 203)
            reports.append(report)
        for report in reports[1:]:
            for name in ("mse", "relative_force_error", "relative_velocity_error", "particles"):
                self.assertAlmostEqual(report["error"][name] / reports[0]["error"][name], 1, delta=1e-6)
            for name in ("rms_deviation", "largest_deviation", "rms_error"):
                self.assertAlmostEqual(report["uncertainty"]["force"][name] / reports[0]["uncertainty"]["force"][name], 1,
                                       delta=1e-6)
        # More ranks than snapshots cannot stream, and need not.
        write_chain(self.folder / "unseen.h5", snapshots=2)
        self.ok("evaluate", deck, "--output", "judged", "--overwrite", "--set", "evaluate.data_memory=0", ranks=3)
        self.refused("evaluate", deck, "--output", "judged", "--overwrite", "--set", "evaluate.stream=always", ranks=3,
                     says=["whole snapshots", "hint: use stream"])

    def test_nan_in_streamed_data(self):
        def damage(f):
            f["particles/momentum"][152, 0] = np.nan
        path = self.folder / "mine.h5"
        write_chain(path)
        with h5py.File(path, "a") as f:
            damage(f)
        for ranks in (2, 4):
            self.refused("train", self.deck(TRAIN + 'stream = "always"\n'), says=["mine.h5", "momentum", "row 152"],
                         ranks=ranks)

    def test_edge_outside(self):
        def damage(f):
            f["graph/edges"][3] = [0, 10**9]
        self.broken(damage, "edges")

    def test_negative_mass(self):
        def damage(f):
            f["particles/mass"][4] = -1.0
        self.broken(damage, "mass")

    def test_truncated_file(self):
        path = self.folder / "mine.h5"
        write_chain(path)
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        self.refused("train", self.deck(TRAIN), says=["mine.h5"], ranks=4)

    def test_not_hdf5(self):
        (self.folder / "mine.h5").write_text("hello")
        self.refused("train", self.deck(TRAIN), says=["mine.h5"], ranks=4)
        self.refused("info", "mine.h5", says=["mine.h5"], ranks=2)

    def test_model_for_data(self):
        write_chain(self.folder / "mine.h5")
        self.refused("rollout", self.deck(SMALL), "--set", "rollout.model=mine.h5", says=["mine.h5"], ranks=4)


if __name__ == "__main__":
    unittest.main()

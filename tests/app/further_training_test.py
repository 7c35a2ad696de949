"""Training that goes on: a model and new data, two models; what is refused."""
import json
import shutil
import sys
import unittest

import h5py
import numpy as np
from files_test import write_chain
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
import rfhgn_read  # noqa: E402

TRAIN = """
[model]
node_width = 24
message_width = 24

[train]
data = "{data}.h5"
"""
NODES = 5


def cut(source, target, first, last):
    """Snapshots [first, last) as a data set of their own."""
    with h5py.File(source) as a, h5py.File(target, "w") as b:
        for name, value in a.attrs.items():
            b.attrs[name] = value
        for name in ("position", "momentum", "velocity", "force", "mass"):
            b[f"particles/{name}"] = a[f"particles/{name}"][first * NODES:last * NODES]
        b["snapshots/energy"] = a["snapshots/energy"][first:last]
        b["snapshots/node_offset"] = np.arange(last - first + 1) * NODES
        edges = NODES - 1
        b["graph/edges"] = a["graph/edges"][first * edges:last * edges] - first * NODES
        b["graph/edge_offset"] = np.arange(last - first + 1) * edges


def to_earlier_layout(path):
    """R factors as releases stored them that had one of each problem."""
    with h5py.File(path, "a") as file:
        now, then = file["r_factors"], file.create_group("triangles")
        then.attrs.update(now.attrs)
        for name in ("snapshots", "energy_kinetic", "energy_message"):
            then[name] = now[name][...]
        then["rows"] = np.concatenate([now[f"{target}/rows"] for target in ("velocity", "force")])
        for target, problem in (("velocity", "kinetic"), ("force", "message")):
            for role in ("training", "held_out"):
                then[f"{problem}_{role}"] = now[f"{target}/{role}"][...]
        del file["r_factors"]


class FurtherTraining(ProgramTest):
    def setUp(self):
        super().setUp()
        write_chain(self.folder / "all.h5", snapshots=100)
        cut(self.folder / "all.h5", self.folder / "a.h5", 0, 60)  # trajectories are held out by number: multiples of 5
        cut(self.folder / "all.h5", self.folder / "b.h5", 60, 100)
        self.decks = {name: self.deck(TRAIN.format(data=name), f"{name}.toml") for name in ("all", "a", "b")}

    def train(self, data, output, *words, ranks=1):
        self.ok("train", self.decks[data], "--output", output, "--set", "train.keep_factor=true", *words, ranks=ranks)
        return json.loads((self.folder / output / "train.json").read_text())

    def predictions(self, model):
        """Slope and value of V on all data, with the energy's constant, and the domain."""
        data = rfhgn_read.load_data_set(self.folder / "all.h5")
        r = np.linalg.norm(data.position[data.edges[:, 0]] - data.position[data.edges[:, 1]], axis=1)
        with h5py.File(self.folder / model) as file:
            layer = file["message"]
            coefficients = file["coefficients/message"][:]
            z = ((r[:, None] - layer["mean"][:]) * layer["inverse_scale"][:]) @ layer["weights"][:].T + layer["biases"][:]
            steepness = layer["weights"][:, 0] * layer["inverse_scale"][0]
            slope = (1 / (1 + np.exp(-z)) * steepness) @ coefficients  # of softplus
            return slope, np.logaddexp(0, z) @ coefficients + file.attrs["energy_per_edge"], dict(file["domain"].attrs)

    def same(self, model, reference, tolerance=1e-9):
        slope, value, domain = self.predictions(model)
        expected_slope, expected_value, expected_training_range = self.predictions(reference)
        self.assertLess(np.abs(slope - expected_slope).max(), tolerance * np.abs(expected_slope).max())
        self.assertLess(np.abs(value - expected_value).max(), 10 * tolerance * np.abs(expected_value).max())
        self.assertEqual(domain, expected_training_range)

    def test_two_parts_are_as_good_as_all_at_once(self):
        fixed = ["--set", "train.ridge=1e-9"]
        self.train("a", "first", *fixed)
        # All at once with the first part's layers.
        self.train("all", "whole", "--set", "train.layers=first/model.h5", *fixed)
        self.train("b", "second", "--set", "train.layers=first/model.h5", *fixed)
        for ranks in (1, 2, 3, 4):
            told = self.train("b", f"ab{ranks}", "--update", "first/model.h5", *fixed, ranks=ranks)
            self.train("a", f"ba{ranks}", "--update", "second/model.h5", *fixed, ranks=ranks)
            self.same(f"ab{ranks}/model.h5", "whole/model.h5")
            self.same(f"ba{ranks}/model.h5", "whole/model.h5")
            self.assertEqual(told["all_snapshots"], 100)
            self.assertEqual(told["all_held_out_snapshots"], 20)
            self.assertIn("earlier data are gone", told["message"]["lsqr_reason"])
            self.assertEqual(told["message"]["rows"], 80 * NODES * 2)
        self.ok("merge", "first/model.h5", "second/model.h5", "--output", "merged.h5", ranks=3)
        self.ok("merge", "second/model.h5", "first/model.h5", "--output", "turned.h5")
        self.same("turned.h5", "merged.h5", 1e-8)
        self.same("merged.h5", "whole/model.h5", 1e-5)  # merging chooses a ridge by itself
        self.assertIn("further training   possible", self.ok("info", "merged.h5"))

    def test_r_factors_of_earlier_releases(self):
        self.train("a", "first")
        self.train("b", "ab", "--update", "first/model.h5")
        to_earlier_layout(self.folder / "first/model.h5")
        self.assertIn("further training   possible", self.ok("info", "first/model.h5"))
        self.train("b", "again", "--update", "first/model.h5", ranks=2)
        with h5py.File(self.folder / "ab/model.h5") as a, h5py.File(self.folder / "again/model.h5") as b:
            for name in ("coefficients/message", "coefficients/kinetic"):
                np.testing.assert_array_equal(a[name], b[name])

    def test_energies_go_on_with_their_own_r_factor(self):
        weight = ["--set", "train.energy_weight='auto'"]
        first = self.train("a", "first", *weight)
        force, energy = first["message"]["targets"]
        self.assertEqual((force["target"], energy["target"]), ("force", "energy"))
        self.assertTrue(energy["weight_chosen"])
        self.assertIn(energy["rows"], range(40, 48))  # of 48 snapshots; the constant takes one of each leaf
        told = self.train("b", "ab", "--update", "first/model.h5", *weight, ranks=2)
        rows = told["message"]["targets"][1]["rows"]
        self.assertIn(rows, range(energy["rows"] + 24, energy["rows"] + 32))
        self.assertLess(told["held_out_error"]["mse"], 1e-9)
        told = self.train("b", "second", "--set", "train.layers=first/model.h5", *weight)
        self.ok("merge", "first/model.h5", "second/model.h5", "--output", "merged.h5")
        with h5py.File(self.folder / "merged.h5") as file:
            self.assertEqual(file["r_factors/energy/rows"][0], energy["rows"] + told["message"]["targets"][1]["rows"])
            self.assertEqual(file["r_factors/energy"].attrs["weight_chosen"], 1)

    def test_mistakes(self):
        self.train("a", "first")
        self.ok("train", self.decks["a"], "--output", "bare")
        update = lambda data, model, *words: ("train", self.decks[data], "--output", "out", "--update", model, *words)
        self.refused(*update("b", "bare/model.h5"), says=["bare/model.h5", "without R factors", "keep_factor"],
                     ranks=3)
        self.refused(*update("b", "nowhere.h5"), says=["nowhere.h5"], ranks=2)
        self.refused(*update("b", "first/model.h5", "--set", "model.message_width=12"), says=["24 + 24", "24 + 12"],
                     ranks=3)
        self.refused(*update("b", "first/model.h5", "--set", "train.layers=bare/model.h5"), says=["train.update"])
        self.refused(*update("b", "first/model.h5", "--set", "train.method=lsqr"), says=["direct"])
        self.refused("train", self.decks["b"], "--output", "first", "--overwrite", "--update", "first/model.h5",
                     says=["would be replaced"], ranks=3)
        self.assertTrue((self.folder / "first/model.h5").exists())
        with h5py.File(self.folder / "b.h5", "a") as f:
            table = f.create_dataset("graph/attributes", data=np.ones((len(f["graph/edges"]), 1)))
            table.attrs["names"] = ["stiffness"]
        self.refused(*update("b", "first/model.h5"), says=["stiffness"], ranks=3)

    def test_data_count_once(self):
        self.train("a", "first")
        self.train("b", "second", "--set", "train.layers=first/model.h5")
        shutil.copy(self.folder / "a.h5", self.folder / "copy.h5")
        for data in ("a", "copy"):
            self.refused("train", self.decks["a"], "--output", "next", "--update", "first/model.h5", "--set",
                         f"train.data={data}.h5", says=["has learned from", f"{data}.h5' already"], ranks=2)
        shutil.copy(self.folder / "first/model.h5", self.folder / "copy-of-model.h5")
        self.ok("train", self.decks["a"], "--output", "again", "--set", "train.keep_factor=true", "--set",
                "train.layers=first/model.h5")
        self.assertNotIn("nan", self.ok("merge", "first/model.h5", "second/model.h5", "--output", "both.h5"))
        for other in ("copy-of-model.h5", "again/model.h5", "both.h5"):
            for pair in (("first/model.h5", other), (other, "first/model.h5")):
                self.refused("merge", *pair, "--output", "c.h5", says=["learned from the same data"], ranks=2)
        for model in ("first", "again"):  # R factors of earlier releases
            with h5py.File(self.folder / model / "model.h5", "a") as file:
                del file["r_factors/data"]
        self.refused("merge", "first/model.h5", "again/model.h5", "--output", "c.h5", says=["learned from the same data"])
        self.ok("merge", "first/model.h5", "second/model.h5", "--output", "c.h5")

    def test_models_that_cannot_be_merged(self):
        self.train("a", "first")
        self.train("b", "second")
        merge = lambda *names: ("merge", *(f"{n}/model.h5" for n in names), "--output", "c.h5")
        self.refused(*merge("first", "second"), says=["weights of the node layers differ", "train.layers"], ranks=3)
        self.decks["known"] = self.deck(TRAIN.format(data="b").replace("node_width = 24", "kinetic = 'known'"), "known.toml")
        self.train("known", "narrow", "--set", "model.message_width=12")
        self.refused(*merge("first", "narrow"), says=["kinetic energy"], ranks=2)
        self.ok("train", self.decks["a"], "--output", "bare")
        self.refused(*merge("first", "bare"), says=["bare/model.h5", "without R factors"], ranks=2)
        (self.folder / "c.h5").write_text("mine")
        for more in ((), ("--overwrite",)):  # no model: it is not replaced, and no hint says that it might be
            self.assertNotIn("pass --overwrite", self.refused(*merge("first", "second"), *more, says=["c.h5"], ranks=2))
        self.assertEqual((self.folder / "c.h5").read_text(), "mine")
        self.refused(*merge("first", "second")[:-1], "absent/c.h5", says=["no folder 'absent' for 'absent/c.h5'"], ranks=2)
        (self.folder / "d.h5.part").write_text("mine")
        self.refused(*merge("first", "second")[:-1], "d.h5", says=["'d.h5.part'", "exists already"], ranks=2)
        self.assertEqual((self.folder / "d.h5.part").read_text(), "mine")
        before = (self.folder / "first/model.h5").read_bytes()
        self.refused("merge", "first/model.h5", "first/model.h5", "--output", "first/model.h5", "--overwrite", ranks=2,
                     says=["would be replaced by this merge, which needs it"])
        self.assertEqual((self.folder / "first/model.h5").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()

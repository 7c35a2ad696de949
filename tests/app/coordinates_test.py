"""The coordinate networks (encoding "frame" and "absolute") from deck to trajectory, against numpy and over ranks."""
import json
import sys
import unittest

import h5py
import numpy as np
from program import SMALL, SOURCE, ProgramTest

sys.path[:0] = [str(SOURCE / "tools"), str(SOURCE / "tools/paper-study.d")]
import graph_features  # noqa: E402
import rfhgn_read  # noqa: E402
from lattice import load_lattice, mean_squared_error  # noqa: E402

DECK = SMALL.replace("[model]", '[model]\nencoding = "frame"\nactivation = "tanh"')


def numpy_model(path, data):
    """The network of a model file behind the interface of the study in numpy."""
    def layer(file, name, inputs=None):
        made = object.__new__(graph_features.Layer)
        made.mean, made.inverse_scale = file[f"{name}/mean"][:], file[f"{name}/inverse_scale"][:]
        made.weights, made.biases = file[f"{name}/weights"][:] * made.inverse_scale, file[f"{name}/biases"][:]
        made.activation = graph_features.rf.ACTIVATIONS[file[name].attrs["activation"].decode()
                                                        if isinstance(file[name].attrs["activation"], bytes)
                                                        else file[name].attrs["activation"]]
        return made

    model = object.__new__(graph_features.Frame)
    with h5py.File(path) as file:
        model.node, model.edge, model.message = (layer(file, name) for name in ("node", "edge", "message"))
        model.theta = file["coefficients/all"][:]
    model.edges = data.both_directions()
    return model


class Coordinates(ProgramTest):
    def test_ranks_and_numpy(self):
        deck = self.deck(DECK)
        for ranks in (1, 2, 3, 4):
            self.ok("run", deck, "--output", f"out{ranks}", ranks=ranks)
        with h5py.File(self.folder / "out1/model.h5") as model, h5py.File(self.folder / "out1/trajectory.h5md") as run:
            for ranks in (2, 3, 4):
                with h5py.File(self.folder / f"out{ranks}/model.h5") as other, \
                        h5py.File(self.folder / f"out{ranks}/trajectory.h5md") as moved:
                    for name in ("node", "edge", "message"):
                        np.testing.assert_array_equal(model[f"{name}/weights"], other[f"{name}/weights"])
                    np.testing.assert_allclose(other["coefficients/all"][:], model["coefficients/all"][:], rtol=1e-9)
                    for name in ("position", "velocity"):
                        key = f"particles/trajectory/{name}/value"
                        np.testing.assert_allclose(moved[key][:], run[key][:], rtol=0, atol=1e-9)
        self.assertIn("encoding", self.ok("info", "out1/model.h5"))
        judge = self.deck(DECK.replace("snapshots = 10", "data = 'out1/data.h5'"), "judge.toml")
        self.ok("evaluate", judge, "--output", "out1", "--overwrite")
        found = json.loads((self.folder / "out1/evaluate.json").read_text())
        data = load_lattice(self.folder / "out1/data.h5")
        exact = mean_squared_error(*numpy_model(self.folder / "out1/model.h5", data).predict(data), data)
        self.assertAlmostEqual(found["error"]["mse"] / exact, 1, places=9)
        self.assertLess(found["zero_shot"]["large"]["relative_energy_error"], 0.2)

    def test_field(self):
        deck = self.deck(DECK.replace('"frame"', '"absolute"').replace(
            "[generate]", "uniform_field = 1.0\nharmonic_trap = 0.5\n\n[generate]").replace("steps = 20", "steps = 200"))
        self.ok("run", deck, "--set", "train.stream=always", "--output", "out", "--set", "generate.trajectories=100")
        rollout = json.loads((self.folder / "out/rollout.json").read_text())
        self.assertLess(rollout["energy"]["largest_relative_deviation"], 1e-3)
        self.assertIn("in a field", rollout["system"])
        model, data = rfhgn_read.load(self.folder / "out/model.h5"), rfhgn_read.load(self.folder / "out/data.h5")
        energies = []
        for s in range(20):
            nodes = slice(*data.node_offset[s:s + 2])
            edges = data.edges[slice(*data.edge_offset[s:s + 2])] - nodes.start
            energies.append(model.energy(data.position[nodes], data.momentum[nodes], data.mass[nodes], edges))
        spread = np.std(data.energy[:20])
        self.assertLess(np.std(energies - data.energy[:20]), 0.5 * spread)

    def test_mistakes(self):
        deck = self.deck(DECK)
        self.refused("check", deck, "--set", "model.encoding=polar", says=["polar", "absolute"])
        self.refused("check", deck, "--set", "model.cutoff=2", says=["encoding", "no cutoff"])
        self.ok("generate", deck, "--output", "out")
        self.refused("train", deck, "--output", "out", "--overwrite", "--set", "train.energy_weight=1", ranks=2,
                     says=["energy_weight is for pairwise models only"])
        self.ok("train", deck, "--output", "out", "--overwrite")
        self.refused("tabulate", deck, "--output", "out", "--overwrite", says=['encoding "frame" has no pair potentials'])
        self.refused("rollout", deck, "--output", "out", "--overwrite", "--set", "rollout.uncertainty=true", ranks=2,
                     says=["no standard deviations"])
        self.refused("rollout", deck, "--output", "out", "--overwrite", "--set", "rollout.most_iterations=1", ranks=2,
                     code=1, says=["did not converge", "more iterations"])
        line = self.deck(DECK.replace('"cubic"\nsize = [2, 2, 2]', '"chain"\nsize = [5]\ndimension = 2').replace(
            "size = [4, 3, 3]", "size = [9]") + "\n", name="line.toml")
        self.refused("run", line, "--output", "line", "--set", "generate.displacement=0", ranks=2,
                     says=["do not span 2 dimensions"])

    def test_restart(self):
        """A rollout that is stopped at once and goes on from its checkpoint is the one that was not stopped."""
        deck = self.deck(DECK.replace('"frame"', '"absolute"'))  # no choice of particles that changes on the way
        for name in ("whole", "cut"):
            self.ok("generate", deck, "--output", name)
            self.ok("train", deck, "--output", name, "--overwrite")
        long = ("--set", "rollout.steps=8000", "--set", "rollout.interval=8000")
        self.ok("rollout", deck, "--output", "whole", "--overwrite", *long)
        stopped = self.rfhgn("rollout", deck, "--output", "cut", "--overwrite", "--max-walltime", "1", *long)
        self.assertEqual(stopped.returncode, 75, stopped.stdout + stopped.stderr)
        self.ok("rollout", deck, "--output", "cut", "--restart", *long)
        self.assertIn("resumed_at_step", json.loads((self.folder / "cut/rollout.json").read_text()))
        ends = [h5py.File(self.folder / f"{name}/trajectory.h5md")["particles/trajectory/position/value"][-1]
                for name in ("whole", "cut")]
        np.testing.assert_array_equal(*ends)


if __name__ == "__main__":
    unittest.main()

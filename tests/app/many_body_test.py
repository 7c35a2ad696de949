"""Many-body potentials from extended XYZ to a trajectory: the deck of silicon, shortened."""
import json
import re
import unittest

import h5py
import numpy as np
from program import INPUT, ProgramTest

SMALL = ["--set", "model.degree=6", "--set", "model.neurons=60"]
SHORT = ["--set", "rollout.steps=40", "--set", "rollout.interval=20", "--set", "rollout.scalars_interval=10"]
DATA = INPUT / "silicon.xyz"


class Silicon(ProgramTest):
    def trained(self, *more, folder="out", ranks=1):
        self.ok("train", INPUT / "silicon.toml", "--output", folder, *SMALL, *more, ranks=ranks, timeout=200)
        return json.loads((self.folder / folder / "train.json").read_text())

    def test_deck_on_ranks(self):
        for ranks in (1, 2, 3):
            self.ok("run", INPUT / "silicon.toml", "--output", f"out{ranks}", *SMALL, *SHORT, ranks=ranks, timeout=200)
        found = json.loads((self.folder / "out1/evaluate.json").read_text())
        self.assertLess(found["force_rmse"], 0.2)
        self.assertLess(found["energy_rmse_per_atom"], 0.02)
        rollout = json.loads((self.folder / "out1/rollout.json").read_text())
        self.assertLess(rollout["energy"]["largest_relative_deviation"], 1e-4)
        with h5py.File(self.folder / "out1/model.h5") as model, h5py.File(self.folder / "out1/trajectory.h5md") as run:
            for ranks in (2, 3):
                with h5py.File(self.folder / f"out{ranks}/model.h5") as other, \
                        h5py.File(self.folder / f"out{ranks}/trajectory.h5md") as moved:
                    for name in ("neurons/weights", "coefficients/all"):
                        np.testing.assert_array_equal(model[name][:], other[name][:], name)
                    for name in ("position", "velocity"):
                        key = f"particles/trajectory/{name}/value"
                        np.testing.assert_allclose(moved[key][:], run[key][:], rtol=0, atol=1e-9)
        told = self.ok("info", "out1/model.h5")
        for words in ("many_body", "0 Si", "metal"):
            self.assertIn(words, told)

    def test_energies_forces_and_virials_count(self):
        train = self.trained()
        self.assertEqual([t["target"] for t in train["fit"]["targets"]], ["force", "energy", "virial"])
        self.assertLess(train["held_out_error"]["relative_force_error"], 0.3)
        alone = self.trained("--set", "train.energy_weight=0", "--set", "train.virial_weight=0", folder="alone")
        self.assertLessEqual(len(alone["fit"].get("targets") or []), 1)

    def test_what_it_cannot_do_is_refused(self):
        self.trained()
        for words, says in ((("tabulate",), ["many_body", "no pair potentials"]),
                            (("rollout", "--set", "rollout.uncertainty=true"), ["many_body", "no standard deviations"])):
            self.refused(words[0], INPUT / "silicon.toml", "--output", "out", *SMALL, *words[1:], says=says)
        self.refused("train", INPUT / "silicon.toml", "--output", "new", *SMALL, "--set", "train.update=out/model.h5",
                     says=["many_body", "trained from the start"])
        self.refused("check", INPUT / "silicon.toml", "--set", "model.node_width=8", says=["node_width", "encoding is"])

    def test_signs_and_names_of_data(self):
        text = DATA.read_text()
        wrong = re.sub(r'virial="([^"]*)"', lambda m: m[0] + f' stress="{m[1]}"', text, count=1)
        (self.folder / "wrong.xyz").write_text(wrong)
        self.refused("train", INPUT / "silicon.toml", "--output", "new", *SMALL, "--set", "train.data=wrong.xyz",
                     says=["wrong.xyz', line 2: virial and stress do not say the same"])
        self.trained()
        (self.folder / "germanium.xyz").write_text((INPUT / "silicon-test.xyz").read_text().replace("\nSi ", "\nGe "))
        self.refused("evaluate", INPUT / "silicon.toml", "--output", "out", *SMALL, "--set", "evaluate.data=germanium.xyz",
                     says=["species 1 (Ge)"])


if __name__ == "__main__":
    unittest.main()

"""Many-body potentials from extended XYZ to a trajectory: the deck of silicon, shortened."""
import csv
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

    def test_errors_in_the_units_of_the_data(self):
        self.trained()
        for ranks in (1, 3):
            self.ok("evaluate", INPUT / "silicon.toml", "--output", "out", "--overwrite", *SMALL, ranks=ranks)
            found = json.loads((self.folder / "out/evaluate.json").read_text())
            if ranks == 1:
                first = found
            for key in ("force_rmse", "force_mae", "energy_rmse_per_atom", "stress_rmse", "stress_mae"):
                self.assertAlmostEqual(found[key] / first[key], 1, places=9, msg=key)
        self.assertAlmostEqual(found["species"]["Si"]["force_rmse"], found["force_rmse"])
        with open(self.folder / "out/parity.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        for name, key, each in (("force", "force_rmse", 3), ("energy_per_atom", "energy_rmse_per_atom", 1),
                                ("stress", "stress_rmse", 6)):
            errors = {}
            for row in rows:
                if row["of"] == name:
                    errors.setdefault(int(row["snapshot"]), []).append(float(row["model"]) - float(row["data"]))
            every = np.concatenate(list(errors.values()))
            self.assertAlmostEqual(np.sqrt(np.mean(every**2)) / found[key], 1, places=9, msg=key)
            self.assertEqual(len(every) % each, 0)
            worst = max(errors, key=lambda snapshot: np.sum(np.square(errors[snapshot])) / len(errors[snapshot]))
            if name in ("force", "energy_per_atom"):
                self.assertEqual(found["worst"][name.split("_")[0]]["snapshot"], worst)
        first_stress = [float(row["data"]) for row in rows if row["of"] == "stress" and row["snapshot"] == "0"]
        text = (INPUT / "silicon-test.xyz").read_text().splitlines()[1]
        virial = np.array(re.search(r'virial="([^"]*)"', text)[1].split(), float).reshape(3, 3)
        cell = np.array(re.search(r'Lattice="([^"]*)"', text)[1].split(), float).reshape(3, 3)
        np.testing.assert_allclose(first_stress[:3], -np.diag(virial) / np.linalg.det(cell), rtol=1e-9)

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

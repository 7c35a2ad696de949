"""Two files that number their species differently: names tell, at every entrance, and go along into every file."""
import json
import sys
import unittest

import h5py
import numpy as np
from match_test import DECK
from program import SOURCE, ProgramTest
from tabulate_test import fluid, forces

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import write_data_set  # noqa: E402

NAMES = ("Kr", "Ar")


def snapshots(count, seed, order=NAMES):
    """Of a mixture of krypton (1.0) and argon (2.0, another force), numbered in this order."""
    states = fluid(count, seed)
    for s in states:
        krypton_is_0 = np.arange(len(s.mass)) % 2
        s.mass = np.where(krypton_is_0, 2.0, 1.0)
        s.force = forces(s.position, krypton_is_0, s.box)
        s.species = np.array([order.index(NAMES[k]) for k in krypton_is_0])
    return states


class SpeciesNames(ProgramTest):
    def write(self, name, count, seed, names=NAMES):
        write_data_set(self.folder / name, snapshots(count, seed, names or NAMES[::-1]), units="lj", species_names=names)

    def setUp(self):
        super().setUp()
        self.path = self.deck(DECK.replace("dilute.h5", "data.h5"))
        self.write("data.h5", 12, 1)
        self.ok("train", self.path, "--output", "out")

    def errors(self, data, model="out", ranks=1):
        self.ok("evaluate", self.path, "--output", model, "--overwrite", "--set", f"evaluate.data={data}", ranks=ranks)
        return json.loads((self.folder / model / "evaluate.json").read_text())["error"]["relative_force_error"]

    def convert(self, *words):
        return self.ok("convert", *words)

    def test_data_are_read_in_the_numbering_of_the_model(self):
        self.write("same.h5", 4, 2)
        self.write("other.h5", 4, 2, ("Ar", "Kr"))
        self.write("silent.h5", 4, 2, None)
        self.assertAlmostEqual(self.errors("other.h5", ranks=2) / self.errors("same.h5"), 1, places=9)
        self.assertGreater(self.errors("silent.h5"), 10 * self.errors("same.h5"))  # numbers are all that it has
        self.convert("other.h5", "other.extxyz")
        self.assertIn("0 Ar, 1 Kr", self.ok("info", "other.extxyz"))

    def test_training_that_goes_on(self):
        self.write("other.h5", 6, 3, ("Ar", "Kr"))
        self.write("same.h5", 6, 3)
        self.write("more.h5", 6, 3, ("Ar", "Kr", "Xe"))
        for data in ("same", "other"):
            self.ok("train", self.path, "--output", data, "--set", "train.update=out/model.h5", "--set",
                    f"train.data={data}.h5", ranks=2)
        with h5py.File(self.folder / "same/model.h5") as a, h5py.File(self.folder / "other/model.h5") as b:
            np.testing.assert_allclose(a["coefficients/message"][:], b["coefficients/message"][:], rtol=1e-9)
            self.assertEqual([name.decode() for name in b.attrs["species_names"]], ["Kr", "Ar"])
        with h5py.File(self.folder / "more.h5", "a") as file:
            file["particles/species"][5] = 2
        self.refused("train", self.path, "--output", "more", "--set", "train.layers=out/model.h5", "--set",
                     "train.data=more.h5", says=["particles of species 3 (Xe)", "knows the species 0, 1 only"], ranks=2)

    def test_models_that_are_merged(self):
        self.write("other.h5", 6, 3, ("Ar", "Kr"))
        self.ok("train", self.path, "--output", "next", "--set", "train.layers=out/model.h5", "--set", "train.data=other.h5")
        self.ok("merge", "out/model.h5", "next/model.h5", "--output", "both.h5")
        self.assertIn("0 Kr, 1 Ar", self.ok("info", "both.h5"))
        with h5py.File(self.folder / "next/model.h5", "a") as file:
            file.attrs["species_names"] = np.array([b"Ar", b"Kr"])
        self.refused("merge", "out/model.h5", "next/model.h5", "--output", "c.h5",
                     says=["numbers its species 0 Kr, 1 Ar, but the model 'next/model.h5' 0 Ar, 1 Kr"])

    def test_a_start_and_what_comes_of_it(self):
        self.write("other.h5", 1, 4, ("Ar", "Kr"))
        self.path = self.deck(DECK.replace("temperature = 0.5\n", "").replace("masses = [1.0, 2.0]\n", ""))
        start = ("rollout", self.path, "--output", "out", "--set", "rollout.start=start.h5")
        # The numbers of the file are those of the model that moves it, however the file has them.
        ends = []
        self.convert("other.h5", "start.h5")
        self.ok(*start, ranks=2)
        ends.append(self.positions())
        self.convert("other.h5", "start.data")
        self.assertIn("# Ar", (self.folder / "start.data").read_text())
        self.convert("start.data", "start.h5", "--symbols", "Kr,Ar", "--overwrite")
        self.ok(*start, "--overwrite", ranks=2)
        ends.append(self.positions())
        np.testing.assert_allclose(ends[0], ends[1], rtol=0, atol=1e-12)
        self.assertIn("0 Kr, 1 Ar", self.ok("info", "out/trajectory.h5md"))
        self.convert("out/trajectory.h5md", "last.extxyz", "--frame", "-1")
        self.assertIn("0 Kr, 1 Ar", self.ok("info", "last.extxyz"))

    def positions(self):
        with h5py.File(self.folder / "out/trajectory.h5md") as file:
            return file["particles/trajectory/position/value"][-1]

    def test_names_that_mean_nothing_are_refused(self):
        self.write("bad.h5", 2, 2)
        for names, says in (([b"Kr", b"Kr"], "has a name twice"), ([b"Kr"], "/particles/species is 1 in row 1")):
            with h5py.File(self.folder / "bad.h5", "a") as file:
                file["particles/species"].attrs["names"] = np.array(names)
            self.refused("evaluate", self.path, "--output", "out", "--set", "evaluate.data=bad.h5", says=[says], ranks=2)


if __name__ == "__main__":
    unittest.main()

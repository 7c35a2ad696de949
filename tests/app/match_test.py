"""A model meets data and systems: at every entrance what does not fit is refused by name, and what was never seen, too."""
import json
import sys
import unittest

import h5py
import numpy as np
from tabulate_test import fluid, forces
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import Snapshot, write_data_set  # noqa: E402

DECK = """
[system]
graph = "cutoff"
size = [3, 3, 3]
density = 0.85
potential = "lennard_jones"
cutoff = 1.9
species = [0.5, 0.5]
masses = [1.0, 2.0]

[model]
cutoff = 1.9
message_width = 24

[train]
data = "dilute.h5"
keep_factor = true

[tabulate]

[evaluate]

[rollout]
steps = 2
dt = 0.001
interval = 1
temperature = 0.5
"""
PAIR = "particles of the species 1-1 that can meet"


def relabelled(snapshots, label):
    """The same states with other species."""
    for s in snapshots:
        s.species = label(np.arange(len(s.mass)))
        s.mass = np.where(s.species, 2.0, 1.0)
        s.force = forces(s.position, np.minimum(s.species, 1), s.box)
    return snapshots


def flat(count):
    """Atoms in a periodic square."""
    rng = np.random.default_rng(1)
    sites = np.array(list(np.ndindex(4, 4))) * 1.1
    return [Snapshot(sites + rng.uniform(-0.1, 0.1, sites.shape), rng.standard_normal(sites.shape),
                     rng.standard_normal(sites.shape), np.ones(16), box=4.4 * np.eye(2)) for _ in range(count)]


class Boxes(ProgramTest):
    """A model of a liquid that has one atom of species 1 in every snapshot: the pair 1-1 was never seen."""

    def setUp(self):
        super().setUp()
        write_data_set(self.folder / "dilute.h5", relabelled(fluid(20, 1), lambda i: (i == 3) * 1), units="lj")
        write_data_set(self.folder / "mixed.h5", relabelled(fluid(4, 2), lambda i: i % 2), units="lj")
        write_data_set(self.folder / "strange.h5", relabelled(fluid(2, 2), lambda i: (i == 3) * 7), units="lj")
        write_data_set(self.folder / "metal.h5", relabelled(fluid(2, 2), lambda i: (i == 3) * 1), units="metal")
        write_data_set(self.folder / "flat.h5", flat(2), units="lj")
        self.path = self.deck(DECK)
        told = self.ok("train", self.path, "--output", "out")
        self.assertIn("never show particles of the species 1-1 nearer than the cutoff 1.9", told)

    def refused_with(self, command, says, *words, ranks=1):
        words = [w for word in words for w in ("--set", word)]
        told = self.refused(command, self.path, "--output", "out", "--overwrite", *words, says=says, ranks=ranks)
        self.assertNotIn("bug in rfhgn", told)
        self.assertIn("hint: ", told)

    def test_data_that_judge(self):
        judged = lambda name: f"evaluate.data={name}.h5"
        for ranks in (1, 3):
            self.refused_with("evaluate", ["strange.h5' has particles of species 7", "knows the species 0, 1 only"],
                              judged("strange"), ranks=ranks)
            self.refused_with("evaluate", ["mixed.h5'", PAIR, "nearer than the cutoff 1.9"], judged("mixed"), ranks=ranks)
        self.refused_with("evaluate", ["metal.h5' is in 'metal'", "units 'lj'"], judged("metal"))
        self.refused_with("evaluate", ["dimension 3, but the data set", "flat.h5' has 2"], judged("flat"), ranks=2)
        self.refused_with("evaluate", ["strange.h5'", "species 7"], judged("strange"), "evaluate.stream=always")
        self.ok("evaluate", self.path, "--output", "out", "--set", judged("dilute"), ranks=2)

    def test_systems(self):
        for ranks in (1, 2):
            self.refused_with("evaluate", ["the system has", PAIR], ranks=ranks)
            self.refused_with("rollout", ["the system has", PAIR], ranks=ranks)
        alone = "system.species=[0.9907407407407407,0.00925925925925926]"  # one of 108
        self.refused_with("evaluate", ["the zero-shot system 'even' has", PAIR], alone,
                          "evaluate.zero_shot.even.species=[0.5,0.5]")
        self.refused_with("rollout", ["units 'lj'", "'metal'"], alone, "system.units=metal", "rollout.dt=1e-5")
        self.refused_with("rollout", ["cutoff 1.9", "has 2.1"], alone, "system.cutoff=2.1")
        self.ok("rollout", self.path, "--output", "out", "--set", alone, ranks=2)

    def test_start_files(self):
        alone = "system.species=[0.9907407407407407,0.00925925925925926]"
        write_data_set(self.folder / "start.h5", relabelled(fluid(1, 5), lambda i: i % 2), units="lj")
        self.path = self.deck(DECK.replace("temperature = 0.5\n", ""))
        start = ("rollout.start=start.h5",)
        for ranks in (1, 3):
            self.refused_with("rollout", ["the configuration", "start.h5' has", PAIR], *start, alone, ranks=ranks)
        write_data_set(self.folder / "start.h5", relabelled(fluid(1, 5), lambda i: (i == 9) * 1), units="lj", overwrite=True)
        # The fractions of the deck are not those of the file.
        self.ok("rollout", self.path, "--output", "out", *(w for s in start for w in ("--set", s)), ranks=2)

    def test_compiling(self):
        self.assertIn("never show particles of the species 1-1", self.ok("tabulate", self.path, "--output", "out"))
        self.refused_with("rollout", ["the system has", PAIR], "rollout.force=tabulated")
        for data, says in (("mixed", [PAIR]), ("strange", ["species 7"]), ("metal", ["'metal'"]), ("flat", ["has 2"])):
            self.refused_with("tabulate", [f"{data}.h5'", *says], "tabulate.lammps=true", f"train.data={data}.h5",
                              "train.keep_factor=false", "tabulate.model=out/model.h5")
        self.ok("tabulate", self.path, "--output", "tables", "--set", "tabulate.lammps=true", "--set",
                "tabulate.model=out/model.h5", ranks=2)

    def test_training_that_goes_on(self):
        for key in ("update", "layers"):
            for data, says in (("strange", ["species 7", "knows the species 0, 1 only"]), ("metal", ["'metal'"]),
                               ("flat", ["dimension 3", "has 2"])):
                told = self.refused("train", self.path, "--output", "next", "--set", f"train.{key}=out/model.h5", "--set",
                                    f"train.data={data}.h5", says=says, ranks=2)
                self.assertNotIn("bug in rfhgn", told)
        # New data show the pair: now it has a range, and the others have grown.
        for ranks in (1, 4):
            self.ok("train", self.path, "--output", f"next{ranks}", "--set", "train.update=out/model.h5", "--set",
                    "train.data=mixed.h5", ranks=ranks)
        with h5py.File(self.folder / "out/model.h5") as a, h5py.File(self.folder / "next1/model.h5") as b, \
                h5py.File(self.folder / "next4/model.h5") as c:
            self.assertEqual(a["domain/pairs"][:].tolist(), [[0, 0], [0, 1]])
            self.assertEqual(b["domain/pairs"][:].tolist(), [[0, 0], [0, 1], [1, 1]])
            self.assertTrue((b["domain/pairs_distance"][:2, 0] <= a["domain/pairs_distance"][:, 0]).all())
            for name in ("pairs", "pairs_distance", "species", "species_mass", "species_squared_momentum_max"):
                np.testing.assert_array_equal(b[f"domain/{name}"][:], c[f"domain/{name}"][:])
        self.ok("rollout", self.path, "--output", "next1", ranks=2)
        self.assertIn("1-1: ", self.ok("info", "next1/model.h5"))

    def test_models_that_are_merged(self):
        self.ok("train", self.path, "--output", "other", "--set", "train.layers=out/model.h5", "--set", "train.data=mixed.h5")
        self.ok("merge", "out/model.h5", "other/model.h5", "--output", "both.h5")
        with h5py.File(self.folder / "both.h5") as both, h5py.File(self.folder / "other/model.h5") as other:
            self.assertEqual(both["domain/pairs"][:].tolist(), [[0, 0], [0, 1], [1, 1]])
            self.assertEqual(both["domain/pairs_distance"][2].tolist(), other["domain/pairs_distance"][2].tolist())
        with h5py.File(self.folder / "other/model.h5", "a") as other:
            other.attrs["units"] = "metal"
        self.refused("merge", "out/model.h5", "other/model.h5", "--output", "c.h5",
                     says=["units 'lj'", "the model 'other/model.h5' is in 'metal'"], ranks=2)
        with h5py.File(self.folder / "other/model.h5", "a") as other:
            other.attrs["units"] = "furlong"
        self.refused("merge", "out/model.h5", "other/model.h5", "--output", "c.h5",
                     says=["other/model.h5: root attribute 'units' is 'furlong'"], ranks=2)

    def test_models_of_earlier_releases(self):
        with h5py.File(self.folder / "out/model.h5", "a") as file:
            for name in [n for n in file["domain"] if n.startswith(("species", "pairs"))]:
                del file[f"domain/{name}"]
        self.ok("evaluate", self.path, "--output", "out", "--set", "evaluate.data=mixed.h5")  # one range for all
        self.refused_with("evaluate", ["species 7"], "evaluate.data=strange.h5")
        self.ok("train", self.path, "--output", "next", "--set", "train.update=out/model.h5", "--set", "train.data=mixed.h5")
        with h5py.File(self.folder / "next/model.h5") as file:
            self.assertNotIn("pairs", file["domain"])


class GivenGraphs(ProgramTest):
    def test_models_and_data(self):
        deck = self.deck("[system]\ngraph = 'chain'\nsize = [6]\n[generate]\ntrajectories = 20\n[model]\nnode_width = 12\n"
                         "message_width = 12\n[evaluate]\n")
        self.ok("generate", deck, "--output", "out")
        for encoding in ("pairwise", "frame"):
            self.ok("train", deck, "--output", encoding, "--set", f"model.encoding={encoding}", "--set",
                    "train.data=out/data.h5")
            judge = ("evaluate", deck, "--output", encoding, "--overwrite", "--set", "evaluate.data=other.h5")
            for change, says in ((("units", "metal"), ["units 'reduced'", "other.h5' is in 'metal'"]),
                                 (("species", 1), ["species 1, but the model knows the species 0 only"]),
                                 (("mass", 3.0), ["mass 3", "kinetic energy of mass 1 only"])):
                if encoding == "frame" and change[0] != "units":
                    continue  # it sees no species, and knows no masses
                (self.folder / "other.h5").write_bytes((self.folder / "out/data.h5").read_bytes())
                with h5py.File(self.folder / "other.h5", "a") as file:
                    if change[0] == "units":
                        file.attrs["units"] = change[1]
                    else:
                        file[f"particles/{change[0]}"][:] = change[1]
                self.refused(*judge, says=says, ranks=2)
            self.refused("evaluate", deck, "--output", encoding, "--overwrite", "--set", "system.dimension=2",
                         says=["dimension 1, but the system has 2"], ranks=2)
            write_data_set(self.folder / "other.h5", fluid(2, 1), units="reduced", overwrite=True)
            self.refused(*judge, says=["other.h5'"], ranks=2)

    def test_figures_that_mean_nothing(self):
        """Springs learned to the last digit near rest say nothing of bonds that are stretched far."""
        deck = self.deck("[system]\ngraph = 'chain'\nsize = [6]\npotential = 'morse'\n[generate]\ntrajectories = 20\n"
                         "displacement = 0.001\n[model]\nnode_width = 12\nmessage_width = 12\n[evaluate]\nsnapshots = 20\n"
                         "displacement = 0.3\n")
        told = self.ok("run", deck, "--output", "out")
        force = json.loads((self.folder / "out/evaluate.json").read_text())["uncertainty"]["force"]
        self.assertIsNone(force["error_over_deviation"])
        self.assertIsNone(force["correlation"])
        self.assertIn("do not come from", force["incomparable"])
        self.assertGreater(force["rms_error"], 100 * force["rms_deviation"])
        self.assertIn("standard deviations of forces do not say how large errors are", told)
        self.assertNotIn("error over deviation", told)


if __name__ == "__main__":
    unittest.main()

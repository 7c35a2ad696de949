"""What is given acts or is refused: keys of decks, options of the command line, PETSc's options, numbers, steps."""
import os
import unittest

import h5py
import numpy as np
from files_test import TRAIN, write_chain
from program import INPUT, SMALL, ProgramTest


class Keys(ProgramTest):
    """Which keys have no effect is tested in tests/workflow."""

    def test_keys_without_effect_are_refused_on_all_ranks(self):
        self.refused("check", self.deck(), "--set", "rollout.friction=2.0", "--set", "system.radius=2.0", ranks=3,
                     says=["command line: --set rollout.friction=2.0: error: 'rollout.friction' has no effect unless",
                           "'system.radius' has no effect", "2 errors"])

    def test_options_of_the_command_line(self):
        self.refused("check", self.deck(), "--overwrite", says=["--overwrite"], ranks=2)
        self.refused("check", self.deck(), "--restart", says=["--restart"])
        self.refused("check", self.deck(), "--max-walltime", "60", says=["--max-walltime"])

    def test_layers_of_a_model(self):
        write_chain(self.folder / "mine.h5")
        deck = self.deck(TRAIN)
        self.ok("train", deck, "--output", "first", "--set", "train.keep_factor=true")
        on = ["train", deck, "--output", "on", "--overwrite", "--update", "first/model.h5"]
        self.refused(*on, "--set", "model.activation=tanh", says=["softplus", "tanh"], ranks=2)
        self.refused(*on, "--set", "model.seed=5", says=["'model.seed' has no effect"], ranks=2)
        self.refused(*on, "--set", "train.rows=keep", says=["'train.rows' has no effect"])
        write_chain(self.folder / "mine.h5")  # other data
        self.ok(*on, ranks=2)
        rolls = "\n[system]\ngraph = 'chain'\nsize = 5\ndimension = 2\n[rollout]\nsteps = 5\ntolerance = 1e-9\n"
        self.refused("rollout", self.deck(TRAIN + rolls, "roll.toml"), "--output", "first", ranks=2,
                     says=["is pairwise, so that steps are explicit and have no tolerance"])


class PetscOptions(ProgramTest):
    def test_options_that_nothing_asks_for(self):
        deck = self.deck()
        self.ok("generate", deck, "--output", "out")
        train = ["train", deck, "--output", "out", "--overwrite"]
        self.refused(*train, "--", "-rfhgn_ksp_max_itt", "3", says=["asks for -rfhgn_ksp_max_itt"], ranks=3)
        self.refused(*train, "--", "-rfhgn_ksp_max_it", "3", "4", says=["'4' after '--' is no PETSc option"], ranks=2)
        self.refused("check", deck, "--", "-rfhgn_ksp_max_it", "3", says=["asks for -rfhgn_ksp_max_it"], ranks=2)
        self.refused("info", "out/data.h5", "--", "-sf_type", "basic", says=["asks for -sf_type"])
        said = self.ok(*train, "--", "-rfhgn_ksp_max_it", "1", "-rfhgn_ksp_converged_reason", "-sf_type", "basic",
                       "-mat_partitioning_ptscotch_strategy", "quality", "-options_left", "-log_view", ":log.txt", ranks=2)
        self.assertIn("-options_left", said + "-options_left")
        self.assertTrue((self.folder / "log.txt").exists())

    def test_nothing_acts_silently(self):
        (self.folder / ".petscrc").write_text("-rfhgn_ksp_max_it 0\n-nonsense\n")
        os.environ["PETSC_OPTIONS"] = "-rfhgn_ksp_max_it 1 -other_program 7"
        try:
            said = self.ok("generate", self.deck(), "--output", "out", "--quiet", ranks=2)
        finally:
            del os.environ["PETSC_OPTIONS"]
        self.assertEqual(said.count("PETSC_OPTIONS adds -rfhgn_ksp_max_it, -other_program"), 1)
        self.assertIn("nothing in 'generate' asks for", said)
        self.assertEqual(self.ok("check", self.deck(), "--quiet"), "")


class Numbers(ProgramTest):
    def test_numbers_that_no_one_can_compute_with(self):
        held_out = 4 * 5 + 2  # particle 2 of snapshot 4, which judges
        sizes = {"never": 1, "always": 3}
        cases = (("particles/force", (held_out, 1), 1e200, "force of particle 2 of snapshot 4"),
                 ("particles/position", (7, 0), float("nan"), "position of particle 2 of snapshot 1"),
                 ("particles/momentum", (8, 1), float("-inf"), "momentum of particle 3 of snapshot 1"),
                 ("particles/mass", 9, 0.0, "mass of particle 4 of snapshot 1"),
                 ("particles/mass", 9, -1.0, "mass of particle 4 of snapshot 1"),
                 ("snapshots/energy", 3, 1e300, "energy of snapshot 3"),
                 ("snapshots/virial", (5, 3), 1e300, "virial of snapshot 5 (column 3)"),
                 ("snapshots/virial", (6, 0), float("-inf"), "virial of snapshot 6 (column 0)"))
        for name, at, value, says in cases:
            write_chain(self.folder / "mine.h5")
            with h5py.File(self.folder / "mine.h5", "r+") as file:
                if name == "snapshots/virial":
                    file[name] = np.full((60, 6), np.nan)
                file[name][at] = value
            for stream, ranks in sizes.items():
                self.refused("train", self.deck(TRAIN), "--output", "out", "--set", f"train.stream={stream}", ranks=ranks,
                             says=["mine.h5", says])
                self.assertFalse((self.folder / "out/model.h5").exists())

    def test_snapshots_that_judge(self):
        write_chain(self.folder / "mine.h5")
        self.ok("train", self.deck(TRAIN), "--output", "out")
        with h5py.File(self.folder / "mine.h5", "r+") as file:
            file["particles/velocity"][12, 0] = -1e150
        judge = self.deck(TRAIN + "[evaluate]\ndata = 'mine.h5'\n", "judge.toml")
        self.refused("evaluate", judge, "--output", "out", ranks=2, says=["velocity of particle 2 of snapshot 2"])

    def test_particles_at_one_place(self):
        write_chain(self.folder / "mine.h5")
        with h5py.File(self.folder / "mine.h5", "r+") as file:
            file["particles/position"][16] = file["particles/position"][15]
        self.refused("train", self.deck(TRAIN), "--output", "out", "--set", "model.radial_transform=inverse_sixth", ranks=2,
                     says=["snapshot 3: the particles in rows 15 and 16"])
        self.assertFalse((self.folder / "out/train.json").exists())

    def test_nothing_unsound_is_written(self):
        self.refused("generate", self.deck(), "--output", "out", "--set", "generate.displacement=1e100", ranks=2, code=1,
                     says=["position of particle 0 of snapshot 0"])
        self.assertFalse((self.folder / "out/data.h5").exists())


class Steps(ProgramTest):
    def test_orbits_do_not_reach_the_softening(self):
        run = ["rollout", INPUT / "nbody.toml", "--output", "out", "--overwrite", "--set", "rollout.force=exact", "--set",
               "system.softening=1e-3", "--set", "rollout.dt=1e-3", "--set", "rollout.steps=50"]
        self.assertEqual(self.ok(*run, ranks=2).count("rollout.dt is 0.001: leapfrog is unstable above"), 1)
        self.refused("check", INPUT / "nbody.toml", "--set", "rollout.dt=10.0", says=["'rollout.dt' is 10", "unstable above"])

    def test_springs_of_a_lattice(self):
        # Springs along one axis do not stiffen another: 2/omega is 1.03, not 0.58.
        deck = self.deck(SMALL.replace("size = [2, 2, 2]", "size = [6, 6, 6]"))
        sets = ["--set", "rollout.force=exact", "--set", "rollout.steps=200", "--set", "rollout.displacement=0.01", "--set",
                "rollout.momentum=0.01"]
        self.assertIn("leapfrog is unstable above", self.ok("rollout", deck, "--output", "out", *sets, "--set", "rollout.dt=0.7"))
        self.refused("rollout", deck, "--output", "far", *sets, "--set", "rollout.dt=1.1", says=["unstable above 1.0"], ranks=2)


if __name__ == "__main__":
    unittest.main()

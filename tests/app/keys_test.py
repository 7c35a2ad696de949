"""What is given acts or is refused: keys of decks, options of the command line, PETSc's options, numbers, steps."""
import os
import subprocess
import unittest

import h5py
from files_test import TRAIN, write_chain
from program import INPUT, LIQUID, PATIENCE, RFHGN, SMALL, ProgramTest

# Lines for the tables of SMALL, each with a key that has no effect there and a word of the reason.
IDLE = {
    "system": {"cutoff = 2.5": "cutoff", "density = 0.8": "cutoff", "units = 'metal'": "cutoff", "radius = 2.0": "geometric",
               "softening = 0.1": "gravity", "morse_width = 2.0": "morse", "quartic = 2.0": "quartic", "seed = 3": "drawn",
               "species = [0.5, 0.5]": "cutoff", "masses = 2.0": "cutoff", "screening = 1.0": "cutoff"},
    "generate": {"interval = 5": "frames", "dt = 0.02": "frames", "thermostat = 'langevin'": "equilibrate",
                 "friction = 2.0": "equilibrate", "rescale_interval = 3": "equilibrate",
                 "temperature = 1.0\nmomentum = 0.2": "temperature"},
    "model": {"bias_range = 2.0": "elm", "weight_scale = 2.0": "elm", "cutoff_function = 'sharp'": "cutoff",
              "smooth_from = 1.0": "cutoff", "encoding = 'frame'\nspecies = false": "pairwise",
              "sampler = 'elm'\ngap = 1.0": "swim", "kinetic = 'known'": "learned"},
    "train": {"method = 'lsqr'\nridge = 1e-9": "direct", "method = 'lsqr'\nlsqr_iterations = 2": "direct",
              "lsqr_iterations = 0\nrows = 'keep'": "LSQR", "rows = 'keep'\nrow_memory = 5": "rows",
              "stream = 'never'\ndata_memory = 5": "stream", "prune_tolerance = 1e-3\nlsqr_iterations = 2": "prune_tolerance",
              "method = 'lsqr'\ncheckpoint_minutes = 1": "direct", "rates = 'leapfrog'\ndata_memory = 5": "rates"},
    "evaluate": {"stream = 'never'": "data is given", "data = 'other.h5'": "data is left out"},
    "evaluate.zero_shot.large": {"temperature = 1.0\nmomentum = 0.2": "temperature", "radius = 2.0": "geometric",
                                 "thermostat = 'rescale'": "equilibrate"},
    "compile": {"lammps_points = 100": "lammps"},
    "rollout": {"force = 'exact'\nmodel = 'model.h5'": "learned", "force = 'exact'\nexact = false": "learned",
                "force = 'exact'\noutside = 'stop'": "learned", "force = 'compiled'\ntolerance = 1e-9": "learned",
                "force = 'exact'\nmost_iterations = 5": "learned", "shell = 'full'": "cutoff", "friction = 1.0": "equilibrate"},
    "rollout.system": {"seed = 4": "drawn", "tilt = [0.1, 0, 0]": "cutoff", "skin = 0.5": "cutoff"},
}
LIQUID_IDLE = {
    "system": {"stiffness = 2.0": "cutoff", "rest_length = 2.0": "cutoff", "spacing = 1.2": "cutoff", "seed = 2": "drawn",
               "minimum_distance = 0.8": "random", "truncation = 'cut'\nsmooth_from = 2.0": "smooth",
               "mass = 2.0\nmasses = [3.0]": "masses", "screening = 2.0": "yukawa"},
    "rollout": {"uncertainty = true\nshell = 'half'": "uncertainty",
                "temperature = 1.0\nequilibrate = 5\nfriction = 2.0": "langevin",
                "temperature = 1.0\nequilibrate = 5\nthermostat = 'langevin'\nrescale_interval = 2": "rescale",
                "temperature = 1.0\nzero_total_momentum = true": "temperature", "start = 'a.h5'\ndisplacement = 0.1": "start"},
}


def with_lines(deck, table, lines):
    head = f"[{table}]\n"
    return deck.replace(head, head + lines + "\n") if head in deck else deck + "\n" + head + lines + "\n"


class Keys(ProgramTest):
    def told(self, deck, table, lines):
        """What `check` says of a deck with these lines, from the program alone."""
        path = self.deck(with_lines(deck, table, lines))
        done = subprocess.run([RFHGN, "check", path], cwd=self.folder, capture_output=True, text=True, timeout=60 * PATIENCE)
        return done.returncode, done.stderr

    def test_keys_without_effect(self):
        for deck, tables in ((SMALL, IDLE), (LIQUID, LIQUID_IDLE)):
            for table, cases in tables.items():
                for lines, reason in cases.items():
                    with self.subTest(table=table, lines=lines):
                        code, said = self.told(deck, table, lines)
                        self.assertEqual(code, 2, said)
                        complaints = [line for line in said.splitlines() if "has no effect unless" in line]
                        self.assertTrue(complaints, said)
                        self.assertTrue(any(reason in line for line in complaints), said)

    def test_all_are_listed_with_their_lines(self):
        text = with_lines(with_lines(SMALL, "rollout", "friction = 1.0"), "system", "radius = 2.0\nsoftening = 0.1")
        told = self.refused("check", self.deck(text), ranks=3, says=["'system.radius' has no effect", "'system.softening' has no",
                                                                     "'rollout.friction' has no effect", "3 errors",
                                                                     "deck.toml:3:1: error: 'system.radius'"])
        self.assertLess(told.index("system.radius"), told.index("rollout.friction"))
        self.refused("check", self.deck(), "--set", "rollout.friction=2.0", ranks=2,
                     says=["command line: --set rollout.friction=2.0: error: 'rollout.friction' has no effect"])

    def test_misspelled_values_hide_no_effect(self):
        code, said = self.told(LIQUID.replace('"cutoff"', '"cutof"'), "rollout", "force = 'exact'")
        self.assertEqual(code, 2)
        self.assertIn("did you mean 'cutoff'", said)
        self.assertNotIn("has no effect", said)

    def test_keys_that_act_elsewhere(self):
        # In a table that takes them over, not where they stand.
        random = "graph = 'geometric'\nsize = 30"
        for table, lines in (("rollout.system", random), ("evaluate.zero_shot.points", random)):
            text = with_lines(with_lines(SMALL, "system", "radius = 1.4"), table, lines)
            self.ok("check", self.deck(text))
            self.refused("check", self.deck(with_lines(text, table, "radius = 1.5")), says=["'system.radius' has no effect"])
        text = with_lines(with_lines(SMALL, "generate", "temperature = 1.0\nmomentum = 0.2"), "rollout", "temperature = 0.0")
        self.refused("check", self.deck(text), says=["'generate.momentum' has no effect"])  # [rollout] has its own
        self.ok("check", self.deck(text.replace("momentum = 0.1\n", "").replace("[rollout]", "[rollout]\n# own:")))

    def test_resolved_decks_run_again(self):
        # They say every key: what is idle is a comment.
        own = with_lines(with_lines(SMALL, "system", "radius = 1.4"), "rollout.system", "graph = 'geometric'\nsize = 30")
        fluid = LIQUID + "[generate]\ntrajectories = 2\ntemperature = 1.0\n[model]\n[rollout]\nforce = 'exact'\n"
        for number, text in enumerate((SMALL, own, fluid)):
            self.ok("generate", self.deck(text), "--output", f"out{number}")
            with h5py.File(self.folder / f"out{number}/data.h5") as data:
                resolved = data["provenance"].attrs["deck"]
            resolved = resolved if isinstance(resolved, str) else resolved.decode()
            self.assertIn("# softening = ", resolved)
            self.ok("check", self.deck(resolved, "again.toml"))

    def test_options_of_the_command_line(self):
        self.refused("check", self.deck(), "--overwrite", says=["--overwrite"], ranks=2)
        self.refused("check", self.deck(), "--restart", says=["--restart"])
        for command in ("check", "generate", "evaluate", "compile"):
            self.refused(command, self.deck(), "--max-walltime", "60", says=["--max-walltime"])

    def test_layers_of_a_model(self):
        write_chain(self.folder / "mine.h5")
        deck = self.deck(TRAIN)
        self.ok("train", deck, "--output", "first", "--set", "train.keep_triangle=true")
        on = ["train", deck, "--output", "on", "--overwrite", "--update", "first/model.h5"]
        self.refused(*on, "--set", "model.activation=tanh", says=["softplus", "tanh"], ranks=2)
        self.refused(*on, "--set", "model.seed=5", says=["'model.seed' has no effect"], ranks=2)
        self.refused(*on, "--set", "train.rows=keep", says=["'train.rows' has no effect"])
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
        cases = (("particles/momentum_rate", (held_out, 1), 1e200, "momentum_rate of particle 2 of snapshot 4"),
                 ("particles/position", (7, 0), float("nan"), "position of particle 2 of snapshot 1"),
                 ("particles/momentum", (8, 1), float("-inf"), "momentum of particle 3 of snapshot 1"),
                 ("particles/mass", 9, 0.0, "mass of particle 4 of snapshot 1"),
                 ("particles/mass", 9, -1.0, "mass of particle 4 of snapshot 1"),
                 ("snapshots/energy", 3, 1e300, "energy of snapshot 3"))
        for name, at, value, says in cases:
            write_chain(self.folder / "mine.h5")
            with h5py.File(self.folder / "mine.h5", "r+") as file:
                file[name][at] = value
            for stream in ("never", "always"):
                told = self.refused("train", self.deck(TRAIN), "--output", "out", "--set", f"train.stream={stream}", ranks=3,
                                    says=["mine.h5", says])
                self.assertNotIn("row 0 of block", told)
                self.assertFalse((self.folder / "out/model.h5").exists())

    def test_snapshots_that_judge(self):
        write_chain(self.folder / "mine.h5")
        self.ok("train", self.deck(TRAIN), "--output", "out")
        with h5py.File(self.folder / "mine.h5", "r+") as file:
            file["particles/position_rate"][12, 0] = -1e150
        judge = self.deck(TRAIN + "[evaluate]\ndata = 'mine.h5'\n", "judge.toml")
        self.refused("evaluate", judge, "--output", "out", ranks=2, says=["position_rate of particle 2 of snapshot 2"])

    def test_particles_at_one_place(self):
        write_chain(self.folder / "mine.h5")
        with h5py.File(self.folder / "mine.h5", "r+") as file:
            file["particles/position"][16] = file["particles/position"][15]
        self.refused("train", self.deck(TRAIN), "--output", "out", "--set", "model.distance_input=inverse_sixth", ranks=2,
                     code=1, says=["snapshot 3 "])
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
        sets = ["--set", "rollout.force=exact", "--set", "rollout.steps=400"]
        self.assertIn("leapfrog is unstable above", self.ok("rollout", deck, "--output", "out", *sets, "--set", "rollout.dt=0.9"))
        self.refused("rollout", deck, "--output", "far", *sets, "--set", "rollout.dt=1.1", says=["unstable above 1.0"], ranks=2)


if __name__ == "__main__":
    unittest.main()

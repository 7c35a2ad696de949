"""Likely mistakes of users: one clear message, exit code 2, no hang, nothing damaged."""
import json
import unittest

import h5py
from program import SMALL, ProgramTest


class Mistakes(ProgramTest):
    def wrong(self, old, new, *says, ranks=4, command="check"):
        self.assertIn(old, SMALL)
        return self.refused(command, self.deck(SMALL.replace(old, new)), says=says, ranks=ranks)

    def test_misspelled_key_names_line_and_key(self):
        self.wrong("steps = 20", "stepps = 20", "deck.toml:20:1", "stepps", "did you mean 'rollout.steps'")

    def test_misspelled_table(self):
        self.wrong("[generate]", "[genrate]", "genrate", "generate")

    def test_wrong_type(self):
        self.wrong("trajectories = 30", "trajectories = 30.5", "generate.trajectories", "integer")

    def test_text_for_a_number(self):
        self.wrong("dt = 0.01", 'dt = "small"', "rollout.dt", "number")

    def test_out_of_range(self):
        self.wrong("dt = 0.01", "dt = -1.0", "rollout.dt", "-1")

    def test_values_beyond_all_measure(self):
        for key in ("steepness", "gap"):
            self.wrong("message_width = 16", f"message_width = 16\n{key} = 1e300", f"model.{key}", "1e+300")
        for key in ("weight_scale", "bias_range"):
            self.wrong("message_width = 16", f"message_width = 16\nsampler = 'elm'\n{key} = 1e300", f"model.{key}")

    def test_no_stage(self):
        for command in ("check", "run"):
            self.refused(command, self.deck("\n"), says=["has no stage to run"], ranks=2)

    def test_unknown_choice(self):
        self.wrong('graph = "cubic"', 'graph = "cubik"', "cubik", "did you mean 'cubic'")

    def test_not_toml(self):
        self.wrong("steps = 20", "steps = = 20", "deck.toml:20")

    def test_all_mistakes_at_once(self):
        text = SMALL.replace("steps = 20", "stepps = 20").replace("trajectories = 30", "trajectories = 0")
        told = self.refused("check", self.deck(text), says=["stepps", "trajectories", "2 errors"], ranks=3)
        self.assertLess(told.index("trajectories"), told.index("stepps"))  # in order of lines

    def test_step_beyond_leapfrogs_limit(self):
        self.wrong("dt = 0.01", "dt = 5.0", "rollout.dt", "unstable above")

    def test_more_ranks_than_particles(self):
        self.wrong("size = [2, 2, 2]", "size = [3, 1, 1]", "3 particles", "4 ranks")

    def test_impossible_combination(self):
        self.wrong("size = [2, 2, 2]", "size = [2, 2]", "size")

    def test_no_system(self):
        self.refused("check", self.deck("[rollout]\nsteps = 5\n"), says=["[system]"], ranks=2)

    def test_missing_deck(self):
        self.refused("run", "nowhere.toml", says=["nowhere.toml"], ranks=4)

    def test_missing_data(self):
        self.refused("train", self.deck(), says=["data.h5"], ranks=4)

    def test_missing_file_of_a_key(self):
        deck = self.deck()
        self.ok("generate", deck, "--output", "out")
        told = self.refused("train", deck, "--output", "out", "--set", "train.update=absent.h5", says=["absent.h5"])
        self.assertIn("name the file with train.update\n", told)

    def test_missing_model(self):
        self.refused("rollout", self.deck(), says=["model.h5"], ranks=4)

    def test_misspelled_command(self):
        self.refused("trian", self.deck(), says=["did you mean 'train'"], ranks=3)

    def test_unknown_option(self):
        self.refused("run", self.deck(), "--outptu", "x", says=["outptu"], ranks=2)

    def test_wrong_override(self):
        self.refused("run", self.deck(), "--set", "train.widht=5", says=["widht"], ranks=2)

    def test_no_rates_to_learn_from(self):
        frames = ["--set", "generate.rates=false", "--set", "generate.interval=1", "--output", "out"]
        self.ok("generate", self.deck(), *frames, "--set", "generate.frames=3", ranks=3)
        told = self.refused("train", self.deck(), "--output", "out", says=["out/data.h5", "no /particles/force"], ranks=4)
        self.assertIn("leapfrog", told)
        self.refused("train", self.deck(), "--output", "out", "--set", "train.rates=central4",
                     says=["trajectory 0 has 3 frames in a row", "need 5"], ranks=3)
        judge = self.deck(SMALL.replace("snapshots = 10", "data = 'out/data.h5'"), "judge.toml")
        self.refused("evaluate", judge, "--output", "out", says=["model.h5"], ranks=2)
        self.ok("train", self.deck(), "--output", "out", "--set", "train.rates=leapfrog", ranks=4)
        self.refused("evaluate", judge, "--output", "out", says=["no velocities and forces to judge by"], ranks=2)
        self.refused("train", self.deck(), "--output", "new", "--set", "train.data=out/data.h5",
                     "--set", "train.rates=central", says=["train.rates", "central2"], ranks=2)

    def test_existing_results_stay(self):
        self.ok("generate", self.deck(), "--output", "out")
        before = (self.folder / "out/data.h5").read_bytes()
        self.refused("generate", self.deck(), "--output", "out", says=["out/data.h5", "--overwrite"], ranks=4)
        self.assertEqual(before, (self.folder / "out/data.h5").read_bytes())
        self.ok("generate", self.deck(), "--output", "out", "--overwrite")

    def test_output_cannot_be_made(self):
        (self.folder / "file").write_text("")
        self.refused("generate", self.deck(), "--output", "file/out", says=["file/out"], ranks=2)

    def test_model_for_other_springs(self):
        self.ok("generate", self.deck(), "--output", "out")
        self.ok("train", self.deck(), "--output", "out")
        self.refused("rollout", self.deck(), "--output", "out", "--set", "system.stiffness=[0.5,2.0]",
                     says=["stiffness"], ranks=3)

    def test_explosion_fails_the_run(self):
        # Stable by the linear estimate, not with states that far from rest: Morse bonds break and quartic ones explode.
        deck = self.deck(SMALL.replace("[generate]", "potential = \"quartic\"\nquartic = 100.0\n\n[generate]"))
        told = self.refused("rollout", deck, "--set", "rollout.force=exact", "--set", "rollout.dt=0.55", "--set",
                            "rollout.displacement=2.0", "--set", "rollout.steps=1000", says=["step", "particle"],
                            ranks=2, code=1)
        self.assertIn("smaller dt", told)

    def test_leaving_the_training_data(self):
        deck = self.deck()
        for stage in ("generate", "train"):
            self.ok(stage, deck, "--output", "out", "--set", "train.uncertainty=false")
        far = ["rollout", deck, "--output", "out", "--overwrite", "--set", "rollout.displacement=0.8"]
        for ranks in (1, 3):
            told = self.refused(*far, "--set", "rollout.outside=stop", ranks=ranks, code=1,
                                says=["stopped at step 0", "outside [", "of the training data", "hint: train on data"])
            self.assertIn("the distance of bond", told)
            summary = json.loads((self.folder / "out/rollout.json").read_text())
            self.assertEqual(summary["steps"], 0)
            self.assertEqual(summary["outside"]["first_step"], 0)
            self.assertGreater(summary["outside"]["most_bonds"], 0)
            with h5py.File(self.folder / "out/trajectory.h5md") as run:
                self.assertEqual(run["particles/trajectory/position/value"].shape[0], 1)
        warned = self.ok(*far, ranks=2)
        self.assertEqual(warned.count("the model extrapolates at step 0"), 1)
        self.assertNotIn("extrapolates", self.ok(*far, "--set", "rollout.outside=ignore"))
        self.assertNotIn("outside", json.loads((self.folder / "out/rollout.json").read_text()))

    def test_help_and_version_need_no_launcher(self):
        self.assertIn("generate", self.ok("--help"))
        self.assertIn("PETSc", self.ok("--version", ranks=2))
        keys = self.ok("keys")
        for key in ("trajectories", "message_width", "ridge", "stiffness"):
            self.assertIn(key, keys)


if __name__ == "__main__":
    unittest.main()

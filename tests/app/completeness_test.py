"""What is complete, what may be replaced, and whose folder it is."""
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

from program import PATIENCE, RFHGN, ProgramTest

DECK = """
[system]
graph = "chain"
size = [6]

[generate]
trajectories = 20

[model]
node_width = 8
message_width = 8

[evaluate]
snapshots = 10

[rollout]
steps = 60
dt = 0.01
interval = 20
scalars_interval = 10
displacement = 0.1
momentum = 0.1
"""
STAGES = ("generate", "train", "evaluate", "rollout")


class Completeness(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(DECK)

    def contents(self, folder="out"):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in (self.folder / folder).iterdir() if path.name != ".rfhgn-lock"}

    def refused_untouched(self, *words, says, folder="out", ranks=1):
        before = self.contents(folder)
        told = self.refused(*words, says=says, ranks=ranks)
        self.assertEqual(self.contents(folder), before)
        return told

    def finished(self):
        self.ok("run", self.path, "--output", "out")

    def test_finished_stages_are_known_by_settings_of_every_command(self):
        self.finished()
        out = self.ok("run", self.path, "--output", "out", "--restart", ranks=3)
        self.assertEqual(out.count("finished already"), 4)
        for stage, key, value in (("generate", "generate.trajectories", "21"), ("train", "train.held_out", "0.3"),
                                  ("evaluate", "evaluate.snapshots", "11"), ("rollout", "rollout.dt", "0.02"),
                                  ("rollout", "rollout.uncertainty", "true"), ("train", "model.seed", "9")):
            for command in ("run", stage):
                self.refused_untouched(command, self.path, "--output", "out", "--restart", "--set", f"{key}={value}",
                                       says=[f"{key} was", f"and is now {value}"])
        # Two keys at once are both named, and what more steps would need is still checked.
        self.refused_untouched("run", self.path, "--output", "out", "--restart", "--set", "rollout.uncertainty=true",
                               "--set", "rollout.steps=100", says=["rollout.uncertainty was"])
        self.refused_untouched("rollout", self.path, "--output", "out", "--restart", "--set", "rollout.steps=40",
                               says=["rollout.steps was 60 and is now 40: it may only grow"], ranks=2)
        for free in ("rollout.checkpoint_minutes=3", "rollout.watchdog_seconds=77", "rollout.outside=ignore"):
            self.assertIn("rollout: finished already",
                          self.ok("rollout", self.path, "--output", "out", "--restart", "--set", free))

    def test_more_steps_go_on_bit_by_bit(self):
        for ranks in (1, 3):
            short, whole = f"short{ranks}", f"whole{ranks}"
            self.ok("run", self.path, "--output", short, ranks=ranks)
            self.ok("run", self.path, "--output", whole, "--set", "rollout.steps=250", ranks=ranks)
            out = self.ok("run", self.path, "--output", short, "--restart", "--set", "rollout.steps=250", ranks=ranks)
            self.assertIn("goes on at step 60", out)
            for table in ("rollout.csv", "exact.csv", "error.csv"):
                self.assertEqual((self.folder / short / table).read_text(), (self.folder / whole / table).read_text())
            self.assertIn("rollout: finished already", self.ok("run", self.path, "--output", short, "--restart", "--set",
                                                               "rollout.steps=250"))
        os.remove(self.folder / "short1/checkpoint-250.h5")
        self.refused_untouched("rollout", self.path, "--output", "short1", "--restart", "--set", "rollout.steps=300",
                               says=["its last checkpoint", "is missing"], folder="short1")

    def test_a_slash_behind_the_folder(self):
        self.ok("run", self.path, "--output", "out/")
        self.assertEqual(self.ok("run", self.path, "--output", "out//", "--restart").count("finished already"), 4)
        self.assertEqual(self.ok("run", self.path, "--output", "out", "--restart").count("finished already"), 4)

    def test_a_result_may_be_named_as_an_input(self):
        for output in ("out", "./out/../out"):  # there is none yet, and then there is one
            self.ok("run", self.path, "--output", output, "--overwrite", "--set", "train.data=out/data.h5", "--set",
                    "rollout.model=./out/model.h5", ranks=2)

    def test_a_lock_that_is_a_link(self):
        (self.folder / "out").mkdir()
        os.symlink(self.folder / "elsewhere", self.folder / "out/.rfhgn-lock")
        self.refused("run", self.path, "--output", "out", says=[".rfhgn-lock': it is a symbolic link"], ranks=2)
        self.assertFalse((self.folder / "elsewhere").exists())

    def test_what_lies_outside_the_training_range_may_be_watched_from_a_restart_on(self):
        self.ok("run", self.path, "--output", "out", "--set", "rollout.outside=ignore")
        self.assertNotIn("outside", json.loads((self.folder / "out/rollout.json").read_text()))
        for ranks, steps in ((2, 100), (1, 160)):  # begins to watch, and goes on watching
            self.ok("run", self.path, "--output", "out", "--restart", "--set", f"rollout.steps={steps}", "--set",
                    "rollout.outside=warn", ranks=ranks)
        watched = json.loads((self.folder / "out/rollout.json").read_text())["outside"]
        self.assertEqual(watched["frames"], len(range(80, 161, 20)))

    def test_files_of_a_finished_folder_that_are_not_as_they_were(self):
        self.finished()
        shutil.copytree(self.folder / "out", self.folder / "good")
        self.ok("run", self.path, "--output", "other", "--set", "generate.seed=5")
        kept = next((self.folder / "out").glob("checkpoint-*.h5")).name
        for name in ("error.csv", "model.h5", "train.json", "data.h5", "evaluate.json", "trajectory.h5md", kept):
            for change in ("remove", "empty", "other"):
                shutil.rmtree(self.folder / "out")
                shutil.copytree(self.folder / "good", self.folder / "out")
                path = self.folder / "out" / name
                if change == "remove":
                    path.unlink()
                    if name == kept:  # no result, but needed to extend the run
                        told = self.ok("run", self.path, "--output", "out", "--restart")
                        self.assertIn(f"{kept}' is missing, so that this stage can no more be extended", told)
                        continue
                elif change == "empty":
                    path.write_bytes(b"")
                else:
                    shutil.copy2(self.folder / "other" / name, path)
                says = "is missing" if change == "remove" else "was changed since"
                told = self.refused_untouched("run", self.path, "--output", "out", "--restart",
                                              says=[name, "record.json", says])
                self.follow_the_hint(told, path)
        for change in (lambda record: record.unlink(), lambda record: record.write_bytes(b"")):
            shutil.rmtree(self.folder / "out")
            shutil.copytree(self.folder / "good", self.folder / "out")
            change(self.folder / "out/record.json")
            self.refused_untouched("run", self.path, "--output", "out", "--restart", says=["record.json"])

    def follow_the_hint(self, told, path):
        """What stands in the way of --overwrite is said where it is offered."""
        self.assertIn("--overwrite", told)
        again = ("run", self.path, "--output", "out", "--overwrite")
        if path.exists():
            self.assertIn("move it away and begin anew with --overwrite", told)
            self.refused_untouched(*again, says=["was changed since"])
            path.rename(self.folder / "moved-away")
        if path.name in ("error.csv", "data.h5"):
            self.ok(*again)

    def test_data_made_anew_are_other_data(self):
        self.finished()
        self.ok("generate", self.path, "--output", "out", "--overwrite", "--set", "generate.seed=5")
        self.refused_untouched("train", self.path, "--output", "out", "--restart",
                               says=["the file of train.data has another content"])
        self.ok("train", self.path, "--output", "out", "--overwrite")
        self.refused_untouched("rollout", self.path, "--output", "out", "--restart",
                               says=["the file of rollout.model has another content"])

    def test_files_of_the_user_stay(self):
        mine = self.folder / "mine"
        mine.mkdir()
        deck = mine / "deck.toml"
        deck.write_text(DECK)
        self.refused_untouched("run", deck, "--output", "mine", says=["deck.toml"], folder="mine")
        self.refused_untouched("run", deck, "--output", "mine", "--overwrite", says=["deck.toml"], folder="mine")
        self.refused_untouched("check", deck, "--ranks", "2", "--json", deck, "--overwrite", folder="mine",
                               says=["would be replaced by this check, which needs it"])
        for name in ("model.h5", "rollout.csv", "data.h5", "record.json"):
            (mine / name).write_text("notes")
            for how in ("--overwrite", "--restart"):
                self.refused_untouched("run", self.path, "--output", "mine", how, says=[name], folder="mine")
            (mine / name).unlink()
        for name in ("model.h5", "data.h5", "record.json", "deck.toml", "checkpoint-3.h5"):
            part = mine / f"{name}.part"
            part.write_text("notes")
            for how in ("--quiet", "--overwrite", "--restart"):
                self.refused_untouched("run", self.path, "--output", "mine", how, says=[part.name, "no record"], folder="mine")
            part.unlink()
        (mine / "data.h5").write_text("notes")
        told = self.refused_untouched("run", self.path, "--output", "mine", says=["data.h5", "no record"], folder="mine")
        self.assertNotIn("--overwrite", told)
        (mine / "data.h5").unlink()
        os.symlink(self.folder / "elsewhere", mine / "rollout.csv")
        self.refused("rollout", self.path, "--output", "mine", "--overwrite", "--set", "rollout.force=exact", says=["rollout.csv"])
        self.assertTrue((mine / "rollout.csv").is_symlink())

    def test_data_that_bear_the_name_of_kept_rows_stay(self):
        self.finished()
        data = self.folder / "out/training-data.h5"
        shutil.copy2(self.folder / "out/data.h5", data)
        more = self.folder / "out/training-kinetic-0-8.h5"
        shutil.copy2(self.folder / "out/data.h5", more)
        for how in ("--overwrite", "--restart"):
            self.ok("train", self.path, "--output", "out", how, "--set", f"train.data={data}")
            self.assertTrue(data.exists() and more.exists())

    def test_nothing_goes_before_all_is_checked(self):
        self.finished()
        self.refused_untouched("rollout", self.path, "--output", "out", "--overwrite", "--set", "rollout.model=absent.h5",
                               says=["absent.h5"])
        self.refused_untouched("train", self.path, "--output", "out", "--overwrite", "--set", "train.layers=out/model.h5",
                               says=["model.h5", "which needs it"])
        plane = self.deck(DECK.replace('graph = "chain"\nsize = [6]', 'graph = "square"\nsize = [3, 3]'), "plane.toml")
        self.ok("run", plane, "--output", "plane")
        for stage, key in (("rollout", "rollout.model"), ("evaluate", "evaluate.model")):
            self.refused_untouched(stage, self.path, "--output", "out", "--overwrite", "--set", f"{key}=plane/model.h5",
                                   says=["dimension"])
        self.refused_untouched("train", self.path, "--output", "out", "--overwrite", "--set", "train.data=plane/model.h5",
                               says=["plane/model.h5"])
        path = self.folder / "out/rollout.csv"
        path.write_text(path.read_text() + "0\n")
        self.refused_untouched("rollout", self.path, "--output", "out", "--overwrite",
                               says=["rollout.csv", "was changed since rfhgn wrote it"])

    def test_a_start_that_was_replaced(self):
        liquid = self.deck(DECK.replace('graph = "chain"\nsize = [6]', 'graph = "cutoff"\nsize = [3, 3, 3]\ndensity = 0.8\n'
                           'potential = "lennard_jones"\ncutoff = 1.5\n').split("[model]")[0]
                           + "[rollout]\nforce = \"exact\"\nsteps = 30\ndt = 0.002\n", "liquid.toml")
        for seed in (1, 2):
            self.ok("generate", liquid, "--output", f"start{seed}", "--set", "generate.trajectories=1", "--set",
                    "generate.temperature=1.0", "--set", f"generate.seed={seed}")
        words = ("rollout", liquid, "--output", "moved", "--set", "rollout.start=start.h5")
        shutil.copy2(self.folder / "start1/data.h5", self.folder / "start.h5")
        self.ok(*words)
        shutil.copy2(self.folder / "start2/data.h5", self.folder / "start.h5")
        for more in ((), ("--set", "rollout.steps=60")):
            self.refused_untouched(*words, "--restart", *more, says=["the file of rollout.start has another content"],
                                   folder="moved")

    def test_one_run_at_a_time(self):
        long = ("rollout", self.path, "--output", "out", "--set", "rollout.force=exact", "--set", "rollout.steps=100000000")
        command = [os.environ["RFHGN_MPIEXEC"], "-n", "2", "--oversubscribe", "--bind-to", "none", RFHGN, *long]
        first = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            end = time.monotonic() + 60 * PATIENCE
            while not (self.folder / "out/rollout.csv").exists() and time.monotonic() < end:
                time.sleep(0.05)
            for how in ("--restart", "--overwrite"):
                told = self.refused("generate", self.path, "--output", "out", how, says=["is in use by process"])
                self.assertIn("rollout.steps=100000000", told)
            # The launcher dies, its ranks a little later: a restart waits for them.
            first.send_signal(signal.SIGKILL)
            first.wait()
            self.ok("rollout", self.path, "--output", "out", "--overwrite", "--set", "rollout.force=exact", ranks=2)
            self.assertEqual((self.folder / "out/rollout.csv").read_bytes().count(b"\0"), 0)
        finally:
            first.kill()
            first.wait()
        self.assertEqual(json.loads((self.folder / "out/rollout.json").read_text())["steps"], 60)


if __name__ == "__main__":
    unittest.main()

"""Trainings that are killed or signalled while they go through their rows and go on from the R factors that they kept."""
import os
import random
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np
from program import PATIENCE, RFHGN, ProgramTest

DECK = """
[system]
graph = "cubic"
size = [2, 2, 2]

[generate]
trajectories = 9000

[model]
node_width = 32
message_width = 48

[train]
stream = "always"
"""
# so small that R factors are kept after every leaf
OFTEN = ("--set", "train.checkpoint_minutes=1e-9")


def arrays(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda key, item: found.update({key: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return found


class TrainingRestart(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(DECK)
        self.ok("generate", self.path, "--output", "data")
        self.data = ("--set", f"train.data={self.folder}/data/data.h5")

    def whole(self, ranks, *more):
        self.ok("train", self.path, *self.data, *more, "--output", f"whole{ranks}", ranks=ranks)
        return arrays(self.folder / f"whole{ranks}/model.h5")

    def kept(self, problem="*"):
        return list((self.folder / "cut").glob(f"training-{problem}-*.h5"))

    def interrupt(self, ranks, number, *more, problem="*"):
        """Sends a signal (KILL and STOP to one rank, others to mpirun) some time after R factors of the problem have been
        kept."""
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", RFHGN, "train",
                   self.path, *self.data, *OFTEN, *more, "--output", "cut", "--restart"]
        process = subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + 60 * PATIENCE
        while not self.kept(problem) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 0.1))
        target = process.pid
        if number in (signal.SIGKILL, signal.SIGSTOP):
            ranks_of = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()
            target = int(random.choice(ranks_of))
        os.kill(target, number)
        out, err = process.communicate(timeout=60 * PATIENCE)
        self.assertFalse((self.folder / "cut/train.json").exists(), out + err)
        return process.returncode, out + err

    def assert_same(self, found, expected):
        self.assertEqual(found.keys(), expected.keys())
        for name, array in expected.items():
            self.assertTrue(np.array_equal(found[name], array), name)

    def test_killed_training_gives_the_same_bits(self):
        for before, after in ((1, 1), (3, 3), (4, 2), (1, 3)):
            more = ("--set", "train.lsqr_iterations=0") if before != after else ()
            expected = self.whole(after, *more, "--overwrite")
            self.interrupt(before, signal.SIGKILL, *more)
            self.assertTrue(self.kept())
            out = self.ok("train", self.path, *self.data, *more, "--output", "cut", "--restart", ranks=after)
            self.assertIn("goes on with R factors of the", out)
            self.assert_same(arrays(self.folder / "cut/model.h5"), expected)
            self.assertEqual(self.kept(), [])
            shutil.rmtree(self.folder / "cut")

    def test_signal_stops_in_order(self):
        expected = self.whole(2)
        code, text = self.interrupt(2, signal.SIGUSR1)
        self.assertEqual(code, 75, text)
        self.assertIn("stopped by SIGUSR1, with the R factors of finished rows", text)
        self.refused("train", self.path, *self.data, "--output", "cut", says=["exists already"])
        self.ok("train", self.path, *self.data, "--output", "cut", "--restart", ranks=2)
        self.assert_same(arrays(self.folder / "cut/model.h5"), expected)

    def test_rank_that_hangs(self):
        code, text = self.interrupt(3, signal.SIGSTOP, "--set", "train.watchdog_seconds=2")
        self.assertEqual(code, 1, text)
        self.assertRegex(text, "nothing was finished for 2 seconds: rank [0-2] is training")
        self.ok("train", self.path, *self.data, "--output", "cut", "--restart", ranks=3)
        self.assert_same(arrays(self.folder / "cut/model.h5"), self.whole(3))

    def test_what_does_not_fit_is_passed_over(self):
        self.interrupt(2, signal.SIGKILL)
        damaged = self.kept()[0]
        data = bytearray(damaged.read_bytes())
        data[len(data) // 3] ^= 8
        damaged.write_bytes(data)
        self.refused("train", self.path, *self.data, "--output", "cut", "--restart", "--set", "train.held_out=0.25",
                     says=["train.held_out was 0.2 and is now 0.25"])
        out = self.ok("train", self.path, *self.data, "--output", "cut", "--restart", ranks=1)
        self.assertIn("is passed over: it", out)
        self.assert_same(arrays(self.folder / "cut/model.h5"), self.whole(1))

    def test_r_factors_of_another_weight_of_energies_are_not_taken(self):
        self.interrupt(1, signal.SIGKILL, "--set", "train.energy_weight=1", problem="message")
        more = ("--set", "train.energy_weight=3")
        self.refused("train", self.path, *self.data, *more, "--output", "cut", "--restart",
                     says=["train.energy_weight was 1.0 and is now 3.0"])
        self.ok("train", self.path, *self.data, *more, "--output", "cut", "--overwrite")
        self.assert_same(arrays(self.folder / "cut/model.h5"), self.whole(1, *more))


if __name__ == "__main__":
    unittest.main()

"""What goes wrong while a rollout runs: full disks, folders that vanish, ranks that hang, states that explode."""
import os
import shutil
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np
from program import RFHGN, ProgramTest

DECK = """
[system]
graph = "cubic"
size = [12, 12, 12]

[rollout]
force = "exact"
steps = 3000
dt = 0.005
interval = 10
scalars_interval = 10
checkpoint_interval = 100
displacement = 0.1
momentum = 0.1
"""


class Faults(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(DECK)

    def start(self, output, ranks, *more):
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", RFHGN, "rollout",
                   self.path, "--output", output, *more]
        return subprocess.Popen([str(word) for word in command], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def small_disk(self, size):
        """A file system of its own; skips the test where none may be mounted."""
        disk = self.folder / "disk"
        disk.mkdir(exist_ok=True)
        options = f"remount,size={size}" if os.path.ismount(disk) else f"size={size}"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest("no file system can be mounted here: " + done.stderr)
        return disk

    def tearDown(self):
        disk = self.folder / "disk"
        while os.path.ismount(disk):
            subprocess.run(["umount", "-l", str(disk)], check=True)
        super().tearDown()

    def test_full_disk(self):
        self.ok("rollout", self.path, "--output", "whole", ranks=2)
        for ranks in (1, 2, 3, 4):
            disk = self.small_disk("20m")
            begin = time.monotonic()
            process = self.start(disk / "out", ranks)
            out, err = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 1, out + err)
            self.assertEqual(err.count("rfhgn: error: no space for"), 1, err)
            self.assertLess(time.monotonic() - begin, 100)
            kept = sorted((disk / "out").glob("checkpoint-*"))
            self.assertEqual(len(kept), 2)
            self.assertIn("checkpoint", self.ok("info", kept[0]))
            # Still full: refused again, and nothing good is touched.
            self.refused("rollout", self.path, "--output", disk / "out", "--restart", says=["no space for"], ranks=ranks, code=1)
            self.assertEqual(sorted((disk / "out").glob("checkpoint-*")), kept)
            self.small_disk("200m")
            self.ok("rollout", self.path, "--output", disk / "out", "--restart", ranks=ranks)
            with h5py.File(disk / "out/trajectory.h5md") as one, h5py.File(self.folder / "whole/trajectory.h5md") as other:
                for name in ("step", "time", "value"):
                    name = f"particles/trajectory/position/{name}"
                    np.testing.assert_allclose(one[name], other[name], rtol=1e-9, atol=1e-9)
            shutil.rmtree(disk / "out")

    def test_folder_vanishes(self):
        process = self.start("gone", 2, "--set", "rollout.steps=1000000", "--set", "rollout.interval=100000")
        self.wait_for_checkpoints("gone", process, least=1)
        shutil.rmtree(self.folder / "gone")
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertEqual(err.count("rfhgn: error"), 1, err)

    def test_folder_that_cannot_be_written(self):
        disk = self.small_disk("20m")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        self.refused("rollout", self.path, "--output", disk / "out", says=["cannot create the folder", "hint"], ranks=2)

    def test_state_that_explodes(self):
        text = self.refused("rollout", self.path, "--output", "out", "--set", "rollout.displacement=1e160", "--set",
                            "rollout.momentum=1e160", ranks=2, code=1, says=["step"])
        self.assertIn("particle", text)
        self.assertFalse((self.folder / "out/rollout.json").exists())

    def test_rank_that_hangs(self):
        process = self.start("out", 2, "--set", "rollout.steps=100000000", "--set", "rollout.interval=1000000", "--set",
                             "rollout.watchdog_seconds=3")
        self.wait_for_checkpoints("out", process, least=1)
        ranks = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()
        os.kill(int(ranks[1]), signal.SIGSTOP)
        begin = time.monotonic()
        out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertIn("nothing was finished for 3 seconds: rank 0 is at step", err)
        self.assertLess(time.monotonic() - begin, 40)
        self.ok("info", next((self.folder / "out").glob("checkpoint-*.h5")))

    def test_watchdog_sleeps_with_the_run(self):
        """A run that is stopped as a whole, as by a queue, and goes on is not taken for one that hangs."""
        process = self.start("out", 1, "--set", "rollout.watchdog_seconds=2", "--set", "rollout.steps=20000", "--set",
                             "rollout.interval=1000", "--set", "rollout.checkpoint_interval=1000")
        self.wait_for_checkpoints("out", process, least=1)
        rank = int(subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()[0])
        os.kill(rank, signal.SIGSTOP)
        time.sleep(5)
        os.kill(rank, signal.SIGCONT)
        out, err = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, out + err)


if __name__ == "__main__":
    unittest.main()

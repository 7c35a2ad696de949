"""What goes wrong while a rollout runs: full disks, folders that vanish, ranks that hang, states that explode."""
import os
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

    def start(self, output, ranks, *more, faults=None):
        """Faults are variables of fault_injection.cpp; they begin with break_now."""
        self.trigger = self.folder / "broken"
        self.trigger.unlink(missing_ok=True)
        preloaded = [path for path in (os.environ.get("LD_PRELOAD"), os.environ["RFHGN_FAULT_INJECTION"]) if path]
        broken = {"LD_PRELOAD": ":".join(preloaded), "FAULT_FROM": self.trigger, **faults} if faults else {}
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none",
                   *(word for name, value in broken.items() for word in ("-x", f"{name}={value}")), RFHGN, "rollout",
                   self.path, "--output", output, *more]
        return subprocess.Popen([str(word) for word in command], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def break_now(self, output, process, checkpoints=1):
        """The faults begin in the midst of the run, once it has left so many checkpoints."""
        self.wait_for_checkpoints(output, process, least=checkpoints)
        self.trigger.touch()

    def newest(self, output):
        """The step of the newest checkpoint; -1 without one, as after the end of a run."""
        return max((int(path.stem.split("-")[1]) for path in (self.folder / output).glob("checkpoint-*.h5")), default=-1)

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
            # Large enough for all when the run begins; others fill it meanwhile.
            disk = self.small_disk("200m")
            begin = time.monotonic()
            process = self.start(disk / "out", ranks)
            self.wait_for_checkpoints(disk / "out", process, 2)
            self.small_disk("20m")
            out, err = process.communicate(timeout=120 * PATIENCE)
            self.assertEqual(process.returncode, 1, out + err)
            self.assertEqual(err.count("rfhgn: error: no space for"), 1, err)
            self.assertLess(time.monotonic() - begin, 100 * PATIENCE)
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
        # at once, not file by file while the run writes others
        (self.folder / "gone").rename(self.folder / "away")
        shutil.rmtree(self.folder / "away")
        out, err = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertEqual(err.count("rfhgn: error"), 1, err)

    def test_folder_that_cannot_be_written(self):
        disk = self.small_disk("20m")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        self.refused("rollout", self.path, "--output", disk / "out", says=["cannot be written: no permission", "hint"], ranks=2)

    def test_clock_jumps(self):
        """What is due after a time goes by a clock that nobody sets."""
        short = ("--set", "rollout.checkpoint_interval=0", "--set", "rollout.checkpoint_minutes=0.003", "--set",
                 "rollout.steps=30000", "--set", "rollout.interval=300")
        self.ok("rollout", self.path, "--output", "whole", *short, ranks=2)
        for jump in (-100000, 100000):
            process = self.start(f"jump{jump}", 2, *short, "--max-walltime", "3600", "--set", "rollout.watchdog_seconds=60",
                                 faults={"FAULT_CLOCK": jump})
            self.break_now(f"jump{jump}", process)
            before, later = self.newest(f"jump{jump}"), False
            while process.poll() is None and not later:
                later = self.newest(f"jump{jump}") > before
                time.sleep(0.01)
            self.assertTrue(later)
            out, err = process.communicate(timeout=60 * PATIENCE)
            self.assertEqual(process.returncode, 0, out + err)
            self.assertEqual((self.folder / f"jump{jump}/rollout.csv").read_text(), (self.folder / "whole/rollout.csv").read_text())

    def test_disk_that_is_lost(self):
        """Of all ranks or of one: the run ends, and goes on from its last good checkpoint when the disk is back."""
        short = ("--set", "rollout.steps=30000", "--set", "rollout.interval=100")
        self.ok("rollout", self.path, "--output", "whole", *short, ranks=2)
        for name, rank in (("all", {}), ("one", {"FAULT_RANK": 1})):
            # HDF5 waits for ever where a disk goes while it writes what it keeps between the data: the watchdog ends that.
            process = self.start(name, 2, *short, "--set", "rollout.watchdog_seconds=15", faults={"FAULT_DISK": 1, **rank})
            self.break_now(name, process)
            out, err = process.communicate(timeout=60 * PATIENCE)
            self.assertEqual(process.returncode, 1, out + err)
            self.assertGreaterEqual(err.count("rfhgn: error"), 1, out + err)
            self.ok("rollout", self.path, "--output", name, *short, "--restart", ranks=2)
            with h5py.File(self.folder / name / "trajectory.h5md") as one, h5py.File(self.folder / "whole/trajectory.h5md") as other:
                for element in ("step", "time", "value"):
                    element = f"particles/trajectory/position/{element}"
                    self.assertTrue(np.array_equal(one[element], other[element]), element)

    def test_exception_on_one_rank(self):
        """Others wait for it in a collective call: it must end them."""
        for ranks, rank in ((2, 1), (4, 2)):
            process = self.start(f"out{ranks}", ranks, "--set", "rollout.steps=1000000",
                                 faults={"FAULT_MEMORY": 1, "FAULT_RANK": rank})
            self.break_now(f"out{ranks}", process)
            out, err = process.communicate(timeout=60 * PATIENCE)
            self.assertEqual(process.returncode, 1, out + err)
            self.assertRegex(err, "rfhgn: error: .*(no memory|bad_alloc)")

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
        out, err = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 1, out + err)
        self.assertIn("nothing was finished for 3 seconds: rank 0 is rolling out, at step", err)
        self.assertLess(time.monotonic() - begin, 40 * PATIENCE)
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
        out, err = process.communicate(timeout=120 * PATIENCE)
        self.assertEqual(process.returncode, 0, out + err)


if __name__ == "__main__":
    unittest.main()

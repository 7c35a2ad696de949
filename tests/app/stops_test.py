"""Every stage ends soon when a signal or the limit of wall time asks for it; equilibrations go on where they stopped."""
import os
import signal
import subprocess
import time
import unittest

import h5py
import numpy as np
from program import LIQUID, PATIENCE, RFHGN, SMALL, ProgramTest

ENDLESS = 10**12
# Trajectories that would take for ever, on each rank.
GENERATE = SMALL.replace("trajectories = 30", f"trajectories = 4\nframes = 2\ninterval = {10**9}")
MANY = SMALL.replace("trajectories = 30", "trajectories = 3000000")
LANGEVIN = f"\ntemperature = 0.1\nequilibrate = {ENDLESS}\nthermostat = \"langevin\"\n"
EQUILIBRATION = SMALL.replace("[rollout]", "[rollout]" + LANGEVIN + "force = \"exact\"").replace("momentum = 0.1\n", "")
ZERO_SHOT = SMALL.replace("size = [4, 3, 3]", "size = [4, 3, 3]" + LANGEVIN)

EQUILIBRATED = """
[rollout]
force = "exact"
steps = 200
dt = 0.003
interval = 100
scalars_interval = 100
temperature = 1.0
thermostat = "langevin"
equilibrate = 20000
"""


def arrays(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda key, item: found.update({key: item[()]})
                        if isinstance(item, h5py.Dataset) and key.startswith("particles") else None)
    return found


class Stops(ProgramTest):
    def start(self, *words, ranks):
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", RFHGN, *words]
        return subprocess.Popen([str(word) for word in command], cwd=self.folder, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True)

    def ends(self, process, name, stage, target):
        """Sends the signal to the last rank, after which all must end in order, and soon."""
        ranks = []
        end = time.monotonic() + 60 * PATIENCE
        while not ranks and time.monotonic() < end:
            ranks = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()
            time.sleep(0.05)
        time.sleep(4)  # set-up is over
        self.assertIsNone(process.poll(), "it was to be at work")
        begin = time.monotonic()
        os.kill(int(ranks[-1]) if target == "rank" else process.pid, getattr(signal, name))
        text, _ = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 75, text)
        self.assertRegex(text, f"{stage}: stopped.* by {name}")
        self.assertLess(time.monotonic() - begin, 20 * PATIENCE)  # a second, on a machine at rest

    def test_signals(self):
        model = self.deck(SMALL, "model.toml")
        self.ok("generate", model, "--output", "model")
        self.ok("train", model, "--output", "model")
        trained = ("--set", f"evaluate.model={self.folder}/model/model.h5")
        cases = [("generate", GENERATE, (), ()), ("generate", MANY, (), ()),
                 ("generate", SMALL.replace("[generate]", "[generate]" + LANGEVIN).replace("momentum = 0.1\n", ""), (), ()),
                 ("evaluate", ZERO_SHOT, trained, ()), ("rollout", EQUILIBRATION, (), {"equilibration"})]
        for k, (stage, deck, more, kept) in enumerate(cases):
            for ranks, name, target in ((2, "SIGTERM", "rank"), (1, "SIGUSR1", "mpirun")):
                output = f"{k}-{ranks}"
                self.ends(self.start(stage, self.deck(deck), *more, "--output", output, ranks=ranks), name, stage, target)
                left = {path.name for path in (self.folder / output).iterdir()}
                self.assertEqual({name.split("-")[0] for name in left} - {"record.json", ".rfhgn"}, set(kept))

    def test_limit_of_wall_time(self):
        for stage, deck in (("generate", GENERATE), ("rollout", EQUILIBRATION)):
            begin = time.monotonic()
            done = self.rfhgn(stage, self.deck(deck), "--output", stage, "--max-walltime", "2", ranks=2)
            self.assertEqual(done.returncode, 75, done.stdout + done.stderr)
            self.assertIn("by the limit of wall time", done.stdout)
            self.assertLess(time.monotonic() - begin, 10 * PATIENCE)
        self.ok("generate", self.deck(), "--output", "generate", "--restart")

    def test_streamed_evaluation(self):
        """Deviations of many forces take their time."""
        deck = self.deck(SMALL.replace("_width = 16", "_width = 200").replace("snapshots = 10\n", ""))
        self.ok("generate", deck, "--output", "small")
        self.ok("train", deck, "--output", "small", "--set", f"train.data={self.folder}/small/data.h5")
        self.ok("generate", deck, "--output", "large", "--set", "generate.trajectories=200000", ranks=2)
        more = ("--set", f"evaluate.model={self.folder}/small/model.h5", "--set", f"evaluate.data={self.folder}/large/data.h5")
        for stream in ("always", "never"):
            for ranks, name, target in ((2, "SIGTERM", "rank"), (1, "SIGUSR1", "mpirun")):
                process = self.start("evaluate", deck, *more, "--output", "judged", "--set", f"evaluate.stream=\"{stream}\"",
                                     ranks=ranks)
                self.ends(process, name, "evaluate", target)
                self.assertEqual({path.name for path in (self.folder / "judged").iterdir()} - {"record.json", ".rfhgn-lock"}, set())

    def test_watchdog(self):
        """Who works, or waits for a rank that does, is not ended; a rank that hangs ends the run."""
        text = GENERATE.replace("trajectories = 4", "trajectories = 1")
        process = self.start("generate", self.deck(text), "--output", "out", "--set", "generate.watchdog_seconds=3", ranks=2)
        time.sleep(2 + 7 * PATIENCE)
        self.assertIsNone(process.poll())
        ranks = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()
        os.kill(int(ranks[0]), signal.SIGSTOP)  # whose the trajectory is
        text, _ = process.communicate(timeout=60 * PATIENCE)
        self.assertEqual(process.returncode, 1, text)
        self.assertRegex(text, "nothing was finished for 3 seconds: rank 1 is generating")

    def test_patience(self):
        deck = self.deck()
        self.ok("run", deck, *(word for stage in ("generate", "train", "evaluate", "rollout")
                               for word in ("--set", f"{stage}.watchdog_seconds=1e9")), "--max-walltime", "999999999")
        self.refused("run", deck, "--set", "train.watchdog_seconds=1e12", "--output", "no", says=["train.watchdog_seconds"])

    def goes_on(self, text, ranks):
        """Many short runs come to the same as one that nothing disturbs."""
        deck = self.deck(text)
        begin = time.monotonic()
        self.ok("rollout", deck, "--output", "short", "--set", "rollout.equilibrate=1", ranks=ranks)
        seconds = 1 + int(2 * (time.monotonic() - begin))
        self.ok("rollout", deck, "--output", "whole", ranks=ranks)
        stops = 0
        for _ in range(100):
            done = self.rfhgn("rollout", deck, "--output", "cut", "--restart", "--max-walltime", seconds, ranks=ranks)
            if done.returncode == 0:
                break
            self.assertEqual(done.returncode, 75, done.stdout + done.stderr)
            stops += "of the equilibration" in done.stdout
            for path in (self.folder / "cut").glob("equilibration-*.h5"):
                self.assertIn("of an equilibration", self.ok("info", path))
                break
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreaterEqual(stops, 1)
        self.assertEqual([path.name for path in (self.folder / "cut").glob("*-*.h5")], ["checkpoint-200.h5"])
        found, expected = arrays(self.folder / "cut/trajectory.h5md"), arrays(self.folder / "whole/trajectory.h5md")
        self.assertEqual(found.keys(), expected.keys())
        for name, array in expected.items():
            self.assertTrue(np.array_equal(found[name], array), name)
        self.assertEqual((self.folder / "cut/rollout.csv").read_text(), (self.folder / "whole/rollout.csv").read_text())

    def test_equilibration_of_a_liquid_goes_on(self):
        self.goes_on(LIQUID + EQUILIBRATED, 1)

    def test_equilibration_of_a_lattice_goes_on(self):
        lattice = EQUILIBRATED.replace("20000", "200000").replace("langevin", "rescale")
        self.goes_on("[system]\ngraph = \"cubic\"\nsize = [12, 12, 12]\n" + lattice, 1)

    def test_killed_after_the_equilibration(self):
        """What a run has written before its first checkpoint is written anew."""
        deck = self.deck(LIQUID + EQUILIBRATED.replace("20000", "2000").replace("steps = 200\n", "steps = 3000\n"))
        more = ("--set", "rollout.checkpoint_interval=500")
        self.ok("rollout", deck, "--output", "whole", *more)
        process = self.start("rollout", deck, "--output", "cut", *more, ranks=1)
        while not (self.folder / "cut/rollout.csv").exists():
            time.sleep(0.01)
        rank = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()[0]
        os.kill(int(rank), signal.SIGKILL)
        process.communicate(timeout=60 * PATIENCE)
        self.ok("rollout", deck, "--output", "cut", *more, "--restart")
        self.assertEqual((self.folder / "cut/rollout.csv").read_text(), (self.folder / "whole/rollout.csv").read_text())


if __name__ == "__main__":
    unittest.main()

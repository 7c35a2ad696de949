"""Rollouts that are killed, signalled or run out of time and go on from their checkpoints as if nothing had been."""
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import time
import unittest
from pathlib import Path

import h5py
import numpy as np
from program import INPUT, LIQUID, PATIENCE, RFHGN, ProgramTest

DECK = """
[system]
graph = "cubic"
size = [3, 3, 3]

[generate]
trajectories = 20

[model]
node_width = 8
message_width = 8

[rollout]
steps = 10000
dt = 0.005
interval = 300
scalars_interval = 100
checkpoint_interval = 700
outside = "ignore"
uncertainty = true
displacement = 0.1
momentum = 0.1
"""

FLUID = LIQUID + """
[rollout]
force = "exact"
steps = 6000
dt = 0.003
interval = 300
scalars_interval = 100
checkpoint_interval = 700
temperature = 1.5

[rollout.observe]
interval = 10
blocks = 4
"""


def contents(folder):
    """Every array of the trajectories by name, and the tables."""
    arrays = {}
    for path in folder.glob("*.h5md"):
        with h5py.File(path) as file:
            file.visititems(lambda key, item: arrays.update({f"{path.name}/{key}": item[()]})
                            if isinstance(item, h5py.Dataset) and key != "connectivity/bonds" else None)
    return arrays, {path.name: path.read_text() for path in folder.glob("*.csv")}


class RestartTest(ProgramTest):
    """A deck and, where it needs a model, words that name it."""
    model = ()

    def start(self, output, ranks, *more, command="rollout"):
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", RFHGN, command,
                   self.path, *self.model, "--output", output, *more]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def ranks_of(self, process):
        """Process ids, once all have begun to write lines of scalars."""
        end = time.monotonic() + 60 * PATIENCE
        while time.monotonic() < end and process.poll() is None:
            ranks = subprocess.run(["pgrep", "-P", str(process.pid), "rfhgn"], capture_output=True, text=True).stdout.split()
            if ranks and self.has_open(ranks[0], "rollout.csv"):
                return [int(rank) for rank in ranks]
            time.sleep(0.01)
        self.fail("no ranks: " + str(process.communicate(timeout=60 * PATIENCE)))

    @staticmethod
    def has_open(rank, name):
        try:
            return any(os.readlink(link).endswith(name) for link in Path(f"/proc/{rank}/fd").iterdir())
        except OSError:
            return False

    def undisturbed(self, ranks):
        self.ok("rollout", self.path, *self.model, "--output", f"whole{ranks}", ranks=ranks)
        self.assertEqual(len(list((self.folder / f"whole{ranks}").glob("checkpoint*"))), 1)  # from which more steps go on
        return contents(self.folder / f"whole{ranks}")

    def interrupted(self, ranks, output="cut"):
        """Kills one rank some time after the second checkpoint."""
        process = self.start(output, ranks)
        self.wait_for_checkpoints(output, process, least=2)
        time.sleep(random.uniform(0, 0.05))
        os.kill(random.choice(self.ranks_of(process)), signal.SIGKILL)
        process.communicate(timeout=60 * PATIENCE)
        self.assertNotEqual(process.returncode, 0)
        self.assertFalse((self.folder / output / "rollout.json").exists())

    def assert_same(self, found, expected, tolerance=0.0):
        for name, array in expected[0].items():
            self.assertEqual(found[0][name].shape, array.shape, name)
            if tolerance == 0 or array.dtype.kind == "i":
                self.assertTrue(np.array_equal(found[0][name], array), name)
            else:
                np.testing.assert_allclose(found[0][name], array, rtol=tolerance, atol=tolerance, err_msg=name)
        for name, text in expected[1].items():
            if tolerance == 0:
                self.assertEqual(found[1][name], text, name)
            self.assertEqual([line.split(",")[0] for line in found[1][name].splitlines()],
                             [line.split(",")[0] for line in text.splitlines()], name)

    def goes_on_bit_by_bit(self, tables):
        for ranks in (1, 3):
            expected = self.undisturbed(ranks)
            self.assertEqual(set(expected[1]), tables)
            self.interrupted(ranks, f"cut{ranks}")
            out = self.ok("rollout", self.path, *self.model, "--output", f"cut{ranks}", "--restart", ranks=ranks)
            self.assertIn("goes on at step", out)
            self.assert_same(contents(self.folder / f"cut{ranks}"), expected)
            summary = json.loads((self.folder / f"cut{ranks}/rollout.json").read_text())
            self.assertGreater(summary["resumed_at_step"], 0)
            again = self.ok("rollout", self.path, *self.model, "--output", f"cut{ranks}", "--restart")
            self.assertIn("finished already", again)


class FluidRestart(RestartTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(FLUID)

    def test_killed_run_goes_on_bit_by_bit(self):
        self.goes_on_bit_by_bit({"rollout.csv", "radial.csv", "motion.csv"})

    def test_another_number_of_ranks(self):
        """Paths part by chaos, but not what they say on average."""
        arrays, tables = self.undisturbed(2)
        self.interrupted(3)
        self.ok("rollout", self.path, "--output", "cut", "--restart", ranks=2)
        found = contents(self.folder / "cut")
        self.assertEqual({name: array.shape for name, array in found[0].items()},
                         {name: array.shape for name, array in arrays.items()})
        position = "trajectory.h5md/particles/trajectory/position/value"
        np.testing.assert_allclose(found[0][position][:2], arrays[position][:2], atol=1e-6)
        self.assertEqual(len(found[1]["rollout.csv"].splitlines()), len(tables["rollout.csv"].splitlines()))
        one, other = (json.loads((self.folder / name / "rollout.json").read_text()) for name in ("whole2", "cut"))
        for name, values in one["averages"].items():
            error = np.hypot(values["error"], other["averages"][name]["error"])
            self.assertLess(abs(values["mean"] - other["averages"][name]["mean"]), 6 * error, name)
        self.assertLess(other["energy"]["largest_relative_deviation"], 1e-3)


class ManyBodyRestart(RestartTest):
    def setUp(self):
        super().setUp()
        text = (INPUT / "silicon.toml").read_text().replace('"silicon', f'"{INPUT}/silicon').replace(
            "size = [4, 4, 4]", "size = [2, 2, 2]").replace("steps = 500", "steps = 4000\ncheckpoint_interval = 300").replace(
            "degree = 9", "degree = 6").replace("neurons = 300", "neurons = 60")
        self.path = self.deck(text)
        self.ok("train", self.path, "--output", "model", timeout=200)
        self.model = ("--set", f"rollout.model={self.folder}/model/model.h5")

    def test_killed_run_goes_on_bit_by_bit(self):
        self.goes_on_bit_by_bit({"rollout.csv"})


class Restart(RestartTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(DECK)
        self.ok("generate", self.path, "--output", "model")
        self.ok("train", self.path, "--output", "model")
        self.model = ("--set", f"rollout.model={self.folder}/model/model.h5")

    def test_killed_run_goes_on_bit_by_bit(self):
        self.goes_on_bit_by_bit({"rollout.csv", "exact.csv", "error.csv", "deviation.csv"})

    def test_another_number_of_ranks(self):
        expected = self.undisturbed(1)
        self.interrupted(2)
        self.ok("rollout", self.path, *self.model, "--output", "cut", "--restart", ranks=4)
        # 10,000 steps of a chaotic system: rounding grows, but slowly at this amplitude
        self.assert_same(contents(self.folder / "cut"), expected, tolerance=1e-7)

    def test_signals_stop_in_order(self):
        expected = self.undisturbed(2)
        more = ("--set", "rollout.checkpoint_interval=0", "--set", "rollout.checkpoint_minutes=0")
        for name in ("USR1", "TERM", "INT", "HUP"):
            process = self.start("cut", 2, "--restart", *more)
            ranks = self.ranks_of(process)
            # mpirun passes USR1 on; after others it kills ranks, so those go to one rank, and all must stop
            os.kill(process.pid if name == "USR1" else ranks[1], getattr(signal, f"SIG{name}"))
            out, err = process.communicate(timeout=60 * PATIENCE)
            self.assertEqual(process.returncode, 75, out + err)
            self.assertIn(f"by SIG{name}, with a checkpoint", out)
            self.assertEqual(len(list((self.folder / "cut").glob("checkpoint-*.h5"))), 1 if name == "USR1" else 2)
        self.ok("rollout", self.path, *self.model, "--output", "cut", "--restart", ranks=2)
        self.assert_same(contents(self.folder / "cut"), expected)

    def test_ignored_hangup(self):
        """As under nohup: closing the terminal leaves the run alone."""
        process = subprocess.Popen([RFHGN, "rollout", self.path, *self.model, "--output", "cut", "--set", "rollout.steps=100000000"],
                                   cwd=self.folder, stdout=subprocess.PIPE, text=True,
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_for_checkpoints("cut", process, least=1)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        self.assertIn("by SIGTERM", process.communicate(timeout=60 * PATIENCE)[0])

    def test_second_interrupt_ends_at_once(self):
        process = self.start("cut", 2, "--set", "rollout.steps=100000000")
        self.wait_for_checkpoints("cut", process, least=1)
        interrupted, held = self.ranks_of(process)
        os.kill(held, signal.SIGSTOP)  # so that the other cannot stop in order
        os.kill(interrupted, signal.SIGINT)
        time.sleep(1)
        self.assertIsNone(process.poll())  # the first asks for an orderly stop, which needs both
        os.kill(interrupted, signal.SIGINT)
        process.communicate(timeout=60 * PATIENCE)
        self.assertNotIn(process.returncode, (0, 75))

    def test_a_folder_that_is_removed(self):
        process = self.start("gone", 2)
        self.wait_for_checkpoints("gone", process, least=1)
        shutil.rmtree(self.folder / "gone", ignore_errors=True)
        told = str(process.communicate(timeout=60 * PATIENCE))
        self.assertEqual(process.returncode, 1, told)
        self.assertRegex(told, "No such file or directory.*hint: .*(removed during the run|the directory exists)")

    def test_wall_time(self):
        steps = ("--set", "rollout.steps=2000000000", "--set", "rollout.interval=1000000", "--set",
                 "rollout.scalars_interval=1000000", "--set", "rollout.exact=false")
        begin = time.monotonic()
        done = self.rfhgn("rollout", self.path, *self.model, *steps, "--output", "cut", "--max-walltime", "3", ranks=2)
        self.assertEqual(done.returncode, 75, done.stdout + done.stderr)
        self.assertIn("by the limit of wall time", done.stdout)
        self.assertLess(time.monotonic() - begin, 20 * PATIENCE)
        with open(self.folder / "cut/rollout.csv", "a") as file:
            file.write("mine\n")
        done = self.rfhgn("rollout", self.path, *self.model, *steps, "--output", "cut", "--restart", "--max-walltime", "2")
        self.assertIn("rollout.csv' is cut back to step", done.stdout)
        self.assertIn("5 bytes stood behind it", done.stdout)
        for text in ("1h", "", "-5", "1:2:3:4", "0", "1:99:99", "1:60"):
            self.refused("rollout", self.path, "--max-walltime", text, says=["--max-walltime"])

    def test_damaged_checkpoints(self):
        self.interrupted(2)
        newest, older = sorted((self.folder / "cut").glob("checkpoint-*.h5"),
                               key=lambda p: -int(p.stem.split("-")[1]))
        data = bytearray(newest.read_bytes())
        data[len(data) // 2] ^= 16
        newest.write_bytes(data)
        with (self.folder / "cut/rollout.csv").open("a") as csv:
            csv.write("a line by hand, without an end")
        shutil.copytree(self.folder / "cut", self.folder / "hopeless")
        done = self.rfhgn("rollout", self.path, *self.model, "--output", "cut", "--restart", ranks=2)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(f"{newest.name}' is damaged", done.stdout)
        self.assertIn(f"goes on at step {older.stem.split('-')[1]}", done.stdout)
        self.assert_same(contents(self.folder / "cut"), self.undisturbed(2))
        (self.folder / "hopeless" / older.name).write_bytes(b"nothing")
        before = (self.folder / "hopeless/trajectory.h5md").read_bytes()
        self.refused("rollout", self.path, *self.model, "--output", "hopeless", "--restart", ranks=3,
                     says=["none of the checkpoints can be read"])
        for name in (newest.name, older.name):  # nor are they files at all
            (self.folder / "hopeless" / name).unlink()
        (self.folder / "hopeless" / newest.name).symlink_to("nowhere")
        (self.folder / "hopeless" / older.name).mkdir()
        self.refused("rollout", self.path, *self.model, "--output", "hopeless", "--restart", ranks=2,
                     says=["none of the checkpoints can be read"])
        self.assertEqual((self.folder / "hopeless/trajectory.h5md").read_bytes(), before)

    def test_what_does_not_fit_is_refused(self):
        self.interrupted(2)
        go_on = ("rollout", self.path, *self.model, "--output", "cut", "--restart")
        self.refused(*go_on, "--set", "rollout.dt=0.01", ranks=2, says=["rollout.dt was 0.005 and is now 0.01"])
        self.refused(*go_on, "--set", "rollout.system.size=[3, 3, 4]", says=["rollout.system.size was"])
        self.refused(*go_on, "--overwrite", says=["--overwrite"])
        self.refused("rollout", self.path, *self.model, "--output", "cut", says=["exists already"])
        csv = (self.folder / "cut/rollout.csv").read_text()
        (self.folder / "cut/rollout.csv").write_text(csv[:50])
        self.refused(*go_on, ranks=2, says=["rollout.csv' has not got the lines"])
        second = csv.index("\n", csv.index("\n") + 1) + 1
        for changed in (csv[:second] + csv[second + 1:] + "7\n", csv[:second] + "0,0,0\n" + csv[second:], "\0" * len(csv)):
            (self.folder / "cut/rollout.csv").write_text(changed)
            self.refused(*go_on, says=["rollout.csv' has other lines"])
            self.assertEqual((self.folder / "cut/rollout.csv").read_text(), changed)
        (self.folder / "cut/rollout.csv").unlink()
        (self.folder / "cut/rollout.csv").symlink_to("elsewhere")
        self.refused(*go_on, says=["rollout.csv"])
        (self.folder / "cut/rollout.csv").unlink()
        (self.folder / "cut/rollout.csv").write_text(csv)
        shutil.copy(self.folder / "cut/trajectory.h5md", self.folder / "kept")
        with h5py.File(self.folder / "cut/trajectory.h5md", "r+") as file:
            file["particles/trajectory/position/step"][1] = 3
        self.refused(*go_on, says=["trajectory.h5md", "of other steps than at the checkpoint"])
        shutil.copy(self.folder / "kept", self.folder / "cut/trajectory.h5md")
        with open(self.folder / "cut/rollout.csv") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            self.refused(*go_on, says=["rollout.csv': another process has locked it"], code=1)
        (self.folder / "cut/trajectory.h5md").rename(self.folder / "cut/away")
        self.refused(*go_on, ranks=2, says=["trajectory.h5md' is gone"])
        self.assertEqual(len(list((self.folder / "cut").glob("checkpoint-*.h5"))), 2)

    def test_nothing_to_go_on_from(self):
        self.ok("rollout", self.path, *self.model, "--output", "new", "--restart", "--set", "rollout.steps=600")
        self.interrupted(1)
        self.ok("rollout", self.path, *self.model, "--output", "cut", "--overwrite", "--set", "rollout.steps=600")
        self.assertEqual(contents(self.folder / "cut")[1], contents(self.folder / "new")[1])

    def test_all_stages(self):
        """`run` goes on at the first stage that is not complete, and leaves those before it as they are."""
        self.path = self.deck(DECK.replace("uncertainty = true", 'force = "tabulated"\nexact = false') + "\n[tabulate]\n")
        self.model = ()
        endless = ("--set", "rollout.steps=100000000", "--set", "rollout.interval=10000000")
        made = {}
        for restart in ([], ["--restart"]):
            process = self.start("all", 2, *endless, *restart, command="run")
            os.kill(self.ranks_of(process)[0], signal.SIGTERM)
            out, err = process.communicate(timeout=60 * PATIENCE)
            self.assertEqual(process.returncode, 75, out + err)
            for stage, name in (("generate", "data.h5"), ("train", "model.h5"), ("tabulate", "tabulated.h5")):
                file = (self.folder / "all" / name).stat()
                self.assertEqual(f"{stage}: finished already" in out, bool(restart), out)
                self.assertEqual(made.setdefault(name, file.st_mtime_ns), file.st_mtime_ns)
            for key, value in (("system.size", "[2, 2, 2]"), ("tabulate.tolerance", "1e-6")):
                self.refused("run", self.path, "--output", "all", "--restart", *endless, "--set", f"{key}={value}",
                             says=[f"{key} was"])


if __name__ == "__main__":
    unittest.main()

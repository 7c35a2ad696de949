"""jobs/workstation and what it shares with the others: whose folder paths count from, what numbers are taken, and that a run
stops in order when it is interrupted or its terminal is closed."""
import os
import pty
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SOURCE = Path(os.environ["RFHGN_SOURCE"])
PROGRAM = os.environ["RFHGN"]

DECK = """
[system]
graph = "chain"
size = 8

[rollout]
force = "exact"
steps = {steps}
interval = 1000000000
scalars_interval = 1000000000
dt = 0.01
"""


class Workstation(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="rfhgn-workstation-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        self.environment = dict(os.environ)
        self.deck(100)

    def deck(self, steps):
        (self.folder / "deck.toml").write_text(DECK.format(steps=steps))

    def speaking_program(self):
        """One that tells its arguments, instead of rfhgn."""
        path = self.folder / "speaks"
        path.write_text('#!/bin/sh\necho "arguments: $*"\n')
        path.chmod(0o755)
        return {"RFHGN": str(path)}

    def start(self, *words, script=SOURCE / "jobs/workstation", **more):
        return subprocess.Popen([str(word) for word in (script, *words)], cwd=self.folder, env=self.environment,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)

    def run_here(self, *words, code=0, script=SOURCE / "jobs/workstation", **environment):
        self.environment.update(environment)
        process = self.start(*words, script=script)
        said = process.communicate(timeout=60)[0]
        self.assertEqual(process.returncode, code, said)
        return said

    def test_paths_count_from_the_folder_of_the_caller(self):
        self.run_here("-n", 1, "deck.toml")
        self.assertTrue((self.folder / "results/deck/rollout.json").exists())
        self.run_here("-n", 1, "deck.toml", "elsewhere", "rollout")
        self.assertTrue((self.folder / "elsewhere/rollout.json").exists())

    def test_installed_copy(self):
        share = self.folder / "prefix/share/rfhgn"
        shutil.copytree(SOURCE / "jobs", share / "jobs")
        (share / "tools").mkdir()
        shutil.copy(SOURCE / "tools/environment.sh", share / "tools")
        (self.folder / "prefix/bin").mkdir()
        os.symlink(PROGRAM, self.folder / "prefix/bin/rfhgn")
        (self.folder / "link").symlink_to(share / "jobs/workstation")
        del self.environment["RFHGN"]
        self.run_here("-n", 1, "deck.toml", script=self.folder / "link")
        self.assertTrue((self.folder / "results/deck/rollout.json").exists())
        self.assertEqual(sorted(path.name for path in share.iterdir()), ["jobs", "tools"])
        (self.folder / "prefix/bin/rfhgn").unlink()
        self.assertIn("rfhgn is not there", self.run_here("deck.toml", script=self.folder / "link", code=2))

    def test_hours(self):
        for hours, seconds in (("1.5", 5400), ("8", 28800), (".25", 900), ("0.00001", 1), ("08", 28800)):
            said = self.run_here("-n", 1, "deck.toml", HOURS=hours, **self.speaking_program())
            self.assertIn(f" --max-walltime {seconds}\n", said)
        for hours in ("0", "0.0", "-1", "eight", "1,5", "1e3", "1h", "8 "):
            self.assertIn(f"HOURS is '{hours}'", self.run_here("-n", 1, "deck.toml", HOURS=hours, code=2))

    def test_ranks_and_requeues(self):
        for ranks in ("0", "-1", "two", "1.5", ""):
            self.assertIn(f"-n is '{ranks}'", self.run_here("-n", ranks, "deck.toml", code=2))
        self.assertIn("-n is ''", self.run_here("-n", code=2))
        self.assertIn("RFHGN_REQUEUE is 'ten'", self.run_here("deck.toml", RFHGN_REQUEUE="ten", code=2))

    def test_ranks_by_default_are_the_cores(self):
        cores = len(os.sched_getaffinity(0))
        said = self.run_here("deck.toml", OMP_NUM_THREADS="1", OMPI_MCA_hwloc_base_binding_policy="none", **self.speaking_program())
        self.assertEqual(said.count("arguments:"), cores)

    def long_run_begins(self):
        """Waits until the rollout has begun."""
        end = time.monotonic() + 30
        while not (self.folder / "results/deck/rollout.csv").exists():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.05)

    def no_rank_is_left(self, seconds):
        end = time.monotonic() + seconds
        while True:
            left = subprocess.run(["pgrep", "-f", str(self.folder)], capture_output=True, text=True).stdout.split()
            if not left:
                return
            if time.monotonic() > end:
                for process in left:
                    os.kill(int(process), signal.SIGKILL)
                self.fail("ranks are left")
            time.sleep(0.05)

    def stopped_with_a_checkpoint(self):
        self.no_rank_is_left(30)
        self.assertEqual(len(list((self.folder / "results/deck").glob("checkpoint-*.h5"))), 1)
        self.assertFalse((self.folder / "results/deck/rollout.json").exists())

    def test_signals_stop_in_order(self):
        self.deck(10**12)
        for name in ("HUP", "INT", "TERM", "USR1"):
            process = self.start("-n", 2, self.folder / "deck.toml", start_new_session=True)
            self.long_run_begins()
            os.kill(process.pid, getattr(signal, f"SIG{name}"))
            said = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, 75, said)
            self.assertIn(f"got {name}", said)
            self.stopped_with_a_checkpoint()
            shutil.rmtree(self.folder / "results")

    def test_closed_terminal_and_broken_pipe(self):
        self.deck(10**12)
        for close in ("terminal", "pipe"):
            words = [str(SOURCE / "jobs/workstation"), "-n", "2", str(self.folder / "deck.toml")]
            child, master = pty.fork()
            if child == 0:
                os.chdir(self.folder)
                if close == "pipe":
                    words = ["bash", "-c", '"$@" | cat', "bash", *words]
                os.execvpe(words[0], words, self.environment)
            self.long_run_begins()
            if close == "pipe":
                os.write(master, b"\x03")  # Ctrl-C, which ends the reader too
                time.sleep(0.2)
            os.close(master)
            self.stopped_with_a_checkpoint()
            _, status = os.waitpid(child, 0)
            if close == "terminal":
                self.assertEqual(os.waitstatus_to_exitcode(status), 75)
            shutil.rmtree(self.folder / "results")

    def test_nohup_outlives_the_terminal(self):
        self.deck(10**12)
        process = self.start("-n", 2, self.folder / "deck.toml", start_new_session=True,
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.long_run_begins()
        os.kill(process.pid, signal.SIGHUP)
        time.sleep(0.5)
        self.assertIsNone(process.poll())
        os.kill(process.pid, signal.SIGUSR1)
        self.assertNotIn("got HUP", process.communicate(timeout=60)[0])
        self.assertEqual(process.returncode, 75)


if __name__ == "__main__":
    unittest.main()

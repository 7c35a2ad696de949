"""Runs the program under mpirun in a temporary folder; shared by the tests of this folder."""
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SOURCE = Path(os.environ["RFHGN_SOURCE"])
INPUT = SOURCE / "input"
RFHGN = os.environ["RFHGN"]
# How many times longer than usual everything may take, as under sanitizers.
PATIENCE = float(os.environ.get("RFHGN_PATIENCE", "1"))

SMALL = """
[system]
graph = "cubic"
size = [2, 2, 2]

[generate]
trajectories = 30

[model]
node_width = 16
message_width = 16

[evaluate]
snapshots = 10

[evaluate.zero_shot.large]
size = [4, 3, 3]

[rollout]
steps = 20
dt = 0.01
interval = 10
scalars_interval = 5
displacement = 0.1
momentum = 0.1
"""

LIQUID = """
[system]
graph = "cutoff"
size = [4, 4, 4]
density = 0.8
potential = "lennard_jones"
cutoff = 2.5
"""


def environment(ranks):
    """After a rank that failed mpirun waits two seconds for ranks to end, even where there is no other: here it does not."""
    return os.environ | ({"OMPI_MCA_odls_base_sigkill_timeout": "0"} if ranks == 1 else {})


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def deck(self, text=SMALL, name="deck.toml"):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def rfhgn(self, *words, ranks=1, timeout=180):
        """Runs `rfhgn words`; a run that hangs fails the test by its time limit."""
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", RFHGN]
        return subprocess.run(command + [str(w) for w in words], cwd=self.folder, capture_output=True, text=True,
                              timeout=PATIENCE * timeout, env=environment(ranks))

    def ok(self, *words, ranks=1, timeout=180):
        done = self.rfhgn(*words, ranks=ranks, timeout=timeout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def refused(self, *words, says, ranks=1, code=2):
        """The command must end with `code` and say each text exactly once, whatever the number of ranks."""
        done = self.rfhgn(*words, ranks=ranks)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for text in says:
            self.assertIn(text, done.stderr)
        self.assertEqual(done.stderr.count("rfhgn: error"), 1, done.stderr)
        return done.stderr

    def wait_for_checkpoints(self, output, process, least):
        """Returns once a run that goes on has left so many checkpoints in this folder; fails when it ends before."""
        end = time.monotonic() + 60 * PATIENCE
        while time.monotonic() < end and process.poll() is None:
            if len(list((self.folder / output).glob("checkpoint-*.h5"))) >= least:
                return
            time.sleep(0.01)
        self.fail("no checkpoints: " + str(process.communicate(timeout=180 * PATIENCE)))

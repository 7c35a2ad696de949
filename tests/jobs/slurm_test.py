"""The job scripts on a real Slurm: submitted, signalled, requeued, finished, failed. To be run under with-slurm."""
import json
import os
import re
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

SOURCE = Path(os.environ["RFHGN_SOURCE"])

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
steps = {steps}
dt = 0.005
interval = 500
scalars_interval = 250
outside = "ignore"
displacement = 0.1
momentum = 0.1
"""
ENDED = {"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"}


class Slurm(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self.temporary.name)
        self.environment = dict(os.environ, SBATCH_OUTPUT=f"{self.folder}/%x-%j.out", SBATCH_TIMELIMIT="10")

    def tearDown(self):
        subprocess.run(["scancel", "--full", "--user", "root"], check=False)
        self.temporary.cleanup()

    def deck(self, steps=1000, more=""):
        path = self.folder / "deck.toml"
        path.write_text(DECK.format(steps=steps) + more)
        return str(path)

    def run_here(self, *words, **environment):
        done = subprocess.run([str(w) for w in words], cwd=SOURCE, env=dict(self.environment, **environment),
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.strip()

    def submit(self, *words, **environment):
        return self.run_here("sbatch", "--parsable", *words, **environment).split(";")[0]

    def jobs(self, job):
        """One dictionary a job or array task."""
        lines = self.run_here("scontrol", "show", "job", "-o", job).splitlines()
        return [dict(re.findall(r"(\S+?)=(\S*)", line)) for line in lines if line]

    def wait(self, job, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.jobs(job)
            if all(one["JobState"] in ENDED for one in found):
                return found
            time.sleep(0.2)
        self.fail(f"job {job} did not end: {found}\n" + self.logs())

    def logs(self):
        return "\n".join(f"== {path.name}\n{path.read_text()}" for path in sorted(self.folder.glob("*.out")))

    def completes(self, job, **expected):
        for one in self.wait(job):
            self.assertEqual((one["JobState"], one["ExitCode"]), ("COMPLETED", "0:0"), self.logs())
            for key, value in expected.items():
                self.assertEqual(one[key], value, self.logs())

    def test_every_stage_on_one_node(self):
        for launcher in ("srun", "mpirun"):
            job = self.submit("jobs/one-node.sbatch", self.deck(), self.folder / launcher, RFHGN_LAUNCH=launcher)
            self.completes(job, Restarts="0")
            summary = json.loads((self.folder / launcher / "rollout.json").read_text())
            self.assertEqual((summary["steps"], summary["ranks"]), (1000, 2))

    def test_signal_checkpoint_requeue(self):
        deck = self.deck(steps=200000)
        self.completes(self.submit("jobs/one-node.sbatch", deck, self.folder / "whole"))
        job = self.submit("jobs/one-node.sbatch", deck, self.folder / "cut")
        end = time.monotonic() + 60
        while not (self.folder / "cut/rollout.csv").exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertIn(f"{job} R", self.run_here("squeue", "-h", "-o", "%i %t"))
        # What Slurm does by itself --signal=B:USR1@120 before the time limit.
        self.run_here("scancel", "--batch", "--signal=USR1", job)
        self.completes(job, Restarts="1")
        log = next(self.folder.glob(f"*-{job}.out")).read_text()
        self.assertIn("job: got USR1", log)
        self.assertIn("by SIGUSR1, with a checkpoint", log)
        self.assertIn("goes on at step", log)
        self.assertIn("train: finished already", log)
        for name in ("rollout.csv", "exact.csv", "error.csv"):
            self.assertEqual((self.folder / "cut" / name).read_text(), (self.folder / "whole" / name).read_text())

    def test_failures_end_the_job_with_their_code(self):
        for more, code in (("\n[evaluate]\nsnapshot = 3\n", "2:0"), ("\n[rollout.system]\nstiffness = 1e300\n", "2:0")):
            found = self.wait(self.submit("jobs/one-node.sbatch", self.deck(more=more), self.folder / "bad"))
            self.assertEqual((found[0]["JobState"], found[0]["ExitCode"], found[0]["Restarts"]), ("FAILED", code, "0"),
                             self.logs())
        self.assertIn("rfhgn: error", self.logs())

    def test_array_of_seeds(self):
        job = self.submit("--array=1-2", "jobs/seeds.sbatch", self.deck(steps=100), self.folder / "seeds")
        self.completes(job)
        decks = [(self.folder / f"seeds/{seed}/deck.toml").read_text() for seed in (1, 2)]
        self.assertNotEqual(*decks)
        self.assertIn("seed = 2002", decks[1])

    def test_only_the_task_that_stopped_goes_back_into_the_queue(self):
        job = self.submit("--array=1-2", "jobs/seeds.sbatch", self.deck(steps=400000), self.folder / "seeds")
        end = time.monotonic() + 60
        while len(list(self.folder.glob("seeds/*/rollout.csv"))) < 2 and time.monotonic() < end:
            time.sleep(0.05)
        # One of them bears the id of the whole array.
        task = next(one["ArrayTaskId"] for one in self.jobs(job) if one["JobId"] == job)
        self.run_here("scancel", "--batch", "--signal=USR1", f"{job}_{task}")
        found = {one["ArrayTaskId"]: one for one in self.wait(job)}
        self.assertEqual({one["JobState"] for one in found.values()}, {"COMPLETED"}, self.logs())
        for number, one in found.items():
            self.assertEqual(one["Restarts"], "1" if number == task else "0", self.logs())
            self.assertTrue((self.folder / f"seeds/{number}/rollout.json").exists())

    def test_scaling(self):
        deck = self.deck(steps=100)
        strong = self.submit("--array=1,2%1", "--ntasks=2", "jobs/strong-scaling.sbatch", deck, self.folder / "strong")
        weak = self.submit("--array=1,2%1", "--ntasks=2", "jobs/weak-scaling.sbatch", deck, 4, self.folder / "weak")
        self.completes(strong)
        self.completes(weak)
        for kind, particles in (("strong", [27, 27]), ("weak", [64, 128])):
            runs = [json.loads((self.folder / f"{kind}/{ranks}/rollout.json").read_text()) for ranks in (1, 2)]
            self.assertEqual([run["ranks"] for run in runs], [1, 2])
            self.assertEqual([run["particles"] for run in runs], particles)

    def test_chain_knows_the_stages_of_any_deck(self):
        deck = self.folder / "deck.toml"
        deck.write_text(' [ "generate" ]\n trajectories=20\n[model]\nnode_width=8\nmessage_width=8\n[tabulate]\n'
                        '[evaluate.zero_shot.more]\nsize=[3,3,3]\n[rollout.system]\nsize=[3,3,3]\n[system]\nsize=[2,2,2]\n')
        # From another folder, as from an installation.
        done = subprocess.run([SOURCE / "jobs/chain", "deck.toml", "out"], cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        ids = done.stdout.split()
        self.assertEqual(ids[::2], ["generate", "train", "tabulate", "evaluate", "rollout"])
        for job in ids[1::2]:
            self.completes(job)
        self.assertTrue((self.folder / "out/rollout.json").exists())

    def test_chain_refuses(self):
        chain = lambda *words: subprocess.run([SOURCE / "jobs/chain", *words], cwd=self.folder, env=self.environment,
                                              capture_output=True, text=True, timeout=60)
        done = chain("absent.toml", "out")
        self.assertEqual(done.returncode, 2)
        self.assertIn("absent.toml", done.stderr)
        (self.folder / "empty.toml").write_text("[system]\n")
        done = chain("empty.toml", "out")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no stage to run", done.stderr)
        # The rollout's options are wrong: nothing of the chain is left in the queue.
        done = chain(self.deck(), "out", "--nodes=1000")
        self.assertEqual(done.returncode, 1)
        jobs = done.stdout.split()[1::2]
        self.assertEqual(len(jobs), 2)
        self.assertLessEqual({self.wait(job)[0]["JobState"] for job in jobs}, {"CANCELLED", "COMPLETED"})

    def test_chain(self):
        ids = self.run_here("jobs/chain", self.deck(), self.folder / "chain", "-n", "1").split()
        self.assertEqual(ids[::2], ["generate", "train", "rollout"])
        for job in ids[1::2]:
            self.completes(job)
        self.assertEqual(json.loads((self.folder / "chain/rollout.json").read_text())["ranks"], 1)
        # training fails: the rollout must not wait for ever
        broken = self.deck(more='\n[train]\ndata = "absent.h5"\n')
        ids = self.run_here("jobs/chain", broken, self.folder / "broken").split()
        states = [self.wait(job)[0]["JobState"] for job in ids[1::2]]
        self.assertEqual(states[-2:], ["FAILED", "CANCELLED"], self.logs())


class SeveralNodes(Slurm):
    """On pretended nodes."""

    def test_ranks_on_every_node(self):
        job = self.submit("-N", "2", "--ntasks-per-node=1", "jobs/many-nodes.sbatch", self.deck(steps=200),
                          self.folder / "many")
        self.completes(job, NumNodes="2", NumTasks="2")
        self.assertEqual(json.loads((self.folder / "many/rollout.json").read_text())["ranks"], 2)


if __name__ == "__main__":
    unittest.main()

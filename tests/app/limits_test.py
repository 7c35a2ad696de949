"""What the machine limits: memory and the lengths of paths. Every run ends soon, with one message."""
import os
import shutil
import subprocess
import unittest

from program import PATIENCE, RFHGN, SMALL, ProgramTest, environment

WIDE = SMALL.replace("_width = 16", "_width = 400").replace("trajectories = 30", "trajectories = 1000")
WIDE = WIDE[:WIDE.index("[evaluate]")]


class Memory(ProgramTest):
    def limited(self, kilobytes, *words, ranks):
        """Runs with so much address space a process; a run that hangs fails by its time limit."""
        command = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none", "sh", "-c",
                   f"ulimit -v {kilobytes} && exec {RFHGN} \"$@\"", "sh", *words]
        return subprocess.run([str(word) for word in command], cwd=self.folder, capture_output=True, text=True,
                              timeout=60 * PATIENCE, env=environment(ranks))

    def test_address_space(self):
        """From too little for libraries to more than enough."""
        if os.environ.get("LD_PRELOAD") or PATIENCE > 1:
            self.skipTest("sanitizers need address space of their own")
        deck = self.deck(WIDE)
        self.ok("generate", deck, "--output", "data")
        codes = {}
        for ranks in (1, 2):
            for megabytes in (300, 400, 500, 600, 700, 900):
                done = self.limited(1000 * megabytes, "train", deck, "--output", "out", "--overwrite", "--set",
                                    f"train.data={self.folder}/data/data.h5", ranks=ranks)
                said = done.stderr.count("rfhgn: error")
                self.assertIn((done.returncode, said), {(0, 0), (1, 1)}, f"{ranks} {megabytes}\n{done.stdout}{done.stderr}")
                if done.returncode == 1:
                    self.assertRegex(done.stderr, "memory|room")
                    self.assertIn("hint: ", done.stderr)
                codes[ranks, megabytes] = done.returncode
        self.assertEqual({codes[ranks, 300] for ranks in (1, 2)}, {1})
        self.assertEqual({codes[ranks, 900] for ranks in (1, 2)}, {0})


class Paths(ProgramTest):
    def stages(self, output, ranks=2):
        more = ("--set", "rollout.checkpoint_interval=5")
        self.ok("run", self.path, *more, "--output", output, ranks=ranks)
        self.assertTrue((self.folder / output / "rollout.json").exists())

    def setUp(self):
        super().setUp()
        self.path = self.deck()

    def test_long_and_strange_names(self):
        deep = "/".join(["d" * 250] * 6)
        for output in ("n" * 245, "n" * 255, deep, "with spaces  'and' \"quotes\"", "Überlänge-粒子-🪐"):
            self.stages(output)

    def test_longest_path(self):
        """Relative to the folder, so that its own length does not count."""
        room = 4095 - 64
        names = ["p" * 254] * (room // 255)
        path = "/".join([*names, "q" * (room - 255 * len(names))]) if room > 255 * len(names) else "/".join(names)
        self.assertEqual(len(path), room)
        self.stages(path, ranks=1)
        self.refused("run", self.path, "--output", path + "r", says=["the output folder", "4032 bytes", "4031"], ranks=2)
        os.chdir("/")
        subprocess.run(["rm", "-rf", str(self.folder / names[0])], check=True)

    def test_too_long(self):
        self.refused("run", self.path, "--output", "o" * 256, says=["has 256 bytes", "255"], ranks=2)
        self.refused("run", self.path, "--output", "x/" + "o" * 300 + "/y", says=["has 300 bytes"])
        for key in ("train.data", "train.layers", "train.update", "tabulate.model", "evaluate.model", "rollout.model"):
            self.refused("train", self.path, "--output", "out", "--set", f"{key}={'f' * 256}", says=[key, "has 256 bytes"])
        self.refused("train", self.path, "--output", "out", "--set", f"train.data={'f/' * 2100}", says=["train.data", "but 4095 is the most"])
        self.refused("merge", self.path, self.path, "--output", "m" * 256, says=["--output", "has 256 bytes"], ranks=2)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"deck.toml"})

    def test_long_names_of_given_files(self):
        deck = "k" * 250 + ".toml"
        shutil.copy(self.path, self.folder / deck)
        self.ok("run", deck, ranks=2)  # into results/kkk...
        name = "g" * 252 + ".h5"
        shutil.copy(next(self.folder.glob("results/*/data.h5")), self.folder / name)
        self.ok("train", self.path, "--set", f"train.data={name}", "--output", "trained", ranks=2)
        self.refused("train", "k" * 256, says=["k" * 40], ranks=2)


if __name__ == "__main__":
    unittest.main()

"""What check foresees: memory within a fifth of what ranks take, disk space, sizes that are too large, at once."""
import json
import time
import unittest

from program import PATIENCE, ProgramTest

LATTICE = """
[system]
graph = "cubic"
size = [40, 40, 40]
[rollout]
force = "exact"
steps = 2
interval = 1
dt = 0.001
"""

FLUID = """
[system]
graph = "cutoff"
size = [24, 24, 24]
density = 0.8442
potential = "lennard_jones"
cutoff = 2.5
[rollout]
force = "exact"
steps = 2
interval = 1
dt = 0.001
temperature = 0.7
"""

GENERATE = """
[system]
graph = "cubic"
size = [30, 30, 30]
[generate]
trajectories = 4
"""


def setting(**keys):
    return [word for key, value in keys.items() for word in ("--set", f"{key.replace('__', '.')}={value}")]


class Memory(ProgramTest):
    def compare(self, text, ranks, stage="rollout", **keys):
        deck = self.deck(text)
        self.ok(stage, deck, "--output", "out", "--overwrite", "--quiet", *setting(**keys), ranks=ranks)
        self.ok("check", deck, "--ranks", ranks, "--json", "plan.json", "--overwrite", *setting(**keys))
        found = json.loads((self.folder / f"out/{stage}.json").read_text())["peak_memory_mib"]["max"]
        said = json.loads((self.folder / "plan.json").read_text())["peak_memory_mib"][stage]
        self.assertLess(abs(said / found - 1), 0.2, f"check says {said:.1f} MiB, but {found:.1f} were used")

    def test_lattices(self):
        for ranks in (1, 3):
            for keys in ({"system__size": "[59, 59, 59]"}, {"system__graph": "chain", "system__size": "[200000]"}):
                with self.subTest(ranks=ranks, **keys):
                    self.compare(LATTICE, ranks, **keys)

    def test_random_graphs(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                self.compare(LATTICE, ranks, system__graph="geometric", system__size="[80000]", system__dimension=3)

    def test_fluids(self):
        for ranks in (1, 2):
            for size in (24, 32):
                with self.subTest(ranks=ranks, size=size):
                    self.compare(FLUID, ranks, system__size=f"[{size}, {size}, {size}]")

    def test_large_snapshots(self):
        for ranks in (1, 2):
            with self.subTest(ranks=ranks):
                self.compare(GENERATE, ranks, "generate")


class Sizes(ProgramTest):
    def at_once(self, deck, *words):
        begin = time.monotonic()
        done = self.rfhgn("check", deck, *words)
        self.assertLess(time.monotonic() - begin, 20 * PATIENCE)
        return done.stdout + done.stderr

    def test_no_graph_is_built(self):
        told = self.at_once(self.deck(LATTICE), *setting(system__size="[800, 800, 800]", rollout__steps=1))
        self.assertIn(f" {3 * 800 * 800 * 799} edges on 1 ranks", told)

    def test_more_than_a_rank_can_number(self):
        told = self.at_once(self.deck(LATTICE), *setting(system__size="[2048, 1024, 1024]"))
        self.assertIn("rfhgn: error: on 1 ranks a rank would hold", told)
        self.assertIn("at least some 4 ranks are needed", told)

    def test_edges_are_those_of_the_graph(self):
        for graph, size in (("cubic", "[5, 4, 3]"), ("triangular", "[7, 5]"), ("square", "[6, 4]"), ("ring", "[9]"),
                            ("chain", "[9]")):
            with self.subTest(graph=graph):
                deck = self.deck(LATTICE)
                keys = setting(system__graph=graph, system__size=size)
                self.ok("rollout", deck, "--output", "out", "--overwrite", *keys)
                edges = json.loads((self.folder / "out/rollout.json").read_text())["edges"]
                self.assertIn(f" {edges} edges on 1 ranks", self.ok("check", deck, *keys))


class Disk(ProgramTest):
    TOO_MUCH = setting(rollout__steps=1000000000000, rollout__interval=1)

    def test_a_run_that_cannot_fit_is_refused(self):
        deck = self.deck(LATTICE)
        for command in ("check", "run", "rollout"):
            told = self.refused(command, deck, *self.TOO_MUCH, "--output", "new/out", ranks=2,
                                says=["no space", "trajectory.h5md", "rollout.interval"])
            self.assertIn("GiB", told)
            self.assertFalse((self.folder / "new").exists())

    def test_results_that_are_there_stay_when_a_run_is_refused(self):
        deck = self.deck(LATTICE)
        self.ok("rollout", deck, "--output", "out")
        before = (self.folder / "out/trajectory.h5md").read_bytes()
        self.refused("rollout", deck, *self.TOO_MUCH, "--output", "out", "--overwrite", says=["no space"])
        self.assertEqual(before, (self.folder / "out/trajectory.h5md").read_bytes())

    def test_a_folder_that_cannot_be_one(self):
        deck = self.deck(LATTICE)
        for output in ("deck.toml", "deck.toml/inside"):
            self.refused("check", deck, "--output", output, says=["deck.toml' is a file"])
            self.refused("run", deck, "--output", output, says=["deck.toml' is a file"], ranks=2)


if __name__ == "__main__":
    unittest.main()

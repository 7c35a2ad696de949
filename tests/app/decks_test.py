"""Every deck under input/ runs from generate to rollout in a shortened form and keeps what its comments promise."""
import json
import re
import unittest

from program import INPUT, SOURCE, ProgramTest

SHORT = ["--set", "rollout.steps=40", "--set", "rollout.interval=20", "--set", "rollout.scalars_interval=10"]
# Large systems shrink, accuracy demands stay.
SMALLER = {
    "cubic": ["--set", "rollout.system.size=[6,6,6]"],
    "demo": ["--set", "rollout.system.size=[6,6,6]"],
    "square": ["--set", "rollout.system.size=[20,20]"],
    "lennard-jones-learned": ["--set", "generate.equilibrate=150", "--set", "generate.interval=25", "--set",
                              "evaluate.zero_shot.large.size=[5,5,5]", "--set", "rollout.system.size=[4,4,4]", "--set",
                              "rollout.observe.blocks=2"],
    "mixture-learned": ["--set", "generate.equilibrate=400", "--set", "generate.interval=25", "--set",
                        "evaluate.zero_shot.large.size=300", "--set", "evaluate.zero_shot.large.equilibrate=300",
                        "--set", "rollout.system.size=200", "--set", "rollout.equilibrate=300"],
    "benchmark-ring": ["--set", "generate.trajectories=40", "--set", "generate.frames=10"],
}
LARGEST_MSE = {"heterogeneous": 1e-6, "nbody": 1e-5}


class Decks(ProgramTest):
    def run_deck(self, path, ranks):
        name = path.stem
        self.ok("run", path, "--output", "out", *SHORT, *SMALLER.get(name, []), ranks=ranks, timeout=200)
        read = lambda stage: json.loads((self.folder / "out" / f"{stage}.json").read_text())
        train = read("train")
        self.assertGreater(train["held_out_snapshots"], 0)
        self.assertLessEqual(train["held_out_error"]["mse"], LARGEST_MSE.get(name, 1e-10))
        rollout = read("rollout")
        self.assertEqual(rollout["ranks"], ranks)
        self.assertLess(rollout["last_error"]["position"], 1e-3 if name in LARGEST_MSE else 1e-5)
        self.assertLess(rollout["energy"]["largest_momentum_change"], 1e-9)
        for file in ("data.h5", "model.h5", "trajectory.h5md", "exact.h5md", "rollout.csv", "error.csv", "deck.toml"):
            self.assertTrue((self.folder / "out" / file).exists(), file)


class Readme(ProgramTest):
    def test_deck(self):
        text = (SOURCE / "README.md").read_text()
        deck = next(block for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL) if "[system]" in block)
        for line in deck.splitlines():
            self.assertNotRegex(line, "#.* = ", "a comment has swallowed a key")
        told = self.ok("check", self.deck(deck), ranks=2)
        self.assertIn("4096 particles", told)


def add(path, ranks):
    def test(self):
        self.run_deck(path, ranks)
    setattr(Decks, f"test_{path.stem.replace('-', '_')}_on_{ranks}", test)


# Decks that learn nothing are looked at in fluids_test.py.
for number, deck in enumerate(sorted(deck for deck in INPUT.glob("*.toml") if "[generate]" in deck.read_text() and "[model]" in deck.read_text())):
    add(deck, number % 4 + 1)

if __name__ == "__main__":
    unittest.main()

"""Standard deviations of forces along a rollout: in the trajectory, the CSV file and the summary."""
import json
import unittest

import h5py
import numpy as np
from program import LIQUID, SMALL, ProgramTest

NOISY = SMALL.replace("trajectories = 30", "trajectories = 30\nnoise = 1e-2") + """uncertainty = true
forces = true

[rollout.system]
size = [3, 3, 4]
"""

NOISY_LIQUID = LIQUID.replace("[4, 4, 4]", "[2, 2, 2]") + """
[generate]
trajectories = 6
frames = 2
interval = 20
dt = 0.004
temperature = 1.2
equilibrate = 50
noise = 1e-2

[model]
message_width = 32

[rollout]
uncertainty = true
steps = 60
dt = 0.002
interval = 30
temperature = 6.0

[rollout.system]
size = [3, 3, 3]
"""


class Deviation(ProgramTest):
    def rollouts(self, deck):
        """Trains a model and yields the folders of its rollouts on 1 to 4 ranks."""
        self.ok("generate", deck, "--output", "out")
        self.ok("train", deck, "--output", "out")
        for ranks in (1, 2, 3, 4):
            out = self.folder / f"out{ranks}"
            self.ok("rollout", deck, "--output", str(out), "--set", 'rollout.model="out/model.h5"', ranks=ranks)
            yield out

    def test_every_particle_and_frame(self):
        first = None
        for out in self.rollouts(self.deck(NOISY)):
            with h5py.File(out / "trajectory.h5md") as run:
                element = run["particles/trajectory/force_deviation"]
                deviation = element["value"][:]
                self.assertEqual(deviation.shape, (3, 36, 3))
                self.assertEqual(element["step"], run["particles/trajectory/position/step"])
                force = run["particles/trajectory/force/value"][:]
            self.assertTrue((deviation > 0).all())
            table = np.genfromtxt(out / "deviation.csv", delimiter=",", names=True)
            np.testing.assert_array_equal(table["step"], [0, 10, 20])
            np.testing.assert_allclose(table["rms_deviation"], np.sqrt((deviation**2).mean((1, 2))), rtol=1e-5)
            np.testing.assert_allclose(table["largest_deviation"], deviation.max((1, 2)), rtol=1e-5)
            np.testing.assert_array_equal(table["particle"], deviation.max(2).argmax(1))
            summary = json.loads((out / "rollout.json").read_text())["force_deviation"]
            self.assertEqual(summary["frames"], 3)
            self.assertEqual(summary["largest_deviation"], deviation.max())
            self.assertAlmostEqual(summary["rms_deviation"], np.sqrt((deviation**2).mean()), delta=1e-12)
            with h5py.File(out / "exact.h5md") as exact:
                self.assertNotIn("force_deviation", exact["particles/trajectory"])
                # Noise makes errors, and deviations are of their size; both states agree in the first frame.
                error = np.sqrt(((force[0] - exact["particles/trajectory/force/value"][0]) ** 2).mean())
            self.assertGreater(error / np.sqrt((deviation[0] ** 2).mean()), 0.2)
            self.assertLess(error / np.sqrt((deviation[0] ** 2).mean()), 5)
            first = deviation if first is None else first
            np.testing.assert_allclose(deviation, first, rtol=1e-7)

    def test_liquids_and_what_is_outside_their_domain(self):
        one = None
        for out in self.rollouts(self.deck(NOISY_LIQUID)):
            with h5py.File(out / "trajectory.h5md") as run:
                deviation = run["particles/trajectory/force_deviation/value"][:]
            self.assertEqual(deviation.shape, (3, 108, 3))
            outside = json.loads((out / "rollout.json").read_text())["outside"]
            self.assertGreater(outside["most_bonds"], 0)
            counts = [outside[name] for name in ("frames_outside", "most_bonds", "most_particles", "fraction_of_bonds")]
            one = one or (deviation, counts)
            self.assertGreater(deviation[1:].min(), 1e-3 * deviation.max())
            np.testing.assert_allclose(deviation, one[0], rtol=1e-6, atol=1e-9 * deviation.max())
            self.assertEqual(counts, one[1])

    def test_models_without_uncertainty_are_refused(self):
        deck = self.deck(NOISY)
        self.ok("generate", deck, "--output", "out")
        self.ok("train", deck, "--output", "out", "--set", "train.uncertainty=false")
        for ranks in (1, 3):
            self.refused("rollout", deck, "--output", "out", "--overwrite", ranks=ranks,
                         says=["does not hold the uncertainty", "hint: train again"])
        self.refused("rollout", deck, "--output", "out", "--overwrite", "--set", "rollout.force=exact",
                     says=["rollout.uncertainty", 'needs force = "learned"'])


if __name__ == "__main__":
    unittest.main()

"""The same deck on 1, 2, 3 and 4 ranks: the same network bit for bit, the same predictions, the same trajectory."""
import unittest

import h5py
import numpy as np
from program import SMALL, ProgramTest

DECK = SMALL.replace("steps = 20", "steps = 100").replace("interval = 10", "interval = 100").replace(
    "[rollout]", "[rollout.system]\nsize = [5, 4, 3]\n\n[rollout]")


class Parity(ProgramTest):
    def test_ranks(self):
        deck = self.deck(DECK)
        for ranks in (1, 2, 3, 4):
            self.ok("run", deck, "--output", f"out{ranks}", ranks=ranks)
        with h5py.File(self.folder / "out1/model.h5") as model, h5py.File(self.folder / "out1/trajectory.h5md") as run:
            for ranks in (2, 3, 4):
                with h5py.File(self.folder / f"out{ranks}/model.h5") as other:
                    for layer in ("node", "message"):
                        for name in ("weights", "biases", "mean", "inverse_scale"):
                            np.testing.assert_array_equal(model[f"{layer}/{name}"], other[f"{layer}/{name}"])
                with h5py.File(self.folder / f"out{ranks}/trajectory.h5md") as other:
                    for name in ("position", "velocity"):
                        key = f"particles/trajectory/{name}/value"
                        self.assertEqual(run[key].shape[0], 2)
                        np.testing.assert_allclose(other[key][:], run[key][:], rtol=0, atol=1e-8)
                with h5py.File(self.folder / f"out{ranks}/data.h5") as data, \
                        h5py.File(self.folder / "out1/data.h5") as first:
                    np.testing.assert_array_equal(data["particles/position"], first["particles/position"])
                    np.testing.assert_array_equal(data["graph/edges"], first["graph/edges"])


if __name__ == "__main__":
    unittest.main()

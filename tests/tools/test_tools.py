"""Each plotting tool on synthetic results: what it writes, and what it says when a file is missing or wrong."""
import csv
import os
import struct
import subprocess
import sys
import tempfile
import unittest

import synthetic

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools")
sys.path.insert(0, TOOLS)
import scaling_model  # noqa: E402


def picture_size(path):
    """Width and height of a PNG file."""
    with open(path, "rb") as file:
        head = file.read(24)
    assert head.startswith(b"\x89PNG\r\n\x1a\n"), path
    return struct.unpack(">II", head[16:24])


class ToolTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfhgn-tools-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_tool(self, name, *arguments, succeeds=True):
        result = subprocess.run([os.path.join(TOOLS, name), *arguments], capture_output=True, text=True, timeout=60,
                                env={**os.environ, "MPLCONFIGDIR": self.folder})
        self.assertEqual(result.returncode == 0, succeeds, result.stdout + result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        return result.stdout if succeeds else result.stderr

    def assert_picture(self, name):
        width, height = picture_size(self.path(name))
        self.assertGreater(width, 500)
        self.assertGreater(height, 400)


class Help(ToolTest):
    def test_every_tool_explains_itself(self):
        for tool in ("plot-rollout", "plot-training", "plot-parity", "scaling-study"):
            self.assertIn("usage:", self.run_tool(tool, "--help"))


class PlotRollout(ToolTest):
    def draw(self, **options):
        synthetic.write_rollout(self.folder, **options)
        self.assertIn("rollout.png", self.run_tool("plot-rollout", self.folder))
        self.assert_picture("rollout.png")

    def test_lattice_in_space(self):
        self.draw(sites=(3, 3, 2))

    def test_lattice_in_the_plane_with_more_frames_than_are_shown(self):
        self.draw(sites=(4, 3), frames=400)

    def test_chain(self):
        self.draw(sites=(5,))

    def test_without_exact_rollout(self):
        self.draw(sites=(2, 2, 2), exact=False)

    def test_single_frame_of_a_single_particle(self):
        self.draw(sites=(1,), frames=1)

    def test_says_which_file_is_missing(self):
        self.assertIn("trajectory.h5md", self.run_tool("plot-rollout", self.folder, succeeds=False))
        synthetic.write_rollout(self.folder, sites=(2, 2))
        os.remove(self.path("rollout.csv"))
        self.assertIn("rollout.csv", self.run_tool("plot-rollout", self.folder, succeeds=False))

    def test_says_when_a_file_is_not_a_trajectory(self):
        synthetic.write_rollout(self.folder, sites=(2, 2))
        with open(self.path("trajectory.h5md"), "w") as file:
            file.write("no HDF5")
        self.assertIn("is not a trajectory", self.run_tool("plot-rollout", self.folder, succeeds=False))


class PlotParity(ToolTest):
    HEADER = "of,snapshot,group,atom,species,component,data,model\n"
    FORCE = "force,0,0,0,Si,x,0.5,0.49\nforce,0,0,1,Si,y,-0.5,-0.52\n"

    def draw(self, rows):
        with open(self.path("parity.csv"), "w") as file:
            file.write(self.HEADER + rows)
        synthetic.write_json(self.path("evaluate.json"), {"model": "model.h5", "snapshots": 2, "force_rmse": 0.016})
        self.assertIn("parity.png", self.run_tool("plot-parity", self.folder, "--overwrite"))
        self.assert_picture("parity.png")
        return picture_size(self.path("parity.png"))

    def test_as_many_panels_as_targets_and_one_of_errors(self):
        alone = self.draw(self.FORCE)
        more = self.draw(self.FORCE + "energy_per_atom,0,0,,,,-5,-5.01\nstress,0,0,,,xx,0.01,0.011\n")
        self.assertEqual(2 * more[0], 4 * alone[0])

    def test_says_what_is_missing(self):
        self.assertIn("parity.csv", self.run_tool("plot-parity", self.folder, succeeds=False))
        with open(self.path("parity.csv"), "w") as file:
            file.write("a,b\n1,2\n")
        self.assertIn("no table", self.run_tool("plot-parity", self.folder, succeeds=False))


class PlotTraining(ToolTest):
    def draw(self, **problems):
        synthetic.write_json(self.path("train.json"), {**problems, "training_error": {"position": 1e-8}, "seconds": {}})
        self.assertIn("training.png", self.run_tool("plot-training", self.folder))
        self.assert_picture("training.png")
        return picture_size(self.path("training.png"))

    def test_both_problems(self):
        one = self.draw(message=synthetic.solve_report())
        both = self.draw(kinetic=synthetic.solve_report(64), message=synthetic.solve_report())
        self.assertEqual(both[0], 2 * one[0])

    def test_width_curves_get_a_row_of_their_own(self):
        plain = self.draw(message=synthetic.solve_report())
        curved = self.draw(message=synthetic.solve_report(width_curve=True))
        self.assertEqual(curved[1], 2 * plain[1])

    def test_nothing_held_out(self):
        self.draw(message=synthetic.solve_report(held_out=False))

    def test_says_what_is_missing(self):
        self.assertIn("train.json", self.run_tool("plot-training", self.folder, succeeds=False))
        synthetic.write_json(self.path("train.json"), {"message": {"ridge_path": []}})
        self.assertIn("no ridge path", self.run_tool("plot-training", self.folder, succeeds=False))
        with open(self.path("train.json"), "w") as file:
            file.write("{")
        self.assertIn("not valid JSON", self.run_tool("plot-training", self.folder, succeeds=False))


class ScalingCollect(ToolTest):
    def collect(self, runs, *options):
        """Runs are (ranks, particles, seconds); returns what was printed and the rows of the CSV file."""
        folders = []
        for number, run in enumerate(runs):
            folders.append(self.path(f"run{number}"))
            synthetic.write_run(folders[-1], *run)
        text = self.run_tool("scaling-study", "collect", *folders, "--output", self.path("scaling"), *options)
        self.assert_picture("scaling.png")
        with open(self.path("scaling.csv"), newline="") as file:
            return text, list(csv.DictReader(file))

    def test_strong(self):
        text, rows = self.collect([(4, 32000, 4.0), (1, 32000, 12.0), (2, 32000, 6.25)])
        self.assertTrue(text.startswith("strong"), text)
        self.assertEqual([row["ranks"] for row in rows], ["1", "2", "4"])
        self.assertEqual([float(row["speedup"]) for row in rows], [1.0, 1.92, 3.0])
        self.assertEqual([float(row["efficiency"]) for row in rows], [1.0, 0.96, 0.75])
        self.assertAlmostEqual(float(rows[0]["seconds_per_step"]), 0.012)
        self.assertAlmostEqual(float(rows[1]["neighbours"]), 0.1e-3)
        self.assertAlmostEqual(float(rows[1]["halo"]), 0.06e-3)
        self.assertAlmostEqual(float(rows[1]["wait"]), 0.06e-3)
        self.assertAlmostEqual(float(rows[1]["imbalance"]), 0.5 * (6.25e-3 - 0.12e-3))

    def test_weak(self):
        text, rows = self.collect([(1, 1000, 10.0), (2, 2000, 10.0), (4, 4000, 12.5)])
        self.assertTrue(text.startswith("weak"), text)
        self.assertEqual([float(row["efficiency"]) for row in rows], [1.0, 1.0, 0.8])
        self.assertEqual([float(row["speedup"]) for row in rows], [1.0, 2.0, 3.2])

    def test_repeated_runs_enter_with_their_median(self):
        _, rows = self.collect([(1, 1000, 10.0), (2, 1000, 5.0), (2, 1000, 9.0), (2, 1000, 6.0)])
        self.assertEqual([row["runs"] for row in rows], ["1", "3"])
        self.assertAlmostEqual(float(rows[1]["seconds_per_step"]), 0.006)

    def test_chosen_phases_only(self):
        _, rows = self.collect([(1, 1000, 10.0), (2, 1000, 6.0)], "--phases", "integrate,observe")
        self.assertAlmostEqual(float(rows[0]["seconds_per_step"]), 1.1e-3)
        self.assertNotIn("forces", rows[0])

    def test_training(self):
        folders = []
        for ranks in (1, 2):
            folders.append(self.path(f"train{ranks}"))
            os.makedirs(folders[-1])
            synthetic.write_json(os.path.join(folders[-1], "train.json"), {
                "particles": 800, "message": synthetic.solve_report(), "provenance": {"ranks": ranks},
                "seconds": {"solve": {"min": 1.0, "mean": 1.0, "max": 8.0 / ranks}}})
        text = self.run_tool("scaling-study", "collect", "--stage", "train", *folders, "--output", self.path("scaling"))
        self.assertTrue(text.startswith("strong scaling, seconds\n"), text)

    def test_refuses_what_cannot_be_compared(self):
        for number, (runs, message) in enumerate([([(1, 1000, 1.0), (2, 1500, 1.0)], "neither the size"),
                                                  ([(1, 1000, 1.0), (1, 2000, 1.0)], "different sizes"),
                                                  ([(2, 1000, 1.0)], "two different rank counts")]):
            folders = [self.path(f"case{number}-{place}") for place in range(len(runs))]
            for folder, run in zip(folders, runs):
                synthetic.write_run(folder, *run)
            error = self.run_tool("scaling-study", "collect", *folders, "--output", self.path("scaling"), succeeds=False)
            self.assertIn(message, error)
        self.assertIn("rollout.json", self.run_tool("scaling-study", "collect", self.path("absent"), succeeds=False))


class ScalingModel(unittest.TestCase):
    TRUTH = {"owned": 2e-7, "bytes": 1e-9, "messages": 5e-6, "tree": 4e-6}

    @staticmethod
    def plan(ranks, owned=4000.0, messages=None):
        most = {"owned": owned / ranks, "halo": 3 * (owned / ranks)**(2 / 3), "bytes_per_step_and_rank": 1e5 / ranks**(2 / 3),
                "messages_per_step_and_rank": min(ranks - 1, 26) if messages is None else messages}
        return {"ranks": ranks, **{name: {"max": value} for name, value in most.items()}}

    def row(self, ranks):
        plan = self.plan(ranks)
        value = {name: self.TRUTH[name] * scaling_model.TERMS[name][1](plan) for name in self.TRUTH}
        parts = {"forces": 0.9 * value["owned"], "integrate": 0.1 * value["owned"],
                 "halo": value["bytes"] + value["messages"], "wait": value["tree"]}
        return {"plan": plan, "parts": parts, "seconds": sum(parts.values())}

    def test_finds_the_coefficients_that_made_the_measurements(self):
        model = scaling_model.fit([self.row(ranks) for ranks in (1, 2, 4)])
        self.assertEqual(set(model["coefficients"]), set(self.TRUTH))
        for name, value in self.TRUTH.items():
            self.assertAlmostEqual(model["coefficients"][name] / value, 1.0, places=6)
        self.assertAlmostEqual(scaling_model.predict(model, self.plan(64)) / self.row(64)["seconds"], 1.0, places=6)
        self.assertIn("too small to see: halo", scaling_model.describe(model))

    def test_work_is_never_ghosts_alone(self):
        rows = [self.row(ranks) for ranks in (1, 2)]
        for row in rows:
            row["parts"] = {"forces": 1e-7 * row["plan"]["halo"]["max"]}
            row["seconds"] = sum(row["parts"].values())
        self.assertIn("owned", scaling_model.fit(rows)["coefficients"])

    def test_a_slow_core_is_no_slow_message(self):
        rows = [self.row(1), self.row(2)]
        rows[1]["parts"]["wait"] += 1e-4
        rows[1]["seconds"] += 1e-4
        model = scaling_model.fit(rows)
        self.assertLess(model["coefficients"].get("messages", 0.0), 2 * self.TRUTH["messages"])
        self.assertLess(scaling_model.predict(model, self.plan(1024)), self.row(1024)["seconds"] + 11 * 1e-4)


if __name__ == "__main__":
    unittest.main()

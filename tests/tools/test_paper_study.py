"""The pieces of tools/paper-study: features against finite differences, samplers, the ridge, optimisers, and results that are
kept and used again."""
import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import numpy as np

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
sys.path[:0] = [str(TOOLS), str(TOOLS / "paper-study.d"), str(Path(__file__).resolve().parent)]
import cases  # noqa: E402
import graph_features  # noqa: E402
import program  # noqa: E402
import random_features as rf  # noqa: E402
import runner  # noqa: E402
import state_networks  # noqa: E402
from lattice import Lattice  # noqa: E402
from state_systems import HenonHeiles, Pendulum  # noqa: E402

TORCH = importlib.util.find_spec("torch") is not None


def springs(snapshots=6, seed=3):
    """A cube of springs with its exact rates."""
    rng = np.random.default_rng(seed)
    sites = np.stack(np.meshgrid(*[[0.0, 1.0]] * 3, indexing="ij"), -1).reshape(8, 3)
    edges = np.array([(i, j) for i in range(8) for j in range(i) if np.abs(sites[i] - sites[j]).sum() == 1])
    q = sites + rng.uniform(-0.25, 0.25, (snapshots, 8, 3))
    p = rng.uniform(-0.5, 0.5, q.shape)
    apart = q[:, edges[:, 0]] - q[:, edges[:, 1]]
    r = np.linalg.norm(apart, axis=-1, keepdims=True)
    dp = np.zeros_like(q)
    np.add.at(dp, (slice(None), edges[:, 0]), -(r - 1) / r * apart)
    np.add.at(dp, (slice(None), edges[:, 1]), (r - 1) / r * apart)
    return Lattice(q, p, p.copy(), dp, np.ones(8), edges)


def turned(data, rotation, shift):
    return Lattice(data.q @ rotation + shift, data.p @ rotation, data.dq @ rotation, data.dp @ rotation, data.mass, data.edges)


class RandomFeatures(unittest.TestCase):
    def test_a_swim_neuron_is_a_half_at_its_points(self):
        rng = np.random.default_rng(1)
        points = rng.standard_normal((50, 3))
        pairs = rf.uniform_pairs(rng, points, 20, gap=0.5)
        weights, biases = rf.swim(points, pairs)
        for side, value in ((0, -0.5), (1, 0.5)):
            np.testing.assert_allclose(np.tanh((weights * points[pairs[:, side]]).sum(1) + biases), value, atol=1e-12)

    def test_pairs_by_slope_prefer_the_step(self):
        rng = np.random.default_rng(2)
        points = np.linspace(-1, 1, 400)[:, None]
        pairs = rf.pairs_by_slope(rng, points, np.tanh(50 * points[:, 0]), 100, 4000)
        across = points[pairs[:, 0], 0] * points[pairs[:, 1], 0] < 0
        self.assertGreater(across.mean(), 0.9)

    def test_ridge_in_blocks_is_the_ridge_in_one(self):
        rng = np.random.default_rng(3)
        z, u = rng.standard_normal((90, 7)), rng.standard_normal((90, 2))
        damping = 0.1 * np.linalg.norm(z, 2)
        expected = np.linalg.lstsq(np.vstack([z, damping * np.eye(7)]), np.vstack([u, np.zeros((7, 2))]), rcond=None)[0]
        found = rf.ridge_solve(((z[s:s + 30], u[s:s + 30]) for s in range(0, 90, 30)), 0.1)
        np.testing.assert_allclose(found, expected, rtol=1e-5)

    def test_points_that_coincide_are_refused(self):
        with self.assertRaisesRegex(ValueError, "smaller gap"):
            rf.uniform_pairs(np.random.default_rng(4), np.ones((10, 2)), 5)


class GraphFeatures(unittest.TestCase):
    def test_coordinate_rows_are_derivatives(self):
        data = springs()
        rng = np.random.default_rng(5)
        features = graph_features.Frame(rng, data, 6, 5, 9, "swim", "tanh")

        def values(q, p):
            x, e = features._inputs(Lattice(q, p, p, q, data.mass, data.edges))
            h, g = features.node(x)[0], features.edge(e)[0]
            ends = np.concatenate([h[:, features.edges[:, 0]], h[:, features.edges[:, 1]], g], -1)
            return np.concatenate([h.sum(1), features.message(ends)[0].sum(1)], -1)

        rows = features._chunk_rows(data)
        dq, dp = rng.standard_normal((2,) + data.q.shape)
        step = 1e-5
        numerical = (values(data.q + step * dq, data.p + step * dp) - values(data.q - step * dq, data.p - step * dp)) / (2 * step)
        analytic = np.einsum("snd,sndw->sw", dq, rows[:, 0]) + np.einsum("snd,sndw->sw", dp, rows[:, 1])
        np.testing.assert_allclose(analytic, numerical, atol=1e-6 * np.abs(analytic).max())

    def test_slopes_backwards_are_rows_times_coefficients(self):
        data = springs()
        features = graph_features.Frame(np.random.default_rng(12), data, 6, 5, 9, "elm", "tanh")
        features.theta = np.random.default_rng(13).standard_normal(15)
        slopes = features._chunk_rows(data) @ features.theta
        dq, dp = features.predict(data)
        np.testing.assert_allclose(dq, slopes[:, 1], atol=1e-10 * np.abs(slopes).max())
        np.testing.assert_allclose(dp, -slopes[:, 0], atol=1e-10 * np.abs(slopes).max())

    def test_predictions_turn_with_the_system(self):
        data = springs(20)
        rotation = np.linalg.qr(np.random.default_rng(6).standard_normal((3, 3)))[0]
        for make in (lambda rng: graph_features.Pairwise(rng, data, 8, 8, "elm", "softplus"),
                     lambda rng: graph_features.Frame(rng, data, 8, 8, 16, "elm", "tanh")):
            model = make(np.random.default_rng(7))
            model.fit(data, 1e-6)
            other = model.predict(turned(data, rotation, np.array([1.0, -2.0, 3.0])))
            for found, expected in zip(other, model.predict(data)):
                np.testing.assert_allclose(found, expected @ rotation, atol=1e-6)

    def test_pairwise_learns_springs(self):
        train, test = springs(30), springs(10, seed=9)
        model = graph_features.Pairwise(np.random.default_rng(8), train, 16, 16, "swim", "softplus", steepness=0.5)
        model.fit(train, 1e-13)
        self.assertLess(np.abs(model.predict(test)[1] - test.dp).max(), 1e-4)


class StateNetworks(unittest.TestCase):
    def test_gradients_are_those_of_the_energy(self):
        for system in (HenonHeiles(0.7), Pendulum(1, 2.0, 1.0), Pendulum(3, 2.0, 1.0)):
            x = system.draw(np.random.default_rng(10), 5)
            for k, unit in enumerate(np.eye(x.shape[1])):
                slope = (system.energy(x + 1e-6 * unit) - system.energy(x - 1e-6 * unit)) / 2e-6
                np.testing.assert_allclose(system.gradient(x)[:, k], slope, rtol=1e-6, atol=1e-7)

    def test_a_pendulum_at_rest_has_its_least_energy(self):
        pendulum = Pendulum(3, 1.0, 1.0)
        self.assertEqual(pendulum.energy(np.zeros(6)), -6.0)
        self.assertEqual(np.abs(pendulum.gradient(np.zeros(6))).max(), 0.0)

    def test_pairs_of_data_beat_blind_weights(self):
        found = {sampler: state_networks.one_seed(HenonHeiles(1.0), sampler, 1, 150, 800, 1e-13, 0.1) for sampler in ("elm", "u-swim", "a-swim")}
        self.assertLess(found["u-swim"]["energy_error"], 0.1 * found["elm"]["energy_error"])
        self.assertLess(found["a-swim"]["energy_error"], 0.1 * found["elm"]["energy_error"])
        self.assertLess(found["elm"]["exact_energy_drift"], 1e-9)


@unittest.skipUnless(TORCH, "PyTorch is not installed")
class Optimisers(unittest.TestCase):
    def settings(self, network, **more):
        return {"network": network, "widths": {"node": 6, "edge": 6, "message": 6}, "activation": "softplus", "batch": 10,
                "seed": 1, "search_seconds": 0.02, "search_reach": 1, "search_extension": 1, "factor": 3.0, **more}

    def test_names_are_those_of_the_study(self):
        import optimisers
        self.assertEqual(sorted(optimisers.RECIPES), sorted(cases.OPTIMISERS))
        self.assertEqual(len(cases.OPTIMISERS), 15)

    def test_every_one_lowers_the_error(self):
        import optimisers
        data = [springs(30), springs(10, 4), springs(10, 5)]
        for name in optimisers.RECIPES:
            run = optimisers.Run(name, 0.1 * optimisers.RECIPES[name].rate, self.settings("pairwise"), data)
            run._measure()
            run.go(0.05, decay=False)
            self.assertFalse(run.diverged, name)
            self.assertLess(run.best()[3], run.curve[0][3], name)

    def test_energies_of_the_frame_do_not_turn(self):
        import networks
        import torch
        data = springs(5)
        network = networks.Frame(data, self.settings("frame")["widths"], "tanh")
        rotation = np.linalg.qr(np.random.default_rng(11).standard_normal((3, 3)))[0]
        other = turned(data, rotation, np.ones(3))
        energies = [network(torch.as_tensor(d.q), torch.as_tensor(d.p)).detach().numpy() for d in (data, other)]
        np.testing.assert_allclose(*energies, rtol=1e-10)

    def test_a_run_goes_on_from_its_checkpoint(self):
        import optimisers
        data = [springs(30), springs(10, 4), springs(10, 5)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "run.pt"
            first = optimisers.Run("Adam", 0.01, self.settings("pairwise"), data)
            first.go(0.03, decay=True, checkpoint=path)
            second = optimisers.Run("Adam", 0.01, self.settings("pairwise"), data)
            self.assertTrue(second.load(path))
            self.assertEqual(second.steps, first.steps)
            second.go(0.06, decay=True)
            self.assertGreater(second.steps, first.steps)
            self.assertEqual(second.curve[:len(first.curve)], first.curve)
            self.assertFalse(optimisers.Run("Adam", 0.02, self.settings("pairwise"), data).load(path))

    def test_the_search_extends_beyond_a_best_rate_at_its_end(self):
        import optimisers
        data = [springs(30), springs(10, 4), springs(10, 5)]
        rate, tried = optimisers.search("SGD", self.settings("pairwise", factor=0.1), data)
        self.assertGreaterEqual(len(tried), 3)
        self.assertEqual(min(tried.values()), tried[rate])


def count_runs(settings, folder):
    """A case of the tests of the runner."""
    counter = folder / "runs"
    counter.write_text(str(int(counter.read_text()) + 1 if counter.exists() else 1))
    if settings.get("fails"):
        raise ValueError("meant to fail")
    return {"runs": int(counter.read_text()), "nothing": float("nan")}


def tell_and_wait(_settings, folder):
    aside = folder / "worker.new"
    aside.write_text(str(os.getpid()))
    aside.rename(folder / "worker")
    time.sleep(60)


class Runner(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfhgn-study-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.said = []

    def run_one(self, **settings):
        case = cases.Case("test", "one", "test_paper_study:count_runs", settings)
        failed = runner.run_cases([case], self.folder, 1, self.said.append)
        return failed, runner.load_result(self.folder, case)

    def test_results_are_kept_until_settings_change(self):
        self.assertEqual(self.run_one(a=1)[1]["result"], {"runs": 1, "nothing": None})
        self.assertEqual(self.run_one(a=1)[1]["result"]["runs"], 1)
        self.assertEqual(self.run_one(a=2)[1]["result"]["runs"], 2)
        self.assertEqual(list((self.folder / "results/test").iterdir()), [self.folder / "results/test/one.json"])

    def test_a_case_that_fails_is_named_and_leaves_no_result(self):
        failed, result = self.run_one(fails=True)
        self.assertEqual((failed, result), (["test/one"], None))
        self.assertIn("meant to fail", self.said[-1])

    def test_workers_end_with_a_study_that_is_killed(self):
        script = "import runner, cases, sys; from pathlib import Path; runner.run_cases([cases.Case('test', 'one', " \
                 "'test_paper_study:tell_and_wait')], Path(sys.argv[1]), 1, print)"
        search = os.pathsep.join([str(TOOLS), str(TOOLS / "paper-study.d"), os.path.dirname(os.path.abspath(__file__))])
        study = subprocess.Popen([sys.executable, "-c", script, self.folder], stderr=subprocess.DEVNULL,
                                 env={**os.environ, "PYTHONPATH": search})
        told = self.folder / "runs/test/one/worker"
        self.wait_until(told.exists, "no worker began")
        study.kill()
        study.wait()
        worker = Path("/proc") / told.read_text()
        self.wait_until(lambda: not worker.exists(), "the worker goes on")

    def wait_until(self, true, otherwise):
        deadline = time.monotonic() + 60
        while not true():
            self.assertLess(time.monotonic(), deadline, otherwise)
            time.sleep(0.05)

    def test_one_study_at_a_time_in_a_folder(self):
        with runner.lock(self.folder):
            done = subprocess.run([TOOLS / "paper-study", "--rfhgn", sys.executable, "--report-only", "--output", self.folder],
                                  capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("another study runs", done.stderr)


class Program(unittest.TestCase):
    def test_decks_are_toml(self):
        import tomllib
        deck = {"system": {"size": [2, 2], "graph": "square"}, "generate": {"rates": True, "noise": 1e-3},
                "evaluate": {"zero_shot": {"large": {"size": [9, 9]}}}}
        self.assertEqual(tomllib.loads(program.toml(deck)), deck)

    def test_full_and_quick_form_have_the_same_parts(self):
        quick, full = (cases.Study(form, "rfhgn", Path("/nowhere")).cases() for form in (True, False))
        self.assertEqual({case.part for case in quick}, {case.part for case in full})
        self.assertEqual(len({(case.part, case.name) for case in full}), len(full))
        self.assertLess(sum(cases.BUDGET_MINUTES.values()), 240)
        json.dumps([case.settings for case in full])

    def test_mistakes_of_the_user(self):
        for words, message in ((["--parts", "lattices"], "no part 'lattices'"), (["--rfhgn", "/nowhere/rfhgn"], "tools/build"),
                               (["--only", "nothing/*"], "no case"), (["--jobs", "0"], "positive")):
            words = words if "--rfhgn" in words else words + ["--rfhgn", sys.executable]
            done = subprocess.run([TOOLS / "paper-study", *words], capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(message, done.stderr)


@unittest.skipUnless("RFHGN_PROGRAM" in os.environ, "RFHGN_PROGRAM does not name the program")
class WholeStudy(unittest.TestCase):
    ONLY = ["lattice/swim", "benchmark/ring-5", "python/pairwise-16-16-elm", "python/frame-*-elm", "frame/square-3x3",
            "henon-heiles/u-swim", "pendulum/2-elm", "optimisers/*-Adam"]

    def study(self, folder, *words):
        done = subprocess.run([TOOLS / "paper-study", "--quick", "--only", ",".join(self.ONLY), "--output", folder, "--rfhgn",
                               os.environ["RFHGN_PROGRAM"], *words], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_quick_form_writes_a_report_and_does_nothing_twice(self):
        with tempfile.TemporaryDirectory(prefix="rfhgn-study-") as name:
            folder = Path(name)
            said = self.study(folder)
            self.assertEqual("PyTorch is missing" in said, not TORCH)
            report = (folder / "report.md").read_text()
            for part in ("Results were made by rfhgn", "3D lattice", "Rollouts", "Hénon-Heiles", "Pendulum", "Not run: lattice/elm"):
                self.assertIn(part, report)
            sources = set(re.findall(r"\[json\]\((.*?)\)", report))
            self.assertGreater(len(sources), 4)
            results = [json.loads((folder / source).read_text()) for source in sources]
            self.assertLess(next(r for r in results if r["case"]["part"] == "lattice")["result"]["mse"]["median"], 1e-10)
            for picture in re.findall(r"!\[.*?\]\((.*?)\)", report):
                self.assertGreater((folder / picture).stat().st_size, 1000)
            self.assertIn(f"{len(sources)} of {len(sources)} cases have results", self.study(folder))
            self.assertEqual((folder / "report.md").read_text(), report)


if __name__ == "__main__":
    unittest.main()

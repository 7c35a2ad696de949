"""Data of one's own, from numpy through training to a rollout without any [system]: springs of three kinds, ions, screened
charges and a flat liquid in periodic boxes, planets. What is learned must move as the truth does, step by step."""
import json
import shutil
import subprocess
import sys
import unittest

import h5py
import numpy as np
from own_systems import Pairs, flat_liquid, ions, planets, screened, springs
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import Snapshot, write_data_set  # noqa: E402


def setting(**keys):
    return [word for key, value in keys.items() for word in ("--set", f"{key.replace('__', '.')}={value}")]


class OwnData(ProgramTest):
    def write(self, case, frames=6, every=20, seed=1, name="mine.h5"):
        system, starts, dt = case(np.random.default_rng(seed))
        system.snapshots = []
        for number, (q, p) in enumerate(starts):
            for state in system.leapfrog(q, p, dt, (frames - 1) * every, every):
                system.snapshots.append(system.snapshot(*state))
                system.snapshots[-1].trajectory = number
        write_data_set(self.folder / name, system.snapshots)
        return system

    def learns(self, text, tolerance):
        self.ok("train", self.deck(text), "--output", "out")
        error = json.loads((self.folder / "out/train.json").read_text())["held_out_error"]["relative_force_error"]
        print(f"{self.id().split('.')[-1]}: relative force error on unseen states {error:.1e}")
        self.assertLess(error, tolerance)

    def roll(self, *words, output="out", ranks=1):
        """What the log and rollout.json say, and positions along the paths of particles in the order of ids."""
        log = self.ok("rollout", "deck.toml", "--output", output, *words, ranks=ranks)
        summary = json.loads((self.folder / output / "rollout.json").read_text())
        with h5py.File(self.folder / output / "trajectory.h5md") as file:
            group = file["particles/trajectory"]
            path = group["position/value"][:]
            if "image" in group:
                path = path + group["image/value"][:] @ group["box/edges/value"][0]
        return log, summary, path

    def follows(self, system, frame, tolerance, ranks=(1, 2, 3, 4)):
        """Rollouts from this frame of mine.h5 on so many ranks against the truth. Returns the largest distance from it."""
        start = system.snapshots[frame]
        words = setting(rollout__model="out/model.h5", rollout__frame=frame)
        worst, first = 0, None
        for count in ranks:
            log, summary, path = self.roll(*words, output=f"on{count}", ranks=count)
            self.assertIn(f"mine.h5' (frame {frame}) of train.data", log)
            self.assertIn("of leapfrog's limit, chosen as 1/40 of the shortest period", log)
            self.assertEqual(summary["start"]["frame"], frame)
            every = summary["steps"] // (len(path) - 1)
            truth = [q for q, _ in system.leapfrog(start.position, start.momentum, summary["dt"], summary["steps"], every)]
            worst = max(worst, np.abs(path[:, :, :truth[0].shape[1]] - truth).max())
            first = first or (path, summary)
            np.testing.assert_allclose(path, first[0], atol=1e-8)
            self.assertEqual(summary["dt"], first[1]["dt"])
            for name in ("exact.h5md", "exact.csv", "error.csv"):
                self.assertFalse((self.folder / f"on{count}" / name).exists())
        print(f"{self.id().split('.')[-1]}: largest distance from the truth {worst:.1e}")
        self.assertLess(worst, tolerance)
        step = first[1]["step"]
        self.assertAlmostEqual(step["largest_frequency"] / system.largest_frequency(start.position), 1, delta=2e-3)
        self.assertTrue(step["chosen"] and 0.02 < step["part_of_limit"] < 0.09)
        self.assertNotIn("last_error", first[1])
        return worst

    def restarts(self, *words, ranks=(2, 3)):
        """A run of half the steps that goes on leaves what one in one go does: bit by bit on as many ranks."""
        half = 100
        words = [*words, *setting(rollout__steps=2 * half, rollout__checkpoint_interval=half)]
        whole = self.roll(*words, output="whole", ranks=ranks[0])
        for count, tolerance in zip(ranks, (0, 1e-8)):
            self.roll(*["rollout.steps=100" if word == "rollout.steps=200" else word for word in words],
                      output=f"parts{count}", ranks=ranks[0])
            _, summary, path = self.roll(*words, "--restart", output=f"parts{count}", ranks=count)
            self.assertEqual(summary["resumed_at_step"], half)
            self.assertEqual(summary["dt"], whole[1]["dt"])
            np.testing.assert_allclose(path, whole[2], rtol=0, atol=tolerance)


def deck(model, rollout=""):
    return f'[train]\ndata = "mine.h5"\n[model]\nkinetic = "known"\n{model}\n[rollout]\nsteps = 200\ninterval = 20\n{rollout}\n'


class GivenGraphs(OwnData):
    def test_springs_of_three_kinds(self):
        system = self.write(springs)
        self.learns(deck("message_width = 128"), 1e-5)
        self.follows(system, 37, 1e-4)
        self.restarts(*setting(rollout__model="out/model.h5", rollout__frame=-1))
        self.refused("rollout", "deck.toml", "--output", "no", *setting(rollout__model="out/model.h5", rollout__replicate="[2,2,2]"),
                     says=["gives the graph of its particles: only periodic boxes can be replicated"], ranks=2)
        self.refused("rollout", "deck.toml", "--output", "no", *setting(rollout__model="out/model.h5", rollout__observe__blocks=2),
                     says=["rollout.observe measures particles in boxes"], ranks=2)

    def test_ions_of_a_complete_graph(self):
        system = self.write(ions)
        self.learns(deck('radial_transform = "inverse"'), 1e-5)
        self.follows(system, 11, 1e-3)

    def test_planets(self):
        system = self.write(planets)
        self.learns(deck('radial_transform = "inverse"\nmessage_width = 24'), 1e-5)
        self.follows(system, 5, 1e-3)


class Boxes(OwnData):
    def test_ions_in_open_space(self):
        system = self.write(lambda rng: ions(rng, box=6 * np.eye(3), boundary=("open",)))
        self.learns(deck('cutoff = 50.0\ncutoff_function = "sharp"\nradial_transform = "inverse"'), 1e-5)
        self.follows(system, 11, 1e-3)

    def test_screened_charges_of_three_species(self):
        system = self.write(screened)
        self.learns(deck('cutoff = 2.2\nsmooth_from = 1.6\nmessage_width = 160\nradial_transform = "inverse"'), 1e-5)
        self.follows(system, 20, 1e-3)

    def test_flat_liquid(self):
        system = self.write(flat_liquid)
        self.learns(deck("cutoff = 1.8\nsmooth_from = 1.3"), 1e-8)
        self.follows(system, 20, 1e-6)


class Flat(OwnData):
    """What a liquid in a periodic square can do besides."""

    MODEL = "cutoff = 1.8\nsmooth_from = 1.3\nmessage_width = 32"

    def setUp(self):
        super().setUp()
        self.system = self.write(flat_liquid)
        self.learns(deck(self.MODEL), 1e-6)
        self.words = setting(rollout__model="out/model.h5", rollout__frame=-3)

    def test_copies_are_a_larger_system_of_the_same_kind(self):
        _, one, path = self.roll(*self.words, output="one")
        paths = {}
        for ranks in (1, 3, 4):
            log, many, paths[ranks] = self.roll(*self.words, *setting(rollout__replicate="[2,3]"), output=f"many{ranks}",
                                                ranks=ranks)
            self.assertIn("(frame 33, 2x3 times) of train.data, 216 particles in a box of volume 188.16", log)
            self.assertIn("copies of the box have the same momenta", log)
            self.assertEqual(many["dt"], one["dt"])
            self.assertEqual(many["particles"], 216)
            np.testing.assert_allclose(paths[ranks], paths[1], atol=1e-8)
        # As long as rounding has not parted them, copies move as the box does.
        for copy in range(6):
            shift = 5.6 * np.array([copy % 2, copy // 2, 0])
            np.testing.assert_allclose(paths[1][:, 36 * copy:36 * copy + 36], path + shift, atol=1e-6)
        self.restarts(*self.words, *setting(rollout__replicate="[2,1]"))

    def test_thermostats_and_observers(self):
        words = self.words + setting(rollout__replicate="[2,2]", rollout__temperature=0.8, rollout__equilibrate=200,
                                     rollout__thermostat="langevin", rollout__dt=0.01, rollout__observe__interval=10,
                                     rollout__observe__blocks=4)
        for ranks in (1, 3):
            log, summary, path = self.roll(*words, output=f"hot{ranks}", ranks=ranks)
            self.assertNotIn("copies of the box", log)
            self.assertNotIn("chosen", log)
            table = np.genfromtxt(self.folder / f"hot{ranks}/rollout.csv", delimiter=",", names=True)
            self.assertAlmostEqual(table["temperature"][0], 0.8, places=9)
            self.assertLess(summary["energy"]["largest_relative_deviation"], 1e-2)
            self.assertIn("pressure", summary["averages"])
            self.assertTrue((self.folder / f"hot{ranks}/radial.csv").exists())
        self.assertGreater(np.abs(path[-1, 36:72] - path[-1, :36] - path[0, 36:72] + path[0, :36]).max(), 0.01)
        self.restarts(*words, ranks=(2,))

    def test_steps_that_the_force_cannot_bear(self):
        limit = 2 / self.system.largest_frequency(self.system.snapshots[-3].position)
        for ranks in (1, 3):
            told = self.refused("rollout", "deck.toml", "--output", "no", *self.words, *setting(rollout__dt=1.1 * limit),
                                says=["leapfrog is unstable above", "2/omega"], ranks=ranks)
            self.assertIn("auto", told)
        log, summary, _ = self.roll(*self.words, *setting(rollout__dt=0.7 * limit, rollout__steps=2, rollout__interval=1),
                                    output="fast")
        self.assertIn("near leapfrog's limit", log)
        self.assertAlmostEqual(summary["step"]["part_of_limit"], 0.7, places=2)
        told = self.ok("check", "deck.toml", "--output", "new", *self.words[2:], *setting(rollout__model="out/model.h5", rollout__dt=0.5 * limit))
        self.assertIn("dt is", told)
        self.assertIn("0.5 of leapfrog's limit", told)
        self.refused("check", "deck.toml", *self.words, *setting(rollout__dt=1.1 * limit), says=["leapfrog is unstable above"])

    def test_pictures(self):
        self.roll(*self.words, output="seen")
        done = subprocess.run([sys.executable, str(SOURCE / "tools/plot-rollout"), "seen"], cwd=self.folder,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "seen/rollout.png").exists())

    def test_what_does_not_fit_is_refused(self):
        def refused(says, command="rollout", ranks=2, **keys):
            self.refused(command, "deck.toml", "--output", "no", *setting(**{"rollout__model": "out/model.h5"} | keys), says=says,
                         ranks=ranks)

        few = [Snapshot(np.eye(2), np.eye(2), np.eye(2), np.ones(2), box=5.6 * np.eye(2))]
        write_data_set(self.folder / "two.h5", few)
        bound, starts, _ = springs(np.random.default_rng(1))
        bound.facts["attributes"] = {}
        write_data_set(self.folder / "springs.h5", [bound.snapshot(q[:, :2], p[:, :2]) for q, p in starts[:1]])
        refused(["rollout.frame is 36, but", "holds 36 configurations"], rollout__frame=36)
        refused(["rollout.frame is -37"], command="check", rollout__frame=-37)
        refused(["rollout.replicate has 3 numbers", "dimension 2"], rollout__replicate="[2,2,2]", ranks=1)
        refused(["fewer than the 3 ranks of this job"], rollout__start="two.h5", ranks=3)
        shutil.copy(self.folder / "mine.h5", self.folder / "other.h5")
        with h5py.File(self.folder / "other.h5", "r+") as file:
            file.attrs["units"] = "lj"
        refused(["the model is in units 'reduced'", "other.h5' (frame 0) is in 'lj'"], rollout__start="other.h5")
        with h5py.File(self.folder / "other.h5", "r+") as file:
            file.attrs["units"] = "reduced"
            file["snapshots/box"].attrs["boundary"] = ["periodic", "open"]
        refused(["axis 2 of the box", "is open"], rollout__start="other.h5", rollout__replicate="[2,2]")
        refused(["has no effect: "], rollout__start="springs.h5", rollout__neighbour_list="full", ranks=1)


class Checks(OwnData):
    """What is wrong is found before anything is trained."""

    def test_before_the_model_is_there(self):
        self.write(flat_liquid)
        self.write(ions, name="ions.h5")
        path = self.deck(deck(Flat.MODEL))
        told = self.ok("check", path, "--ranks", 4, "--json", "plan.json")
        self.assertIn("dt is judged by the force when the run begins", told)
        plan = json.loads((self.folder / "plan.json").read_text())
        self.assertEqual((plan["particles"], plan["dimension"]), (36, 2))
        larger = self.ok("check", path, "--ranks", 1, "--json", "large.json", *setting(rollout__replicate="[20,20]"))
        self.assertIn("14400 particles, an estimated", larger)
        plan = json.loads((self.folder / "large.json").read_text())
        self.assertGreater(plan["edges"], 14400 * 4)
        for command in ("check", "run"):
            for says, keys in ((["has dimension 2, but the configuration", "ions.h5' (frame 0) has 3"],
                                {"rollout__start": "ions.h5"}),
                               (["live in boxes", "but the model has none"], {"model__cutoff": 0.0, "model__kinetic": "known"}),
                               (["none.h5"], {"rollout__start": "none.h5"}),
                               (["rollout.frame is 99"], {"rollout__frame": 99})):
                words = setting(**keys)
                text = deck("message_width = 32") if "model__cutoff" in keys else deck(Flat.MODEL)
                self.refused(command, self.deck(text, "wrong.toml"), "--output", "no", *words, says=says)
                self.assertFalse((self.folder / "no").exists())
        self.refused("run", self.deck("[rollout]\nsteps = 5\n", "empty.toml"), says=["needs a [system] table", "rollout.start"])

    def test_what_is_done_is_a_matter_of_record(self):
        self.write(flat_liquid)
        path = self.deck(deck(Flat.MODEL))
        self.ok("run", path, "--output", "out", ranks=2)
        self.assertIn("rollout: finished already", self.ok("run", path, "--output", "out", "--restart"))
        self.assertEqual(self.ok("check", path, "--stages").split(), ["train", "rollout"])
        self.refused("rollout", path, "--output", "out", "--restart", *setting(rollout__frame=2),
                     says=["rollout.frame was"])
        resolved = (self.folder / "out/deck.toml").read_text()
        self.ok("run", self.deck(resolved, "again.toml"), "--output", "again")
        self.assertIn('dt = "auto"', resolved)


class Free(OwnData):
    def test_particles_without_edges(self):
        rng = np.random.default_rng(3)
        mass = rng.uniform(1, 2, 6)
        system = Pairs(mass, np.empty((0, 2), int), lambda e, r: r, {"edges": np.empty((0, 2), int)})
        snapshots = [system.snapshot(*rng.normal(0, 1, (2, 6, 3))) for _ in range(4)]
        write_data_set(self.folder / "free.h5", snapshots)
        bound, starts, _ = springs(rng)
        bound.facts["attributes"] = {}
        write_data_set(self.folder / "mine.h5", [bound.snapshot(*start) for start in starts])
        self.learns(deck("message_width = 16"), 10)
        words = setting(rollout__model="out/model.h5", rollout__start="free.h5", rollout__frame=1, rollout__outside="ignore")
        self.refused("rollout", "deck.toml", "--output", "no", *words, says=["no force depends on where the particles are"])
        for ranks in (1, 2, 4):
            log, summary, path = self.roll(*words, *setting(rollout__dt=0.1), output=f"free{ranks}", ranks=ranks)
            self.assertIn("nothing vibrates about the start", log)
            self.assertIsNone(summary["step"]["leapfrog_limit"])
            start = snapshots[1]
            np.testing.assert_allclose(path[-1], start.position + 0.1 * 200 * start.momentum / mass[:, None], rtol=1e-9)


if __name__ == "__main__":
    unittest.main()

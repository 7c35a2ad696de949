"""Data of one's own, from numpy through training to a rollout without any [system]: springs of three kinds, ions, screened
charges and a flat liquid in periodic boxes, planets. What is learned must move as the truth does, step by step."""
import json
import shutil
import subprocess
import sys
import unittest

import h5py
import numpy as np
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import Snapshot, write_data_set  # noqa: E402


def setting(**keys):
    return [word for key, value in keys.items() for word in ("--set", f"{key.replace('__', '.')}={value}")]


def complete(nodes):
    return np.array([(i, j) for i in range(nodes) for j in range(i + 1, nodes)])


class Pairs:
    """H = sum of |p|^2 / 2m and of V(r) over pairs. `slope(pairs, r)` is dV/dr; with `side`, pairs are those of nearest images
    in a periodic box, nearer than the cutoff; `facts` is what snapshots have besides."""

    def __init__(self, mass, edges, slope, facts, side=None, cutoff=np.inf):
        self.mass, self.edges, self.slope, self.side, self.cutoff, self.facts = mass, edges, slope, side, cutoff, facts

    def force(self, q):
        a, b = self.edges.T
        apart = q[b] - q[a]
        if self.side:
            apart = apart - self.side * np.round(apart / self.side)
        r = np.linalg.norm(apart, axis=1)
        near = np.flatnonzero(r < self.cutoff)
        pull = np.zeros_like(apart)
        pull[near] = (self.slope(near, r[near]) / r[near])[:, None] * apart[near]
        force = np.zeros_like(q)
        np.add.at(force, a, pull)
        np.add.at(force, b, -pull)
        return force

    def leapfrog(self, q, p, dt, steps, every=1):
        """Positions and momenta after each `every` steps, the start included."""
        path, force = [(q, p)], self.force(q)
        for step in range(1, steps + 1):
            p = p + 0.5 * dt * force
            q = q + dt * p / self.mass[:, None]
            force = self.force(q)
            p = p + 0.5 * dt * force
            if step % every == 0:
                path.append((q, p))
        return path

    def largest_frequency(self, q, h=1e-6):
        """Of the Hessian by all its columns, each a difference of forces."""
        weight = np.repeat(1 / np.sqrt(self.mass), q.shape[1])
        columns = []
        for k in range(q.size):
            step = np.zeros(q.size)
            step[k] = h * weight[k] / weight.max()
            step = step.reshape(q.shape)
            columns.append((self.force(q - step) - self.force(q + step)).ravel() / (2 * h) * weight * weight.max())
        hessian = np.array(columns)
        return np.sqrt(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])

    def snapshot(self, q, p):
        return Snapshot(q, p, self.force(q), self.mass, velocity=p / self.mass[:, None], **self.facts)


def springs(rng):
    """Twelve masses on a ring with chords; each bond has two wells, of one kind of three."""
    ring = [(i, (i + 1) % 12) for i in range(12)]
    edges = np.array(ring + [(i, i + 3) for i in range(0, 9, 2)])
    kind = np.arange(len(edges)) % 3
    height, middle, width = np.array([1.0, 2.0, 0.6])[kind], np.array([1.0, 1.2, 0.9])[kind], 0.25
    mass = rng.uniform(0.5, 2.0, 12)
    system = Pairs(mass, edges, lambda e, r: 4 * height[e] * (r - middle[e]) * ((r - middle[e]) ** 2 / width ** 2 - 1),
                   {"edges": edges, "attributes": {f"kind_{k}": (kind == k).astype(float) for k in range(3)}})
    angle = 2 * np.pi * np.arange(12) / 12
    site = 2.0 * np.column_stack([np.cos(angle), np.sin(angle), 0.1 * np.sin(3 * angle)])
    return system, [(site + rng.uniform(-0.15, 0.15, site.shape), rng.normal(0, 0.4, site.shape) * np.sqrt(mass)[:, None])
                    for _ in range(20)], 0.01


def ions(rng, **facts):
    """Eight charges, all pairs, with a core of r^-8."""
    charge = np.array([1.0, -1.0] * 4)
    edges = complete(8)
    product = charge[edges[:, 0]] * charge[edges[:, 1]]
    mass = np.where(charge > 0, 1.0, 2.5)
    system = Pairs(mass, edges, lambda e, r: -product[e] / r ** 2 - 0.4 * r ** -9,
                   {"species": (charge < 0).astype(int)} | (facts or {"edges": edges}))
    site = 1.1 * np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    order = [0, 1, 3, 2, 5, 4, 6, 7]  # neighbours have other signs
    return system, [(site[order] + rng.uniform(-0.1, 0.1, site.shape), rng.normal(0, 0.3, site.shape)) for _ in range(20)], 0.01


def switch(r, cutoff, begin):
    """1 up to `begin`, 0 from the cutoff on, with its slope."""
    x = np.clip((r - begin) / (cutoff - begin), 0, 1)
    return 1 - x ** 3 * (10 - 15 * x + 6 * x * x), -30 * x ** 2 * (1 - x) ** 2 / (cutoff - begin)


def screened(rng):
    """Three species of screened charges with cores, each pair of its own strength, in a periodic cube."""
    side, cutoff = 5.4, 2.2
    species = np.arange(64) % 3
    edges = complete(64)
    strength = np.array([[1.0, 0.6, 0.8], [0.6, 1.5, 0.4], [0.8, 0.4, 0.9]])[species[edges[:, 0]], species[edges[:, 1]]]

    def slope(e, r):
        energy, steep = np.exp(-r) / r + r ** -6, -np.exp(-r) * (1 + r) / r ** 2 - 6 * r ** -7
        factor, falling = switch(r, cutoff, 1.6)
        return strength[e] * (steep * factor + energy * falling)

    mass = np.array([1.0, 2.0, 0.5])[species]
    system = Pairs(mass, edges, slope, {"species": species, "box": side * np.eye(3)}, side, cutoff)
    site = side / 4 * np.array(list(np.ndindex(4, 4, 4)))
    return system, [(site + rng.uniform(-0.2, 0.2, site.shape), rng.normal(0, 0.4, site.shape) * np.sqrt(mass)[:, None])
                    for _ in range(6)], 0.02


def flat_liquid(rng):
    """Soft discs in a periodic square."""
    side, cutoff = 5.6, 1.8
    edges = complete(36)

    def slope(e, r):
        factor, falling = switch(r, cutoff, 1.3)
        return -6 * r ** -7 * factor + r ** -6 * falling

    system = Pairs(np.ones(36), edges, slope, {"box": side * np.eye(2)}, side, cutoff)
    site = side / 6 * np.array(list(np.ndindex(6, 6)))
    return system, [(site + rng.uniform(-0.1, 0.1, site.shape), rng.normal(0, 0.5, site.shape)) for _ in range(6)], 0.01


def planets(rng):
    """The Sun, Mercury, Venus, Earth and Jupiter: au, years, masses of the Sun."""
    mass = np.array([1.0, 1.66e-7, 2.45e-6, 3.0e-6, 9.55e-4])
    distance = np.array([0.0, 0.387, 0.723, 1.0, 5.2])
    edges = complete(5)
    strength = 4 * np.pi ** 2 * mass[edges[:, 0]] * mass[edges[:, 1]]
    system = Pairs(mass, edges, lambda e, r: strength[e] / r ** 2, {"species": np.arange(5), "edges": edges})
    starts = []
    for _ in range(40):
        angle = rng.uniform(0, 2 * np.pi, 5)
        radius = distance * rng.uniform(0.95, 1.05, 5)
        speed = np.divide(2 * np.pi, np.sqrt(radius), out=np.zeros(5), where=radius > 0)
        tilt = rng.uniform(-0.05, 0.05, 5)
        q = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle), tilt])
        v = speed[:, None] * np.column_stack([-np.sin(angle), np.cos(angle), tilt])
        p = mass[:, None] * v
        p[0] = -p[1:].sum(axis=0)
        starts.append((q, p))
    return system, starts, 0.002


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

"""What no pair model can be is told with its cause, wrong data are told with their factor, and good ones pass."""
import json
import re
import sys
import unittest

import numpy as np
from program import SOURCE, ProgramTest

sys.path.insert(0, str(SOURCE / "tools"))
from write_data_set import Snapshot, write_data_set  # noqa: E402

CHAIN = "[model]\nkinetic = \"known\"\nmessage_width = 32\n"
BOX = "[model]\ncutoff = {}\nmessage_width = 48\n"


def pull(q, edges, slope):
    """Forces of pairs from dV/dr(edge numbers, r), and the energy's place for the caller."""
    apart = q[edges[:, 1]] - q[edges[:, 0]]
    r = np.sqrt((apart ** 2).sum(axis=1))
    f = (slope(r) / r)[:, None] * apart
    force = np.zeros_like(q)
    np.add.at(force, edges[:, 0], f)
    np.add.at(force, edges[:, 1], -f)
    return force, r


def chain(count, dimension=3, nodes=8, seed=1, more=None, stiffness=None, mass=None):
    """Snapshots of a chain of springs; more(q, p, m) adds forces."""
    rng = np.random.default_rng(seed)
    edges = np.column_stack([np.arange(nodes - 1), np.arange(1, nodes)])
    k = np.ones(nodes - 1) if stiffness is None else stiffness
    m = np.ones(nodes) if mass is None else mass
    snapshots = []
    for _ in range(count):
        q = np.zeros((nodes, dimension))
        q[:, 0] = np.arange(nodes)
        q += rng.uniform(-0.3, 0.3, q.shape)
        p = 0.5 * rng.standard_normal(q.shape) * np.sqrt(m)[:, None]
        force, r = pull(q, edges, lambda r: k * (r - 1))
        energy = (p ** 2 / m[:, None]).sum() / 2 + (k * (r - 1) ** 2).sum() / 2
        if more:
            force = force + more(q, p, m)
        snapshots.append(Snapshot(q, p, force, m, edges, velocity=p / m[:, None], energy=energy))
    return snapshots


def complete(count, species, law, mass, sites, seed=1, dimension=3):
    """Snapshots of particles of which each sees each: forces from dV/dr(i, j, r)."""
    rng = np.random.default_rng(seed)
    edges = np.array([(i, j) for i in range(len(mass)) for j in range(i)])
    snapshots = []
    for _ in range(count):
        q = sites(rng)
        force, _ = pull(q, edges, lambda r: law(edges[:, 0], edges[:, 1], r))
        snapshots.append(Snapshot(q, np.zeros_like(q), force, mass, edges, species=species, velocity=np.zeros_like(q)))
    return snapshots


class StillingerWeber:
    """Silicon: Stillinger and Weber, Phys. Rev. B 31, 5262 (1985), in eV and angstrom."""
    depth, size, reach = 2.1683, 2.0951, 1.8 * 2.0951
    A, B, angular, gamma = 7.049556277, 0.6022245584, 21.0, 1.2

    def forces(self, q, side):
        apart = q[None] - q[:, None]
        apart -= side * np.round(apart / side)
        r = np.sqrt((apart ** 2).sum(axis=2)) + 100 * np.eye(len(q))
        force = np.zeros_like(q)
        for i in range(len(q)):
            near = np.nonzero(r[i] < self.reach - 1e-6)[0]
            s, u = r[i, near], apart[i, near] / r[i, near][:, None]
            fade = np.exp(self.size / (s - self.reach))
            value = self.A * self.depth * (self.B * (self.size / s) ** 4 - 1)
            slope = fade * (-4 * self.A * self.B * self.depth * self.size ** 4 / s ** 5
                            - value * self.size / (s - self.reach) ** 2)
            force[i] += (slope[:, None] * u).sum(axis=0)
            h = np.exp(self.gamma * self.size / (s - self.reach))
            dh = -self.gamma * self.size / (s - self.reach) ** 2 * h
            cosine = u @ u.T
            bend = cosine + 1 / 3
            np.fill_diagonal(bend, 0)
            turn = u[None] - cosine[:, :, None] * u[:, None]
            scale = self.angular * self.depth
            gradient = scale * (2 * (bend * h[None] * h[:, None])[:, :, None] * turn / s[:, None, None]
                                + (bend ** 2 * h[None] * dh[:, None])[:, :, None] * u[:, None]).sum(axis=1)
            np.add.at(force, near, -gradient)
            force[i] += gradient.sum(axis=0)
        return force


def silicon(count, seed=1):
    rng = np.random.default_rng(seed)
    cell = np.array([[0, 0, 0], [0, .5, .5], [.5, 0, .5], [.5, .5, 0]])
    cell = np.concatenate([cell, cell + 0.25])
    side = 2 * 5.431
    sites = 5.431 * (np.array(list(np.ndindex(2, 2, 2)))[:, None] + cell).reshape(-1, 3)
    law = StillingerWeber()
    snapshots = []
    for _ in range(count):
        q = sites + 0.12 * rng.standard_normal(sites.shape)
        snapshots.append(Snapshot(q, np.zeros_like(q), law.forces(q, side), np.ones(len(q)), box=side * np.eye(3)))
    return snapshots


class Verdict(ProgramTest):
    def train(self, snapshots, model, *more, ranks=1, **named):
        write_data_set(self.folder / "data.h5", snapshots, overwrite=True, **named)
        text = '[train]\ndata = "data.h5"\n' + model
        told = self.ok("train", self.deck(text), "--output", "out", "--overwrite", *more, ranks=ranks)
        return told, json.loads((self.folder / "out/train.json").read_text())

    def blamed(self, snapshots, model, cause, *says, ranks=1):
        told, train = self.train(snapshots, model, ranks=ranks)
        verdict = train["verdict"]
        self.assertEqual(verdict["cause"], cause, verdict)
        self.assertTrue(verdict["bad"], verdict)
        warning = " ".join(line for line in told.splitlines() if "forces are off by" in line)
        for text in says:
            self.assertIn(text, warning, told)
        return verdict

    def test_many_body(self):
        verdict = self.blamed(silicon(12), BOX.format(3.9), "many_body", 'encoding = "many_body"')
        self.assertLess(min(t["relative_force_error"] for t in verdict["tried"]),
                        0.3 * verdict["tried"][0]["relative_force_error"])

    def test_friction(self):
        for ranks in (1, 3):
            verdict = self.blamed(chain(40, more=lambda q, p, m: -0.4 * p), CHAIN, "friction", "friction", ranks=ranks)
            self.assertGreater(verdict["residual_explained"]["friction"], 0.9)

    def test_magnetic_field(self):
        turned = lambda q, p, m: 0.8 * np.column_stack([p[:, 1], -p[:, 0]])
        self.blamed(chain(40, dimension=2, more=turned), CHAIN, "magnetic", "magnetic")

    def test_external_field(self):
        fall = lambda q, p, m: np.array([0, -1.0, 0]) - 0.3 * q
        self.blamed(chain(40, more=fall), CHAIN, "field", "absolute")

    def test_bonds_that_differ(self):
        stiffness = np.array([0.5, 2, 2, 0.5, 2, 0.5, 0.5])
        self.blamed(chain(60, stiffness=stiffness), CHAIN, "bonds", "edge attribute")

    def test_coulomb(self):
        species = np.array([0, 1] * 4)
        charge = 1 - 2 * species
        sites = lambda rng: 1.5 * np.array(list(np.ndindex(2, 2, 2))) + rng.uniform(-0.5, 0.5, (8, 3))
        data = complete(60, species, lambda i, j, r: -charge[i] * charge[j] / r ** 2, np.ones(8), sites)
        self.blamed(data, CHAIN + 'radial_transform = "inverse_sixth"\n', "settings", "radial_transform")

    def test_planets(self):
        mass = np.array([1.0, 1e-3, 3e-4, 5e-5, 2e-5])
        radius = np.array([0.05, 1, 1.8, 2.5, 3.3])

        def sites(rng):
            angle = rng.uniform(0, 2 * np.pi, 5)
            return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])

        data = complete(80, None, lambda i, j, r: mass[i] * mass[j] / r ** 2, mass, sites, dimension=2)
        self.blamed(data, CHAIN, "settings", "message_masses = true")

    def test_bad_models_are_not_exported(self):
        self.train(silicon(12), BOX.format(3.9) + "[tabulate]\nlammps = true\n")
        deck = str(self.folder / "deck.toml")
        told = self.refused("tabulate", deck, "--output", "out", ranks=2,
                            says=["is not what moves its training data", "--force"])
        self.assertIn("angles", told)
        self.assertFalse((self.folder / "out/table.lammps").exists())
        self.assertIn("angles", self.ok("tabulate", deck, "--output", "out", "--force"))
        self.assertTrue((self.folder / "out/table.lammps").exists())
        for file in ("model.h5", "tabulated.h5"):
            self.assertRegex(self.ok("info", f"out/{file}"), r"verdict +unseen forces are off by")

    def test_good_models_say_so(self):
        told, train = self.train(chain(40), CHAIN)
        self.assertFalse(train["verdict"]["bad"])
        self.assertNotIn("warning", told)
        self.assertNotIn("forces are off by", self.ok("info", "out/model.h5"))
        self.assertEqual(train["data_checks"]["findings"], [])
        self.assertLess(train["held_out_error"]["energy_rmse_per_particle"], 1e-8)
        self.assertIn("energies of a particle off by", told)
        # Noise that all forces have is no fault of the model.
        noise = np.random.default_rng(2)
        _, train = self.train(chain(60, more=lambda q, p, m: 0.1 * noise.standard_normal(q.shape)), CHAIN)
        self.assertEqual(train["verdict"]["cause"], "noise")
        self.assertFalse(train["verdict"]["bad"])


class WrongData(ProgramTest):
    def findings(self, snapshots, model=CHAIN, ranks=1, command="check", **named):
        write_data_set(self.folder / "data.h5", snapshots, overwrite=True, **named)
        deck = self.deck('[train]\ndata = "data.h5"\n' + model)
        told = self.ok(command, deck, ranks=ranks, *(["--output", "out", "--overwrite"] if command == "train" else []))
        return [" ".join(line.split()) for line in told.split("\n") if "warning" in line], told

    def found(self, snapshots, *says, **named):
        lines, told = self.findings(snapshots, **named)
        for text in says:
            self.assertTrue(any(text in line for line in lines), (text, told))
        return lines

    def test_good_data_pass(self):
        good = chain(30)
        for snapshot in good:
            snapshot.energy += 1000.0  # a constant is free
        for ranks in (1, 2, 3, 4):
            lines, told = self.findings(good, ranks=ranks)
            self.assertEqual(lines, [], told)
            self.assertRegex(told, r"energies are (1\.[01]|0\.9)\d times the work of forces")
            self.assertIn("momenta are 1.00 mass times velocity", told)

    def test_factor_of_energies(self):
        for factor, words in ((3.0, "energies are 3.00 times what forces say"),
                              (27.211386, "(hartree in eV)"), (1 / 8, "those of one of 8 particles"),
                              (-1.0, "energies are -1.00 times what forces say")):
            data = trajectory(30, 0.05)
            for snapshot in data:
                snapshot.energy = kinetic(snapshot) + factor * (snapshot.energy - kinetic(snapshot))
            self.found(data, words, ranks=2)

    def test_factor_of_energies_far_apart(self):
        """By what was learned of the forces."""
        for factor, words in ((3.0, "energies are 3.00 times what forces say"),
                              (-1.0, "energies are -1.00 times what forces say")):
            data = chain(60, seed=4)
            for snapshot in data:
                snapshot.energy = kinetic(snapshot) + factor * (snapshot.energy - kinetic(snapshot))
            for ranks in (1, 3):
                lines, told = self.findings(data, ranks=ranks, command="train")
                if not any("energies are" in line for line in lines):
                    self.fail(told)
                if "(configurations are too far apart)" in told:
                    self.assertTrue(any(words in line for line in lines), told)

    def test_energies_without_kinetic_part(self):
        data = chain(30)
        for snapshot in data:
            snapshot.energy -= (snapshot.momentum ** 2).sum() / 2
        self.found(data, "energies are potential energies", command="train")

    def test_energies_of_others(self):
        data = trajectory(60, 0.05)
        energies = np.random.default_rng(3).permutation([s.energy - kinetic(s) for s in data])
        for snapshot, energy in zip(data, energies):
            snapshot.energy = energy + kinetic(snapshot)
        self.found(data, "energies have nothing to do with the work of forces")

    def test_labels(self):
        data = chain(30)
        for snapshot in data:
            snapshot.energy = 0.0
        self.found(data, "all energies are 0")
        data = chain(30)
        for snapshot in data[::7]:
            snapshot.energy = 0.0
        self.found(data, "5 of 30 energies are exactly zero")
        for snapshot in data:
            snapshot.force = 0 * snapshot.force
        self.found(data, "all forces are zero")

    def test_velocities_for_momenta(self):
        data = chain(30, mass=np.full(8, 2.0))
        for snapshot in data:
            snapshot.momentum = snapshot.velocity
        self.found(data, "velocities stand where momenta should", "0.50")
        data = chain(30, mass=np.linspace(1, 5, 8))
        for snapshot in data:
            snapshot.momentum = snapshot.velocity
        self.found(data, "velocities stand where momenta should")

    def test_frames(self):
        mass = np.linspace(1, 5, 8)
        for change, words in ((lambda s: None, None),
                              (lambda s: setattr(s, "force", -s.force), "forces are -1.00 times"),
                              (lambda s: setattr(s, "force", 2 * s.force), "forces are 2.00 times"),
                              (lambda s: setattr(s, "momentum", s.momentum / s.mass[:, None]), "velocities stand"),
                              (lambda s: setattr(s, "time", 1000 * s.time), "times are 999.83 (a thousand")):
            data = trajectory(30, 0.05, mass=mass)
            for snapshot in data:
                snapshot.velocity = None
                change(snapshot)
            lines, told = self.findings(data, ranks=2)
            if words:
                self.assertTrue(any(words in line for line in lines), told)
            else:
                self.assertEqual(lines, [], told)

    def test_edges_in_both_directions(self):
        data = chain(5)
        for snapshot in data:
            snapshot.edges = np.concatenate([snapshot.edges, snapshot.edges[:, ::-1]])
        write_data_set(self.folder / "data.h5", data)
        for command in ("check", "train"):
            self.refused(command, self.deck('[train]\ndata = "data.h5"\n' + CHAIN), ranks=2,
                         says=["snapshot 0: the bond of the particles in rows 0 and 1", "is listed twice"])

    def test_balance(self):
        data = chain(30)
        for snapshot in data:
            snapshot.force[-1] = 0
        self.found(data, "forces of a snapshot do not add up to zero")

    def test_duplicates(self):
        data = chain(12)
        data[7] = data[3]
        data[9] = data[3]
        for ranks in (1, 2, 4):
            lines = self.found(data, "2 configurations are there twice (snapshot 7 is 3, 9 is 3)", ranks=ranks)
            self.assertEqual(len(lines), 1)
        write_data_set(self.folder / "unseen.h5", chain(3, seed=9) + data[5:6])
        for ranks in (1, 3):
            self.found(chain(12), "1 configurations of the data to judge by are among those to train on (snapshot 3 is 5",
                       model=CHAIN + '[evaluate]\ndata = "unseen.h5"\n', ranks=ranks)

    def test_virials(self):
        for factor, words in ((1, None), (-1, "virials are -1.0"), (1602.1766, "eV/angstrom^3 in kB")):
            data = strained(20)
            for snapshot in data:
                snapshot.virial = factor * snapshot.virial
            lines, told = self.findings(data, model=BOX.format(1.5), ranks=2)
            self.assertIn("times what energies of strained cells say", told)
            if words:
                self.assertTrue(any(words in line for line in lines), told)
            else:
                self.assertEqual(lines, [], told)

    def test_single_atoms(self):
        data = strained(6)
        data.append(Snapshot(np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((1, 3)), np.ones(1), box=9 * np.eye(3), energy=-1.0))
        _, told = self.findings(data, model=BOX.format(1.5))
        self.assertIn("1 single atom(s) without neighbours (first: snapshot 6)", re.sub(r"\s+", " ", told))


def kinetic(snapshot):
    return (snapshot.momentum ** 2 / snapshot.mass[:, None]).sum() / 2


def trajectory(count, dt, mass=None):
    """Frames of a chain that moves by leapfrog."""
    now = chain(1, mass=mass)[0]
    m = now.mass[:, None]
    q, p = now.position, now.momentum
    frames = []
    for step in range(count):
        force, r = pull(q, now.edges, lambda r: r - 1)
        frames.append(Snapshot(q, p, force, now.mass, now.edges, velocity=p / m, time=step * dt, trajectory=0,
                               energy=(p ** 2 / m).sum() / 2 + ((r - 1) ** 2).sum() / 2))
        p = p + dt / 2 * force
        q = q + dt * p / m
        p = p + dt / 2 * pull(q, now.edges, lambda r: r - 1)[0]
    return frames


def strained(count):
    """A simple cubic crystal of springs to the six nearest atoms, strained in all directions, and hardly disturbed."""
    rng = np.random.default_rng(5)
    sites = np.array(list(np.ndindex(4, 4, 4)))
    snapshots = []
    for _ in range(count):
        strain = 0.02 * rng.standard_normal((3, 3))
        box = 4 * (np.eye(3) + (strain + strain.T) / 2)
        q = (sites / 4 + 0.0005 * rng.standard_normal(sites.shape)) @ box
        energy, virial, force = 0.0, np.zeros((3, 3)), np.zeros_like(q)
        for axis in np.eye(3, dtype=int):
            other = np.ravel_multi_index(((sites + axis) % 4).T, (4, 4, 4))
            apart = q[other] + (sites + axis) // 4 @ box - q
            r = np.sqrt((apart ** 2).sum(axis=1))
            tension = ((r - 0.97) / r)[:, None] * apart
            force += tension
            np.add.at(force, other, -tension)
            energy += 0.5 * ((r - 0.97) ** 2).sum()
            virial -= tension.T @ apart
        snapshots.append(Snapshot(q, np.zeros_like(q), force, np.ones(64), box=box, energy=energy,
                                  virial=virial[[0, 1, 2, 0, 0, 1], [0, 1, 2, 1, 2, 2]]))
    return snapshots


if __name__ == "__main__":
    unittest.main()

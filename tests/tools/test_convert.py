"""tools/convert: configurations keep everything on the way through each kind of file, and LAMMPS reads what it writes."""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

import h5py
import numpy as np

TOOLS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tools")
sys.path.insert(0, TOOLS)
from configurations import GRAM_PER_MOLE, Configuration, FileError, lammps_orientation, read, write  # noqa: E402


def configuration(cell, units="lj", particles=12, force=True, seed=1):
    rng = np.random.default_rng(seed)
    species = rng.integers(0, 2, particles)
    species[:2] = 0, 1
    unit = GRAM_PER_MOLE if units == "metal" else 1.0
    mass = np.where(species == 0, 39.948, 83.798) * unit
    return Configuration(rng.random((particles, 3)) @ cell, rng.standard_normal((particles, 3)) * mass[:, None], mass,
                         species, cell, (True, True, True),
                         force=rng.standard_normal((particles, 3)) if force else None, units=units, time=0.25)


LAMMPS_CELL = np.array([[6.0, 0, 0], [1.5, 5.0, 0], [-1.0, 0.5, 7.0]])


def turned(cell):
    """The same cell in a general orientation."""
    a, b = 0.7, -1.1
    x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return cell @ (x @ z)


class Convert(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="rfhgn-convert-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_convert(self, *arguments, succeeds=True):
        done = subprocess.run(["/usr/bin/python3", os.path.join(TOOLS, "convert"), *arguments], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode == 0, succeeds, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout if succeeds else done.stderr

    def assert_same(self, found, expected, tolerance, rotation=np.eye(3)):
        self.assertEqual(found.units, expected.units)
        self.assertEqual(list(found.periodic), list(expected.periodic))
        np.testing.assert_array_equal(found.species, expected.species)
        np.testing.assert_allclose(found.mass, expected.mass, rtol=tolerance)
        for name in ("position", "cell"):
            np.testing.assert_allclose(getattr(found, name), getattr(expected, name) @ rotation, atol=20 * tolerance)
        scale = np.abs(expected.momentum).max()
        np.testing.assert_allclose(found.momentum, expected.momentum @ rotation, atol=20 * tolerance * scale)

    def test_data_sets_and_extended_xyz_keep_everything(self):
        for units in ("lj", "metal"):
            for cell in (LAMMPS_CELL, turned(LAMMPS_CELL)):
                frames = [configuration(cell, units, seed=seed) for seed in (1, 2)]
                write(self.path("a.h5"), frames, overwrite=True)
                self.run_convert(self.path("a.h5"), self.path("b.extxyz"), "--symbols", "Ar,Kr", "--overwrite")
                self.assertIn("2 configurations, 12 particles",
                              self.run_convert(self.path("b.extxyz"), self.path("c.h5"), "--overwrite"))
                for name, tolerance in (("a.h5", 1e-15), ("b.extxyz", 1e-7), ("c.h5", 1e-7)):
                    found = read(self.path(name))
                    self.assertEqual(len(found), 2)
                    for frame, expected in zip(found, frames):
                        self.assert_same(frame, expected, tolerance)
                        np.testing.assert_allclose(frame.force, expected.force, atol=20 * tolerance)
                        self.assertAlmostEqual(frame.time, 0.25)

    def test_ase_sees_physical_momenta(self):
        from ase import io, units
        frame = configuration(LAMMPS_CELL, "metal")
        write(self.path("a.extxyz"), [frame])
        atoms = io.read(self.path("a.extxyz"))
        kinetic = (frame.momentum ** 2 / (2 * frame.mass[:, None])).sum()  # eV
        self.assertAlmostEqual(atoms.get_kinetic_energy() / kinetic, 1, places=5)
        self.assertAlmostEqual(atoms.get_masses()[0], 39.948, places=4)
        self.assertAlmostEqual((atoms.get_velocities()[0] * units.fs * 1000)[0], frame.momentum[0, 0] / frame.mass[0],
                               places=3)

    def test_lammps_files_hold_the_cell_turned(self):
        for units in ("lj", "metal"):
            for cell in (LAMMPS_CELL, turned(LAMMPS_CELL), np.diag([4.0, 5.0, 6.0])):
                frame = configuration(cell, units, force=False)
                write(self.path("a.h5"), [frame], overwrite=True)
                self.run_convert(self.path("a.h5"), self.path("b.data"), "--overwrite")
                rotation = lammps_orientation(cell)
                found = read(self.path("b.data"), units)
                self.assertEqual(len(found), 1)
                self.assert_same(found[0], frame, 1e-14, rotation)
                self.assertTrue(np.allclose(np.triu(found[0].cell, 1), 0))
                distances = lambda q: np.linalg.norm(q[:, None] - q[None], axis=2)
                np.testing.assert_allclose(distances(found[0].position), distances(frame.position), atol=1e-12)
                self.run_convert(self.path("b.data"), self.path("c.h5"), "--units", units, "--overwrite")
                self.assert_same(read(self.path("c.h5"))[0], frame, 1e-14, rotation)

    @unittest.skipUnless(shutil.which("lmp"), "LAMMPS (package lammps) is not installed")
    def test_lammps_itself(self):
        frame = configuration(turned(LAMMPS_CELL), force=False)
        write(self.path("a.data"), [frame])
        with open(self.path("in.lmp"), "w") as file:
            file.write("units lj\nbox tilt large\nread_data a.data\npair_style zero 1.0\npair_coeff * *\n"
                       "write_data b.data\n")
        done = subprocess.run(["lmp", "-in", "in.lmp"], cwd=self.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        # Particles may have been wrapped; image flags lead back.
        self.assert_same(read(self.path("b.data"))[0], frame, 1e-12, lammps_orientation(frame.cell))

    def test_trajectories(self):
        frame = configuration(LAMMPS_CELL)
        with h5py.File(self.path("t.h5md"), "w") as file:
            group = file.create_group("particles/trajectory")
            for name in ("position", "momentum", "force"):
                group[f"{name}/value"] = np.stack([getattr(frame, name), 2 * getattr(frame, name)])
                group[f"{name}/time"] = [0.25, 0.5]
            group["mass"], group["species"] = frame.mass, frame.species
            group.create_group("box").attrs["boundary"] = np.array([b"periodic"] * 3)
            group["box/edges/value"] = np.stack([frame.cell] * 2)
        self.run_convert(self.path("t.h5md"), self.path("last.h5"), "--frame", "-1")
        found = read(self.path("last.h5"))
        self.assertEqual(len(found), 1)
        np.testing.assert_array_equal(found[0].position, 2 * frame.position)
        self.assertEqual(found[0].time, 0.5)

    def test_species_are_known_by_their_names(self):
        frame = ('2\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:forces:R:3\n'
                 "{} 1 1 1 0 0 0\n{} 3 3 3 0 0 0\n")
        with open(self.path("a.xyz"), "w") as file:
            file.write(frame.format("Kr", "Ar") + frame.format("Ar", "Kr"))
        for words, names, species in (((), ["Kr", "Ar"], ([0, 1], [1, 0])),
                                      (("--symbols", "Ar,Xe,Kr"), ["Ar", "Xe", "Kr"], ([2, 0], [0, 2]))):
            self.run_convert(self.path("a.xyz"), self.path("a.h5"), "--overwrite", *words)
            for again in ("b.extxyz", "c.h5"):
                self.run_convert(self.path("a.h5"), self.path(again), "--overwrite")
            for name in ("a.h5", "b.extxyz", "c.h5"):
                found = read(self.path(name))
                self.assertEqual(found[0].names if name != "b.extxyz" else [n for n in found[0].names if n],
                                 names if name != "b.extxyz" else [n for n in names if n != "Xe"])
                for configuration_found, expected in zip(found, species):
                    self.assertEqual(configuration_found.species.tolist(), expected)
        self.run_convert(self.path("a.h5"), self.path("d.data"), "--frame", "1")
        self.assertEqual(read(self.path("d.data"), "metal")[0].names, ["Ar", "Xe", "Kr"])
        self.assertIn("no species has the symbol Kr",
                      self.run_convert(self.path("d.data"), self.path("e.h5"), "--symbols", "Ar,Xe", succeeds=False))

    def test_stand_ins_are_no_names(self):
        frame = configuration(LAMMPS_CELL)
        write(self.path("a.extxyz"), [frame])
        self.assertIsNone(read(self.path("a.extxyz"))[0].names)

    def test_mistakes(self):
        write(self.path("a.h5"), [configuration(LAMMPS_CELL)] * 2)
        for arguments, says in ((("a.h5", "b.pdb"), "must end in"), (("a.h5", "b.data"), "choose one with --frame"),
                                (("a.h5", "b.data", "--frame", "2"), "2 frames, and none of number 2"),
                                (("absent.data", "b.h5"), "cannot read"), (("a.h5", "b.h5md"), "written by rfhgn only"),
                                (("a.h5", "b.xyz", "--symbols", "Ar"), "give more with --symbols")):
            names = [self.path(arguments[0]), self.path(arguments[1]), *arguments[2:]]
            self.assertIn(says, self.run_convert(*names, succeeds=False))
        with open(self.path("full.data"), "w") as file:
            file.write("x\n\n1 atoms\n1 atom types\n0 1 xlo xhi\n0 1 ylo yhi\n0 1 zlo zhi\n\nMasses\n\n1 1\n\n"
                       "Atoms # full\n\n1 1 1 0.0 0 0 0\n")
        self.assertIn("only atomic is read", self.run_convert(self.path("full.data"), self.path("b.h5"), succeeds=False))
        with open(self.path("open.xyz"), "w") as file:
            file.write("1\nProperties=species:S:1:pos:R:3\nAr 1 1 1\n")
        self.assertIn("no Lattice", self.run_convert(self.path("open.xyz"), self.path("b.h5"), succeeds=False))
        self.assertFalse(os.path.exists(self.path("b.h5")))
        with self.assertRaises(FileError):
            write(self.path("b.data"), [configuration(np.diag([1.0, 1.0, -1.0]))])


if __name__ == "__main__":
    unittest.main()

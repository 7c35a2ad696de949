"""Files of other programs, as they are: read where data are expected, converted, told of."""
import json
import shutil
import subprocess
import unittest

import h5py
import numpy as np
from program import LIQUID, ProgramTest

OPEN = """2
Properties=species:S:1:pos:R:3:forces:R:3 energy=-0.01 pbc="F F F"
Ar 0 0 0 0.001 0 0
Ar 4 0 0 -0.001 0 0
"""
COLUMNS = """2
Lattice="12 0 0 0 12 0 0 0 12" Properties=species:S:1:pos:R:3:vel:R:3:force:R:3 energy=-1.25 enrgy_2=1 pbc="T T F"
H 1 1 1 0.01 0 0 0.1 0 0
H 4 1 1 -0.01 0 0 -0.1 0 0
"""
UNITS = """LAMMPS data file via write_data, version 2 Aug 2023, timestep = 500, units = metal

8 atoms
1 atom types

0 10.5 xlo xhi
0 10.5 ylo yhi
0 10.5 zlo zhi

Masses

1 39.948

Atoms # charge

""" + "".join(f"{8 - i} 1 0.0 {1 + 5.25 * (i & 1)} {1 + 2.625 * (i & 2)} {1 + 1.3125 * (i & 4)}\n" for i in range(8)) + """
Velocities

""" + "".join(f"{i + 1} {0.5 - (i & 1)} 0 0\n" for i in range(8))
TRAIN = """
[model]
message_width = 8
cutoff = 5.0
[train]
data = "{}"
"""
METAL = LIQUID.replace("size = [4, 4, 4]\ndensity = 0.8", 'size = [2, 2, 2]\nlattice_constant = 5.3\nunits = "metal"').replace(
    "cutoff = 2.5", "cutoff = 5.0\nepsilon = 0.01\nsigma = 3.4")
ROLL = '\n[rollout]\nforce = "exact"\nsteps = 4\ndt = 0.001\ninterval = 2\nscalars_interval = 2\nstart = "{}"\nforces = true\n'


def mixture(order, frames=12):
    """Argon and neon near each other; the first atom's element differs from frame to frame."""
    source = np.random.default_rng(1)
    text = ""
    for frame in range(frames):
        names = order[::-1] if frame % 2 else order
        positions = {name: source.random(3) + (0, 3 * (name == "Ar"), 0) for name in ("Ar", "Ne")}
        push = positions["Ar"] - positions["Ne"]
        push *= 0.1 / (push @ push)
        text += '2\nLattice="14 0 0 0 14 0 0 0 14" Properties=species:S:1:pos:R:3:forces:R:3 pbc="T T T"\n'
        for name in names:
            numbers = [*positions[name], *(push if name == "Ar" else -push)]
            text += name + " " + " ".join(repr(float(x)) for x in numbers) + "\n"
    return text


class Formats(ProgramTest):
    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def test_molecules_without_a_cell_train(self):
        deck = self.deck(TRAIN.format(self.write("open.xyz", OPEN * 8)))
        for ranks in (1, 3):
            self.ok("train", deck, "--output", f"out{ranks}", ranks=ranks)
        with h5py.File(self.folder / "out1/model.h5") as a, h5py.File(self.folder / "out3/model.h5") as b:
            np.testing.assert_array_equal(a["coefficients/message"][:], b["coefficients/message"][:])

    def test_columns_and_keys_under_other_names(self):
        told = self.ok("convert", self.write("columns.xyz", COLUMNS), "columns.h5", ranks=2)
        for words in ("forces       column 'force'", "energies     'energy' in 1 of 1", "column 'vel', velocities in Å/fs",
                      "ignored      enrgy_2", "0 (H): 2 atoms of mass 1.008 g/mol", "energies 1 of 1, forces 1 of 1",
                      "1 open along some vectors"):
            self.assertIn(words, told)
        with h5py.File(self.folder / "columns.h5") as file:
            self.assertEqual(file["particles/force"][:].tolist(), [[0.1, 0, 0], [-0.1, 0, 0]])
            momenta, masses = file["particles/momentum"][:], file["particles/mass"][:]
            np.testing.assert_allclose(momenta[:, 0] / masses, [10, -10])  # Å/ps
            kinetic = (momenta ** 2 / masses[:, None]).sum() / 2
            self.assertAlmostEqual(file["snapshots/energy"][0], -1.25 + kinetic, places=12)
            self.assertEqual([word.decode() for word in file["snapshots/box"].attrs["boundary"]], ["periodic", "periodic", "open"])
        self.assertIn("0 H", self.ok("info", "columns.xyz"))
        told = self.ok("train", self.deck(TRAIN.format("columns.xyz")), "--output", "out", ranks=2)
        self.assertEqual(told.count("ignored: enrgy_2"), 1)

    def test_species_are_elements_whoever_comes_first(self):
        for name, order in (("a.xyz", ["Ar", "Ne"]), ("b.xyz", ["Ne", "Ar"])):
            deck = self.deck(TRAIN.format(self.write(name, mixture(order))))
            self.ok("train", deck, "--output", name[0])
            self.assertIn("0 Ne, 1 Ar", self.ok("info", f"{name[0]}/model.h5"))
        self.ok("evaluate", deck, "--output", "b", "--set", "evaluate.data=a.xyz")
        error = json.loads((self.folder / "b/evaluate.json").read_text())["error"]["relative_force_error"]
        self.assertLess(error, 0.2)

    def test_runs_start_from_lammps_data_and_train_on_dumps(self):
        deck = self.deck(METAL + ROLL.format(self.write("units.data", UNITS)))
        told = self.ok("rollout", deck, "--output", "out", ranks=2)
        self.assertIn("units: metal, as the file says", told)
        self.refused("rollout", self.deck(METAL.replace('units = "metal"', 'units = "lj"') + ROLL.format("units.data")),
                     "--output", "other", says=["has units 'metal', but the system has 'lj'"], ranks=2)
        self.refused("convert", "units.data", "units.h5", "--units", "lj", says=["has units metal, but --units is lj"])
        self.ok("convert", "units.data", "units.h5")
        self.ok("rollout", self.deck(METAL + ROLL.format("units.h5")), "--output", "same")
        with h5py.File(self.folder / "out/trajectory.h5md") as a, h5py.File(self.folder / "same/trajectory.h5md") as b:
            np.testing.assert_allclose(a["particles/trajectory/position/value"][:], b["particles/trajectory/position/value"][:],
                                       rtol=0, atol=1e-12)
        self.refused("train", self.deck(TRAIN.format("units.data")), "--output", "none", says=["has no forces to learn from"], ranks=2)
        frames = [f"ITEM: UNITS\nmetal\n"] + [
            f"ITEM: TIMESTEP\n{t}\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n0 12\n0 12\n0 12\n"
            f"ITEM: ATOMS id element x y z fx fy fz\n2 Ar {4 + 0.1 * t} 0 0 -{0.1 / (4 + 0.1 * t)} 0 0\n1 Ar 0 0 0 {0.1 / (4 + 0.1 * t)} 0 0\n"
            for t in range(8)]
        told = self.ok("train", self.deck(TRAIN.format(self.write("run.dump", "".join(frames)))), "--output", "dumped", ranks=2)
        self.assertIn("no frame is held out", told)
        self.ok("rollout", self.deck(METAL + ROLL.format(self.write("one.dump", "".join(frames[:2])))), "--output", "moved")

    def test_conversions_are_the_same_on_any_number_of_ranks(self):
        self.write("a.xyz", mixture(["Ar", "Ne"], 5) + COLUMNS.replace("vel:R:3:force", "tag:R:3:forces").replace("T T F", "T T T"))
        for ranks in (1, 2, 3, 4):
            self.ok("convert", "a.xyz", f"b{ranks}.xyz", ranks=ranks)
            self.ok("convert", f"b{ranks}.xyz", f"c{ranks}.h5", ranks=ranks)
            self.ok("convert", f"c{ranks}.h5", f"d{ranks}.xyz", ranks=ranks)
            for name in (f"b{ranks}.xyz", f"d{ranks}.xyz"):
                self.assertEqual((self.folder / name).read_bytes(), (self.folder / "b1.xyz").read_bytes(), name)

    def test_trajectories(self):
        deck = self.deck(METAL + ROLL.format(self.write("units.data", UNITS)))
        self.ok("rollout", deck, "--output", "out")
        told = self.ok("convert", "out/trajectory.h5md", "all.xyz")
        self.assertIn("3 configurations, 24 atoms", told)
        self.assertIn("energies 3 of 3, forces 3 of 3", told)
        self.refused("convert", "out/trajectory.h5md", "last.data", says=["one configuration, but", "has 3"])
        for ranks in (1, 3):
            self.ok("convert", "out/trajectory.h5md", "last.data", "--frame", -1, "--overwrite", ranks=ranks)
        self.ok("convert", "out/trajectory.h5md", "last.h5", "--frame", 2)
        with h5py.File(self.folder / "out/trajectory.h5md") as run, h5py.File(self.folder / "last.h5") as last:
            group = run["particles/trajectory"]
            for ours, theirs in (("position", "position"), ("momentum", "momentum"), ("force", "force")):
                np.testing.assert_array_equal(last[f"particles/{ours}"][:], group[f"{theirs}/value"][2])
            self.assertEqual(last.attrs["units"].decode() if isinstance(last.attrs["units"], bytes) else last.attrs["units"], "metal")
        self.refused("convert", "out/trajectory.h5md", "x.h5", "--frame", 3, says=["has 3 frames, and none of number 3"], ranks=2)
        self.refused("rollout", self.deck(METAL + ROLL.format("out/trajectory.h5md")), "--output", "next",
                     says=["holds 3 configurations"])
        self.ok("train", self.deck(TRAIN.format("out/trajectory.h5md")), "--output", "learned", "--set", "model.cutoff=6.0", ranks=2)

    def test_files_are_not_replaced_unasked(self):
        self.write("a.xyz", OPEN)
        self.write("b.h5", "of the user\n")
        self.refused("convert", "a.xyz", "b.h5", says=["'b.h5' exists already"], ranks=2)
        self.assertEqual((self.folder / "b.h5").read_text(), "of the user\n")
        self.ok("convert", "a.xyz", "b.h5", "--overwrite", ranks=2)
        self.refused("convert", "a.xyz", "a.xyz", "--overwrite", says=["would be replaced"])
        self.refused("convert", "a.xyz", "c.pdb", says=["must end in .h5"])
        self.refused("convert", "a.xyz", "c.h5md", says=["written by rollouts only"])
        self.refused("convert", "a.xyz", "absent/c.h5", says=["no folder 'absent'"])
        self.refused("convert", "absent.xyz", "c.h5", says=["absent.xyz"], ranks=2)
        self.refused("convert", "a.xyz", "c.h5", "--symbols", "Kr", says=["has the species Ar"])
        self.refused("convert", self.write("mixed.xyz", OPEN + COLUMNS.replace("vel:R:3:force", "tag:R:3:forces")), "c.h5",
                     says=["different boundaries"])
        self.refused("convert", self.write("masses.xyz", OPEN.replace("Ar", "Q")), "c.h5", says=["line 3: there is no mass, and 'Q'"])
        self.assertFalse((self.folder / "c.h5").exists())
        self.ok("convert", "a.xyz", "d.data", "--symbols", "Kr,Ar")
        self.assertIn("2 39.948  # Ar", (self.folder / "d.data").read_text())
        self.assertIn("boundary f f f", (self.folder / "d.data").read_text())

    @unittest.skipUnless(shutil.which("lmp"), "LAMMPS (package lammps) is not installed")
    def test_lammps_itself(self):
        self.write("a.xyz", '2\nLattice="6 0 0 4.5 5 0 0 1 7" Properties=species:S:1:pos:R:3:momenta:R:3:forces:R:3\n'
                            "Ar 1 1 1 1 0 0 0 0 0\nKr 3 3 3 0 1 0 0 0 0\n")
        self.assertIn("box tilt large", self.ok("convert", "a.xyz", "a.data") + (self.folder / "a.data").read_text())
        self.write("in.lmp", "units metal\nbox tilt large\nread_data a.data\npair_style zero 1.0\npair_coeff * *\n"
                             "dump d all custom 1 a.dump id type element mass xu yu zu vx vy vz fx fy fz\n"
                             "dump_modify d element Ar Kr units yes time yes sort id format float %.17g\nrun 0\nwrite_data b.data\n")
        subprocess.run(["lmp", "-in", "in.lmp"], cwd=self.folder, check=True, capture_output=True, timeout=60)
        for name in ("a.data", "b.data", "a.dump"):
            self.ok("convert", name, name + ".h5", *(["--units", "metal"] if name == "b.data" else []))
        with h5py.File(self.folder / "a.data.h5") as ours:
            for name in ("b.data.h5", "a.dump.h5"):
                with h5py.File(self.folder / name) as theirs:
                    for array in ("particles/position", "particles/momentum", "particles/mass", "snapshots/box"):
                        np.testing.assert_allclose(theirs[array][:], ours[array][:], rtol=1e-6, atol=1e-9, err_msg=name)

    @unittest.skipUnless(shutil.which("lmp"), "ASE comes with it")
    def test_ase_reads_what_is_written(self):
        try:
            import ase.io
        except ImportError:
            self.skipTest("ASE (package python3-ase) is not installed")
        self.write("a.xyz", COLUMNS.replace("force:R:3", "forces:R:3").replace("pbc", 'virial="1 0 0 0 2 0 0 0 3" config_type="a b" pbc'))
        self.ok("convert", "a.xyz", "b.xyz")
        atoms = ase.io.read(self.folder / "b.xyz")
        self.assertEqual(list(atoms.pbc), [True, True, False])
        self.assertAlmostEqual(atoms.get_potential_energy(), -1.25)
        np.testing.assert_allclose(atoms.get_forces()[0], [0.1, 0, 0])
        np.testing.assert_allclose(atoms.get_stress() * atoms.get_volume(), [-1, -2, -3, 0, 0, 0])
        np.testing.assert_allclose(atoms.get_velocities()[0, 0] * ase.units.fs, 0.01)
        self.assertEqual(atoms.info["config_type"], "a b")


if __name__ == "__main__":
    unittest.main()

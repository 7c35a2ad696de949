"""`cmake --install` to a prefix, the tree then moved elsewhere: everything in it must still find everything else."""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from installed import BUILD, InstallTest

OUTSIDE = Path(__file__).parent / "outside"
DISTANCES = ["0.9", "1.0", "1.15"]
MODULE_READER = """
proc module-whatis {args} {}
proc conflict {args} {}
proc setenv {name value} {puts "$name $value"}
proc prepend-path {name value} {puts "$name $value"}
set ModulesCurrentModulefile [lindex $argv 0]
source $ModulesCurrentModulefile
"""


class Tree(InstallTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        first = cls.folder / "first"
        cls.output("cmake", "--install", BUILD, "--prefix", first)
        cls.prefix = first.rename(cls.folder / "moved")
        cls.program = cls.prefix / "bin/rfhgn"
        cls.library = next(cls.prefix.glob("**/librfhgn.a")).parent
        cls.model = cls.folder / "model/model.h5"
        deck = cls.prefix / "share/rfhgn/input/cubic.toml"
        for stage in ("generate", "train"):
            cls.output(cls.program, stage, deck, "--output", cls.model.parent, "--set", "generate.trajectories=20",
                       "--set", "model.node_width=8", "--set", "model.message_width=16")

    def learned_energies(self):
        sys.path.insert(0, str(self.prefix / "share/rfhgn/tools"))
        from rfhgn_read import load
        import numpy as np
        model = load(self.model)
        states = [np.array([[0, 0, 0], [float(r), 0, 0]]) for r in DISTANCES]
        # The potential energy is what is left of the energy at rest.
        rest = float(model.kinetic(np.zeros((2, 3)), np.ones(2))[0].sum())
        return [model.energy(q, np.zeros((2, 3)), np.ones(2), np.array([[0, 1]])) - rest for q in states]

    def check_outside_program(self, program):
        lines = self.output(program, self.model, *DISTANCES).split("\n")[:-1]
        for line, expected in zip(lines, self.learned_energies(), strict=True):
            self.assertAlmostEqual(float(line.split()[0]), expected, delta=1e-9)

    def check_own_law(self, program):
        *pairs, limit = [[float(word) for word in line.split()] for line in self.output(program, *DISTANCES).splitlines()]
        for distance, (energy, force) in zip(DISTANCES, pairs, strict=True):
            s = (float(distance) - 1.0) / 0.5
            self.assertAlmostEqual(energy, -0.5 * 3.0 * 0.25 * math.log1p(-s * s), delta=1e-12)
            self.assertAlmostEqual(force, -3.0 * 0.5 * s / (1.0 - s * s), delta=1e-12)
        self.assertAlmostEqual(limit[0], 2.0 / math.sqrt(2.0 * 3.0), delta=1e-12)  # k at rest, unit masses

    def check_own_kind(self, program):
        """A kind of model that rfhgn does not know goes through its stages, on any number of ranks."""
        deck = self.folder / "one-spring.toml"
        deck.write_text("""[system]
graph = "chain"
size = 6
potential = "zero_rest_length"
stiffness = 3.0
[generate]
trajectories = 4
frames = 3
[model]
encoding = "one_spring"
[train]
[evaluate]
snapshots = 2
[rollout]
steps = 20
""")
        folder = self.folder / "one-spring"
        self.output(os.environ["RFHGN_MPIEXEC"], "-n", "2", "--oversubscribe", program, "run", deck, folder)
        summary = json.loads((folder / "rollout.json").read_text())
        self.assertLess(summary["last_error"]["position"], 1e-12)
        self.assertIn("one_spring", self.output(program, "info", folder / "model.h5", folder))
        refused = subprocess.run([self.program, "train", deck, "--output", folder.with_name("refused")],
                                 capture_output=True, text=True, check=False)
        self.assertEqual(refused.returncode, 2, refused.stderr)
        self.assertIn("one_spring", refused.stderr)

    def check_evaluation(self, program):
        """Energy, virial, energies and forces of particles, by a program that links neither MPI nor PETSc."""
        linked = self.output("ldd", program)
        for absent in ("libmpi", "petsc", "hdf5_openmpi"):
            self.assertNotIn(absent, linked)
        positions = [[0, 0, 0], [1.1, 0.1, 0], [0.2, 0.9, 0.3]]
        lines = self.output(program, self.model, *[str(x) for q in positions for x in q]).splitlines()
        [energy], virial, energies, forces = [[float(word) for word in line.split()] for line in lines]
        self.assertAlmostEqual(sum(energies), energy, delta=1e-12 * abs(energy))
        pairs = [(0, 1), (0, 2), (1, 2)]
        self.assertAlmostEqual(energy, self.energy_at(positions, pairs), delta=1e-9)
        for i, k in ((0, 0), (1, 1), (2, 2)):
            moved = [[list(q) for q in positions] for _ in range(2)]
            moved[0][i][k] += 1e-5
            moved[1][i][k] -= 1e-5
            slope = (self.energy_at(moved[0], pairs) - self.energy_at(moved[1], pairs)) / 2e-5
            self.assertAlmostEqual(forces[3 * i + k], -slope, delta=1e-7)
        for k in range(3):
            work = sum(forces[3 * i + k] * q[k] for i, q in enumerate(positions))
            self.assertAlmostEqual(virial[k], work, delta=1e-10)

    def energy_at(self, positions, pairs):
        sys.path.insert(0, str(self.prefix / "share/rfhgn/tools"))
        from rfhgn_read import load
        import numpy as np
        model, count = load(self.model), len(positions)
        rest = float(model.kinetic(np.zeros((count, 3)), np.ones(count))[0].sum())
        return model.energy(np.array(positions, dtype=float), np.zeros((count, 3)), np.ones(count), np.array(pairs)) - rest

    def test_program_runs_on_ranks(self):
        deck = self.prefix / "share/rfhgn/input/chain.toml"
        said = self.output(os.environ["RFHGN_MPIEXEC"], "-n", "2", "--oversubscribe", self.program, "check", deck)
        self.assertIn("in order", said)

    def test_job_scripts_and_tools_find_what_they_need(self):
        share, here = self.prefix / "share/rfhgn", self.folder / "user"
        here.mkdir()
        self.output("cp", share / "input/chain.toml", here / "deck.toml")
        kept = {key: value for key, value in os.environ.items() if key != "RFHGN"}
        self.output(share / "jobs/workstation", "-n", "1", "deck.toml", "out", "generate", cwd=here, env=kept)
        self.assertTrue((here / "out/data.h5").exists())
        for tool in ("plot-rollout", "plot-training", "plot-parity", "scaling-study", "write_data_set.py"):
            self.assertIn("--overwrite", self.output(share / "tools" / tool, *["collect"][:tool == "scaling-study"], "--help"))

    def test_outside_program_by_cmake(self):
        build = self.folder / "by-cmake"
        self.output("cmake", "-S", OUTSIDE, "-B", build, f"-DCMAKE_PREFIX_PATH={self.prefix}",
                    f"-DCMAKE_CXX_COMPILER={os.environ['RFHGN_CXX']}")
        self.output("cmake", "--build", build)
        self.check_outside_program(build / "pair_energy")
        self.check_own_law(build / "own_law")
        self.check_own_kind(build / "own_kind")
        self.check_evaluation(build / "evaluate")

    def test_outside_program_by_pkg_config(self):
        search = dict(os.environ, PKG_CONFIG_PATH=str(self.library / "pkgconfig"))
        self.assertEqual(self.output("pkg-config", "--modversion", "rfhgn", env=search).strip(),
                         self.output(self.program, "--version").split()[1])
        flags = self.output("pkg-config", "--cflags", "--libs", "rfhgn", env=search).split()
        program = self.folder / "by-pkg-config"
        self.output(os.environ["RFHGN_CXX"], "-std=c++20", OUTSIDE / "pair_energy.cpp", "-o", program, *flags)
        self.check_outside_program(program)

    def test_nothing_names_the_place_of_the_build(self):
        for file in self.prefix.glob("**/*"):
            if file.is_file() and file.suffix in {".cmake", ".pc", ".1", ".hpp", ".toml", ".sbatch"}:
                text = file.read_text()
                for place in (BUILD, self.folder / "first", OUTSIDE.parents[2]):
                    self.assertNotIn(str(place), text, file)

    def test_man_page_knows_every_command_and_key(self):
        page = (self.prefix / "share/man/man1/rfhgn.1").read_text().replace("\\-", "-")
        commands = re.findall(r"^  (\w+)  ", self.output(self.program, "--help").split("Subcommands:")[1], re.MULTILINE)
        self.assertGreater(len(commands), 5)
        for command in commands:
            self.assertIn(f"\\fB{command}\\fR", page)
        for key in re.findall(r"^  (\w+ = \S+)", self.output(self.program, "keys"), re.MULTILINE):
            self.assertIn(key, page)
        if shutil.which("groff"):
            self.assertIn("NAME", self.output("groff", "-man", "-Tascii", "-ww", input=page.replace("-", "\\-")))

    def complete(self, *words):
        script = self.prefix / "share/bash-completion/completions/rfhgn"
        code = f'. "{script}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _rfhgn; printf "%s\\n" "${{COMPREPLY[@]}}"'
        return self.output("bash", "-c", code, "bash", self.program, *words, cwd=self.folder).split()

    def test_completion(self):
        self.assertEqual(sorted(self.complete("ro")), ["rollout"])
        self.assertEqual(self.complete("--ver"), ["--version"])
        self.assertEqual(self.complete("train", "--o"), ["--output", "--overwrite"])
        self.assertIn("rollout.steps=", self.complete("run", "deck.toml", "--set", "rollout.s"))
        (self.folder / "some.toml").touch()
        (self.folder / "some.h5").touch()
        self.assertEqual(self.complete("check", "some"), ["some.toml"])
        self.assertEqual(self.complete("info", "some"), ["some.h5"])

    def test_module_file(self):
        if not shutil.which("tclsh"):
            self.skipTest("there is no tclsh to read the module file with")
        module = next((self.prefix / "share/rfhgn/modulefiles/rfhgn").iterdir())
        reader = self.folder / "read.tcl"
        reader.write_text(MODULE_READER)
        lines = self.output("tclsh", reader, module).splitlines()
        paths = dict(line.split() for line in lines)
        self.assertEqual(paths["PATH"], str(self.prefix / "bin"))
        self.assertEqual(paths["PKG_CONFIG_PATH"], str(self.library / "pkgconfig"))
        self.assertEqual(paths["RFHGN_ROOT"], str(self.prefix))
        self.assertTrue((Path(paths["RFHGN_JOBS"]) / "stage.sh").exists())


if __name__ == "__main__":
    unittest.main()

"""Fluids from deck to results: rollouts with exact forces, equilibration, statistics, and comparison with LAMMPS."""
import csv
import json
import shutil
import subprocess
import sys
import unittest

import h5py
import numpy as np
from program import INPUT, LIQUID, PATIENCE, RFHGN, SOURCE, ProgramTest

FLUID = LIQUID + """
[rollout]
force = "exact"
steps = 200
dt = 0.004
interval = 100
scalars_interval = 10
temperature = 1.5
equilibrate = 500
thermostat = "langevin"
friction = 5.0

[rollout.observe]
interval = 5
blocks = 4
radial_bins = 50
"""


def table(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


class Fluids(ProgramTest):
    def roll(self, deck, *options, ranks=1):
        self.ok("rollout", deck, "--output", "out", "--overwrite", *options, ranks=ranks, timeout=250)
        return json.loads((self.folder / "out/rollout.json").read_text())

    def test_the_same_on_any_number_of_ranks(self):
        deck = self.deck(FLUID)
        one = self.roll(deck)
        scalars = table(self.folder / "out/rollout.csv")
        radial = table(self.folder / "out/radial.csv")
        motion = table(self.folder / "out/motion.csv")
        for ranks, pairs in ((2, "half"), (2, "full"), (4, "half")):
            many = self.roll(deck, "--set", f"rollout.neighbour_list={pairs}", ranks=ranks)
            self.assertEqual(many["traffic"]["messages_per_step_and_rank"]["max"],
                             many["distribution"]["most_neighbours"] * (2 if pairs == "half" else 1))
            self.assertEqual(many["particles"], 256)
            for name, values in table(self.folder / "out/rollout.csv").items():
                np.testing.assert_allclose(values, scalars[name], rtol=1e-7, atol=1e-7, err_msg=name)
            np.testing.assert_allclose(table(self.folder / "out/radial.csv")["g_11"], radial["g_11"], atol=1e-6)
            np.testing.assert_allclose(table(self.folder / "out/motion.csv")["msd_1"], motion["msd_1"], rtol=1e-6,
                                       atol=1e-9)
            self.assertAlmostEqual(many["averages"]["pressure"]["mean"], one["averages"]["pressure"]["mean"], places=6)

    def test_what_is_planned_is_what_is_exchanged(self):
        deck = self.deck(FLUID)
        larger = ("--set", "system.size=[8,8,8]", "--set", "rollout.equilibrate=100", "--set", "rollout.steps=4", "--set",
                  "rollout.observe.interval=1")
        for ranks in (2, 4):
            self.ok("check", deck, *larger, "--ranks", ranks, "--json", "plan.json", "--overwrite")
            plan = json.loads((self.folder / "plan.json").read_text())
            run = self.roll(deck, *larger, ranks=ranks)
            for name in ("messages_per_step_and_rank", "bytes_per_step_and_rank"):
                for statistic in ("mean", "max"):
                    ratio = run["traffic"][name][statistic] / plan[name][statistic]
                    self.assertLess(abs(ratio - 1), 1e-12 if "messages" in name else 0.2, (ranks, name, statistic))
            self.assertLess(abs(run["distribution"]["largest_halo"] / plan["halo"]["max"] - 1), 0.2)

    def test_statistics_make_sense(self):
        summary = self.roll(self.deck(FLUID), ranks=2)
        averages = summary["averages"]
        self.assertLess(abs(averages["temperature"]["mean"] - 1.5), 0.25)
        self.assertGreater(averages["temperature"]["error"], 0)
        self.assertLess(summary["energy"]["largest_relative_deviation"], 1e-3)
        scalars = table(self.folder / "out/rollout.csv")
        self.assertAlmostEqual(scalars["temperature"][0], 1.5, places=6)  # settled exactly
        np.testing.assert_allclose(scalars["temperature"], 2 * scalars["kinetic"] / (3 * 255), rtol=1e-10)
        radial = table(self.folder / "out/radial.csv")
        self.assertEqual(len(radial["r"]), 50)
        self.assertEqual(radial["g_11"][radial["r"] < 0.75].max(), 0)
        self.assertTrue(2 < radial["g_11"].max() < 3.5)
        # Pairs within the cutoff: about 4/3 pi 2.5^3 density, weighed with what g says.
        shells = 4 / 3 * np.pi * ((radial["r"] + 0.025) ** 3 - (radial["r"] - 0.025) ** 3)
        self.assertTrue(48 < 0.8 * (shells * radial["g_11"]).sum() < 53)
        motion = table(self.folder / "out/motion.csv")
        self.assertEqual(motion["msd_1"][0], 0)
        self.assertAlmostEqual(motion["vacf_1"][0], 3 * averages["temperature"]["mean"], delta=0.3)
        # <|q(t) - q(0)|^2> = <v^2> t^2 at first.
        time = motion["time"][1]
        self.assertAlmostEqual(motion["msd_1"][1] / (motion["vacf_1"][0] * time ** 2), 1, delta=0.1)

    def test_a_run_starts_from_a_converted_frame(self):
        deck = self.deck(FLUID)
        self.roll(deck, ranks=2)
        before = table(self.folder / "out/rollout.csv")
        convert = ["convert", "out/trajectory.h5md", "last.h5"]
        self.ok(*convert)
        kept = "\n".join(line for line in FLUID.splitlines()
                         if not line.startswith(("temperature", "equilibrate", "thermostat", "friction")))
        deck = self.deck(kept, "start.toml")
        start = ["--set", "rollout.start=last.h5", "--set", "system.size=[9,9,9]"]
        told = self.refused("rollout", deck, "--output", "next", *start, says=["holds 3 configurations"], ranks=2)
        self.assertIn("rfhgn convert --frame", told)
        self.ok(*convert, "--frame", "-1", "--overwrite")
        self.ok("rollout", deck, "--output", "next", *start, ranks=3)
        after = table(self.folder / "next/rollout.csv")
        for name in ("kinetic", "potential", "temperature", "pressure"):
            self.assertAlmostEqual(after[name][0] / before[name][-1], 1, places=9)
        self.assertEqual(json.loads((self.folder / "next/rollout.json").read_text())["particles"], 256)
        self.refused("rollout", deck, "--output", "other", *start, "--set", "system.units=metal", "--set", "rollout.dt=1e-5",
                     says=["has units 'lj', but the system has 'metal'"], ranks=2)
        self.start_is_checked(deck, start)

    def start_is_checked(self, deck, start):
        """What the deck says beside a file with momenta, and beside one without."""
        again = ["rollout", deck, "--output", "checked", "--overwrite", *start, "--set", "rollout.steps=20", "--set",
                 "rollout.observe.blocks=2"]
        said = self.refused(*again, "--set", "rollout.temperature=2.0", ranks=2,
                            says=["rollout.temperature is 2, but", "last.h5' has momenta of its own"])
        self.assertIn("rollout.equilibrate", said)
        self.ok(*again, "--set", "rollout.temperature=2.0", "--set", "rollout.equilibrate=10", ranks=2)
        self.refused(*again, "--set", "system.masses=[2.0]", ranks=2, says=["has mass 1, but the deck says 2"])
        self.refused(*again, "--set", "rollout.system.mass=3.0", ranks=3, says=["has mass 1, but the deck says 3"])
        self.ok(*again, "--set", "system.masses=[1.0]", ranks=2)
        self.refused(*again, "--set", "system.boundary=open", ranks=2, says=["has other boundaries than system.boundary"])
        for key in ("rollout.displacement=0.1", "rollout.momentum=0.1", "rollout.seed=3", "rollout.system.density=0.5",
                    "rollout.system.lattice=sc", "rollout.system.size=[2,2,2]"):
            name = key.split("=")[0]
            self.refused(*again, "--set", key, says=[f"'{name}' has no effect unless"], ranks=2)
        with h5py.File(self.folder / "last.h5", "r+") as file:
            file["particles/momentum"][...] = 0.0
        self.assertEqual(self.ok(*again, ranks=2).count("the run starts at rest"), 1)
        drawn = {}
        for ranks in (1, 3):
            self.assertNotIn("at rest", self.ok(*again, "--set", "rollout.temperature=2.0", "--set", "rollout.seed=5",
                                                ranks=ranks))
            drawn[ranks] = table(self.folder / "checked/rollout.csv")
            self.assertAlmostEqual(drawn[ranks]["temperature"][0], 2.0, places=9)
        np.testing.assert_allclose(drawn[3]["potential"], drawn[1]["potential"], rtol=1e-9)

    def test_equilibration_needs_a_temperature(self):
        self.refused("check", self.deck(FLUID.replace("temperature = 1.5\n", "")),
                     says=["'rollout.equilibrate' needs a temperature"], ranks=2)

    def test_observing_needs_a_fluid(self):
        text = "[system]\n[rollout]\nforce = 'exact'\n[rollout.observe]\nblocks = 500\n"
        told = self.refused("check", self.deck(text), says=["'rollout.observe' measures fluids"], ranks=2)
        self.assertIn("'rollout.observe.blocks' needs at least one sample", told)

    def test_snapshots_of_fluids(self):
        text = FLUID.replace("[rollout]", "[generate]\ntrajectories = 3\nframes = 2\ninterval = 5\ndt = 0.004\n"
                             "temperature = 1.2\nequilibrate = 20\n\n[rollout]")
        for ranks in (1, 2):
            self.ok("generate", self.deck(text), "--output", f"on{ranks}", "--set", "system.size=[2,2,2]", ranks=ranks)
        with h5py.File(self.folder / "on1/data.h5") as one, h5py.File(self.folder / "on2/data.h5") as two:
            self.assertEqual(one["particles/position"].shape, (6 * 32, 3))
            self.assertEqual(one["snapshots/box"].shape, (6, 3, 3))
            self.assertEqual(one.attrs["units"], "lj")
            for name in ("position", "momentum", "force"):
                np.testing.assert_array_equal(one[f"particles/{name}"], two[f"particles/{name}"])
            np.testing.assert_array_equal(one["snapshots/virial"], two["snapshots/virial"])
            self.assertEqual(one["snapshots/virial"].shape, (6, 6))
            momentum = one["particles/momentum"][:32]
            self.assertAlmostEqual((momentum ** 2).sum() / (3 * 31), 1.2, places=9)
            self.assertLess(np.abs(momentum.sum(axis=0)).max(), 1e-10)

    def test_errors_of_foreign_data_wherever_ranks_cut_them(self):
        deck = self.deck("""
            [system]
            graph = "cutoff"
            size = [3, 3, 3]
            density = 0.8
            potential = "lennard_jones"
            cutoff = 2.2
            [generate]
            trajectories = 2
            displacement = 0.1
            temperature = 1.5
            [model]
            message_width = 16
            [evaluate]
            data = "out/data.h5"
            """)
        self.ok("run", deck, "--output", "out")
        one = json.loads((self.folder / "out/evaluate.json").read_text())
        self.assertLess(one["energy_rmse_per_atom"], 100 * one["force_rmse"])
        # More ranks than snapshots: each has a part of one.
        self.ok("evaluate", deck, "--output", "out", "--overwrite", ranks=3)
        found = json.loads((self.folder / "out/evaluate.json").read_text())
        for key in ("force_rmse", "energy_rmse_per_atom", "energy_mae_per_atom", "stress_rmse", "stress_mae"):
            self.assertAlmostEqual(found[key] / one[key], 1, places=4, msg=key)

    def test_decks(self):
        short = ["--set", "rollout.steps=100", "--set", "rollout.equilibrate=200", "--set", "rollout.observe.blocks=2",
                 "--set", "rollout.interval=50"]
        liquid = self.roll(INPUT / "lennard-jones.toml", *short, "--set", "system.size=[5,5,5]", ranks=2)
        self.assertLess(abs(liquid["averages"]["temperature"]["mean"] - 0.72), 0.15)
        self.assertLess(liquid["energy"]["largest_relative_deviation"], 1e-3)
        mixture = self.roll(INPUT / "mixture.toml", *short, "--set", "system.size=300", ranks=3)
        self.assertLess(mixture["energy"]["largest_relative_deviation"], 1e-3)
        radial = table(self.folder / "out/radial.csv")
        self.assertGreater(radial["g_12"].max(), radial["g_11"].max())
        self.assertIn("msd_2", table(self.folder / "out/motion.csv"))


class Lammps(ProgramTest):
    @unittest.skipUnless(shutil.which("lmp"), "LAMMPS (package lammps) is not installed")
    def test_forces_and_drift(self):
        sheared = FLUID.replace("potential =", "tilt = [1.5, -1.0, 0.7]\nspecies = [0.7, 0.3]\nmasses = [1.0, 2.5]\n"
                                "epsilon = [1.0, 1.2, 0.8]\nsigma = [1.0, 0.9, 0.85]\npotential =")
        for text, truncation in ((FLUID, "cut"), (sheared, "shifted")):
            done = subprocess.run([sys.executable, str(SOURCE / "tools/compare-lammps"), self.deck(text), "--rfhgn", RFHGN,
                                   "--steps", "200", "--dt", "0.004", "--truncation", truncation],
                                  capture_output=True, text=True, timeout=200 * PATIENCE)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            figures = json.loads(done.stdout)
            self.assertLess(figures["relative_force_error"], 1e-12)
            self.assertLess(figures["relative_energy_error_at_start"], 1e-12)
            self.assertLess(figures["largest_energy_deviation"], 1.2 * figures["largest_energy_deviation_lammps"])


if __name__ == "__main__":
    unittest.main()

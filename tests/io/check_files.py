"""Opens what rfhgn writes with other programs, and lets rfhgn open what python writes.

    check_files.py tools|mdanalysis TOOLS_DIRECTORY COMMAND...   COMMAND runs io_sample on some ranks
"""
import os
import subprocess
import sys
import tempfile

import numpy as np

FRAMES, NODES, SKIPPED = 4, 11, 77


def sample(quantity, step):
    """[nodes, 3] as rollout.hpp makes it; two dimensions, padded by zeros."""
    ids = np.arange(NODES)[:, None]
    return (quantity * 1024 + ids + step / 16 + np.arange(3) / 4) * [1, 1, 0]


def check_mdanalysis(folder):
    try:
        import MDAnalysis
    except ImportError:
        print("MDAnalysis is not installed")
        sys.exit(SKIPPED)
    universe = MDAnalysis.Universe(f"{folder}/run.h5md", n_atoms=NODES, convert_units=False)
    bare = MDAnalysis.Universe.empty(NODES, trajectory=False)
    bare.load_new(f"{folder}/run.h5md", convert_units=False)
    for opened in (universe, bare):
        assert opened.atoms.n_atoms == NODES and len(opened.trajectory) == FRAMES
        for frame, now in enumerate(opened.trajectory):
            step = 10 * frame
            assert now.dimensions is None, now.dimensions
            assert now.time == 0.25 * step and now.data["step"] == step
            np.testing.assert_array_equal(now.positions, sample(1, step))
            np.testing.assert_array_equal(now.velocities, sample(2, step))
            np.testing.assert_array_equal(now.forces, sample(4, step))
            assert now.data["kinetic_energy"] == step + 0.5


def check_trajectory(rfhgn_read, folder):
    found = rfhgn_read.load(f"{folder}/run.h5md")
    for quantity, name in enumerate(("position", "velocity", "momentum", "force"), start=1):
        expected = [sample(quantity, 10 * frame) for frame in range(FRAMES)]
        np.testing.assert_array_equal(found.quantities[name], expected)
    assert found.bonds.tolist() == [[i, i + 1] for i in range(NODES - 1)]
    np.testing.assert_array_equal(found.mass, 1 + np.arange(NODES) / 8)
    scalars = rfhgn_read.load(f"{folder}/run.csv")
    np.testing.assert_array_equal(scalars["step"], found.step)
    np.testing.assert_array_equal(scalars["kinetic"], found.observables["kinetic_energy"])


def check_model(rfhgn_read, folder):
    """Forces of the reader against differences of its energy."""
    model = rfhgn_read.load(f"{folder}/model.h5")
    rng = np.random.default_rng(1)
    q, p, mass = rng.standard_normal((4, 3)), rng.standard_normal((4, 3)), np.array([1.0, 2.0, 3.0, 4.0])
    edges = np.array([[0, 1], [1, 2], [3, 0]])
    attributes = {"stiffness": np.array([1.0, 2.0, 3.0])}
    forces, velocities, h = model.forces(q, mass, edges, attributes), model.velocities(p, mass), 1e-5
    for i, k in np.ndindex(q.shape):
        shift = np.zeros_like(q)
        shift[i, k] = h
        slope_q = (model.energy(q + shift, p, mass, edges, attributes) -
                   model.energy(q - shift, p, mass, edges, attributes)) / (2 * h)
        slope_p = (model.energy(q, p + shift, mass, edges, attributes) -
                   model.energy(q, p - shift, mass, edges, attributes)) / (2 * h)
        assert abs(slope_q + forces[i, k]) < 1e-8 and abs(slope_p - velocities[i, k]) < 1e-8
    assert np.abs(forces).max() > 1e-3


def check_data_set(rfhgn_read, tools, command, folder):
    path = f"{folder}/chain.h5"
    subprocess.run([sys.executable, f"{tools}/write_data_set.py", path], check=True)
    found = rfhgn_read.load(path)
    printed = subprocess.run(command + ["read", path], check=True, capture_output=True, text=True).stdout.split()
    assert printed[:5] == ["1", "20", "160", "140", "1"], printed
    assert np.isclose(float(printed[5]), (found.force ** 2).sum(), rtol=1e-10)


def main():
    part, tools, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    with tempfile.TemporaryDirectory(prefix="rfhgn-io-") as folder:
        subprocess.run(command + ["write", folder], check=True)
        if part == "mdanalysis":
            return check_mdanalysis(folder)
        try:
            import h5py  # noqa: F401
        except ImportError:
            print("h5py is not installed")
            sys.exit(SKIPPED)
        sys.path.insert(0, tools)
        import rfhgn_read
        check_trajectory(rfhgn_read, folder)
        check_model(rfhgn_read, folder)
        check_data_set(rfhgn_read, tools, command, folder)
        for name in os.listdir(folder):
            subprocess.run([sys.executable, f"{tools}/rfhgn_read.py", f"{folder}/{name}"], check=True)


if __name__ == "__main__":
    main()

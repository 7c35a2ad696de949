"""Whole files of every kind that the program reads, small, as the beginning of damaged ones."""
import subprocess

import h5py
import numpy as np

SMALL = ["generate.trajectories=2", "model.node_width=3", "model.message_width=3", "train.keep_factor=true",
         "train.held_out=0.5", "evaluate.snapshots=2", "rollout.steps=4", "rollout.interval=2", 'rollout.outside="ignore"']
SIZES = {"chain": ["system.size=[4]", "rollout.system.size=[5]"], "heterogeneous": ["system.size=[2, 2, 1]", "rollout.system.size=[2, 2, 1]"]}


def unseal(path):
    """Opened for writing, a file loses what follows its end: damage done to it then reaches the parsers."""
    before = path.stat().st_size
    with h5py.File(path, "r+"):
        pass
    return path.stat().st_size < before


def compress(source, target):
    """The same data set as other programs write it: in chunks, compressed, with strings of variable length."""
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        for name, value in old.attrs.items():
            new.attrs[name] = value.decode() if isinstance(value, bytes) else value

        def copy(name, item):
            if isinstance(item, h5py.Dataset):
                new.create_dataset(name, data=item[()], chunks=True, compression="gzip", shuffle=True)
                for key, value in item.attrs.items():
                    new[name].attrs[key] = value
        old.visititems(copy)


def keep_factors(target):
    """Triangles of two leaves and their sum, as a training of three columns keeps them."""
    triangle = np.array([3.0, 1, 1, 1, 2, 1, 1, 1, 1, 0.5])  # packed, with the right-hand side
    with h5py.File(target, "w") as file:
        file.attrs.update({"format": "rfhgn-kept-triangles", "format_version": np.int32(1), "problem": [np.int64(42)]})
        file["nodes"] = np.array([[0, 4, 8, 2], [0, 6, 8, 0], [1, 0, 16, 4]])
        file["values"] = np.tile(triangle, 5)


def good_files(rfhgn, source, folder):
    for deck, sizes in SIZES.items():
        settings = [word for setting in SMALL + sizes for word in ("--set", setting)]
        subprocess.run([rfhgn, "run", source / f"input/{deck}.toml", "--output", folder / deck, "--quiet", *settings],
                       check=True)
    # A run that ends at its time limit leaves a checkpoint.
    cut = subprocess.run([rfhgn, "rollout", source / "input/chain.toml", "--output", folder / "cut", "--quiet",
                          "--max-walltime", "2", "--set", "rollout.force=exact", "--set", "rollout.steps=1000000000",
                          "--set", "rollout.interval=1000000000", "--set", "rollout.system.size=[5]"])
    if cut.returncode != 75:
        raise AssertionError(f"a rollout that reaches its time limit ended with {cut.returncode}, not 75")
    # Of so small a model that training warns of it.
    subprocess.run([rfhgn, "tabulate", source / "input/chain.toml", "--output", folder / "chain", "--quiet", "--force"],
                   check=True)
    sealed = sorted(folder.glob("*/data.h5")) + sorted(folder.glob("*/model.h5")) + sorted(folder.glob("*/tabulated.h5"))
    if not all([unseal(path) for path in sealed]):
        raise AssertionError("a model or a data set was without a seal")
    compress(folder / "chain/data.h5", folder / "compressed.h5")
    keep_factors(folder / "kept.h5")
    return sorted(folder.glob("**/*.h5*"))

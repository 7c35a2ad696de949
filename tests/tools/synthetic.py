"""Synthetic results of rollouts and trainings, in the layout that the program writes."""
import csv
import json
import os

import h5py
import numpy as np


def write_h5md(path, time, position, bonds=None):
    with h5py.File(path, "w") as file:
        file.create_group("h5md").attrs["version"] = [1, 1]
        group = file.create_group("particles/trajectory/position")
        group["step"] = np.arange(len(time)) * 10
        group["time"] = time
        group["value"] = position
        if bonds is not None:
            file["connectivity/bonds"] = bonds
            file["particles/trajectory/id"] = np.arange(position.shape[1])


def write_csv(path, columns):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values()))


def write_json(path, value):
    with open(path, "w") as file:
        json.dump(value, file)


def write_rollout(folder, sites=(4, 4, 4), frames=200, exact=True):
    """Lattice points that swing about their sites; the learned ones drift slowly out of phase."""
    random = np.random.default_rng(1)
    rest = np.stack(np.meshgrid(*[np.arange(n, dtype=float) for n in sites], indexing="ij"), -1).reshape(-1, len(sites))
    rest = np.pad(rest, ((0, 0), (0, 3 - len(sites))))
    moves = np.array([d < len(sites) for d in range(3)])
    bonds = np.array([(a, b) for a in range(len(rest)) for b in range(a + 1, len(rest))
                      if abs(np.linalg.norm(rest[a] - rest[b]) - 1) < 1e-9])
    phase = random.uniform(0, 2 * np.pi, rest.shape)
    rate = random.uniform(0.7, 1.5, rest.shape)
    time = np.linspace(0, 25, frames)[:, None, None]

    def swing(slip):
        return rest + 0.25 * moves * (np.sin(rate * time * (1 + slip) + phase) - np.sin(phase))

    write_h5md(os.path.join(folder, "trajectory.h5md"), time.ravel(), swing(4e-3), bonds)
    t = time.ravel()

    def scalars(error):
        kinetic = 10 + np.cos(t)
        return {"step": np.arange(frames) * 10, "time": t, "kinetic": kinetic,
                "potential": 11 - kinetic + error * np.sin(7 * t), "total": 11 + error * np.sin(7 * t)}

    write_csv(os.path.join(folder, "rollout.csv"), scalars(3e-4))
    if exact:
        write_h5md(os.path.join(folder, "exact.h5md"), t, swing(0.0))
        write_csv(os.path.join(folder, "exact.csv"), scalars(2e-4))
        write_csv(os.path.join(folder, "error.csv"), {
            "step": np.arange(frames) * 10, "time": t, "position_error": 1e-6 * t**2, "momentum_error": 2e-6 * t**2,
            "energy_error": 1e-7 * np.abs(np.sin(t)) + 1e-9 * t})


def solve_report(columns=256, chosen=1e-11, held_out=True, width_curve=False):
    ridges = 10.0 ** np.arange(-14, -2)
    path = [{"ridge": r, "training_error": 1e-7 * (1 + (r / 1e-9) ** 0.6),
             "held_out_error": 1.5e-7 * (1 + (r / 1e-9) ** 0.6 + (1e-12 / r) ** 0.5) if held_out else None,
             "coefficient_norm": 10 * (1e-6 / r) ** 0.2} for r in ridges]
    report = {"columns": columns, "rows": 40000, "held_out_rows": 8000 if held_out else 0, "ridge": chosen,
              "ridge_choice": "held-out", "rank": 200, "condition": None, "training_error": 1.1e-7,
              "held_out_error": 1.7e-7 if held_out else None, "ridge_path": path}
    if width_curve:
        report["width_curve"] = [{"columns": w, "training_error": 0.1 * 4.0 ** -(w / 32),
                                  "held_out_error": 0.15 * 4.0 ** -(w / 32)} for w in (16, 32, 64, 128, 256)]
    return report


def write_run(folder, ranks, particles, seconds, steps=1000):
    """rollout.json of a run whose steps take `seconds`, nearly all of them for forces; half of the halo exchange is waiting."""
    halo = 0.1 * (ranks > 1) + 0.01 * ranks
    phases = {name: {"min": 0.5 * s, "mean": s, "max": 1.5 * s}
              for name, s in (("set-up", 3.0), ("forces", seconds - halo - 0.2), ("neighbours", 0.1), ("halo", halo),
                              ("integrate", 0.1), ("observe", 1.0))}
    os.makedirs(folder, exist_ok=True)
    write_json(os.path.join(folder, "rollout.json"), {"stage": "rollout", "particles": particles, "steps": steps,
                                                      "seconds": phases, "provenance": {"ranks": ranks}})

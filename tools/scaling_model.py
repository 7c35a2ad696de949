"""What a step costs on other rank counts: a model fitted to measurements, part by part.

    work     = a owned + b halo       forces, neighbours, integration: means over ranks
    transfer = c bytes + d messages   the halo exchange of the rank that waits least
    wait     = e log2(ranks)          what the others spend in it beside

with the particles, ghosts, halo bytes and messages of the rank that has most of them, as `rfhgn check --ranks` plans
them, and coefficients that are not negative. In each part as many terms as the measurements can tell apart, the simplest
that fits.
"""
import itertools
import math

import numpy as np

TERMS = {
    "owned": ("seconds per particle", lambda plan: plan["owned"]["max"]),
    "halo": ("seconds per ghost", lambda plan: plan["halo"]["max"]),
    "bytes": ("seconds per byte received", lambda plan: plan["bytes_per_step_and_rank"]["max"]),
    "messages": ("seconds per message", lambda plan: plan["messages_per_step_and_rank"]["max"]),
    "tree": ("seconds per doubling of the ranks", lambda plan: math.log2(plan["ranks"])),
}
PARTS = {"work": ("owned", "halo"), "transfer": ("bytes", "messages"), "wait": ("tree",)}
ASSUMPTIONS = """assumes: the same nodes, one rank a core, as many ranks a node as were measured; memory bandwidth shared as
  in the largest measurement; messages between nodes as dear as those that were measured (measure on two nodes
  before trusting figures for many); even density; cores as even as those that were measured; no output"""


def features(plan, names):
    return np.array([TERMS[name][1](plan) for name in names])


def seconds_of(row, part):
    """What was measured of a part of the model; report.read_run splits the halo exchange."""
    parts = row["parts"]
    if part == "transfer":
        return parts.get("halo", 0.0)
    if part == "wait":
        return parts.get("wait", 0.0)
    return sum(value for name, value in parts.items() if name not in ("halo", "wait"))


def fit_part(rows, part):
    """Coefficients by name and the largest error at the measurements, relative to the step."""
    measured = np.array([seconds_of(row, part) for row in rows])
    step = np.array([row["seconds"] for row in rows])
    best = {"coefficients": {}, "error": float((measured / step).max())}
    for count in range(1, min(len(PARTS[part]), len(rows)) + 1):
        for names in itertools.combinations(PARTS[part], count):
            if part == "work" and "owned" not in names:
                continue
            # errors relative to the step count
            matrix = np.array([features(row["plan"], names) for row in rows]) / step[:, None]
            found, _, rank, _ = np.linalg.lstsq(matrix, measured / step, rcond=1e-10)
            if rank < count or (found < 0).any():
                continue
            error = float(np.abs(matrix @ found - measured / step).max())
            # one more term must earn its place
            if error < 0.7 * best["error"] and best["error"] > 0.01:
                best = {"coefficients": dict(zip(names, found.tolist())), "error": error}
    return best


def fit(rows):
    """Coefficients by name and the largest error of a step; rows have "plan", "seconds" and "parts"."""
    coefficients = {}
    for part in PARTS:
        coefficients.update(fit_part(rows, part)["coefficients"])
    model = {"coefficients": coefficients}
    model["error"] = max(abs(predict(model, row["plan"]) / row["seconds"] - 1) for row in rows)
    return model


def predict(model, plan):
    names = list(model["coefficients"])
    return float(features(plan, names) @ np.array([model["coefficients"][name] for name in names]))


def describe(model):
    lines = [f"model of a step, fitted within {100 * model['error']:.1f} % of the measurements:"]
    lines += [f"  {value:.3g} {TERMS[name][0]}" for name, value in model["coefficients"].items()]
    missing = [name for name in TERMS if name not in model["coefficients"]]
    if missing:
        lines.append(f"  not told apart by these measurements, or too small to see: {', '.join(missing)}")
    return "\n".join(lines + [ASSUMPTIONS])

"""What a step costs on other rank counts: a model fitted to measurements.

    seconds = a owned + b bytes + c messages + e log2(ranks)

with the particles, halo bytes and messages of the rank that has most of them, as `rfhgn check --ranks` plans them, and
coefficients that are not negative. As many terms as the measurements can tell apart, the simplest that fits.
"""
import itertools
import math

import numpy as np

TERMS = {
    "owned": ("seconds per particle and step", lambda plan: plan["owned"]["max"]),
    "bytes": ("seconds per byte received", lambda plan: plan["bytes_per_step_and_rank"]["max"]),
    "messages": ("seconds per message", lambda plan: plan["messages_per_step_and_rank"]["max"]),
    "tree": ("seconds per level of a collective", lambda plan: math.log2(plan["ranks"])),
}
ASSUMPTIONS = """assumes: the same nodes, one rank a core, as many ranks a node as were measured; memory bandwidth shared as
  in the largest measurement; messages between nodes as dear as those that were measured (measure on two nodes
  before trusting figures for many); even density; no output"""


def features(plan, names):
    return np.array([TERMS[name][1](plan) for name in names])


def fit(rows):
    """Coefficients by name and the largest relative error at the measurements; rows have "plan" and "seconds"."""
    seconds = np.array([row["seconds"] for row in rows])
    best = None
    for count in range(1, min(len(TERMS), len(rows)) + 1):
        for names in itertools.combinations(TERMS, count):
            if "owned" not in names:
                continue
            # relative errors count, so rows are divided by what was measured
            matrix = np.array([features(row["plan"], names) for row in rows]) / seconds[:, None]
            found, _, rank, _ = np.linalg.lstsq(matrix, np.ones(len(rows)), rcond=1e-10)
            if rank < count or (found < 0).any():
                continue
            error = float(np.abs(matrix @ found - 1).max())
            # one more term must earn its place
            if best is None or error < 0.7 * best["error"] and best["error"] > 0.02:
                best = {"coefficients": dict(zip(names, found.tolist())), "error": error}
    return best


def predict(model, plan):
    names = list(model["coefficients"])
    return float(features(plan, names) @ np.array([model["coefficients"][name] for name in names]))


def describe(model):
    lines = [f"model of a step, fitted within {100 * model['error']:.1f} % of the measurements:"]
    lines += [f"  {value:.3g} {TERMS[name][0]}" for name, value in model["coefficients"].items()]
    missing = [name for name in TERMS if name not in model["coefficients"]]
    if missing:
        lines.append(f"  not told apart by these measurements, and left out: {', '.join(missing)}")
    return "\n".join(lines + [ASSUMPTIONS])

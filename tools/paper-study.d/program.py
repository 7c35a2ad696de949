"""Runs of rfhgn: a deck is written beside its results, so that any figure can be had again by hand."""
import json
import os
import subprocess

import numpy as np

from rfhgn_read import load_scalars


def toml(deck):
    """A deck from nested dictionaries; JSON spells numbers, strings, booleans and lists as TOML does."""
    lines = []

    def section(name, table):
        values = {key: value for key, value in table.items() if not isinstance(value, dict)}
        if name and values:
            lines.append(f"[{name}]")
        lines.extend(f"{key} = {json.dumps(value)}" for key, value in values.items())
        for key, value in table.items():
            if isinstance(value, dict):
                section(f"{name}.{key}".lstrip("."), value)

    section("", deck)
    return "\n".join(lines) + "\n"


class Deck:
    """One deck in a folder of its own."""

    def __init__(self, settings, folder):
        self.rfhgn, self.folder = settings["rfhgn"], folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "study.toml").write_text(toml(settings["deck"]))

    def run(self, stage, **options):
        """The stage's JSON. Options are keys of the deck, `__` for the point."""
        words = [self.rfhgn, stage, str(self.folder / "study.toml"), "--quiet", "--overwrite", "--output", str(self.folder)]
        for key, value in options.items():
            words += ["--set", f"{key.replace('__', '.')}={json.dumps(value)}"]
        environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMPI_ALLOW_RUN_AS_ROOT="1",
                           OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        done = subprocess.run(words, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
        return json.loads((self.folder / f"{stage}.json").read_text())


def generate(settings, folder):
    """A data set for the other studies."""
    report = Deck(settings, folder).run("generate")
    return {"data": str(folder / "data.h5"), "snapshots": report["snapshots"], "system": report["system"]}


def summary(values):
    """Spread over seeds."""
    values = np.asarray(values, float)
    return {"median": float(np.median(values)), "mean": float(values.mean()), "deviation": float(values.std()),
            "smallest": float(values.min()), "largest": float(values.max()), "values": values.tolist()}


def train_and_evaluate(settings, folder):
    """Errors and training time over seeds of the hidden weights. Each training is the first of a fresh process."""
    deck = Deck(settings, folder)
    deck.run("generate")
    figures = {"seconds": [], "mse": [], "relative_velocity_error": [], "relative_force_error": [], "condition": []}
    zero_shot = {}
    for seed in settings["seeds"]:
        trained = deck.run("train", model__seed=seed)
        judged = deck.run("evaluate")
        figures["seconds"].append(trained["training_seconds"])
        for figure in ("mse", "relative_velocity_error", "relative_force_error"):
            figures[figure].append(judged["error"][figure])
        figures["condition"].append(trained["message" if "message" in trained else "fit"]["condition"])
        for name, entry in judged.get("zero_shot", {}).items():
            kept = zero_shot.setdefault(name, {"system": entry["system"], "mse": [], "relative_force_error": [],
                                               "relative_velocity_error": []})
            for figure in ("mse", "relative_force_error", "relative_velocity_error"):
                kept[figure].append(entry[figure])
    return {**{name: summary(values) for name, values in figures.items()},
            "zero_shot": {name: {key: value if key == "system" else summary(value) for key, value in entry.items()}
                          for name, entry in zero_shot.items()}}


def rollouts(settings, folder):
    """One model; geometric means over initial states of the errors of positions, momenta and energy at each frame."""
    deck = Deck(settings, folder)
    deck.run("generate")
    trained = deck.run("train")
    curves = {}
    for seed in settings["seeds"]:
        deck.run("rollout", rollout__seed=seed)
        for name, column in load_scalars(folder / "error.csv").items():
            curves.setdefault(name, []).append(column)
    mean = {name: np.exp(np.log(np.maximum(curves[name], 1e-17)).mean(axis=0)).tolist()
            for name in ("position_error", "momentum_error", "energy_error")}
    return {"initial_states": len(settings["seeds"]), "time": curves["time"][0].tolist(), "geometric_mean": mean,
            "training_seconds": trained["training_seconds"], "held_out_mse": trained["held_out_error"]["mse"]}

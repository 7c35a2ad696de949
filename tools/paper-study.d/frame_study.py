"""What decides the error of the paper's encoding: the range of the data, and the size of the system it is asked about."""
import numpy as np

import graph_features
from lattice import load_lattice, mean_squared_error
from program import Deck, summary
from random_features import relative_error


def _data(settings, folder, name, deck):
    Deck({"rfhgn": settings["rfhgn"], "deck": deck}, folder / name).run("generate")
    return load_lattice(folder / name / "data.h5")


def errors(model, data):
    """Of the vector field, and |error| / |exact| of velocities and of forces."""
    model.edges = data.both_directions()
    dq, dp = model.predict(data)
    return {"mse": mean_squared_error(dq, dp, data), "velocity": relative_error(dq, data.dq),
            "force": relative_error(dp, data.dp)}


def run(settings, folder):
    """Trains on settings["train"] and judges on its unseen snapshots and on every deck of settings["judge"]."""
    train = _data(settings, folder, "train", settings["train"])
    judges = {name: _data(settings, folder, name, deck) for name, deck in settings["judge"].items()}
    widths = settings["widths"]
    found = {name: {"mse": [], "velocity": [], "force": []} for name in judges}
    for seed in settings["seeds"]:
        model = graph_features.Frame(np.random.default_rng([seed, 3]), train, widths["node"], widths["edge"], widths["message"],
                                     settings["sampler"], "tanh")
        model.fit(train, settings["ridge"])
        for name, data in judges.items():
            for figure, value in errors(model, data).items():
                found[name][figure].append(value)
    variance = {name: float((np.var(data.dq) + np.var(data.dp)) / 2) for name, data in judges.items()}
    return {name: {**{figure: summary(values) for figure, values in figures.items()}, "variance": variance[name]}
            for name, figures in found.items()}

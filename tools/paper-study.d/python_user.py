"""The random-feature recipe as a Python user would write it: numpy, both encodings, over seeds."""
import time

import numpy as np

import graph_features
from lattice import load_lattice, mean_squared_error
from program import summary


def fit(settings, data, seed):
    """Test error and processor seconds of one seed."""
    train, test = data
    rng = np.random.default_rng([seed, 2])
    shape = {"sampler": settings["sampler"], "activation": settings["activation"], "gap": settings["gap"],
             "steepness": settings["steepness"]}
    widths = settings["widths"]
    start = time.process_time()
    if settings["encoding"] == "pairwise":
        model = graph_features.Pairwise(rng, train, widths["node"], widths["message"], **shape)
    else:
        model = graph_features.Frame(rng, train, widths["node"], widths["edge"], widths["message"], **shape)
    model.fit(train, settings["ridge"])
    seconds = time.process_time() - start
    return mean_squared_error(*model.predict(test), test), seconds


def run(settings, folder):
    data = [load_lattice(settings["data"][name])[:settings["snapshots"][name]] for name in ("train", "test")]
    found = [fit(settings, data, seed) for seed in settings["seeds"]]
    test = data[1]
    variance = (np.var(test.dq) + np.var(test.dp)) / 2
    return {"mse": summary([mse for mse, _ in found]), "seconds": summary([seconds for _, seconds in found]),
            "relative_mse": summary([mse / variance for mse, _ in found])}

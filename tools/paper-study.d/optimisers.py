"""Fifteen optimisers on the networks of networks.py: learning rates searched on held-out error, error against processor
seconds on one core, checkpoints from which an interrupted run goes on."""
import math
import time
from dataclasses import dataclass
from pathlib import Path

import torch

import networks
from lattice import load_lattice
from output_files import new_file


class Adafactor(torch.optim.Optimizer):
    """Adam whose second moments are kept as row and column sums (arXiv 1804.04235): no first moment, updates clipped at root
    mean square 1, decay 1 - t^-0.8, a fixed learning rate."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for parameter in (p for p in group["params"] if p.grad is not None):
                state = self.state[parameter]
                state["step"] = state.get("step", 0) + 1
                keep = 1 - state["step"] ** -0.8
                squared = parameter.grad ** 2 + 1e-30
                if parameter.dim() < 2:
                    state["all"] = keep * state.get("all", 0) + (1 - keep) * squared
                    moment = state["all"]
                else:
                    state["row"] = keep * state.get("row", 0) + (1 - keep) * squared.mean(1, keepdim=True)
                    state["column"] = keep * state.get("column", 0) + (1 - keep) * squared.mean(0, keepdim=True)
                    moment = state["row"] * state["column"] / state["row"].mean()
                update = parameter.grad / moment.sqrt()
                update /= max(1.0, float(update.square().mean().sqrt()))
                parameter -= group["lr"] * update


@dataclass
class Recipe:
    make: object  # (parameters, learning rate) -> optimiser
    rate: float  # middle of the search, which tries decades around it
    whole: bool = False  # every step sees all the data
    decays: bool = True  # learning rate falls in the second half of the run


def _sgd(**options):
    return lambda parameters, rate: torch.optim.SGD(parameters, rate, **options)


def _lbfgs(parameters, rate):
    # The default tolerances end a float64 fit at a loss of 1e-9.
    return torch.optim.LBFGS(parameters, rate, max_iter=20, history_size=50, tolerance_grad=0, tolerance_change=0,
                             line_search_fn="strong_wolfe")


RECIPES = {
    "Adadelta": Recipe(torch.optim.Adadelta, 1.0, decays=False),
    "Adafactor": Recipe(Adafactor, 1e-2),
    "Adagrad": Recipe(torch.optim.Adagrad, 1e-1),
    "Adam": Recipe(torch.optim.Adam, 1e-2),
    "AdamW": Recipe(torch.optim.AdamW, 1e-2),
    "Adamax": Recipe(torch.optim.Adamax, 1e-2),
    "ASGD": Recipe(torch.optim.ASGD, 1e-1),
    "LBFGS": Recipe(_lbfgs, 1.0, whole=True, decays=False),
    "NAdam": Recipe(torch.optim.NAdam, 1e-2),
    "RAdam": Recipe(torch.optim.RAdam, 1e-2),
    "RMSprop": Recipe(torch.optim.RMSprop, 1e-3),
    "Rprop": Recipe(torch.optim.Rprop, 1e-3, whole=True, decays=False),
    "SGD": Recipe(_sgd(), 1e-1),
    "SGD+momentum": Recipe(_sgd(momentum=0.9), 1e-2),
    "SGD+Nesterov": Recipe(_sgd(momentum=0.9, nesterov=True), 1e-2),
}


def _tensors(data):
    return tuple(torch.as_tensor(array) for array in (data.q, data.p, data.dq, data.dp))


class Run:
    """One training. The clock stands still while errors are measured and checkpoints are written."""

    def __init__(self, optimiser, rate, settings, data):
        self.recipe, self.rate = RECIPES[optimiser], rate
        self.batch_size = settings["batch"]
        self.identity = {key: value for key, value in settings.items() if key != "seconds"} | {"rate": rate}
        self.train, self.held_out, self.test = (_tensors(part) for part in data)
        torch.manual_seed(settings["seed"])
        self.network = networks.NETWORKS[settings["network"]](data[0], settings["widths"], settings["activation"])
        self.optimiser = self.recipe.make(self.network.parameters(), rate)
        self.seconds, self.steps, self.curve, self.diverged = 0.0, 0, [], False

    def _decay(self, budget):
        half = max(0.0, 2 * self.seconds / budget - 1)
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate * (0.01 + 0.99 * (1 + math.cos(math.pi * min(half, 1.0))) / 2)

    def _step(self, batch):
        def loss():
            self.optimiser.zero_grad(set_to_none=True)
            value = networks.mean_squared_error(self.network, batch, training=True)
            value.backward()
            return value

        if isinstance(self.optimiser, torch.optim.LBFGS):
            return float(self.optimiser.step(loss))
        value = float(loss())
        self.optimiser.step()
        return value

    def _batches(self):
        """One pass over the data in random order."""
        if self.recipe.whole:
            yield self.train
            return
        for rows in torch.randperm(len(self.train[0])).split(self.batch_size):
            yield tuple(array[rows] for array in self.train)

    def _measure(self):
        test, held_out = (float(networks.mean_squared_error(self.network, part)) for part in (self.test, self.held_out))
        self.diverged = self.diverged or not math.isfinite(held_out)
        if not self.diverged:
            self.curve.append([self.seconds, self.steps, test, held_out])

    def go(self, budget, decay, checkpoint=None, checkpoint_every=30.0):
        """Trains until `budget` processor seconds in all are spent."""
        next_measure = self.seconds * 1.15
        next_checkpoint = self.seconds + checkpoint_every
        while self.seconds < budget and not self.diverged:
            for batch in self._batches():
                if decay and self.recipe.decays:
                    self._decay(budget)
                start = time.process_time()
                self.diverged = not math.isfinite(self._step(batch))
                self.seconds += time.process_time() - start
                self.steps += 1
                if self.seconds >= next_measure or self.diverged:
                    self._measure()
                    next_measure = max(0.01, 1.15 * self.seconds)
                if checkpoint and self.seconds >= next_checkpoint:
                    self.save(checkpoint)
                    next_checkpoint = self.seconds + checkpoint_every
                if self.seconds >= budget or self.diverged:
                    break
        if not self.diverged:
            self._measure()
        if checkpoint:
            self.save(checkpoint)

    def best(self):
        """The point of the curve with the smallest held-out error: [seconds, steps, test, held-out]."""
        return min(self.curve, key=lambda point: point[3]) if self.curve else None

    def save(self, path):
        with new_file(path, overwrite=True) as aside:
            torch.save({"network": self.network.state_dict(), "optimiser": self.optimiser.state_dict(),
                        "identity": self.identity, "seconds": self.seconds, "steps": self.steps, "curve": self.curve, "diverged": self.diverged,
                        "random": torch.get_rng_state()}, aside)

    def load(self, path):
        """Goes on where a checkpoint of the same settings ended; false where there is none."""
        if not Path(path).exists():
            return False
        kept = torch.load(path)
        if kept["identity"] != self.identity:
            return False
        self.network.load_state_dict(kept["network"])
        self.optimiser.load_state_dict(kept["optimiser"])
        torch.set_rng_state(kept["random"])
        self.seconds, self.steps, self.curve, self.diverged = (
            kept[name] for name in ("seconds", "steps", "curve", "diverged"))
        return True


def search(optimiser, settings, data):
    """Held-out error of every learning rate tried: powers of `factor` around the recipe's, further where the best is at an
    end. Returns the best rate and {rate: error}."""
    tried = {}

    def error(exponent):
        if exponent not in tried:
            run = Run(optimiser, RECIPES[optimiser].rate * settings["factor"] ** exponent, settings, data)
            run.go(settings["search_seconds"], decay=False)
            tried[exponent] = run.best()[3] if run.curve and not run.diverged else math.inf
        return tried[exponent]

    reach = settings["search_reach"]
    for exponent in range(-reach, reach + 1):
        error(exponent)
    best = min(tried, key=error)
    for _ in range(settings["search_extension"]):
        if best not in (min(tried), max(tried)):
            break
        error(best + (1 if best == max(tried) else -1))
        best = min(tried, key=error)
    rates = {RECIPES[optimiser].rate * settings["factor"] ** e: tried[e] for e in sorted(tried)}
    return RECIPES[optimiser].rate * settings["factor"] ** best, rates


def run(settings, folder):
    """Searches the learning rate, then trains once with it."""
    torch.set_num_threads(1)
    data = [load_lattice(settings["data"][name])[:settings["snapshots"][name]] for name in ("train", "held_out", "test")]
    rate, tried = search(settings["optimiser"], settings, data)
    checkpoint = folder / f"{settings['network']}-{settings['optimiser']}.pt"
    final = Run(settings["optimiser"], rate, settings, data)
    resumed = final.load(checkpoint)
    final.go(settings["seconds"], decay=True, checkpoint=checkpoint)
    best = final.best()
    return {"learning_rate": rate, "held_out_by_learning_rate": [[r, None if math.isinf(e) else e] for r, e in tried.items()],
            "diverged": final.diverged, "resumed": resumed, "seconds": final.seconds, "steps": final.steps,
            "best_test_mse": best and best[2], "best_at_seconds": best and best[0], "curve": final.curve,
            "curve_columns": ["processor seconds", "steps", "test mse", "held-out mse"]}

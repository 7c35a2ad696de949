"""Every case of the study: what is run, with which settings. The quick form has the same parts, cut to seconds."""
from dataclasses import dataclass, field
from fnmatch import fnmatch

OPTIMISERS = ["Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "ASGD", "LBFGS", "NAdam", "RAdam", "RMSprop",
              "Rprop", "SGD", "SGD+momentum", "SGD+Nesterov"]

# One core-minute figure per part of the full form, measured or set; two cores share them.
BUDGET_MINUTES = {"data": 1, "lattice": 2, "potentials": 3, "zero-shot": 2, "fluid": 3, "benchmark": 6, "ablations": 6,
                  "python": 8, "frame": 10, "set-up": 6, "optimisers": 125, "henon-heiles": 25, "pendulum": 25}

LATTICE = {"graph": "cubic", "size": [2, 2, 2], "potential": "harmonic"}
MODEL = {"node_width": 32, "message_width": 32}


@dataclass
class Case:
    part: str
    name: str
    function: str  # module:function, called with (settings, folder)
    settings: dict = field(default_factory=dict)
    needs_torch: bool = False


def rfhgn_case(part, name, study, deck, function="program:train_and_evaluate", seeds=None):
    return Case(part, name, function, {"rfhgn": study.rfhgn, "deck": deck,
                                       "seeds": list(range(1, 1 + (seeds or study.pick(1, 10))))})


class Study:
    """quick: seconds; full: less than two hours on two cores."""

    def __init__(self, quick, rfhgn, folder, optimiser_seconds=None):
        self.quick, self.rfhgn, self.folder = quick, rfhgn, folder
        self.optimiser_seconds = optimiser_seconds or self.pick(0.2, 160.0)

    def pick(self, quick, full):
        return quick if self.quick else full

    def data_path(self, name):
        return str(self.folder / "runs/data" / name / "data.h5")

    def data(self):
        """Snapshots that training, choosing and judging share."""
        sizes = self.pick({"train": 60, "held_out": 20, "test": 40}, {"train": 1000, "held_out": 200, "test": 500})
        for number, (name, trajectories) in enumerate(sizes.items()):
            deck = {"system": LATTICE, "generate": {"trajectories": trajectories, "seed": 11 + number, "displacement": 0.25,
                                                    "momentum": 0.5}}
            yield Case("data", name, "program:generate", {"rfhgn": self.rfhgn, "deck": deck})

    def deck(self, system, model=None, generate=None, **more):
        return {"system": system, "generate": {"trajectories": self.pick(40, 100), **(generate or {})},
                "model": {**MODEL, **(model or {})}, **more}

    def lattice(self):
        large = {"evaluate": {"zero_shot": {"large": {"size": self.pick([4, 4, 4], [16, 16, 16])}}}}
        for sampler in ("swim", "elm"):
            yield rfhgn_case("lattice", sampler, self, self.deck(LATTICE, {"sampler": sampler}, **large))

    def potentials(self):
        for name, potential in (("spring", {"potential": "zero_rest_length"}), ("anharmonic", {"potential": "quartic"}),
                                ("morse", {"potential": "morse"})):
            for sampler in ("elm", "swim"):
                deck = self.deck({**LATTICE, **potential}, {"sampler": sampler, "node_width": 64, "message_width": 64})
                yield rfhgn_case("potentials", f"{name}-{sampler}", self, deck)

    def zero_shot(self):
        large = {"evaluate": {"zero_shot": {"large": {"size": self.pick([10, 10], [100, 100])}}}}
        for side in (2, 3):
            system = {"graph": "square", "size": [side, side], "potential": "harmonic"}
            yield rfhgn_case("zero-shot", f"{side}x{side}", self, self.deck(system, **large))

    def fluid(self):
        """Edges that come and go: a Lennard-Jones liquid learned in small cells and judged in a large one."""
        liquid = {"graph": "cutoff", "lattice": "fcc", "size": [3, 3, 3], "density": 0.8442, "potential": "lennard_jones",
                  "cutoff": 2.5}
        start = {"frames": 4, "interval": 100, "dt": 0.004, "temperature": 1.5, "equilibrate": self.pick(50, 500),
                 "thermostat": "langevin", "trajectories": self.pick(3, 10)}
        large = {"snapshots": self.pick(2, 8), "zero_shot": {"large": {"size": self.pick([4, 4, 4], [10, 10, 10]),
                                                                      "equilibrate": self.pick(20, 200)}}}
        for sampler in self.pick(("swim",), ("swim", "elm")):
            deck = {"system": liquid, "generate": start, "model": {"message_width": 64, "sampler": sampler}, "evaluate": large}
            yield rfhgn_case("fluid", f"lennard-jones-{sampler}", self, deck, seeds=self.pick(1, 3))

    def benchmark(self):
        states = self.pick(2, 100)
        rollout = {"dt": 0.001, "steps": self.pick(200, 10000), "interval": 100, "scalars_interval": 100}
        start = {"displacement": 0.1, "momentum": 0.3}
        ring = {"graph": "ring", "size": [5], "potential": "squared_distance"}
        frames = {"frames": 10, "interval": 100, "dt": 0.001, **start}
        for size in (5, 20, 50):
            deck = self.deck(ring, generate=frames, train={"held_out": 0.25}, rollout={**rollout, **start, "system": {**ring, "size": [size]}})
            yield rfhgn_case("benchmark", f"ring-{size}", self, deck, "program:rollouts", states)
        gravity = {"graph": "complete", "size": [4], "dimension": 3, "potential": "gravity", "softening": 0.3}
        deck = self.deck(gravity, {"message_width": 96}, {"frames": 5, "interval": 20}, train={"held_out": 0.25},
                         rollout={**rollout, "displacement": 0.2})
        yield rfhgn_case("benchmark", "gravity-4", self, deck, "program:rollouts", states)

    def ablations(self):
        changes = {"width": [("model", {"node_width": w, "message_width": w}) for w in (8, 16, 32, 64, 128)],
                   "sampler": [("model", {"sampler": s}) for s in ("swim", "elm")],
                   "activation": [("model", {"activation": a}) for a in ("tanh", "sigmoid", "softplus", "sine")],
                   "snapshots": [("generate", {"trajectories": n}) for n in (10, 30, 100, 300)],
                   "noise": [("generate", {"noise": n}) for n in (1e-4, 1e-3, 1e-2)]}
        for name, settings in changes.items():
            for section, change in settings[:2] if self.quick else settings:
                deck = self.deck(LATTICE)
                deck[section] = {**deck[section], **change}
                yield rfhgn_case("ablations", f"{name}-{list(change.values())[0]}", self, deck)
        for dt in self.pick((0.1,), (0.1, 0.05, 0.01)):  # no rates: differences of frames, judged by exact rates
            series = {"trajectories": 40, "frames": 6, "interval": 1, "dt": dt, "rates": False}
            deck = self.deck(LATTICE, {"node_width": 32, "message_width": 48}, series, train={"rates": "central4"})
            yield rfhgn_case("ablations", f"dt-{dt}", self, deck)
        mixed = {"graph": "geometric", "size": [30], "potential": "harmonic"}
        yield rfhgn_case("ablations", "mixed-degree", self, self.deck(mixed, evaluate={"zero_shot": {"large": {"size": [1000]}}}))

    def python(self):
        shapes = {"pairwise": [({"node": 16, "message": 16}, 10), ({"node": 64, "message": 64}, self.pick(40, 100))],
                  "frame": [({"node": 16, "edge": 16, "message": 64}, self.pick(40, 100))] if self.quick else
                           [({"node": 64, "edge": 64, "message": 512}, 200), ({"node": 64, "edge": 64, "message": 1024}, 400)]}
        for encoding, sizes in shapes.items():
            for widths, snapshots in sizes:
                for sampler in ("elm", "swim"):
                    settings = {"encoding": encoding, "sampler": sampler, "widths": widths, "gap": 0.5,
                                "activation": "softplus" if encoding == "pairwise" else "tanh",
                                "steepness": 0.5 if encoding == "pairwise" else 1.0,
                                "ridge": 1e-13 if encoding == "pairwise" else 1e-9,
                                "seeds": list(range(1, 1 + self.pick(2, 10 if encoding == "pairwise" else 3))),
                                "snapshots": {"train": snapshots, "test": self.pick(20, 200)},
                                "data": {name: self.data_path(name) for name in ("train", "test")}}
                    name = f"{encoding}-{widths['node']}-{widths['message']}-{sampler}"
                    yield Case("python", name, "python_user:run", settings)

    def frame(self):
        """The paper's encoding against the range of its data, and on systems larger than those it has seen."""
        def deck(system, seed, reach, trajectories):
            return {"system": system, "generate": {"trajectories": trajectories, "seed": seed, "displacement": reach,
                                                   "momentum": 2 * reach}}

        def case(name, train, judge):
            return Case("frame", name, "frame_study:run",
                        {"rfhgn": self.rfhgn, "train": train, "judge": judge, "sampler": "swim", "ridge": 1e-9,
                         "widths": self.pick({"node": 8, "edge": 8, "message": 32}, {"node": 64, "edge": 64, "message": 512}),
                         "seeds": list(range(1, 1 + self.pick(1, 3)))})

        train, unseen = self.pick((30, 10), (200, 100))
        for reach in self.pick((0.25, 0.02), (0.25, 0.1, 0.05, 0.02)):
            yield case(f"range-{reach}", deck(LATTICE, 1, reach, train), {"unseen": deck(LATTICE, 2, reach, unseen)})
        for side in (2, 3):
            squares = {size: {"graph": "square", "size": [size, size], "potential": "harmonic"} for size in (2, 3, 4, 6, 10)}
            yield case(f"square-{side}x{side}", deck(squares[side], 1, 0.25, train),
                       {f"{size}x{size}": deck(squares[size], 2, 0.25, unseen // 5) for size in squares if size >= side})

    def set_up(self):
        """The paper's encoding by rfhgn on its 3D lattice: which detail that the paper leaves open decides the error."""
        springs = {"rest": {"potential": "harmonic"}, "zero": {"potential": "zero_rest_length", "spacing": 1.0}}
        widths = self.pick({"node_width": 8, "message_width": 32}, {"node_width": 64, "message_width": 512})
        neurons = [("tanh", "swim", 1.0), ("tanh", "swim", 0.25), ("softplus", "swim", 1.0), ("softplus", "swim", 0.25),
                   ("softplus", "elm", 1.0)]
        cases = [(name, *neuron, 0.25, {}) for name in springs for neuron in neurons]
        cases += [(name, "softplus", "swim", 0.25, 0.05, {}) for name in springs]
        cases += [(name, "softplus", "swim", 0.25, 0.25, {"trajectories": self.pick(10, 20), "frames": 10, "interval": 10})
                  for name in springs]
        for name, activation, sampler, steepness, reach, frames in self.pick(cases[:1], cases):
            system = {**LATTICE, **springs[name]}
            start = {"displacement": reach, "momentum": 2 * reach}
            large = {"size": self.pick([3, 3, 3], [16, 16, 16])}
            weights = {"steepness": steepness} if sampler == "swim" else {}
            deck = self.deck(system, {"encoding": "frame", "activation": activation, "sampler": sampler, **weights, **widths}, {"trajectories": self.pick(30, 200), **start, **frames},
                             evaluate={"snapshots": self.pick(10, 100), **start, "zero_shot": {"large": large}})
            kind = "-trajectories" if frames else ""
            yield rfhgn_case("set-up", f"{name}-{activation}-{sampler}-{steepness}-{reach}{kind}", self, deck,
                             seeds=self.pick(1, 3))

    def optimisers(self):
        for network in ("pairwise", "frame"):
            for optimiser in OPTIMISERS:
                settings = {"network": network, "optimiser": optimiser, "seed": 1, "seconds": self.optimiser_seconds,
                            "activation": "softplus" if network == "pairwise" else "tanh",
                            "widths": {name: self.pick(8, 64) for name in ("node", "edge", "message")},
                            "batch": self.pick(20, 50), "factor": 10 ** 0.5, "search_reach": self.pick(1, 2),
                            "search_extension": self.pick(0, 2), "search_seconds": self.pick(0.05, 10.0),
                            "snapshots": self.pick({"train": 60, "held_out": 20, "test": 20},
                                                   {"train": 1000, "held_out": 200, "test": 200}),
                            "data": {name: self.data_path(name) for name in ("train", "held_out", "test")}}
                yield Case("optimisers", f"{network}-{optimiser}", "optimisers:run", settings, needs_torch=True)

    def henon_heiles(self):
        for sampler in ("elm", "u-swim", "a-swim"):
            yield self.state_case("henon-heiles", sampler, {"alpha": 1.0}, sampler, self.pick(200, 5000), self.pick(1000, 20000))

    def pendulum(self):
        for links in self.pick((2,), (1, 2, 3, 5, 10, 20)):
            for sampler in ("elm", "u-swim", "a-swim"):
                shape = {"links": links, "angle": 1.5, "momentum": 1.0}
                yield self.state_case("pendulum", f"{links}-{sampler}", shape, sampler, self.pick(200, 1500),
                                      self.pick(1000, 10000))

    def state_case(self, system, name, parameters, sampler, width, states):
        return Case(system, name, "state_networks:run",
                    {"system": system, "parameters": parameters, "sampler": sampler, "seed": 1, "width": width,
                     "states": states, "ridge": 1e-13, "drift_time": self.pick(2.0, 100.0)})

    def cases(self, parts=None, only="*"):
        """Cases of these parts (all) whose part/name matches one of the shell patterns, separated by commas."""
        made = (case for part in parts or PARTS for case in getattr(self, part.replace("-", "_"))())
        return [case for case in made if any(fnmatch(f"{case.part}/{case.name}", pattern) for pattern in only.split(","))]


PARTS = list(BUDGET_MINUTES)

"""Tables and pictures from the JSON files of a study, and from nothing else."""
import os

import runner
from output_files import save_figure, save_report
from published import HENON_HEILES, LATTICE, OPEN, POTENTIALS

TARGETS = [1e-2, 1e-3, 1e-4, 1e-6, 1e-8, 1e-10]


def number(value):
    return "-" if value is None else f"{value:.2e}" if value and (abs(value) < 1e-2 or abs(value) >= 1e4) else f"{value:.3g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


class Results:
    """Stored results of a study's cases, by part and name."""

    def __init__(self, study, folder):
        self.folder = folder
        self.found = {}
        self.missing = {}
        for case in (case for case in study.cases() if case.part != "data"):
            stored = runner.load_result(folder, case)
            if stored is None:
                self.missing.setdefault(case.part, []).append(f"{case.part}/{case.name}")
            else:
                self.found.setdefault(case.part, {})[case.name] = stored

    def not_run(self):
        """The missing cases; of a part that misses many, their number."""
        return ", ".join(", ".join(names) if len(names) < 4 else f"{part} ({len(names)} cases)"
                         for part, names in self.missing.items())

    def part(self, name):
        """(case name, settings, result) of what has been run."""
        return [(key, stored["case"]["settings"], stored["result"]) for key, stored in self.found.get(name, {}).items()]

    def source(self, part, name):
        return f"[json](results/{part}/{name}.json)"


def lattice_table(results):
    rows = []
    for name, _, r in results.part("lattice"):
        quoted = LATTICE["RF-HGN (SWIM)"] if name == "swim" else (None, None)
        rows.append([f"rfhgn, pairwise, {name}", number(r["mse"]["median"]), number(r["seconds"]["smallest"]),
                     *map(number, quoted), results.source("lattice", name)])
    for name, s, r in results.part("python"):
        quoted = LATTICE["RF-HGN (SWIM)"] if (s["encoding"], s["sampler"]) == ("frame", "swim") else (None, None)
        label = f"numpy, {s['encoding']}, {s['sampler']}, widths {s['widths']['node']}+{s['widths']['message']}, " \
                f"{s['snapshots']['train']} snapshots"
        rows.append([label, number(r["mse"]["median"]), number(r["seconds"]["median"]), *map(number, quoted),
                     results.source("python", name)])
    for name, s, r in sorted(results.part("optimisers"), key=lambda entry: entry[2]["best_test_mse"] or float("inf")):
        quoted = LATTICE.get(s["optimiser"], (None, None)) if s["network"] == "frame" else (None, None)
        rows.append([f"{s['optimiser']}, {s['network']}" + (" (diverged)" if r["diverged"] else ""),
                     number(r["best_test_mse"]), number(r["best_at_seconds"]), *map(number, quoted),
                     results.source("optimisers", name)])
    return table(["method", "test MSE", "s", "paper: MSE", "paper: s", "from"], rows)


def first_time(points, target):
    """Least seconds among (seconds, error) whose error is at most target."""
    reached = [seconds for seconds, error in points if error is not None and error <= target]
    return min(reached) if reached else None


def times_to_error(results, network):
    """Rows: method, then the time to each target; random features count the least time over all settings run."""
    methods = {}
    if network == "pairwise":
        methods["rfhgn"] = [(r["seconds"]["smallest"], r["mse"]["median"]) for part in ("lattice", "ablations")
                            for name, _, r in results.part(part) if not name.startswith("noise")]
    methods[f"numpy, {network}"] = [(r["seconds"]["median"], r["mse"]["median"]) for _, s, r in results.part("python")
                                    if s["encoding"] == network]
    for _, s, r in results.part("optimisers"):
        if s["network"] == network:
            methods[s["optimiser"]] = [(point[0], point[2]) for point in r["curve"]]
    return table(["method"] + [f"s to {target:.0e}" for target in TARGETS],
                 [[name] + [number(first_time(points, target)) for target in TARGETS] for name, points in methods.items() if points])


def potentials_table(results):
    rows = []
    for name, _, r in results.part("potentials"):
        potential, sampler = name.rsplit("-", 1)
        rows.append([potential, sampler, number(r["mse"]["median"]), number(r["mse"]["largest"]),
                     number(r["seconds"]["smallest"]), number(POTENTIALS[potential][sampler]), number(POTENTIALS[potential]["Adam"]),
                     results.source("potentials", name)])
    return table(["potential", "sampler", "median MSE", "worst seed", "s", "paper", "paper: Adam", "from"], rows)


def zero_shot_table(results):
    rows = [[f"{part} {name}", entry["system"], number(entry["relative_velocity_error"]["median"]),
             number(entry["relative_force_error"]["median"]), number(entry["relative_force_error"]["largest"]),
             results.source(part, name)]
            for part in ("lattice", "set-up", "zero-shot", "fluid") for name, _, r in results.part(part)
            for entry in r["zero_shot"].values()]
    return table(["trained on", "judged on", "relative velocity error", "relative force error", "worst seed", "from"], rows)


def frame_table(results):
    rows = [[name, judged, number(r["mse"]["median"]), number(r["mse"]["median"] / r["variance"]),
             number(r["velocity"]["median"]), number(r["force"]["median"]), number(r["force"]["largest"]),
             results.source("frame", name)]
            for name, _, by_judge in results.part("frame") for judged, r in by_judge.items()]
    return table(["trained on", "judged on", "MSE", "over variance", "relative velocity error", "relative force error",
                  "worst seed", "from"], rows)


def set_up_table(results):
    rows = []
    for name, s, r in results.part("set-up"):
        deck = s["deck"]
        model, taken = deck["model"], deck["generate"]
        rows.append([{"harmonic": "rest length 1", "zero_rest_length": "rest length 0"}[deck["system"]["potential"]],
                     f"{model['activation']}, {model['sampler']}, steepness {model['steepness']}",
                     f"{taken['displacement']}, {taken['trajectories']} x {taken.get('frames', 1)}", number(r["mse"]["median"]),
                     number(r["mse"]["largest"]), number(r["relative_velocity_error"]["median"]),
                     number(r["relative_force_error"]["median"]), number(r["seconds"]["smallest"]),
                     number(LATTICE["RF-HGN (SWIM)"][0]), results.source("set-up", name)])
    return table(["springs", "neurons", "displacement, trajectories x frames", "median MSE", "worst seed",
                  "relative velocity error", "relative force error", "s", "paper: MSE", "from"], rows)


def benchmark_table(results):
    rows = []
    for name, _, r in results.part("benchmark"):
        last = {key: curve[-1] for key, curve in r["geometric_mean"].items()}
        rows.append([name, str(r["initial_states"]), number(r["time"][-1]), number(last["position_error"]),
                     number(last["momentum_error"]), number(last["energy_error"]), number(r["training_seconds"]),
                     results.source("benchmark", name)])
    return table(["system", "initial states", "time", "position error", "momentum error", "energy error", "training s", "from"],
                 rows)


def ablation_table(results):
    rows = [[name, number(r["mse"]["median"]), number(r["mse"]["smallest"]), number(r["mse"]["largest"]),
             number(r["seconds"]["smallest"]), number(r["condition"]["median"]), results.source("ablations", name)]
            for name, _, r in results.part("ablations")]
    return table(["changed", "median MSE", "best seed", "worst seed", "s", "condition", "from"], rows)


def henon_heiles_table(results):
    rows = []
    for name, s, r in results.part("henon-heiles"):
        quoted = HENON_HEILES[s["sampler"]]
        rows.append([f"{s['sampler']}, {s['width']} neurons, {s['states']} states", number(r["energy_error"]), number(quoted),
                     f"{r['energy_error'] / quoted:.2g}", number(r["rate_error"]), number(r["ode_rate_error"]),
                     number(r["energy_drift"]), number(r["ode_energy_drift"]), number(r["processor_seconds"]),
                     results.source("henon-heiles", name)])
    return table(["sampler", "relative error of H", "paper", "ratio", "of rates", "RF-ODE: of rates", "energy drift",
                  "RF-ODE: energy drift", "s", "from"], rows)


def pendulum_table(results):
    rows = [[f"{s['parameters']['links']} links, {s['sampler']}, {s['width']} neurons, {s['states']} states",
             number(r["energy_error"]), number(r["rate_error"]), number(r["ode_rate_error"]), number(r["energy_drift"]),
             number(r["ode_energy_drift"]), number(r["processor_seconds"]), results.source("pendulum", name)]
            for name, s, r in results.part("pendulum")]
    return table(["system", "relative error of H", "of rates", "RF-ODE: of rates", "energy drift", "RF-ODE: energy drift", "s",
                  "from"], rows)


def learning_rate_table(results):
    rows = [[s["optimiser"], s["network"], number(r["learning_rate"]),
             ", ".join(f"{number(rate)}: {number(error)}" for rate, error in r["held_out_by_learning_rate"])]
            for _, s, r in results.part("optimisers")]
    return table(["optimiser", "network", "chosen", "held-out MSE by learning rate"], rows)


def pictures(results, overwrite):
    """Writes error against time for each network, and rollout errors; returns {title: file name}."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    import matplotlib.pyplot as plt

    drawn = {}

    def save(title, name, axes, x, y):
        axes.set(xlabel=x, ylabel=y, title=title)
        axes.grid(alpha=0.3)
        axes.legend(fontsize=7, ncol=2)
        axes.figure.tight_layout()
        save_figure(axes.figure, results.folder / name, overwrite, dpi=130)
        plt.close(axes.figure)
        drawn[title] = name

    for network in ("pairwise", "frame"):
        runs = [(s["optimiser"], r["curve"]) for _, s, r in results.part("optimisers") if s["network"] == network and r["curve"]]
        if not runs:
            continue
        axes = plt.subplots(figsize=(9, 6))[1]
        for number_of, (name, curve) in enumerate(runs):
            axes.loglog([p[0] for p in curve], [p[2] for p in curve], "-" if number_of < 10 else "--", label=name)
        for _, s, r in results.part("python"):
            if s["encoding"] == network:
                axes.plot(r["seconds"]["median"], r["mse"]["median"], "k^" if s["sampler"] == "swim" else "kv",
                          label=f"numpy {s['sampler']} {s['widths']['node']}+{s['widths']['message']}")
        if network == "pairwise":
            for name, _, r in results.part("lattice"):
                axes.plot(r["seconds"]["smallest"], r["mse"]["median"], "r*", markersize=12, label=f"rfhgn {name}")
        save(f"3D lattice, {network} inputs", f"error-against-time-{network}.png", axes, "seconds", "test MSE")
    if results.part("benchmark"):
        axes = plt.subplots(figsize=(9, 6))[1]
        for number_of, (name, _, r) in enumerate(results.part("benchmark")):
            axes.semilogy(r["time"][1:], r["geometric_mean"]["position_error"][1:], color=f"C{number_of}", label=f"{name}: position")
            axes.semilogy(r["time"][1:], r["geometric_mean"]["energy_error"][1:], ":", color=f"C{number_of}", label=f"{name}: energy")
        save("Rollouts, geometric mean over initial states", "rollouts.png", axes, "time", "error")
    return drawn


def write(study, folder, overwrite=False):
    """report.md beside its pictures; returns its path. Raises output_files.Exists where somebody changed one of them."""
    folder.mkdir(parents=True, exist_ok=True)
    results = Results(study, folder)
    form = "quick form: it shows that everything runs; its figures mean nothing" if study.quick else "full form"
    sections = [f"# The paper's studies beside rfhgn ({form})\n", OPEN]
    programs = sorted({stored["program"] for part in results.found.values() for stored in part.values()})
    if programs:
        sections.append(f"Results were made by {', '.join(programs)}.\n")
    if results.missing:
        sections.append(f"Not run: {results.not_run()}.\n")
    parts = [("3D lattice of 8 nodes", ["lattice", "python", "optimisers"], lattice_table),
             ("Time to a stated error, invariant inputs", ["lattice", "python", "optimisers"],
              lambda r: times_to_error(r, "pairwise")),
             ("Time to a stated error, the paper's inputs", ["python", "optimisers"], lambda r: times_to_error(r, "frame")),
             ("Potentials", ["potentials"], potentials_table), ("Zero-shot", ["lattice", "zero-shot", "fluid"], zero_shot_table),
             ("The paper's encoding: range of the data, larger systems (numpy, SWIM)", ["frame"], frame_table),
             ("The paper's encoding: what decides its error on the 3D lattice (rfhgn)", ["set-up"], set_up_table),
             ("Rollouts of the benchmark's systems", ["benchmark"], benchmark_table),
             ("Ablations: the lattice with one thing changed", ["ablations"], ablation_table),
             ("Hénon-Heiles without a graph", ["henon-heiles"], henon_heiles_table),
             ("Pendulum in angles, without a graph", ["pendulum"], pendulum_table),
             ("Learning rates searched", ["optimisers"], learning_rate_table)]
    for title, needs, make in parts:
        if any(results.part(part) for part in needs):
            sections += [f"## {title}\n", make(results)]
    sections += [f"![{title}]({name})\n" for title, name in pictures(results, overwrite).items()]
    path = folder / "report.md"
    save_report("\n".join(sections), path, overwrite)
    return path

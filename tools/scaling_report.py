"""Tables and pictures of runs at several rank counts, for scaling-study."""
import csv
import json
import os
import statistics
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
from output_files import new_file, save_figure  # noqa: E402

COLOURS = ["#00798c", "#d1495b", "#edae49", "#66a182", "#8d6a9f", "#6c757d", "#2b2d42", "#b5838d"]
PHASES = {"rollout": ["forces", "neighbours", "integrate", "halo"], "train": ["sampling", "solve"]}  # without set-up and output
SAME = 0.1  # sizes, or sizes per rank, that differ by less count as equal: lattices do not divide evenly


def fail(message):
    sys.exit(f"scaling-study: {message}")


def problem_size(summary, stage):
    """Particles of a rollout, rows of a training's largest problem."""
    if stage == "rollout":
        return summary["particles"]
    return max(report["rows"] for report in summary.values() if isinstance(report, dict) and "columns" in report)


def read_run(directory, stage, phases):
    """Ranks, problem size and seconds of one run: means over ranks, which wait for each other and so take the same time.

    The wait is in the halo exchange: what a rank spends there beyond the one that is quickest through.
    """
    path = os.path.join(directory, f"{stage}.json")
    if not os.path.exists(path):
        fail(f"there is no '{path}'")
    try:
        with open(path) as file:
            summary = json.load(file)
        rows = {name: row for name, row in summary["seconds"].items() if "all" in phases or name in phases}
        steps = summary["steps"] if stage == "rollout" else 1
        parts = {name: row["mean"] / steps for name, row in rows.items()}
        if "halo" in rows:
            parts["halo"] = rows["halo"]["min"] / steps
            parts["wait"] = (rows["halo"]["mean"] - rows["halo"]["min"]) / steps
        run = {"ranks": summary["provenance"]["ranks"], "size": problem_size(summary, stage),
               "seconds": sum(parts.values()), "parts": parts,
               "imbalance": sum(row["max"] - row["mean"] for name, row in rows.items() if name != "halo") / steps,
               "output": summary["seconds"].get("output", {"mean": 0})["mean"] / steps,
               "traffic": summary.get("traffic", {})}
    except (ValueError, KeyError, TypeError, ZeroDivisionError) as error:
        fail(f"'{path}' is not a summary of rfhgn {stage}: {error!r}")
    if not run["seconds"] > 0:
        fail(f"'{path}' has no time in the phases {', '.join(phases)}; it has {', '.join(summary['seconds'])}")
    return run


def merge(runs):
    """One row a rank count, by medians."""
    rows = []
    for ranks in sorted({run["ranks"] for run in runs}):
        same = [run for run in runs if run["ranks"] == ranks]
        if len({run["size"] for run in same}) > 1:
            fail(f"runs on {ranks} ranks have different sizes: {sorted({run['size'] for run in same})}")
        names = list(dict.fromkeys(name for run in same for name in run["parts"]))
        middle = {key: statistics.median(run[key] for run in same) for key in ("seconds", "imbalance", "output")}
        rows.append({"ranks": ranks, "size": same[0]["size"], "runs": len(same), **middle, "traffic": same[0]["traffic"],
                     "parts": {name: statistics.median(run["parts"].get(name, 0.0) for run in same) for name in names}})
    return rows


def recognise(rows):
    """"strong" or "weak", from how the problem size goes with the ranks."""
    def alike(values):
        return max(values) <= (1 + SAME) * min(values)

    if alike([row["size"] for row in rows]):
        return "strong"
    if alike([row["size"] / row["ranks"] for row in rows]):
        return "weak"
    fail("neither the size nor the size per rank is the same in all runs: "
         + ", ".join(f"{row['size']} on {row['ranks']}" for row in rows))


def add_efficiency(rows, kind):
    """Relative to the smallest rank count; weak scaling counts the work done."""
    first = rows[0]
    for row in rows:
        work = row["size"] / first["size"] if kind == "weak" else 1.0
        row["speedup"] = work * first["seconds"] / row["seconds"]
        row["efficiency"] = row["speedup"] * first["ranks"] / row["ranks"]


def part_names(rows):
    return list(dict.fromkeys(name for row in rows for name in row["parts"]))


def of_traffic(row, name, kind="mean"):
    """Messages or bytes a step and rank; None where a summary has none."""
    return row["traffic"].get(f"{name}_per_step_and_rank", {}).get(kind)


def least_of(row, name):
    return row.get("plan", {}).get(f"{name}_per_step_and_rank", {}).get("mean")


def number(value, form):
    return "" if value is None else format(value, form)


def write_table(path, rows, unit, overwrite):
    names = part_names(rows)
    with new_file(path, overwrite) as aside, open(aside, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ranks", "size", "runs", "oversubscribed", unit, "speedup", "efficiency", *names, "imbalance", "output",
                         "messages", "least_messages", "bytes", "least_bytes", "predicted"])
        for row in rows:
            traffic = [number(find(row, name), ".6g") for name in ("messages", "bytes") for find in (of_traffic, least_of)]
            writer.writerow([row["ranks"], row["size"], row["runs"], int(row.get("oversubscribed", False)),
                             f"{row['seconds']:.6g}", f"{row['speedup']:.4f}", f"{row['efficiency']:.4f}",
                             *(f"{row['parts'].get(name, 0.0):.6g}" for name in names), f"{row['imbalance']:.6g}",
                             f"{row['output']:.6g}", *traffic, number(row.get("predicted"), ".6g")])


def print_table(rows, kind, unit):
    names = part_names(rows)
    print(f"{kind} scaling, {unit.replace('_', ' ')}")
    lines = [["ranks", "size", "runs", "seconds", "speed-up", "efficiency", *names, "imbalance", "output", "messages", "least",
              "bytes", "least", "predicted"]]
    for row in rows:
        traffic = [number(find(row, name), ".3g") for name in ("messages", "bytes") for find in (of_traffic, least_of)]
        lines.append([f"{row['ranks']}{'*' if row.get('oversubscribed') else ''}", str(row["size"]), str(row["runs"]),
                      f"{row['seconds']:.4g}", f"{row['speedup']:.2f}", f"{100 * row['efficiency']:.0f}%",
                      *(f"{row['parts'].get(name, 0.0):.3g}" for name in names), f"{row['imbalance']:.3g}",
                      f"{row['output']:.3g}", *traffic, number(row.get("predicted"), ".4g")])
    widths = [max(len(line[c]) for line in lines) for c in range(len(lines[0]))]
    for line in lines:
        print("  ".join(cell.rjust(width) for cell, width in zip(line, widths)))
    if any(row.get("oversubscribed") for row in rows):
        print("* more ranks than cores: these share cores, and say nothing of scaling")


def plot(path, rows, kind, unit, predictions=(), overwrite=False):
    ranks = np.array([row["ranks"] for row in rows])
    figure, (speed, efficiency, stack) = plt.subplots(1, 3, figsize=(15, 4.6), constrained_layout=True)
    figure.set_constrained_layout_pads(w_pad=0.1, h_pad=0.1)

    speed.plot(ranks, ranks / ranks[0], "--", color="0.6", label="ideal")
    speed.plot(ranks, [row["speedup"] for row in rows], "o-", color=COLOURS[0], label="measured")
    if predictions:
        first = rows[0]["seconds"]
        work = [p["size"] / rows[0]["size"] if kind == "weak" else 1.0 for p in predictions]
        speed.plot([p["ranks"] for p in predictions], [w * first / p["seconds"] for w, p in zip(work, predictions)], "x:",
                   color=COLOURS[1], label="predicted")
    speed.set_xscale("log", base=2)
    speed.set_yscale("log", base=2)
    speed.yaxis.set_major_formatter("{x:g}")
    speed.set_ylabel(f"speed-up over {ranks[0]} rank" + ("s" if ranks[0] > 1 else ""))
    speed.legend(fontsize=9)

    efficiency.axhline(100, linestyle="--", color="0.6")
    efficiency.plot(ranks, [100 * row["efficiency"] for row in rows], "o-", color=COLOURS[1])
    efficiency.set_xscale("log", base=2)
    efficiency.set_ylim(0, max(110, 105 * max(row["efficiency"] for row in rows)))
    efficiency.set_ylabel("efficiency (%)")

    bottom = np.zeros(len(rows))
    for place, name in enumerate(part_names(rows)):
        height = np.array([row["parts"].get(name, 0.0) for row in rows])
        stack.bar(range(len(rows)), height, bottom=bottom, color=COLOURS[place % len(COLOURS)], label=name)
        bottom += height
    stack.set_xticks(range(len(rows)), [str(r) for r in ranks])
    stack.set_ylabel(f"{unit.replace('_', ' ')}, mean over ranks")
    stack.set_ylim(0, 1.25 * max(bottom.max(), 1e-12))
    if bottom.any():
        stack.legend(fontsize=8, ncol=3, loc="upper right")

    for axes, title in ((speed, f"{kind.capitalize()} scaling"), (efficiency, "Efficiency"), (stack, "Where time goes")):
        axes.set_title(title, loc="left", fontsize=11, fontweight="bold")
        axes.set_xlabel("ranks")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(True, axis="y", color="0.9", linewidth=0.6)
        axes.set_axisbelow(True)
        if axes is not stack:
            axes.set_xticks(ranks, [str(r) for r in ranks])
            axes.minorticks_off()
    save_figure(figure, path, overwrite, dpi=130)

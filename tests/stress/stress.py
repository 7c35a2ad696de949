"""What the stress programs of this folder share: starting rfhgn, comparing folders of results, counting outcomes."""
import argparse
import contextlib
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import h5py
import numpy as np

PATIENCE = 180 * float(os.environ.get("RFHGN_PATIENCE", "1"))  # seconds without a word after which a run counts as hung
HUNG = "hung"
LAUNCHER_HANGS = "the launcher hangs, all ranks are dead"
VOLATILE = {"deck.toml"}  # of a folder of results: not compared
ROOT = Path(__file__).resolve().parents[2]


def environment():
    kept = dict(os.environ, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", OMPI_MCA_mpi_yield_when_idle="1",
                OMPI_MCA_btl_vader_single_copy_mechanism="none")
    if os.geteuid() == 0:
        kept.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    return kept


def settings(values):
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]


def children(process, name=""):
    found = subprocess.run(["pgrep", "-P", str(process), *([name] if name else [])], capture_output=True, text=True).stdout
    return [int(word) for word in found.split()]


class Run:
    """A program that was started in a session of its own. Its output goes to a file: ranks that outlive their launcher must not
    make anyone wait for the end of a pipe."""

    def __init__(self, words, log):
        self.log = log
        with open(log, "w") as file:
            self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=file,
                                            stderr=subprocess.STDOUT, start_new_session=True, env=environment())

    def ranks(self):
        """Process ids of the ranks."""
        return children(self.process.pid, "rfhgn")

    def alive(self):
        return self.process.poll() is None

    def output(self):
        return Path(self.log).read_text(errors="replace")

    def end(self):
        """Waits for the end; its exit code, HUNG, or LAUNCHER_HANGS: Open MPI's mpirun at times waits for ever when a rank dies
        while others are still being started. A busy machine makes a run slow, not silent: rollouts tell their step every 10 s."""
        said = -1
        while True:
            try:
                return self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                before, said = said, os.path.getsize(self.log)
                if said != before:
                    continue
            states = subprocess.run(["ps", "-o", "stat=", "--ppid", str(self.process.pid)], capture_output=True, text=True).stdout
            dead = all(state.startswith("Z") for state in states.split())
            for victim in [*self.ranks(), *children(self.process.pid), self.process.pid]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
            self.process.wait()
            return LAUNCHER_HANGS if dead else HUNG


def run(words, log):
    """Exit code (or HUNG) and output."""
    started = Run(words, log)
    return started.end(), started.output()


def must(words, log):
    code, output = run(words, log)
    if code != 0:
        sys.exit(f"{' '.join(map(str, words))} ended with {code}:\n{output}")
    return output


def stop_when(words, log, begun):
    """Starts, and asks to stop with a checkpoint as soon as `begun()`."""
    started = Run(words, log)
    while started.alive() and not begun():
        time.sleep(0.002)
    if started.alive():
        started.process.send_signal(signal.SIGTERM)
    if started.end() != 75:
        sys.exit(f"{' '.join(map(str, words))} did not stop with a checkpoint:\n{started.output()}")


def checksums(folder):
    """Of every file but locks, which a run may leave behind."""
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(folder.rglob("*")) if path.is_file() and "lock" not in path.name}


def contents(folder, names=None):
    """What results say: arrays of HDF5 files, numbers of tables, values of summaries; each by file and place."""
    found = {}
    for path in sorted(folder.iterdir()):
        name = path.name
        if name in VOLATILE or (names and name not in names):
            continue
        if path.suffix in (".h5", ".h5md"):
            with h5py.File(path) as file:
                file.visititems(lambda key, item, name=name: found.update({f"{name}/{key}": item[()]})
                                if isinstance(item, h5py.Dataset) and key != "connectivity/bonds" else None)
        elif path.suffix == ".csv":
            lines = path.read_text().splitlines()
            found[f"{name}/columns"] = np.array(lines[0].split(","))
            found[name] = np.array([[float(word) for word in line.split(",")] for line in lines[1:]])
        elif path.suffix == ".json":
            found.update((f"{name}/{key}", value) for key, value in leaves(json.loads(path.read_text())))
    return found


def leaves(value, place=""):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        yield place, np.array(value if value is not None else np.nan)
        return
    for key, item in items:
        yield from leaves(item, f"{place}/{key}")


def difference(found, expected, tolerance=0.0):
    """"" or where both differ. With a tolerance (1e-6, say) numbers may: rounding differs with the number of ranks, and grows."""
    for name in expected.keys() | found.keys():
        if name not in found or name not in expected:
            return f"{name} is in one of both only"
        one, other = np.asarray(found[name]), np.asarray(expected[name])
        if one.shape != other.shape:
            return f"{name} has the shape {one.shape}, not {other.shape}"
        if tolerance and one.dtype.kind in "fc":
            if not np.allclose(one, other, rtol=tolerance, atol=1e-2 * tolerance, equal_nan=True):
                return f"{name} differs by {np.nanmax(np.abs(one - other)):.1e}"
        elif not np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"):
            return f"{name} differs"
    return ""


def stable(one, other):
    """Of two undisturbed runs, what is the same: times and the like are left out."""
    return {name: value for name, value in one.items() if name in other and not difference({name: value}, {name: other[name]})}


def table_fault(path, steps):
    """"" or what is wrong with the lines of a CSV file, which must be those of these steps, once each and in order."""
    data = path.read_bytes()
    if b"\0" in data:
        return f"{path.name} holds NUL bytes"
    lines = data.decode(errors="replace").split("\n")
    if lines.pop() != "":
        return f"{path.name} ends within a line"
    width = lines[0].count(",")
    if any(line.count(",") != width for line in lines):
        return f"{path.name} has lines of another width"
    found = [int(float(line.split(",")[0])) for line in lines[1:]]
    if found != list(steps):
        missing, double = sorted(set(steps) - set(found)), [step for step, count in Counter(found).items() if count > 1]
        return f"{path.name}: lines missing {missing[:5]}, double {double[:5]}, {len(found)} in all"
    return ""


class Tally:
    """Counts outcomes by kind of case; violations are printed as they are found and decide the exit code."""

    def __init__(self):
        self.counts, self.violations, self.kinds = Counter(), 0, Counter()

    def add(self, kind, outcome, fault="", output=""):
        self.counts[kind, outcome if not fault else "VIOLATION"] += 1
        if fault:
            self.violations += 1
            self.kinds[re.sub(r"[:(].*|'[^']*'|\d+", "", fault)] += 1
            print(f"VIOLATION {kind}: {fault}\n" + "".join(f"    {line}\n" for line in output.splitlines()[-12:]), flush=True)

    def report(self):
        columns = sorted({outcome for _, outcome in self.counts})
        print(f"{'':34s}" + "".join(f"{column:>12s}" for column in columns))
        for kind in sorted({kind for kind, _ in self.counts}):
            print(f"{kind:34s}" + "".join(f"{self.counts[kind, column]:12d}" for column in columns))
        for fault, count in self.kinds.most_common():
            print(f"{count:6d} x {fault}")
        print(f"{sum(self.counts.values())} cases, {self.violations} violations")
        return 1 if self.violations else 0


def parser(document, cases):
    result = argparse.ArgumentParser(description=document, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--cases", type=int, default=cases, help=f"how many (default {cases})")
    result.add_argument("--seed", type=int, default=1, help="of everything that is drawn (default 1)")
    result.add_argument("--rfhgn", type=lambda text: Path(text).resolve(),
                        default=os.environ.get("RFHGN", str(ROOT / "build/src/app/rfhgn")))
    return result

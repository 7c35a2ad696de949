"""Runs cases on pinned cores and keeps one JSON file for each; a case whose file holds the same settings is not run again."""
import ctypes
import fcntl
import importlib
import json
import math
import multiprocessing
import os
import platform
import signal
import time
import traceback
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict

from output_files import save_text

SINGLE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def result_path(folder, case):
    return folder / "results" / case.part / f"{case.name}.json"


def load_result(folder, case):
    """The stored result of exactly these settings, or None."""
    try:
        stored = json.loads(result_path(folder, case).read_text())
    except (OSError, ValueError):
        return None
    wanted = json.loads(json.dumps(asdict(case)))
    return stored if stored["case"] == wanted else None


def _finite(value):
    """JSON has neither infinity nor NaN: null stands for them."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def lock(folder):
    """An open file that holds the folder against a second study in it; raises BlockingIOError while there is one."""
    folder.mkdir(parents=True, exist_ok=True)
    file = open(folder / "lock", "a")  # a lock is held, never written
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def _begin(cores):
    """Each worker takes a core of its own and keeps it; so do the programs that it starts. It ends with the study, however
    that ends: on its own it would go on with its case and then wait for ever."""
    os.sched_setaffinity(0, {cores.get()})
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def _run(case, folder, program):
    module, function = case.function.split(":")
    runs = folder / "runs" / case.part / case.name
    runs.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter(), time.process_time()
    result = getattr(importlib.import_module(module), function)(case.settings, runs)
    spent = {"seconds": time.perf_counter() - start[0], "processor_seconds": time.process_time() - start[1]}
    text = json.dumps({"case": asdict(case), "result": _finite(result), "spent": spent, "program": program,
                       "machine": {"processor": platform.processor() or platform.machine(), "python": platform.python_version(),
                                   "cores": os.cpu_count()}}, indent=1)
    path = result_path(folder, case)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_text(text, path, overwrite=True)
    return spent["seconds"]


def run_cases(cases, folder, jobs, say, program=""):
    """Runs what has no result yet; returns the names of the cases that failed. `program` is kept with the results."""
    missing = [case for case in cases if load_result(folder, case) is None]
    if len(missing) < len(cases):
        say(f"{len(cases) - len(missing)} of {len(cases)} cases have results already")
    if not missing:
        return []
    os.environ.update(SINGLE_THREAD)  # before numpy is loaded by the workers
    context = multiprocessing.get_context("spawn")
    cores = context.Queue()
    usable = sorted(os.sched_getaffinity(0))
    jobs = min(jobs, len(usable))
    for core in usable[:jobs]:
        cores.put(core)
    failed = []
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(cores,)) as pool:
        running = {pool.submit(_run, case, folder, program): case for case in missing}
        for done, future in enumerate(as_completed(running), 1):
            case = running[future]
            if future.exception():
                failed.append(f"{case.part}/{case.name}")
                say(f"{failed[-1]} failed: " + "".join(traceback.format_exception(future.exception())))
            else:
                say(f"[{done}/{len(missing)}] {case.part}/{case.name}: {future.result():.1f} s")
    return failed

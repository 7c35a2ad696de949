"""Feeds damaged extended-XYZ and LAMMPS data files to the reader of tools/configurations.py.

    run_configurations.py SOURCE COUNT [FIRST]

Allowed is that a file is read, as a configuration that can be written again, or refused by a FileError. A fault is
anything else: another exception, ten seconds of work on one file, more than a GiB of memory. The faults' files are kept in
the folder configuration-faults.
"""
import random
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from pathlib import Path

import numpy as np

NUMBERS = ["0", "-1", "1e308", "-1e308", "1e-320", "nan", "inf", "99999999999999999999", "0x10", "1.5", "", "2147483648", "1e9"]
WORDS = ["Atoms", "Masses", "Velocities", "Lattice=", "Properties=", '"', "species_index:I:1", "pos:R:3", "units=si", "pbc=",
         "xy xz yz", "#", "# charge", "\0", "é", "R" * 5000]
GIB = 1 << 20  # in the kibibytes of getrusage


def mutated(lines, source):
    """Lines of text with one to four random damages."""
    lines = list(lines)
    for _ in range(source.randint(1, 4)):
        if not lines:
            break
        at = source.randrange(len(lines))
        words = lines[at].split(" ")
        which = source.randrange(len(words))
        kind = source.randrange(9)
        if kind == 0:
            words[which] = source.choice(NUMBERS)
        elif kind == 1:
            words[which] = source.choice(WORDS)
        elif kind == 2:
            words.insert(which, source.choice(NUMBERS + WORDS))
        elif kind == 3:
            del words[which]
        if kind < 4:
            lines[at] = " ".join(words)
        elif kind == 4:
            del lines[at]
        elif kind == 5:
            lines.insert(at, source.choice(lines))
        elif kind == 6:
            lines = lines[:at]
        elif kind == 7:
            other = source.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        else:
            text = bytearray(lines[at].encode())
            if text:
                text[source.randrange(len(text))] = source.randrange(256)
            lines[at] = text.decode("latin-1")
    return "\n".join(lines)


def good_files(folder, configurations):
    """One file of each kind, with all that a file can hold."""
    random_numbers = np.random.default_rng(1)
    cell = np.array([[6.0, 0, 0], [1.5, 5.0, 0], [-1.0, 0.5, 7.0]])
    species = np.array([0, 1] * 4)
    frame = configurations.Configuration(random_numbers.random((8, 3)) @ cell, random_numbers.standard_normal((8, 3)),
                                         1.0 + species, species, cell, (True, True, True),
                                         force=random_numbers.standard_normal((8, 3)), time=0.5)
    texts = {}
    for suffix, frames in ((".data", [frame]), (".extxyz", [frame, frame])):
        configurations.write(folder / f"good{suffix}", frames)
        texts[suffix] = (folder / f"good{suffix}").read_text().split("\n")
    return texts


def try_one(configurations, path):
    """True where the file is read."""
    try:
        frames = configurations.read(path)
    except configurations.FileError as error:
        if not str(error).strip():
            raise RuntimeError("a refusal without a word") from error
        return False
    try:
        configurations.write(path.with_name("again.data"), frames[:1], overwrite=True)
    except configurations.FileError:
        pass  # such as masses that differ within a species
    return True


def too_slow(_signal, _frame):
    raise TimeoutError("ten seconds of work on one file")


def main():
    source, count, first = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.path.insert(0, str(source / "tools"))
    import configurations
    signal.signal(signal.SIGALRM, too_slow)
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    faults, taken = 0, 0
    with tempfile.TemporaryDirectory(prefix="rfhgn-fuzz-") as name:
        folder = Path(name)
        texts = good_files(folder, configurations)
        for number in range(first, first + count):
            chance = random.Random(number)
            suffix = chance.choice(sorted(texts))
            path = folder / f"input{suffix}"
            path.write_bytes(mutated(texts[suffix], chance).encode("utf-8", "surrogateescape"))
            signal.alarm(10)
            try:
                taken += try_one(configurations, path)
            except BaseException:  # noqa: BLE001 - whatever it is, it is a fault
                faults += 1
                kept = Path("configuration-faults")
                kept.mkdir(exist_ok=True)
                shutil.copy(path, kept / f"{number}{suffix}")
                print(f"{number}{suffix}: {traceback.format_exc().strip().splitlines()[-1]}")
            signal.alarm(0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{count} files: {taken} read, {count - taken - faults} refused, {faults} faults, at most {peak // 1024} MiB")
    return 1 if faults or peak > GIB or taken == 0 or taken == count else 0


if __name__ == "__main__":
    sys.exit(main())

"""Feeds damaged decks or files to the readers and judges what happens.

    run_mutations.py DRIVER RFHGN SOURCE deck|file COUNT [FIRST]

Allowed is that the input is taken or refused with a message. A fault is anything else: another error, a crash, ten seconds
of work on one input, more than a GiB of memory. Good input comes from the decks of SOURCE/input and from small runs of the
program; faults are kept in the folder fuzz-faults beside the driver.
"""
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from good_input import good_files

STUCK = 120  # seconds without a word, on however busy a machine; the driver itself ends after ten seconds of work


class Driver:
    """The driver over a range of numbers, begun again behind each number at which it dies."""

    def __init__(self, program, kind, seeds):
        self.command = [str(program), kind]
        self.seeds = [str(seed) for seed in seeds]
        self.faults = {}
        self.taken = self.largest = 0

    def run(self, first, count):
        end = first + count
        while first < end:
            first = self.run_until_it_dies(first, end)

    def run_until_it_dies(self, first, end):
        process = subprocess.Popen([*self.command, str(first), str(end - first), *self.seeds], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True, errors="replace")
        lines, said = queue.Queue(), []
        threading.Thread(target=lambda: [lines.put(line) for line in process.stdout] + [lines.put("")]).start()
        threading.Thread(target=lambda: said.extend(process.stderr)).start()
        number, stuck = first, False
        try:
            while line := lines.get(timeout=STUCK):
                number = self.note(line, number, end)
        except queue.Empty:
            stuck = True
            process.kill()
        code = process.wait()
        if number < end and number not in self.faults:
            how = "hangs" if stuck else f"ended with {code}" if code >= 0 else f"died of {signal.Signals(-code).name}"
            self.faults[number] = f"the process {how}: {said[-1].strip() if said else ''}"
        return number + 1

    def note(self, line, number, end):
        """Takes a line of the driver; returns the number of the input that it works on."""
        word, _, rest = line.strip().partition(" ")
        if word == "fault":
            self.faults[number] = rest
        elif word == "taken":
            self.taken += int(rest)
        elif word == "memory":
            self.largest = max(self.largest, int(rest))
        return end if word == "end" else int(word) if word.isdigit() else number


def main():
    program, rfhgn, source = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    kind, count = sys.argv[4], int(sys.argv[5])
    first = int(sys.argv[6]) if len(sys.argv) > 6 else 0
    with tempfile.TemporaryDirectory() as folder:
        seeds = sorted((source / "input").glob("*.toml")) if kind == "deck" else good_files(rfhgn, source, Path(folder))
        driver = Driver(program, kind, seeds)
        driver.run(first, count)
        kept = program.parent / "fuzz-faults"
        for number, what in sorted(driver.faults.items()):
            kept.mkdir(exist_ok=True)
            copy = kept / f"{kind}-{number}"
            subprocess.run([program, "write", kind, str(number), copy, *map(str, seeds)], check=True)
            print(f"{copy}: {what}")
    print(f"{count} mutated {kind}s: {driver.taken} taken, {count - driver.taken - len(driver.faults)} refused, "
          f"{len(driver.faults)} faults; largest memory {driver.largest} MiB")
    return 1 if driver.faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Lets libFuzzer look for input that a target neither takes nor refuses with a message, for a while.

    run_libfuzzer.py TARGET RFHGN SOURCE deck|file SECONDS

It begins with the decks of SOURCE/input or with files of small runs of the program; inputs that fail are kept in the folder
fuzz-faults beside the target.
"""
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from good_input import good_files

LARGEST = {"deck": 8192, "file": 65536}  # bytes of an input


def main():
    target, rfhgn, source = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    kind, seconds = sys.argv[4], int(sys.argv[5])
    kept = target.parent / "fuzz-faults"
    kept.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        seeds = sorted((source / "input").glob("*.toml")) if kind == "deck" else good_files(rfhgn, source, Path(folder) / "runs")
        for number, seed in enumerate(seeds):
            if seed.stat().st_size <= LARGEST[kind]:
                (corpus / f"seed-{number}").write_bytes(seed.read_bytes())
        done = subprocess.run([target, corpus, f"-max_total_time={seconds}", f"-max_len={LARGEST[kind]}", "-timeout=20",
                               "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-print_final_stats=1", "-verbosity=0",
                               f"-artifact_prefix={kept}/{kind}-"], env=os.environ)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

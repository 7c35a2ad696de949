"""Runs commands for the tests of this folder and shows what they said when they fail."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

BUILD = Path(os.environ["RFHGN_BUILD"])


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)

    @classmethod
    def output(cls, *words, **options):
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True, timeout=120, **options)
        if done.returncode != 0:
            raise AssertionError(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

"""How the program is started and who reads what it says: pipes, full disks, closed streams, ranks that differ."""
import os
import signal
import subprocess
import unittest

from program import PATIENCE, RFHGN, ProgramTest


class Start(ProgramTest):
    def start(self, words, ranks=0, **streams):
        """The program without a launcher, or under mpirun on so many ranks."""
        launcher = [os.environ["RFHGN_MPIEXEC"], "-n", str(ranks), "--oversubscribe", "--bind-to", "none"]
        command = (launcher if ranks else []) + [RFHGN] + words
        return subprocess.run(command, cwd=self.folder, stderr=subprocess.PIPE, timeout=60 * PATIENCE, **streams)

    def products(self):
        """Commands whose output is all that they are for."""
        self.deck()
        self.ok("generate", "deck.toml", "--output", "out", "--quiet")
        return [["keys"], ["--help"], ["--version"], ["info", "out/data.h5"], ["check", "deck.toml"]]

    def test_a_reader_that_leaves_is_no_failure(self):
        for words in self.products():
            # Of several ranks mpirun's output is the pipe, and mpirun itself may end by SIGPIPE.
            for ranks in (0, 2) if words[0] in ("keys", "info") else (0,):
                with self.subTest(words=words, ranks=ranks):
                    read, write = os.pipe()
                    os.close(read)
                    done = self.start(words, ranks, stdout=write)
                    os.close(write)
                    if ranks:  # mpirun has an end of its own
                        self.assertNotIn(b"rfhgn", done.stderr)
                        self.assertNotIn(b"PETSC", done.stderr)
                    else:
                        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_output_that_cannot_be_written_is_a_failure(self):
        for words in self.products():
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                done = self.start(words, stdout=full)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(b"cannot write to standard output", done.stderr)

    def test_a_log_that_cannot_be_written_costs_a_warning(self):
        self.deck()
        with open("/dev/full", "wb") as full:
            done = self.start(["generate", "deck.toml", "--output", "out"], stdout=full)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"warning: the log is not complete", done.stderr)

    def test_a_closed_output_is_never_taken_for_a_file(self):
        self.deck()
        done = self.start(["generate", "deck.toml", "--output", "out"], preexec_fn=lambda: os.close(1))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("240", self.ok("info", "out/data.h5"))
        self.assertEqual(self.start(["keys"], preexec_fn=lambda: os.close(1)).returncode, 1)

    def different(self, first, second, *says, options=()):
        """Two ranks that are started differently."""
        mpirun = [os.environ["RFHGN_MPIEXEC"], "--oversubscribe", "--bind-to", "none"]
        command = mpirun + ["-n", "1", *options, RFHGN, *first, ":", "-n", "1", RFHGN, *second]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60 * PATIENCE)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count("rfhgn: error"), 1, done.stderr)
        for text in ("not started alike", "on rank 1", *says):
            self.assertIn(text, done.stderr)
        self.assertFalse((self.folder / "results").exists())

    def test_ranks_with_different_arguments(self):
        self.deck()
        self.deck(name="other.toml")
        run = ["run", "deck.toml"]
        self.different(run, ["run", "other.toml"], "arguments", "other.toml")
        self.different(run, ["check", "deck.toml"], "arguments")
        self.different(run, ["keys"], "arguments", "rfhgn keys")
        self.different(["rum", "deck.toml"], run, "arguments", "rum")
        self.different(run, run + ["--max-walltime", "soon"], "arguments", "soon")

    def test_ranks_in_different_places(self):
        run = ["run", self.deck()]
        self.different(run, run, "working folder", "'/'", options=["-wdir", "/"])
        self.different(run, run, "PETSC_OPTIONS", "-no_such", options=["-x", "PETSC_OPTIONS=-no_such"])

    def refused_at_once(self, words, *says):
        done = self.start(words, stdout=subprocess.PIPE)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertEqual(done.stderr.count(b"rfhgn: error"), 1, done.stderr)
        for text in says:
            self.assertIn(text, done.stderr.decode())

    def test_arguments_that_name_nothing(self):
        self.deck()
        check = ["check", "deck.toml"]
        self.refused_at_once(check + ["--output", ""], "--output", "empty")
        self.refused_at_once(check + ["--output", "a\nb"], r"a\x0Ab")
        self.refused_at_once(check + ["--output", "a\x1b[2Jb"], r"a\x1B[2Jb")
        self.refused_at_once(check + ["--output", "a\x9bb"], r"a\xC2\x9Bb")
        self.refused_at_once(["info", b"data\xff.h5"], r"data\xFF.h5")
        self.refused_at_once(["info", b"\xed\xa0\x80"], r"\xED\xA0\x80")
        self.refused_at_once(["info", ""], "empty")
        self.refused_at_once(check + ["--set", 'train.data="a\\nb"'], "train.data", "control character")
        self.assertEqual(self.start(check + ["--output", "Grüße Ω 🜁"], stdout=subprocess.PIPE).returncode, 0)

    def test_a_key_that_is_set_twice(self):
        self.deck()
        check = ["check", "deck.toml", "--set", "rollout.steps=5"]
        self.refused_at_once(check + ["--set", "rollout.steps=6"], "'rollout.steps' was set already", "rollout.steps=5")
        self.refused_at_once(check + ["--set", "rollout={dt=1}"], "set already", "rollout.steps=5")
        self.assertEqual(self.start(check + ["--set", "rollout.steps=5"], stdout=subprocess.PIPE).returncode, 0)


if __name__ == "__main__":
    unittest.main()

"""What tools write: nothing of a user is replaced unasked, no link is followed, and no half file is left."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import synthetic

TOOLS = Path(__file__).resolve().parents[2] / "tools"
sys.path.insert(0, str(TOOLS))
import output_files  # noqa: E402
from write_data_set import harmonic_chain, write_data_set  # noqa: E402


class OutputTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="rfhgn-output-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def mine(self, name, text="of the user\n"):
        path = self.folder / name
        path.write_text(text)
        return path

    def run_tool(self, name, *words, succeeds=True):
        done = subprocess.run([str(TOOLS / name), *map(str, words)], capture_output=True, text=True, timeout=60, cwd=self.folder,
                              env={**os.environ, "MPLCONFIGDIR": str(self.folder)})
        self.assertEqual(done.returncode == 0, succeeds, done.stdout + done.stderr)
        self.assertNotIn("Traceback", done.stderr)
        return done.stdout + done.stderr

    def protects(self, path, tool, *words):
        """The tool refuses to replace a user's file or link, and replaces it when told to, without following the link."""
        path.write_text("of the user\n")
        self.assertIn(f"{path.name}' exists already", self.run_tool(tool, *words, succeeds=False))
        self.assertEqual(path.read_text(), "of the user\n")
        self.run_tool(tool, *words, "--overwrite")
        self.assertNotEqual(path.read_bytes(), b"of the user\n")
        path.unlink()
        target = self.mine("target")
        path.symlink_to(target)
        self.run_tool(tool, *words, succeeds=False)
        self.run_tool(tool, *words, "--overwrite")
        self.assertEqual(target.read_text(), "of the user\n")
        self.assertFalse(path.is_symlink())
        target.unlink()
        self.assertEqual([name for name in os.listdir(path.parent) if name.startswith(f".{path.stem}-")], [])


class Tools(OutputTest):
    def test_write_data_set(self):
        self.protects(self.folder / "data.h5", "write_data_set.py", "data.h5")
        self.assertIn("no folder", self.run_tool("write_data_set.py", "absent/data.h5", succeeds=False))

    def test_write_data_set_from_python(self):
        path = self.mine("data.h5")
        import numpy as np
        snapshots = [harmonic_chain(4, 1.0, np.random.default_rng(1))]
        with self.assertRaisesRegex(output_files.Exists, "exists already"):
            write_data_set(path, snapshots)
        self.assertEqual(path.read_text(), "of the user\n")
        write_data_set(path, snapshots, overwrite=True)
        with self.assertRaises(AttributeError):  # it fails half-way
            write_data_set(path, [*snapshots, None], overwrite=True)
        self.assertEqual(os.listdir(self.folder), ["data.h5"])
        self.assertTrue(path.read_bytes().startswith(b"\x89HDF"))

    def test_plots(self):
        synthetic.write_rollout(str(self.folder), sites=(3,))
        self.protects(self.folder / "rollout.png", "plot-rollout", ".")
        self.run_tool("plot-rollout", ".")  # its own
        synthetic.write_json(str(self.folder / "train.json"), {"message": synthetic.solve_report()})
        self.protects(self.folder / "training.png", "plot-training", ".")
        self.run_tool("plot-training", ".")
        # What another tool drew, or somebody changed, is not its own.
        picture = self.folder / "rollout.png"
        data = picture.read_bytes()
        for changed in ((self.folder / "training.png").read_bytes(), data[:100] + bytes([data[100] ^ 1]) + data[101:], data[:-1],
                        data + b"\0", b""):
            picture.write_bytes(changed)
            self.assertIn("exists already", self.run_tool("plot-rollout", ".", succeeds=False))
            self.assertEqual(picture.read_bytes(), changed)

    def test_scaling_study(self):
        for ranks in (1, 2):
            synthetic.write_run(str(self.folder / f"run{ranks}"), ranks, 1000, 4.0 / ranks)
        words = ("scaling-study", "collect", "run1", "run2", "--output", "table")
        for name in ("table.csv", "table.png"):
            self.protects(self.folder / name, *words)
            for path in self.folder.glob("table.*"):
                path.unlink()

    def test_studies_ask_before_they_work(self):
        self.mine("mine.json")
        for tool in ("bench", "bench-many-body", "bench-md", "bench-solver", "noise-study"):
            self.assertIn("mine.json' exists already", self.run_tool(tool, "--output", "mine.json", succeeds=False))

    def test_a_study_takes_no_folder_of_others(self):
        self.mine("report.md")
        said = self.run_tool("paper-study", "--report-only", "--rfhgn", "true", "--output", self.folder, succeeds=False)
        self.assertIn("something else than a study", said)
        self.assertEqual(os.listdir(self.folder), ["report.md"])


class Files(OutputTest):
    def test_mode_is_that_of_any_new_file(self):
        output_files.save_text("x", self.folder / "new")
        plain = self.mine("plain")
        self.assertEqual((self.folder / "new").stat().st_mode, plain.stat().st_mode)

    def test_what_comes_meanwhile_stays(self):
        with self.assertRaises(output_files.Exists), output_files.new_file(self.folder / "x") as aside:
            Path(aside).write_text("of the tool")
            self.mine("x")
        self.assertEqual((self.folder / "x").read_text(), "of the user\n")
        self.assertEqual(os.listdir(self.folder), ["x"])

    def test_folders_stay(self):
        (self.folder / "x").mkdir()
        with self.assertRaisesRegex(output_files.Exists, "is a folder"):
            output_files.save_text("x", self.folder / "x", overwrite=True)

    def test_reports_know_themselves(self):
        path = self.folder / "report.md"
        output_files.save_report("# one\n", path)
        output_files.save_report("# two\n", path)
        path.write_text(path.read_text().replace("two", "three"))
        with self.assertRaises(output_files.Exists):
            output_files.save_report("# four\n", path)


if __name__ == "__main__":
    unittest.main()

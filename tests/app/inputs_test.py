"""Inputs that are no regular files, are held by others or damaged, and outputs whose place is taken."""
import os
import socket
import subprocess
import unittest

import h5py
from program import LIQUID, SMALL, ProgramTest

TINY = SMALL.replace("trajectories = 30", "trajectories = 4").replace("snapshots = 10\n", "")


class Inputs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(TINY)
        self.addCleanup(lambda: [s.close() for s in self.sockets])
        self.sockets = []

    def odd_files(self):
        fifo, folder, plug = self.folder / "fifo", self.folder / "folder", self.folder / "plug"
        os.mkfifo(fifo)
        folder.mkdir()
        self.sockets.append(socket.socket(socket.AF_UNIX))
        os.chdir(self.folder)  # names of sockets are short
        self.sockets[-1].bind("plug")
        os.chdir("/")
        return {fifo: "pipe (FIFO)", folder: "it is a directory", plug: "it is a socket", "/dev/zero": "it is a device"}

    def test_no_regular_file(self):
        self.ok("run", self.path, "--output", "good", "--set", "train.keep_factor=true")
        model = self.folder / "good/model.h5"
        odd = self.odd_files()
        fifo = next(iter(odd))
        for file, why in odd.items():
            self.refused("check", file, says=["cannot read the deck", why])
            self.refused("info", file, says=["cannot read", why])
        uses = {"train": ["train.data", "train.update", "train.layers"], "evaluate": ["evaluate.data", "evaluate.model"],
                "rollout": ["rollout.model"], "tabulate": ["tabulate.model"]}
        for command, keys in uses.items():
            for key in keys:
                files = list(odd) if key == "train.data" else [fifo]
                for file in files:
                    settings = ["--set", f'{key}="{file}"']
                    if command == "train" and key != "train.data":
                        settings += ["--set", f'train.data="{self.folder}/good/data.h5"']
                    if key == "evaluate.data":
                        settings += ["--set", f'evaluate.model="{model}"']
                    self.refused(command, self.path, "--output", "out", *settings, says=["cannot read", str(file), odd[file]],
                                 ranks=2)
        fluid = self.deck(LIQUID + '[rollout]\nforce = "exact"\nsteps = 2\ndt = 0.001\n', "fluid.toml")
        self.refused("rollout", fluid, "--output", "out", "--set", f'rollout.start="{fifo}"', says=["cannot read", odd[fifo]])
        self.refused("merge", model, fifo, "--output", "sum.h5", says=["cannot read", odd[fifo]])
        self.refused("merge", fifo, model, "--output", "sum.h5", says=["cannot read", odd[fifo]])
        self.assertFalse((self.folder / "sum.h5").exists())
        os.symlink(self.folder / "circle", self.folder / "circle")
        for words in (("--set", "train.data=circle/data.h5"), ("--output", "circle/out")):
            told = self.refused("train", self.path, *words, says=["circle/", "symbolic links"], ranks=2)
            self.assertNotIn("filesystem error", told)
        # In the place of checkpoints and of what an earlier run left.
        os.mkfifo(self.folder / "good/checkpoint-99.h5")
        out = self.ok("rollout", self.path, "--output", "good", "--restart", "--set", "rollout.steps=30")
        self.assertIn("checkpoint-99.h5' is damaged", out)
        self.assertIn("pipe (FIFO)", out)

    def test_held_by_another_process(self):
        self.ok("generate", self.path, "--output", "good")
        with h5py.File(self.folder / "good/data.h5", "r+"):
            self.refused("info", "good/data.h5", says=["cannot open", "another process has it open for writing"])
        self.assertIn("seal               none", self.ok("info", "good/data.h5"))

    @unittest.skipIf(os.geteuid() == 0 and not os.path.exists("/usr/bin/setpriv"), "root may read everything")
    def test_without_permission(self):
        self.ok("generate", self.path, "--output", "good")
        data = self.folder / "good/data.h5"
        data.chmod(0)
        for path in (self.folder, self.folder / "good"):
            path.chmod(0o755)
        as_nobody = ["setpriv", "--reuid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        done = subprocess.run([*as_nobody, os.environ["RFHGN"], "info", data], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
        self.assertIn(f"cannot read '{data}': Permission denied", done.stderr)

    def test_attributes_do_not_command_the_terminal(self):
        self.ok("generate", self.path, "--output", "good")
        for group, name in (("/provenance", "command"), ("/", "units")):
            with h5py.File(self.folder / "good/data.h5", "r+") as file:
                file[group].attrs[name] = "\x1b[31mlj\nfake: line\u202e"
            told = self.rfhgn("info", "good/data.h5")
            self.assertNotIn("\x1b", told.stdout + told.stderr)
            self.assertIn("\\x1b[31mlj\\nfake: line\\u202e", told.stdout if name == "command" else told.stderr)
        told = self.rfhgn("info", "a\x1b[2J.h5")
        self.assertEqual((told.returncode, "\x1b" in told.stderr), (2, False))

    def test_damaged_data_and_model(self):
        self.ok("run", self.path, "--output", "good")
        for name, command in (("data.h5", "train"), ("model.h5", "rollout")):
            path = self.folder / "good" / name
            self.assertIn("seal               whole", self.ok("info", path))
            whole = path.read_bytes()
            for at in range(0, len(whole) - 2000, len(whole) // 3):
                path.write_bytes(whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1:])
                key = "train.data" if command == "train" else "rollout.model"
                self.refused(command, self.path, "--output", "out", "--set", f'{key}="{path}"', says=[name], ranks=2)
                self.refused("info", path, says=[name])
            path.write_bytes(whole)


class Outputs(ProgramTest):
    def setUp(self):
        super().setUp()
        self.path = self.deck(TINY)
        self.precious = self.folder / "precious"
        self.precious.write_text("precious")

    def test_links_are_not_followed(self):
        out = self.folder / "out"
        out.mkdir()
        for name in ("data.h5.part", "generate.json.part"):
            (out / name).symlink_to(self.precious)
            self.refused("generate", self.path, "--output", "out", "--overwrite", says=[name, "a symbolic link is there"])
            (out / name).unlink()
        (out / "data.h5").symlink_to(self.precious)
        self.refused("generate", self.path, "--output", "out", "--overwrite", says=["data.h5", "no record of having written it"])
        self.assertTrue((out / "data.h5").is_symlink())
        (out / "trajectory.h5md").symlink_to(self.folder / "absent")
        self.refused("rollout", self.path, "--output", "out", "--set", "rollout.force=exact", says=["trajectory.h5md"])
        self.assertFalse((self.folder / "absent").exists())
        self.assertEqual(self.precious.read_text(), "precious")

    def test_plan_does_not_replace_a_file(self):
        plan = ("check", self.path, "--ranks", "2", "--json", self.precious)
        self.refused(*plan, says=["precious' exists already", "--overwrite"], ranks=2)
        self.assertEqual(self.precious.read_text(), "precious")
        self.ok(*plan, "--overwrite")
        self.assertNotEqual(self.precious.read_text(), "precious")

    def test_names_with_control_characters(self):
        for name in ("a\nb", "a\x1b[2Jb"):
            told = self.refused("generate", self.path, "--output", name, says=["has control characters"])
            self.assertNotIn("\x1b", told)
            self.refused("check", self.path, "--ranks", "2", "--json", name, says=["has control characters"])


if __name__ == "__main__":
    unittest.main()

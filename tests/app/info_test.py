"""What `rfhgn info` says of files that are not as they should be."""
import shutil
import unittest

import h5py
import numpy as np
from files_test import write_chain
from program import SMALL, ProgramTest

XYZ = """2
Lattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:forces:R:3
Ar 1 1 1 0 0 0
Ar 3 3 3 0 0 {}
"""


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(bytes(data))


class Info(ProgramTest):
    def test_numbers_that_no_one_can_use(self):
        path = self.folder / "mine.h5"
        write_chain(path)
        self.assertIn("none: damage does not show", self.ok("info", path))
        with h5py.File(path, "a") as file:
            file["particles/force"][17, 1] = np.nan
        self.refused("info", path, says=["/particles/force of particle 2 of snapshot 3 (row 17, column 1) is nan"], ranks=2)
        for value, says in (("nan", "line 4: component of a force cannot be nan"), ("1e", "line 4: '1e' is no component")):
            (self.folder / "mine.xyz").write_text(XYZ.format(0) + XYZ.format(value))
            self.refused("info", "mine.xyz", says=[says.replace("line 4", "line 8")])
        (self.folder / "mine.xyz").write_text(XYZ.format(0) + "junk\n")
        self.refused("info", "mine.xyz", says=["line 5: 'junk' is no number of atoms"])

    def test_arrays_that_nobody_reads(self):
        path = self.folder / "mine.h5"
        write_chain(path)
        self.assertNotIn("not read", self.ok("info", path))
        with h5py.File(path, "a") as file:
            file.move("snapshots/energy", "snapshots/energies")
            file["particles/specie"] = np.zeros(len(file["particles/mass"]), int)
            file["notes/weather"] = [1.0]
            file.attrs["unit"] = "metal"
            file.attrs["author"] = "me"
        unread = ["/snapshots/energies (/snapshots/energy?)", "/particles/specie (/particles/species?)", "/notes/weather",
                  "attribute unit (units?)"]
        told = self.ok("info", path)
        for text in unread:
            self.assertIn(text, told)
        self.assertNotIn("author", told)
        deck = self.deck("[model]\nnode_width = 8\nmessage_width = 8\n[train]\ndata = 'mine.h5'\n")
        for command in ("train", "check"):
            told = self.ok(command, deck, *(("--output", "out") if command == "train" else ()), ranks=2)
            self.assertEqual(told.count("holds what nobody reads"), 1)
            for text in unread:
                self.assertIn(text, told)

    def place_of_numbers(self, path):
        if path.suffix != ".h5md":
            return path.stat().st_size // 2
        with h5py.File(path) as file:
            return file["particles/trajectory/mass"].id.get_offset()

    def test_files_that_were_changed(self):
        self.ok("run", self.deck(SMALL), "--output", "out")
        kept = next((self.folder / "out").glob("checkpoint-*.h5")).name
        for name in ("data.h5", "model.h5", "trajectory.h5md", kept):
            path = self.folder / "out" / name
            self.assertNotIn("is not as rfhgn left it", self.ok("info", path))
            good = path.read_bytes()
            flip(path, self.place_of_numbers(path))
            if name == "trajectory.h5md":  # of which the record of its folder tells; the others have a seal
                self.assertEqual(self.ok("info", path, ranks=2).count("is not as rfhgn left it"), 1)
            else:
                self.refused("info", path, says=[name], ranks=2)
            path.write_bytes(good + b"junk")
            told = self.ok("info", path, ranks=2)
            self.assertIn("is not as rfhgn left it", told)
            self.assertIn("bytes that nobody reads", told)
            path.write_bytes(good)
        # Without a record seals and bytes that belong to nothing are all that tells.
        (self.folder / kept).write_bytes((self.folder / "out" / kept).read_bytes())
        self.assertIn("seal               whole", self.ok("info", kept))
        flip(self.folder / kept, 3000)
        self.refused("info", kept, says=["is damaged"])
        shutil.copy(self.folder / "out/trajectory.h5md", self.folder / "alone.h5md")
        with open(self.folder / "alone.h5md", "ab") as file:
            file.write(b"junk")
        self.assertIn("behind the end     4 bytes that nobody reads", self.ok("info", "alone.h5md"))


if __name__ == "__main__":
    unittest.main()

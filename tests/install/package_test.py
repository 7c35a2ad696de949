"""cpack's Debian packages: what is in them, what they depend on, and that the unpacked program runs."""
import unittest

from installed import BUILD, InstallTest


class Package(InstallTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.output("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", cls.folder)
        cls.packages = {cls.field(deb, "Package"): deb for deb in cls.folder.glob("*.deb")}

    @classmethod
    def field(cls, deb, name):
        return cls.output("dpkg-deb", "-f", deb, name).strip()

    def contents(self, package):
        lines = self.output("dpkg-deb", "-c", self.packages[package]).splitlines()
        return {line.split()[5].lstrip("."): line.split()[:2] for line in lines}

    def test_there_are_two(self):
        self.assertEqual(set(self.packages), {"rfhgn", "librfhgn-dev"})

    def test_program(self):
        held = self.contents("rfhgn")
        for file in ("bin/rfhgn", "share/rfhgn/input/chain.toml", "share/rfhgn/jobs/one-node.sbatch",
                     "share/man/man1/rfhgn.1", "share/bash-completion/completions/rfhgn", "share/doc/rfhgn/LICENSE"):
            self.assertIn(f"/usr/{file}", held)
        self.assertTrue(all(mode[0] in "-d" and owner == "root/root" for mode, owner in held.values()))
        self.assertFalse([name for name in held if name.endswith((".a", ".hpp", ".cmake"))])
        depends = self.field(self.packages["rfhgn"], "Depends")
        for library in ("libc6", "libopenmpi3", "libpetsc-real3.18", "libhdf5-openmpi-103", "libopenblas0", "openmpi-bin"):
            self.assertIn(library, depends)

    def test_library(self):
        held = self.contents("librfhgn-dev")
        for file in ("librfhgn.a", "rfhgnConfig.cmake", "rfhgnTargets.cmake", "rfhgn.pc", "include/rfhgn/io/model_file.hpp"):
            self.assertTrue(any(name.endswith(f"/{file}") for name in held), file)
        depends = self.field(self.packages["librfhgn-dev"], "Depends")
        for package in ("petsc-dev", "libhdf5-openmpi-dev", "libopenmpi-dev", "nlohmann-json3-dev"):
            self.assertIn(package, depends)

    def test_unpacked_program_runs(self):
        self.output("dpkg-deb", "-x", self.packages["rfhgn"], self.folder / "root")
        usr = self.folder / "root/usr"
        self.assertIn("in order", self.output(usr / "bin/rfhgn", "check", usr / "share/rfhgn/input/demo.toml"))


if __name__ == "__main__":
    unittest.main()

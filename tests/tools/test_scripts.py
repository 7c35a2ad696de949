"""The shell scripts of tools/: how many cores they find, whatever threads a user has asked OpenMP for."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORES = 7
# As coreutils' own, on a machine of so many cores.
NPROC = f"""#!/bin/sh
cores={CORES}
[ "${{OMP_NUM_THREADS:-$cores}}" -ge "$cores" ] || cores=$OMP_NUM_THREADS
[ "${{OMP_THREAD_LIMIT:-$cores}}" -ge "$cores" ] || cores=$OMP_THREAD_LIMIT
echo "$cores"
"""
CMAKE = """#!/bin/sh
echo "cmake $*"
"""


class Cores(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="rfhgn-scripts-")
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)
        for name, text in (("nproc", NPROC), ("cmake", CMAKE)):
            (self.folder / name).write_text(text)
            (self.folder / name).chmod(0o755)

    def output(self, *words, **environment):
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("OMPI_", "OMP_", "RFHGN_"))}
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60,
                              env={**kept, "PATH": f"{self.folder}:{os.environ['PATH']}", **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_build_uses_all(self):
        for threads in ({}, {"OMP_NUM_THREADS": "1"}, {"OMP_THREAD_LIMIT": "2"}):
            said = self.output(ROOT / "tools/build", self.folder / "build", **threads)
            self.assertIn(f"--build {self.folder}/build --parallel {CORES}\n", said)

    def test_ranks_give_way_where_they_share_cores_and_are_bound_where_they_take_all(self):
        code = (f'. "{ROOT}/tools/environment.sh"; '
                'echo "${OMPI_MCA_mpi_yield_when_idle:-0} ${OMPI_MCA_hwloc_base_binding_policy:-bound}"')
        for ranks, expected in ((1, "0 none"), (CORES, "0 bound"), (CORES + 1, "1 none")):
            # Twice: the first sourcing sets OMP_NUM_THREADS itself.
            for before in ("", f'. "{ROOT}/tools/environment.sh"; '):
                said = self.output("bash", "-euc", before + code, RFHGN_RANKS=str(ranks))
                self.assertEqual(said.strip(), expected)


if __name__ == "__main__":
    unittest.main()

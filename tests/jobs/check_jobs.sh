#!/usr/bin/env bash
# Checks the job scripts: shellcheck finds nothing; every #SBATCH line stands before the first command, since Slurm ignores
# later ones without a word; and none names a partition or an account, which differ from centre to centre.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
jobs="jobs"
command -v shellcheck >/dev/null || {
    echo "skipped: shellcheck is not installed"
    exit 77
}

shellcheck -x "$jobs"/*.sbatch "$jobs"/stage.sh "$jobs"/chain "$jobs"/workstation tests/jobs/with-slurm
status=0
for script in "$jobs"/*.sbatch; do
    late=$(awk '/^[^#]/ { commands = 1 } commands && /^#SBATCH/' "$script")
    if [ -n "$late" ]; then
        echo "$script: Slurm ignores what follows the first command: $late"
        status=1
    fi
    if grep -E '^#SBATCH.*(--partition|--account|--qos| -p| -A)' "$script"; then
        echo "$script: leave partition, account and qos to the command line"
        status=1
    fi
done
exit $status

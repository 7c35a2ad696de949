#!/usr/bin/env bash
# Checks the job scripts: shellcheck finds nothing; every #SBATCH line stands before the first command, since Slurm ignores
# later ones without a word; and none names a partition or an account, which differ from centre to centre.
set -euo pipefail

jobs=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../jobs" && pwd)
command -v shellcheck >/dev/null || {
    echo "skipped: shellcheck is not installed"
    exit 77
}

shellcheck "$jobs"/*.sbatch
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
    # Slurm itself, where there is one: options that it does not know, or that contradict each other.
    if [ -n "${SLURM_CONF:-}" ]; then
        sbatch --test-only "$script" input/demo.toml || status=1
    fi
done
exit $status

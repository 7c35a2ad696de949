# shellcheck shell=bash
# What the job scripts share; they source it. Finds the program, runs it under the launcher, hands signals on to the ranks and
# puts the job back into the queue when the run stopped early with a checkpoint.
#
# RFHGN         the program (default: that of the checkout or installation that this file is in, else the one in PATH)
# RFHGN_LAUNCH  how ranks are started (default srun), e.g. "srun --mpi=pmix" or mpirun
# RFHGN_REQUEUE how often a job may go back into the queue (default 100)

# One thread a rank; srun does not inherit --cpus-per-task (Slurm 22.05 and later).
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}

refuse() {
    echo "$(basename "$0"): $1" >&2
    exit 2
}

# require_whole NAME VALUE LEAST: ends the script unless VALUE is a whole number, LEAST or more.
require_whole() {
    [[ $2 =~ ^[0-9]{1,15}$ && $2 -ge $3 && ($2 == 0 || $2 != 0*) ]] || refuse "$1 is '$2'; give a whole number, $3 or more"
}

find_program() {
    local top candidate
    top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
    for candidate in "${RFHGN:-}" "$top/build/src/app/rfhgn" "$top/../../bin/rfhgn" rfhgn; do
        if [ -n "$candidate" ] && command -v "$candidate"; then return; fi
        [ -z "${RFHGN:-}" ] || refuse "RFHGN names a program that is not there: '$RFHGN'"
    done
    refuse "the program rfhgn is not there; run tools/build, load its module, or name it with RFHGN"
}

program=$(find_program)
require_whole RFHGN_REQUEUE "${RFHGN_REQUEUE:-100}" 0

launched= # process id of the launcher while it runs
signals=0 # that came

# Asks the ranks to stop with a checkpoint. Always by USR1, which mpirun and srun only pass on: after TERM they kill the ranks
# before these have written anything. The message may find its terminal closed or its pipe broken.
# shellcheck disable=SC2317 # traps call it
stop_in_order() {
    signals=$((signals + 1))
    [ -z "$launched" ] || kill -s USR1 "$launched" 2>/dev/null || true
    trap '' PIPE
    echo "job: got $1" 2>/dev/null || true
}

# Runs the ranks in the background, since bash runs traps only between commands; returns their exit code.
launch() {
    local code name before
    for name in USR1 TERM HUP; do
        # shellcheck disable=SC2064 # of this signal
        trap "stop_in_order $name" "$name"
    done
    # shellcheck disable=SC2086 # RFHGN_LAUNCH may hold options
    ${RFHGN_LAUNCH:-srun} "$@" &
    launched=$!
    # Those that came before there was anyone to ask.
    [ "$signals" = 0 ] || kill -s USR1 "$launched" 2>/dev/null || true
    while :; do # a trap cuts wait short, which then tells of the signal and not of the ranks
        before=$signals code=0
        wait "$launched" || code=$?
        [ "$signals" != "$before" ] || break
    done
    launched=
    return "$code"
}

# What scontrol calls this job. The plain id of one task of an array is that of the whole array.
job_id() {
    if [ -n "${SLURM_ARRAY_JOB_ID:-}" ]; then
        echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    else
        echo "$SLURM_JOB_ID"
    fi
}

# run_stage STAGE DECK OUTPUT [options of rfhgn...]: ends the job. A requeued job goes on where its first start stopped. Code
# 75 means stopped early with a checkpoint; any other is final, and no reason to try again.
run_stage() {
    local stage=$1 deck=$2 output=$3 code=0
    shift 3
    launch "$program" "$stage" "$deck" --output "$output" --restart "$@" || code=$?
    if [ "$code" = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${RFHGN_REQUEUE:-100}" ]; then
        scontrol requeue "$(job_id)"
        exit 0
    fi
    exit "$code"
}

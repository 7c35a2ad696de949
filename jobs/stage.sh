# shellcheck shell=bash
# What the job scripts share; they source it. Runs a command under the launcher, hands signals on to the ranks and puts the
# job back into the queue when the run stopped early with a checkpoint.
#
# RFHGN         the program (default build/src/app/rfhgn)
# RFHGN_LAUNCH  how ranks are started (default srun), e.g. "srun --mpi=pmix" or mpirun
# RFHGN_REQUEUE how often a job may go back into the queue (default 100)

# One thread a rank; srun does not inherit --cpus-per-task (Slurm 22.05 and later).
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 SRUN_CPUS_PER_TASK=${SLURM_CPUS_PER_TASK:-1}

launched= # process id of the launcher while it runs

# Asks the ranks to stop with a checkpoint. Always by USR1, which mpirun and srun only pass on: after TERM they kill the ranks
# before these have written anything.
# shellcheck disable=SC2317 # traps call it
stop_in_order() {
    echo "job: got $1"
    [ -z "$launched" ] || kill -s USR1 "$launched" 2>/dev/null || true
}

# Runs the ranks in the background, since bash runs traps only between commands; returns their exit code.
launch() {
    trap 'stop_in_order USR1' USR1
    trap 'stop_in_order TERM' TERM
    # shellcheck disable=SC2086 # RFHGN_LAUNCH may hold options
    ${RFHGN_LAUNCH:-srun} "$@" &
    launched=$!
    local code=0
    wait "$launched" || code=$?
    while kill -0 "$launched" 2>/dev/null; do # a trap cuts wait short
        code=0
        wait "$launched" || code=$?
    done
    launched=
    return "$code"
}

# run_stage STAGE DECK OUTPUT [options of rfhgn...]: ends the job. A requeued job goes on where its first start stopped. Code
# 75 means stopped early with a checkpoint; any other is final, and no reason to try again.
run_stage() {
    local stage=$1 deck=$2 output=$3 code=0
    shift 3
    launch "${RFHGN:-build/src/app/rfhgn}" "$stage" "$deck" --output "$output" --restart "$@" || code=$?
    if [ "$code" = 75 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt "${RFHGN_REQUEUE:-100}" ]; then
        scontrol requeue "$SLURM_JOB_ID"
        exit 0
    fi
    exit "$code"
}

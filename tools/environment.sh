# shellcheck shell=bash
# Settings under which the scripts here start ranks on one machine, whatever machine it is. To be sourced; RFHGN_RANKS
# tells the number of ranks (default 2; all: one a core). Not for clusters: see jobs/.

# mpirun refuses root (as in containers) without both.
if [ "$(id -u)" = 0 ]; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

# A rank is one thread: more BLAS threads than cores cost time.
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

# Open MPI counts whole cores and refuses more ranks than it finds.
export OMPI_MCA_rmaps_base_oversubscribe=1

# How many cores this process may use. nproc alone obeys OMP_NUM_THREADS, which tells threads of a rank.
rfhgn_cores() {
    env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc
}

[ "${RFHGN_RANKS:-}" != all ] || RFHGN_RANKS=$(rfhgn_cores)
# Waiting ranks spin; where ranks share a core they must give way.
if [ "${RFHGN_RANKS:-2}" -gt "$(rfhgn_cores)" ]; then
    export OMPI_MCA_mpi_yield_when_idle=1
fi
# mpirun binds to the first cores, as does a second one beside it: only a run that takes all cores is bound.
if [ "${RFHGN_RANKS:-2}" -ne "$(rfhgn_cores)" ]; then
    export OMPI_MCA_hwloc_base_binding_policy=none
fi

# Containers forbid reading another process's memory; Open MPI would complain at every large message.
export OMPI_MCA_btl_vader_single_copy_mechanism=none

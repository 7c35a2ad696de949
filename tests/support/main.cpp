// Starts MPI and PETSc before Catch2 and reports once: rank 0 prints, failing other ranks add their text, and
// the exit code is the worst of all ranks.
#define CATCH_CONFIG_RUNNER
#include <iostream>
#include <sstream>

#include <catch2/catch.hpp>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"

#include "support/world.hpp"

namespace {

const rfhgn::parallel::Communicator* world_ptr = nullptr;

int run(Catch::Session& catch_session, const rfhgn::parallel::Communicator& comm) {
    std::ostringstream others;
    auto* const shown = comm.is_root() ? nullptr : std::cout.rdbuf(others.rdbuf());
    const int failed = catch_session.run();
    if (shown) std::cout.rdbuf(shown);
    for (int rank = 1; rank < comm.size(); ++rank) {
        if (rank == comm.rank() && failed != 0)
            std::cerr << "-- rank " << rank << "\n" << others.str() << std::flush;
        rfhgn::parallel::barrier(comm);
    }
    return rfhgn::parallel::any(comm, failed != 0) ? 1 : 0;
}

}  // namespace

namespace rfhgn::tests {
const parallel::Communicator& world() {
    return *world_ptr;
}
}  // namespace rfhgn::tests

int main(int argc, char** argv) {
    const rfhgn::parallel::Session session;
    world_ptr = &session.world();
    Catch::Session catch_session;
    const int usage = catch_session.applyCommandLine(argc, argv);
    return usage != 0 ? usage : run(catch_session, session.world());
}

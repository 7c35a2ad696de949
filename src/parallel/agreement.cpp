#include "rfhgn/parallel/agreement.hpp"

#include <string>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::parallel {

void agree(const Communicator& comm, const std::optional<Error>& local) {
    const int first = min(comm, local ? comm.rank() : comm.size());
    if (first == comm.size()) return;
    const bool mine = comm.rank() == first;
    const auto what = broadcast(comm, mine ? std::string(local->what()) : std::string(), first);
    const auto advice = broadcast(comm, mine ? local->advice() : std::string(), first);
    int code = mine ? static_cast<int>(local->code()) : 0;
    broadcast(comm, std::span<int>(&code, 1), first);
    Error error(static_cast<ExitCode>(code), what, advice);
    error.set_everywhere();
    throw error;
}

}  // namespace rfhgn::parallel

#include "rfhgn/parallel/agreement.hpp"

#include <filesystem>
#include <new>
#include <string>

#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"

namespace rfhgn::parallel {

namespace {

template <class E>
[[noreturn]] void throw_everywhere(E error) {
    error.set_everywhere();
    throw error;
}

}  // namespace

Error as_error(const std::exception& exception) {
    if (const auto* error = dynamic_cast<const std::filesystem::filesystem_error*>(&exception))
        return InputError(
            fmt::format("cannot reach '{}': {}", error->path1().string(), error->code().message()),
            "see that the path is right, and that you may enter the folders on its way");
    if (dynamic_cast<const std::bad_alloc*>(&exception) == nullptr) return RunError(exception.what());
    return RunError(fmt::format("rank {} has no memory left: it {}", launcher_rank(), current_activity()),
                    memory_advice());
}

void agree(const Communicator& comm, const std::optional<Error>& local) {
    const int first = min(comm, local ? comm.rank() : comm.size());
    if (first == comm.size()) return;
    const bool mine = comm.rank() == first;
    const auto what = broadcast(comm, mine ? std::string(local->what()) : std::string(), first);
    const auto advice = broadcast(comm, mine ? local->advice() : std::string(), first);
    int code = mine ? static_cast<int>(local->code()) : 0;
    broadcast(comm, std::span<int>(&code, 1), first);
    switch (static_cast<ExitCode>(code)) {
        case ExitCode::bad_input:
            throw_everywhere(InputError(what, advice));
        case ExitCode::run_failed:
            throw_everywhere(RunError(what, advice));
        default:
            throw_everywhere(Error(static_cast<ExitCode>(code), what, advice));
    }
}

}  // namespace rfhgn::parallel

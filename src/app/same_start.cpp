#include "same_start.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::app {

namespace {

struct Circumstance {
    const char* name;
    std::string value;
    const char* advice;
};

std::array<Circumstance, 4> circumstances(const std::string& arguments) {
    std::error_code none;
    const char* petsc = std::getenv("PETSC_OPTIONS");
    return {
        {{"arguments", arguments, "start all ranks of a run with one command: mpirun -n 4 rfhgn run DECK"},
         {"working folder", std::filesystem::current_path(none).string(),
          "start all ranks in one folder that every node sees under the same name"},
         {"PETSC_OPTIONS", petsc != nullptr ? petsc : "", "set it for all ranks alike, or for none"},
         {"build", fmt::format("{} ({}), {}", version(), commit(), build_description()),
          "start the same program on all ranks"}}};
}

}  // namespace

void require_same_start(const parallel::Communicator& comm, const std::string& arguments) {
    const auto mine = circumstances(arguments);
    std::string all;
    for (const auto& [name, value, advice] : mine) all += value + '\n';
    const std::array<std::uint64_t, 1> sum{checksum(all)};
    auto least = sum;
    auto most = sum;
    parallel::min(comm, std::span<std::uint64_t>(least));
    parallel::max(comm, std::span<std::uint64_t>(most));
    if (least == most) return;
    for (const auto& [name, value, advice] : mine) {
        const auto roots = parallel::broadcast(comm, value);
        parallel::together(comm, [&] {
            require(value == roots, Advice{advice},
                    "the ranks were not started alike; {}: '{}' on rank 0, but '{}' on rank {}", name, roots,
                    value, comm.rank());
        });
    }
}

}  // namespace rfhgn::app

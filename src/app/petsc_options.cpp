#include "petsc_options.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/linalg/solver_options.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/petsc_options.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::app {

namespace {

// PETSc passes over words that belong to no option.
void require_options(const std::vector<std::string>& words) {
    bool takes_value = false;
    for (const auto& word : words) {
        const bool option = word.starts_with("-");
        require(option || takes_value, Advice{"options look like: -- -rfhgn_ksp_max_it 10"},
                "'{}' after '--' is no PETSc option and no value of one", word);
        takes_value = option;
    }
}

void ask(const parallel::Communicator& comm, const std::string& command) {
    const bool trains = command == "run" || command == "train";
    if (command != "info" && command != "merge") {
        parallel::ask_halo_options(comm);
        parallel::ask_partitioner_options(comm);
    }
    if (trains) linalg::ask_solver_options(comm);
}

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void check_petsc_options(const parallel::Communicator& comm, const workflow::CommandLine& command_line) {
    const auto ambient = parallel::petsc_options_of_environment();
    if (!ambient.empty())
        report::warn(fmt::format("the environment variable PETSC_OPTIONS adds {} to this run",
                                 fmt::join(ambient, ", ")));
    parallel::together(comm, [&] { require_options(command_line.petsc); });
    if (parallel::unasked_petsc_options().empty()) return;
    try {
        ask(comm, command_line.command);
    } catch (const RunError& error) {
        throw InputError(fmt::format("PETSc refuses an option: {}", error.what()),
                         "correct the value of the option after '--' or in PETSC_OPTIONS");
    }
    std::vector<std::string> mine;
    std::vector<std::string> others;
    for (const auto& name : parallel::unasked_petsc_options())
        (among(ambient, name) ? others : mine).push_back(name);
    if (!others.empty())
        report::warn(fmt::format("nothing in '{}' asks for {} of PETSC_OPTIONS", command_line.command,
                                 fmt::join(others, ", ")));
    parallel::together(comm, [&] {
        require(
            mine.empty(),
            Advice{"options of least squares begin with -rfhgn_ksp_ (of run and train), those of halos with "
                   "-sf_, of partitioners with -mat_partitioning_; -help lists them"},
            "no PETSc object of 'rfhgn {}' asks for {}", command_line.command, fmt::join(mine, ", "));
    });
}

}  // namespace rfhgn::app

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::app {

/// What the command line asks for: a command, or a text that answers it at once.
struct Request {
    workflow::CommandLine command_line;
    std::optional<std::string> answer;  ///< to --help, --version and keys
};

/// The arguments as typed. Bytes that are no UTF-8 and control characters are shown as \xHH. Local.
std::string as_typed(int argc, char** argv);

/// Throws InputError for wrong usage. Runs before MPI, so that help needs no launcher. Local.
Request parse_command_line(int argc, char** argv);

}  // namespace rfhgn::app

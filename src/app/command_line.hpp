#pragma once

#include <optional>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::app {

/// Parses the command line. Returns nothing when --help or --version has been answered; throws InputError for
/// wrong usage. Runs before MPI, so that help needs no launcher.
std::optional<workflow::CommandLine> parse_command_line(int argc, char** argv);

}  // namespace rfhgn::app

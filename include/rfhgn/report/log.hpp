#pragma once

#include <string>

namespace rfhgn::report {

/// Sets up spdlog: lines go to standard output of rank 0, other ranks are silent. `quiet` keeps warnings and errors only.
/// Colours only on a terminal that is really one (mpirun gives ranks a pty even when its own output goes to a file).
void start_log(int rank, bool quiet);

void info(const std::string& line);
void warn(const std::string& line);

/// One block on standard error: "rfhgn: error: ..." with the advice on a second line.
void print_error(const std::string& what, const std::string& advice);

/// True when rank 0's output reaches a person's terminal.
bool on_terminal();

}  // namespace rfhgn::report

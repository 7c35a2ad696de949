#pragma once

#include <string>

#include "rfhgn/base/error.hpp"

namespace rfhgn::report {

/// Sets up the log: lines go to standard output of rank 0, other ranks are silent. `quiet` keeps warnings
/// only. Colours only where on_terminal() and NO_COLOR is not set. Local; may be called again to change
/// `quiet`.
void start_log(int rank, bool quiet);

/// One entry of the log, as a rule a line; further lines are indented below the first. Nothing before
/// start_log. Local.
void info(const std::string& text);
void warn(const std::string& text);

/// Overwrites the bottom line of the terminal with a passing state; the next info or warn takes its place.
/// Meant for on_terminal() only. Local.
void redraw(const std::string& line);

/// "rfhgn: error: <what>" and, unless empty, "  hint: <advice>" on a line of its own; ends in a newline.
std::string error_text(const std::string& what, const std::string& advice);
/// Prints error_text on standard error in one write, so that messages of several ranks do not mix.
void print_error(const std::string& what, const std::string& advice);

/// Prints "rfhgn: warning: <what>" on standard error; for what the log cannot say.
void print_warning(const std::string& what);

/// Prints `text` as it is on standard output. Local.
void print(const std::string& text);

/// Sends out what is left for standard output. Returns why some of it could not be written ("No space left on
/// device"); empty when all was, or when its reader has left (as head does). Local.
std::string finish_output();
inline constexpr Advice output_advice{"send it to a terminal, or to a file on a disk with space"};

/// Gives standard input, output and error that were closed (>&-) a descriptor that fails when it is written
/// to: the next file that is opened would otherwise take their place and get the log. Call it first. Local.
void open_standard_streams();

/// True when standard output of this process reaches a person's terminal. mpirun gives ranks a
/// pseudo-terminal even when its own output goes to a file, so under mpirun it is mpirun's output that
/// counts; meant for rank 0.
bool on_terminal();

}  // namespace rfhgn::report

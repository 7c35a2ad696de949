#pragma once
/// Files that are either whole or not there: written beside their place, forced to disk, read back, renamed.
/// Every output of the program passes through here or through io/output_file.hpp. All functions are local.

#include <string>
#include <string_view>
#include <vector>

namespace rfhgn::io {

/// Throws InputError unless `path` can be an output: its name has no control characters, there lies at most a
/// file (or a link, which will be replaced and not followed), and where it is written aside (`path`.part) at
/// most a plain file, which a killed run may have left. Touches nothing. Asked before the work begins, so
/// that it is not done in vain.
void require_output_place(const std::string& path);
/// The same of a file that the command line names; unless `overwrite`, nothing may be there, never one of the
/// `inputs` of this `command`, and nothing where it is written aside: no record tells whose that is.
void require_output_file(const std::string& path, bool overwrite, const std::string& command,
                         const std::vector<std::string>& inputs);

/// Whether anything has this name, a symbolic link that leads nowhere included.
bool is_taken(const std::string& path);

/// Writes these bytes as `path`: aside, read back and compared, put in place. Throws RunError.
void write_whole_file(const std::string& path, std::string_view bytes);

}  // namespace rfhgn::io

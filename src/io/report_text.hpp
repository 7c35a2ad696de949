#pragma once

#include <string>

namespace rfhgn::io {

/// A training report (JSON) as lines for people: its single values first, then one line for each of its
/// tables. Lists are left out. Text that is no JSON stays as it is.
std::string report_text(const std::string& report);

}  // namespace rfhgn::io

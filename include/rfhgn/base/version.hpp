#pragma once

#include <string>

namespace rfhgn {

/// Release number, e.g. "0.1.0".
std::string version();
/// Short git commit of the sources, with "-dirty" where the tree had changes; "unknown" outside a checkout.
std::string commit();
/// Compiler, build type and flags that matter, one line.
std::string build_description();

}  // namespace rfhgn

#pragma once

#include <string>

#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Throws InputError, which calls the path `what`, when its names or all of it are longer than its file
/// system takes; `room` more bytes are wanted behind it. Local.
void require_path(const std::string& path, const std::string& what, std::size_t room = 0);

/// All paths that a run is given or forms. Local.
void require_paths(const Context& context);

}  // namespace rfhgn::workflow

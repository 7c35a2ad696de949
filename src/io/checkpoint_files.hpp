#pragma once
/// Names of checkpoints, and which stay. All local.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/io/checkpoint.hpp"

namespace rfhgn::io {

std::string checkpoint_path(const CheckpointPlace& place, std::int64_t step);
/// Finished ones, by descending step.
std::vector<std::string> newest_first(const CheckpointPlace& place);
/// Keeps `newest` and the one before it. Files that cannot be removed stay: they do no harm.
void remove_old_checkpoints(const CheckpointPlace& place, const std::string& newest);

}  // namespace rfhgn::io

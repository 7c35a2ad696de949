#pragma once
/// Integer roles, fixed across the code: a node or edge within one rank is a LocalIndex, within the whole
/// distributed graph a GlobalIndex; ranks are `int`; sizes of containers are `std::size_t`.

#include <cstdint>

namespace rfhgn {

using LocalIndex = std::int32_t;
using GlobalIndex = std::int64_t;

}  // namespace rfhgn

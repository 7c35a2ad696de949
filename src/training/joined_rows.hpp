#pragma once

#include <memory>

#include "rfhgn/linalg/row_source.hpp"

namespace rfhgn::training {

/// The rows of one source, leaf by leaf followed by those of another; leaves and columns must be alike.
std::unique_ptr<linalg::RowSource> joined_rows(std::unique_ptr<linalg::RowSource> first,
                                               std::unique_ptr<linalg::RowSource> second);

}  // namespace rfhgn::training

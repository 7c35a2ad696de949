#pragma once

#include <memory>

#include "rfhgn/linalg/row_source.hpp"

namespace rfhgn::training {

/// Half the sum of two sources whose leaves, blocks and columns are alike.
std::unique_ptr<linalg::RowSource> mean_rows(std::unique_ptr<linalg::RowSource> first,
                                             std::unique_ptr<linalg::RowSource> second);

}  // namespace rfhgn::training

#pragma once

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

/// What to do about a model that does not fit.
inline constexpr Advice other_model{
    "train a model on data of such a system, or use one that fits this model"};

}  // namespace rfhgn::model

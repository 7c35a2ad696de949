#pragma once

#include "rfhgn/parallel/row_exchange.hpp"

namespace rfhgn::io {

using parallel::RowExchange;

}  // namespace rfhgn::io

#pragma once

#include <catch2/catch.hpp>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::tests {

/// All ranks of the test program.
const parallel::Communicator& world();

}  // namespace rfhgn::tests

/// REQUIRE for expressions that may differ by rank when communication follows: all ranks go on or all stop. A
/// plain REQUIRE that fails on one rank would leave the others waiting in the next collective. *Collective.*
#define REQUIRE_ALL(expression)                                                          \
    do {                                                                                 \
        const bool here = static_cast<bool>(expression);                                 \
        CHECKED_ELSE(here) {                                                             \
            UNSCOPED_INFO("on this rank it does not hold: " #expression);                \
        }                                                                                \
        const bool everywhere = !::rfhgn::parallel::any(::rfhgn::tests::world(), !here); \
        REQUIRE(everywhere);                                                             \
    } while (false)

#pragma once

#include <string>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"
#include "rfhgn/systems/system.hpp"

namespace rfhgn::tests {

/// What the [system] table of this deck is refused for; "" when it is in order.
inline std::string failure_of(const std::string& text) {
    config::Deck deck(text, "deck.toml");
    systems::SystemOptions options;
    options.bind(deck.section("system"));
    options.check(deck.section("system"));
    try {
        deck.finish();
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace rfhgn::tests

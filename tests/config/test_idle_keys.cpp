#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

using Catch::Matchers::Contains;
using config::Interval;

namespace {

/// A spring in [system], and the same options over a copy in [other].
struct Bound {
    std::string message;
    std::string resolved;
};

void bind(config::Section section, std::string& kind, double& width, double& depth) {
    section.choice("kind", kind, {"linear", "well"}, "");
    section.number("width", width, Interval::positive(), "", "");
    section.number("depth", depth, Interval::positive(), "", "");
    section.only_if({"width", "depth"}, kind == "well", "kind is \"well\"");
}

Bound bound(const std::string& text) {
    config::Deck deck(text, "run.toml");
    std::string kind = "linear";
    double width = 1;
    double depth = 1;
    auto system = deck.section("system");
    bind(system, kind, width, depth);
    bind(deck.section("other").over(system), kind, width, depth);
    try {
        deck.finish();
    } catch (const InputError& error) {
        return {error.what(), deck.resolved()};
    }
    return {"", deck.resolved()};
}

}  // namespace

TEST_CASE("a key that is given and has no effect is a problem, a default is none") {
    CHECK(bound("").message.empty());
    CHECK(bound("[system]\nkind = 'well'\nwidth = 2\n").message.empty());
    CHECK(bound("[system]\nwidth = 2\n").message ==
          "run.toml:2:1: error: 'system.width' has no effect unless kind is \"well\"; change that, or leave "
          "'width' out\n    2 | width = 2\n      | ^\n1 error; nothing was run");
    CHECK_THAT(bound("[system]\ndepth = 1.0\nwidth = -2\n").message,
               Contains("'system.width' is -2") && !Contains("depth"));  // not all is understood
    CHECK_THAT(bound("[system]\ndepth = 1.0\n[other]\nwidth = 2\n").message, Contains("2 errors"));
}

TEST_CASE("a key acts where a table takes it over") {
    CHECK(bound("[system]\nwidth = 2\n[other]\nkind = 'well'\n").message.empty());
    CHECK_THAT(bound("[system]\nwidth = 2\n[other]\nkind = 'well'\nwidth = 3\n").message,
               Contains("'system.width' has no effect"));
    CHECK_THAT(bound("[system]\nkind = 'well'\nwidth = 2\n[other]\nkind = 'linear'\nwidth = 3\n").message,
               Contains("'other.width' has no effect") && Contains("1 error;"));
    CHECK(bound("[system]\nkind = 'wel'\n[other]\nwidth = 3\n").message.find("no effect") ==
          std::string::npos);
}

TEST_CASE("what has no effect is a comment in the resolved deck, which leads to itself") {
    const auto first = bound("[system]\nwidth = 2\n[other]\nkind = 'well'\n");
    CHECK(first.resolved ==
          "[system]\nkind = \"linear\"\n# width = 2.0\n# depth = 1.0\n\n[other]\nkind = \"well\"\nwidth = "
          "2.0\ndepth = 1.0\n");
    const auto again = bound(first.resolved);
    CHECK(again.message.empty());
    CHECK(again.resolved.find("[other]\nkind = \"well\"\nwidth = 2.0") != std::string::npos);
}

}  // namespace rfhgn::tests

#include <limits>

#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

std::string resolved_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    config::Deck deck(text, "decks/run.toml", overrides);
    Options options;
    options.bind(deck);
    deck.finish();
    return deck.resolved();
}

}  // namespace

TEST_CASE("a resolved deck lists every key, sections in order of declaration") {
    CHECK(resolved_of("[rollout]\nsteps = 3\n", {"train.model.weights=[1, 0.1]"}) ==
          "title = \"a \\\"run\\\"\\u000A\\\\ 1\"\n"
          "\n[system]\ngraph = \"cubic\"\nsize = [2, 2, 2]\nboundary = [\"open\"]\nmass = 1.0\nparticles = "
          "8\nseed = 1\n"
          "\n[rollout]\ndt = 0.01\nsteps = 3\nrestart = false\ndata = \"\"\n"
          "\n[train.model]\nwidth = 0.5\nweights = [1.0, 0.1]\n");
}

TEST_CASE("a resolved deck leads to the same options and to itself") {
    const std::string text =
        "title = \"tab\\t \\\" \\\\ \\u007f ü\"\nrollout = { dt = 1e-300, data = 'a.h5', restart = true }\n"
        "[system]\nmass = [0.1, 0.30000000000000004]\nseed = 9223372036854775807\n"
        "particles = 1_000_000\n[train.model]\nwidth = 0.1\nweights = [1e-17, -0.0, 1]\n";
    const auto resolved = resolved_of(text);
    CHECK(options_of(resolved) == options_of(text));
    CHECK(resolved_of(resolved) == resolved);
}

TEST_CASE("a default that a deck may not say is a comment in the resolved deck") {
    config::Deck deck("", "run.toml");
    double limit = std::numeric_limits<double>::infinity();
    double ridge = -1.0;
    std::string kind;
    deck.root().number("limit", limit, config::Interval::positive(), "s", "");
    deck.root().number("ridge", ridge, config::Interval::at_least(0), "", "");
    deck.root().choice("kind", kind, {"a", "b"}, "");
    CHECK_NOTHROW(deck.finish());
    CHECK(deck.resolved() == "# limit = inf\n# ridge = -1.0\n# kind = \"\"\n");
}

TEST_CASE("what is absent though it was asked for stays absent in the resolved deck") {
    const auto bind = [](config::Deck& deck) {
        int n = 1;
        for (const auto* name : {"train", "rollout"}) {
            static_cast<void>(deck.root().has(name));
            deck.section(name).integer("n", n, config::Interval::any(), "");
            deck.section(name).section("inner").integer("m", n, config::Interval::any(), "");
        }
        static_cast<void>(deck.section("train").has("n"));
    };
    config::Deck deck("[train]\n[evaluate.empty]\n", "run.toml");
    bind(deck);
    CHECK(deck.section("evaluate").tables() == std::vector<std::string>{"empty"});
    deck.finish();
    CHECK(deck.resolved() ==
          "[train]\n# n = 1\n\n[train.inner]\nm = 1\n\n# [rollout]\n# n = 1\n\n# [rollout.inner]\n# m = 1\n"
          "\n[evaluate.empty]\n");
    config::Deck again(deck.resolved(), "again.toml");
    CHECK(again.root().has("train"));
    CHECK_FALSE(again.root().has("rollout"));
    CHECK_FALSE(again.section("train").has("n"));
    CHECK(again.section("evaluate").tables() == std::vector<std::string>{"empty"});
}

}  // namespace rfhgn::tests

#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

TEST_CASE("declarations keep type, default, allowed values, unit and help") {
    config::Deck deck("[rollout]\ndt = 5\n", "run.toml");
    Options options;
    options.bind(deck);
    const auto& all = deck.declarations();
    REQUIRE(all.size() == 13);
    const auto& dt = all[7];
    CHECK(dt.section == "rollout");
    CHECK(dt.key == "dt");
    CHECK(dt.type == "number");
    CHECK(dt.default_value == "0.01");
    CHECK(dt.allowed == "> 0");
    CHECK(dt.unit == "ps");
    CHECK(dt.help == "time step");
    CHECK(all[1].type == "choice");
    CHECK(all[1].allowed == "one of chain, ring, cubic");
    CHECK(all[4].type == "number or [low, high]");
    CHECK(all[10].type == "file");
    CHECK(all[10].allowed.empty());
}

TEST_CASE("the description reads like a deck, one line a key, grouped by section") {
    config::Deck deck("", "");
    double dt = 0.5;
    std::string graph = "ring";
    bool quick = true;
    deck.root().boolean("quick", quick, "skip the tests");
    deck.section("rollout").number("dt", dt, config::Interval::positive(), "ps", "time step");
    deck.section("system").choice("graph", graph, {"chain", "ring"}, "kind of lattice");
    deck.section("rollout").boolean("restart", quick, "go on");
    CHECK(config::describe(deck.declarations()) ==
          "  quick = true  # skip the tests (boolean)\n"
          "\n[rollout]\n"
          "  dt = 0.5        # time step (number, > 0, ps)\n"
          "  restart = true  # go on (boolean)\n"
          "\n[system]\n"
          "  graph = \"ring\"  # kind of lattice (one of chain, ring)\n");
}

}  // namespace rfhgn::tests

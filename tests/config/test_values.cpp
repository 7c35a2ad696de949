#include <filesystem>

#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

TEST_CASE("an empty deck keeps every default but makes no path of an empty one") {
    CHECK(options_of("") == Options{});
}

TEST_CASE("values replace defaults, also in inline tables and dotted keys") {
    const auto options = options_of(R"(
title = "näme"
train.model.width = 0.25
train.model.weights = [-1, 0.5]
system = { graph = "ring", size = [5, 6], mass = [0.5, 2], boundary = ["periodic", "open"], particles = 5_000_000_000, seed = 7 }
[rollout]
dt = 1
steps = 0
restart = true
)");
    CHECK(options.title == "näme");
    CHECK(options.width == 0.25);
    CHECK(options.weights == std::vector<double>{-1.0, 0.5});
    CHECK(options.graph == "ring");
    CHECK(options.size == std::vector<std::int64_t>{5, 6});
    CHECK(options.mass == config::Spread{0.5, 2.0});
    CHECK(options.boundary == std::vector<std::string>{"periodic", "open"});
    CHECK(options.particles == 5'000'000'000);
    CHECK(options.seed == 7);
    CHECK(options.dt == 1.0);
    CHECK(options.steps == 0);
    CHECK(options.restart);
}

TEST_CASE("one number stands for a uniform spread and for a list of one") {
    const auto options = options_of("[system]\nmass = 3\nsize = 9\nboundary = 'periodic'\n");
    CHECK(options.boundary == std::vector<std::string>{"periodic"});
    CHECK(options.mass == config::Spread{3.0, 3.0});
    CHECK(options.mass.uniform());
    CHECK(options.size == std::vector<std::int64_t>{9});
}

TEST_CASE("a number may be left to the program") {
    config::NumberOrAuto x;
    config::NumberOrAuto y;
    const auto bind = [&](const char* text) {
        config::Deck deck(text, "run.toml");
        auto section = deck.section("a");
        section.number_or_auto("x", x, config::Interval::at_least(0), "", "");
        section.number_or_auto("y", y, config::Interval::at_least(0), "", "");
        deck.finish();
        return deck.resolved();
    };
    const auto resolved = bind("[a]\nx = 'auto'\ny = 2\n");
    CHECK(x == config::NumberOrAuto::chosen());
    CHECK(y == config::NumberOrAuto(2.0));
    CHECK(bind(resolved.c_str()) == resolved);
    CHECK_THROWS_WITH(bind("[a]\nx = 'much'\n"), Catch::Contains("'a.x' is 'much', but must be a number or"));
    CHECK_THROWS_WITH(bind("[a]\nx = -1\n"), Catch::Contains("'a.x' is -1, but must be >= 0"));
    CHECK_THROWS_WITH(bind("[a]\nx = true\n"), Catch::Contains("must be a number or"));
}

TEST_CASE("a relative file counts from the deck's folder, one of --set from the working directory") {
    const auto here = std::filesystem::current_path();
    CHECK(options_of("rollout.data = 'a/b.h5'").data == (here / "decks/a/b.h5").string());
    CHECK(options_of("rollout.data = '../b.h5'").data == (here / "b.h5").string());
    CHECK(options_of("rollout.data = '/a/b.h5'").data == "/a/b.h5");
    CHECK(options_of("rollout.data = ''").data.empty());
    CHECK(options_of("", {"rollout.data=b.h5"}).data == (here / "b.h5").string());
}

TEST_CASE("a key bound again over inherited options keeps what both tables say") {
    config::Deck deck("[a]\nx = 2.0\ny = 3.0\n[b]\ny = 4.0\n", "run.toml");
    double x = 1.0;
    double y = 1.0;
    for (const auto* name : {"a", "a", "b"}) {
        auto section = deck.section(name);
        section.number("x", x, config::Interval::positive(), "", "");
        section.number("y", y, config::Interval::positive(), "", "");
    }
    CHECK_NOTHROW(deck.finish());
    CHECK(x == 2.0);
    CHECK(y == 4.0);
    CHECK(deck.declarations().size() == 4);
}

TEST_CASE("the last declaration of a key counts") {
    config::Deck deck("x = 3", "run.toml");
    int x = 1;
    deck.root().integer("x", x, config::Interval::between(0, 2), "strict");
    deck.root().integer("x", x, config::Interval::between(0, 5), "lax");
    CHECK_NOTHROW(deck.finish());
    CHECK(x == 3);
    REQUIRE(deck.declarations().size() == 1);
    CHECK(deck.declarations()[0].help == "lax");
}

TEST_CASE("tables that users name are listed in order and known") {
    config::Deck deck("[evaluate.large]\nn = 2\n[evaluate.\"odd one\"]\n[evaluate.also]\nn = 3\n",
                      "run.toml");
    auto evaluate = deck.section("evaluate");
    REQUIRE(evaluate.tables() == std::vector<std::string>{"large", "\"odd one\"", "also"});
    std::vector<int> found;
    for (const auto& name : evaluate.tables()) {
        int n = 1;
        evaluate.section(name).integer("n", n, config::Interval::any(), "");
        found.push_back(n);
    }
    CHECK(found == std::vector<int>{2, 1, 3});
    CHECK_NOTHROW(deck.finish());
}

TEST_CASE("has tells keys and tables of the deck and of the command line") {
    config::Deck deck("[rollout]\ndt = 1.0\n", "run.toml", {"train.model.width=0.5"});
    CHECK(deck.root().has("rollout"));
    CHECK(deck.section("rollout").has("dt"));
    CHECK(deck.root().has("train"));
    CHECK(deck.section("train").has("model"));
    CHECK(deck.root().has("train.model.width"));
    CHECK_FALSE(deck.root().has("system"));
    CHECK_FALSE(deck.section("rollout").has("steps"));
}

TEST_CASE("nearest counts swaps of neighbours as one edit and keeps its distance") {
    const std::vector<std::string> known{"steps", "stride", "time_step"};
    CHECK(config::nearest("stesp", known) == "steps");
    CHECK(config::nearest("strides", known) == "stride");
    CHECK(config::nearest("timestep", known) == "time_step");
    CHECK(config::nearest("step", known) == "steps");
    CHECK(config::nearest("widths", known).empty());
    CHECK(config::nearest("ab", {"cd"}).empty());
    // Twelve letters may differ by three.
    CHECK(config::nearest("abcdefghijkl", {"abcdefghixyz"}) == "abcdefghixyz");
    CHECK(config::nearest("abcdefghijk", {"abcdefghxyz"}).empty());
}

}  // namespace rfhgn::tests

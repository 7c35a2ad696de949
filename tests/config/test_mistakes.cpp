#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("a mistake is shown with its place, its line and a caret") {
    CHECK(message_of("# a comment\n[rollout]\n  dt = -1\n") ==
          "decks/run.toml:3:8: error: 'rollout.dt' is -1, but must be > 0\n"
          "    3 |   dt = -1\n"
          "      |        ^\n"
          "1 error; nothing was run");
}

TEST_CASE("the caret stands right behind tabs and letters of two bytes") {
    CHECK_THAT(message_of("system = {\tmass = -1, 'né' = 2 }"),
               Contains("decks/run.toml:1:19: error: 'system.mass' is -1, but must be > 0\n"
                        "    1 | system = {\tmass = -1, 'né' = 2 }\n"
                        "      |           \t       ^\n") &&
                   Contains("decks/run.toml:1:23: error: unknown key 'system.\"né\"'\n"));
    CHECK_THAT(message_of("title = 'né'; dt = 1"),
               Contains("run.toml:1:13:") && Contains("\n      |             ^\n"));
}

TEST_CASE("each kind of mistake has its message") {
    struct Mistake {
        std::string text;
        std::string message;
    };
    const std::vector<Mistake> mistakes{
        // Types.
        {"rollout.steps = 10.0",
         "1:17: error: 'rollout.steps' must be an integer, but is a real number (write it "
         "without decimal point or exponent)\n"},
        {"rollout.steps = '10'",
         "'rollout.steps' must be an integer, but is text (write it without quotes)\n"},
        {"rollout.dt = '0.1'", "'rollout.dt' must be a number, but is text (write it without quotes)\n"},
        {"rollout.dt = true", "'rollout.dt' must be a number, but is a boolean\n"},
        {"rollout.dt = [1]", "'rollout.dt' must be a number, but is a list\n"},
        {"rollout.dt = 1979-05-27", "'rollout.dt' must be a number, but is a date or time\n"},
        {"rollout.restart = 1", "'rollout.restart' must be true or false, but is an integer\n"},
        {"rollout.restart = 'true'", "must be true or false, but is text (write it without quotes)\n"},
        {"title = 7", "'title' must be text, but is an integer (write it in quotes)\n"},
        {"rollout.data = []", "'rollout.data' must be text, but is a list\n"},
        {"system.graph = false", "'system.graph' must be text, but is a boolean (write it in quotes)\n"},
        {"system.seed = 1.5", "'system.seed' must be an integer, but is a real number"},
        {"system.mass = 'heavy'", "'system.mass' must be a number or [low, high], but is text"},
        {"system.mass = [1, 2, 3]", "'system.mass' must be a number or [low, high], but is a list of 3\n"},
        {"system.mass = [1, 'x']", "1:19: error: element 2 of 'system.mass' must be a number, but is text"},
        {"system.size = 'x'", "'system.size' must be a list of integers, but is text"},
        {"system.size = [2, 2.0]",
         "1:19: error: element 2 of 'system.size' must be an integer, but is a real number"},
        {"train.model.weights = [[1]]",
         "element 1 of 'train.model.weights' must be a number, but is a list\n"},
        // Ranges.
        {"rollout.steps = -1", "'rollout.steps' is -1, but must be from 0 to 2147483647\n"},
        {"rollout.steps = 3_000_000_000",
         "'rollout.steps' is 3000000000, but must be from 0 to 2147483647\n"},
        {"system.particles = 0", "'system.particles' is 0, but must be >= 1\n"},
        {"system.boundary = 'opne'", "is 'opne', but must be one of open, periodic; did you mean 'open'?"},
        {"system.boundary = ['open', 'x']", "element 2 of 'system.boundary' is 'x', but must be one of"},
        {"system.boundary = 3", "'system.boundary' must be text, but is an integer"},
        {"system.seed = -1", "'system.seed' is -1, but must be >= 0\n"},
        {"train.model.width = 1", "'train.model.width' is 1, but must be > 0 and < 1\n"},
        {"train.model.width = 0.0", "'train.model.width' is 0, but must be > 0 and < 1\n"},
        {"train.model.weights = [0, -1e1]",
         "element 2 of 'train.model.weights' is -10, but must be from -1 to 1\n"},
        {"system.size = [4, 0]", "element 2 of 'system.size' is 0, but must be >= 1\n"},
        {"system.mass = [2, 1]", "'system.mass' is [2, 1], but low must not exceed high\n"},
        {"rollout.dt = inf", "'rollout.dt' is inf, but must be a finite number\n"},
        {"rollout.dt = nan", "'rollout.dt' is nan, but must be a finite number\n"},
        {"system.mass = [1, inf]", "element 2 of 'system.mass' is inf, but must be a finite number\n"},
        {"system.graph = 'cubik'",
         "'system.graph' is 'cubik', but must be one of chain, ring, cubic; did you mean 'cubic'?\n"},
        {"system.graph = 'kagome'", "'system.graph' is 'kagome', but must be one of chain, ring, cubic\n"},
        // Names.
        {"[rollout]\nstesp = 1", "2:1: error: unknown key 'rollout.stesp'; did you mean 'rollout.steps'?\n"},
        {"[train]\ndt = 1", "2:1: error: unknown key 'train.dt'; did you mean 'rollout.dt'?\n"},
        {"[rollout]\nspeed_of_light = 1", "2:1: error: unknown key 'rollout.speed_of_light'\n"},
        {"dt = 1", "unknown key 'dt'; did you mean 'rollout.dt'?\n"},
        {"[rolout]\nx = 1", "1:2: error: unknown table 'rolout'; did you mean 'rollout'?\n"},
        {"[model]\nwidth = 1", "1:2: error: unknown table 'model'; did you mean 'train.model'?\n"},
        {"[rollout.extra]", "1:10: error: unknown table 'rollout.extra'\n"},
        {"[[extra]]\nx = 1", "unknown key 'extra'\n"},
        // Tables and keys in each other's place.
        {"rollout = 3", "1:1: error: 'rollout' must be a table ([rollout]), but is an integer\n"},
        {"train = true", "'train' must be a table ([train]), but is a boolean\n"},
        {"[[rollout]]\ndt = 1",
         "1:3: error: 'rollout' must be a table ([rollout]), but is a list of tables ([[...]])\n"},
        {"[rollout.dt]\nx = 1", "1:10: error: 'rollout.dt' must be a number, but is a table\n"},
        {"[system.size]", "'system.size' must be a list of integers, but is a table\n"},
    };
    for (const auto& mistake : mistakes) {
        CAPTURE(mistake.text);
        const std::string message = message_of(mistake.text);
        CHECK_THAT(message,
                   StartsWith("decks/run.toml:") && Contains("error: ") && Contains(mistake.message));
        CHECK_THAT(message, Catch::Matchers::EndsWith("\n1 error; nothing was run"));
    }
}

TEST_CASE("a text that is not TOML is shown like any other mistake") {
    CHECK(message_of("[rollout]\ndt = \n") ==
          "decks/run.toml:2:6: error: while parsing key-value pair: expected value, saw '\\n'\n"
          "    2 | dt = \n"
          "      |      ^\n"
          "1 error; nothing was run");
    CHECK_THAT(message_of("a = 1\na = 2\n"),
               StartsWith("decks/run.toml:2:5: error: ") && Contains("redefine"));
    CHECK_THAT(message_of("title = \"\xff\""), StartsWith("decks/run.toml:1:") && Contains("utf-8"));
    CHECK_THAT(message_of("[@rollout]\n"), StartsWith("decks/run.toml:1:2: error: while parsing key"));
}

TEST_CASE("a mistake in a deck with carriage returns shows none") {
    CHECK_THAT(message_of("[rollout]\r\ndt = 0\r\n"), Contains("    2 | dt = 0\n      |      ^\n"));
}

TEST_CASE("all mistakes are listed at once, in order of line") {
    const std::string message =
        message_of("title = 1\n[train.model]\nwidth = 7\n[rollout]\nstep = 1\ndt = 0\n[sytem]\n",
                   {"system.size=no", "rollout.step=1.5"});
    std::size_t at = 0;
    for (const auto* expected :
         {"run.toml:1:9: error: 'title' must", "run.toml:3:9: error: 'train.model.width' is 7",
          "run.toml:6:6: error: 'rollout.dt' is 0", "run.toml:7:2: error: unknown table 'sytem'",
          "command line: --set system.size=no: error: 'system.size' must be a list of integers, but is "
          "text\n",
          "command line: --set rollout.step=1.5: error: unknown key 'rollout.step'; did you mean "
          "'rollout.steps'?\n",
          "6 errors; nothing was run"}) {
        CAPTURE(expected, message);
        const std::size_t found = message.find(expected, at);
        REQUIRE(found != std::string::npos);
        at = found;
    }
}

TEST_CASE("a value that is wrong leaves the field as it was") {
    config::Deck deck("[rollout]\ndt = -1\nsteps = 1.5\n[system]\nsize = [3, 'x']\nmass = [1, -1]\n",
                      "run.toml");
    Options options;
    options.bind(deck);
    CHECK_THROWS_AS(deck.finish(), InputError);
    CHECK(options == Options{});
}

TEST_CASE("a key where users name tables is told to be one") {
    config::Deck deck("[evaluate]\nlarge = 3\n[[evaluate.small]]\n", "run.toml");
    CHECK(deck.section("evaluate").tables().empty());
    CHECK_THROWS_WITH(
        deck.finish(),
        Contains("2:1: error: 'evaluate.large' must be a table ([evaluate.large]), but is an integer") &&
            Contains("3:12: error: 'evaluate.small' must be a table ([evaluate.small]), but is a list"));
}

TEST_CASE("callers' problems stand at the key, else at its table, and are told once") {
    config::Deck deck("\n[system]\nsize = [2]\n", "run.toml", {"train.x=1"});
    Options options;
    options.bind(deck);
    auto train = deck.section("train");
    int x = 0;
    train.integer("x", x, config::Interval::any(), "");
    for (int repeat = 0; repeat < 2; ++repeat) deck.section("system").problem("size", "needs three numbers");
    deck.section("system").problem("graph", "must be given");
    deck.section("rollout").problem("", "is absent");
    train.problem("x", "is odd");
    deck.root().problem("", "nothing to do");
    CHECK_THROWS_WITH(deck.finish(),
                      "run.toml:2:2: error: 'system.graph' must be given\n"
                      "    2 | [system]\n"
                      "      |  ^\n"
                      "run.toml:3:8: error: 'system.size' needs three numbers\n"
                      "    3 | size = [2]\n"
                      "      |        ^\n"
                      "run.toml: error: 'rollout' is absent\n"
                      "run.toml: error: nothing to do\n"
                      "command line: --set train.x=1: error: 'train.x' is odd\n"
                      "5 errors; nothing was run");
}

}  // namespace rfhgn::tests

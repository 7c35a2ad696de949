#include "options.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

TEST_CASE("overrides replace values, and absent tables are made") {
    const auto options =
        options_of("[rollout]\ndt = 1.0\nsteps = 5\n",
                   {"rollout.dt=3.0", "rollout.dt = 3.0", "train.model.width=0.25", "system.size=[1, 2]"});
    CHECK(options.dt == 3.0);
    CHECK(options.steps == 5);
    CHECK(options.width == 0.25);
    CHECK(options.size == std::vector<std::int64_t>{1, 2});
}

TEST_CASE("an override that is not TOML is text") {
    CHECK(options_of("", {"system.graph=ring"}).graph == "ring");
    CHECK(options_of("", {"system.graph='ring'"}).graph == "ring");
    CHECK(options_of("", {"title=two words # and = more"}).title == "two words # and = more");
    CHECK(options_of("", {"title=5#3"}).title == "5#3");
    CHECK(options_of("", {"title=1\nb = 2"}).title == "1\nb = 2");
    CHECK(options_of("", {"title=1, v = 2"}).title == "1, v = 2");
    CHECK(options_of("title = 'x'", {"title="}).title.empty());
}

TEST_CASE("an override may be a whole table, which replaces the deck's") {
    const auto options =
        options_of("[rollout]\ndt = 1.0\nsteps = 5\n", {"rollout={steps = 6, restart = true}"});
    CHECK(options.dt == Options{}.dt);
    CHECK(options.steps == 6);
    CHECK(options.restart);
    CHECK(options_of("", {"train={model={width=0.75}}"}).width == 0.75);
}

TEST_CASE("mistakes in overrides name the command line") {
    CHECK(message_of("", {"rollout.dt=-1"}) ==
          "command line: --set rollout.dt=-1: error: 'rollout.dt' is -1, but must be > 0\n1 error; nothing "
          "was run");
    CHECK_THAT(
        message_of("", {"rollout.steps=many"}),
        Contains("--set rollout.steps=many: error: 'rollout.steps' must be an integer, but is text\n"));
    CHECK_THAT(message_of("", {"rolout.dt=1"}),
               Contains("--set rolout.dt=1: error: unknown table 'rolout'; did you mean 'rollout'?\n"));
    CHECK_THAT(message_of("", {"rollout=1"}), Contains("--set rollout=1: error: 'rollout' must be a table"));
    CHECK_THAT(message_of("", {"system.size=[1, 0]"}),
               Contains("--set system.size=[1, 0]: error: element 2 of 'system.size' is 0"));
    CHECK_THAT(
        message_of("[rollout]\ndt = 1.0\n", {"rollout.dt.x=1"}),
        StartsWith(
            "command line: --set rollout.dt.x=1: error: 'rollout.dt' is a real number, not a table\n"));
}

TEST_CASE("overrides that contradict each other are refused") {
    const auto refused = [](const std::string& first, const std::string& second) {
        CAPTURE(first, second);
        CHECK_THAT(message_of("", {first, second}),
                   Contains("--set " + second + ": error: ") && Contains("set already, by --set " + first));
    };
    refused("rollout.dt=2.0", "rollout.dt=3.0");
    refused("rollout.dt=2.0", "rollout={steps=5}");
    refused("rollout={steps=5}", "rollout.dt=2.0");
    CHECK(options_of("", {"rollout.dt=2.0", "rollout.steps=5"}).steps == 5);
}

TEST_CASE("an override without '=' or with a bad key is refused at once") {
    const auto refused = [](const std::string& text) {
        CAPTURE(text);
        CHECK_THROWS_AS(config::Deck("", "run.toml", {text}), InputError);
        CHECK_THAT(message_of("", {text}), StartsWith("command line: --set " + text));
    };
    for (const auto* text :
         {"rollout.dt", "", "=1", "a..b=1", ".a=1", "a b=1", "a # b=1", "[a]\nb=1", "a.=1"})
        refused(text);
}

}  // namespace rfhgn::tests

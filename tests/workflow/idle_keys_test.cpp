// Every key that is given acts or is refused, with what it needs.
#include <sstream>
#include <string>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"
#include "rfhgn/workflow/options.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using Catch::Matchers::Contains;

namespace {

constexpr const char* springs =
    "[system]\ngraph = 'cubic'\nsize = [2, 2, 2]\n\n[generate]\n\n[model]\n\n[train]\n\n[evaluate]\n\n"
    "[evaluate.zero_shot.large]\n\n[tabulate]\n\n[rollout]\n\n[rollout.system]\n";
constexpr const char* liquid =
    "[system]\ngraph = 'cutoff'\nsize = [4, 4, 4]\ndensity = 0.8\npotential = 'lennard_jones'\ncutoff = "
    "2.5\n\n[rollout]\n";

/// Lines for a table with a key that has no effect there, and a word of what it needs.
struct Idle {
    const char* table;
    const char* lines;
    const char* needs;
};

const std::vector<Idle> idle_of_springs{
    {"system", "cutoff = 2.5", "cutoff"},
    {"system", "density = 0.8", "cutoff"},
    {"system", "units = 'metal'", "cutoff"},
    {"system", "radius = 2.0", "geometric"},
    {"system", "softening = 0.1", "gravity"},
    {"system", "morse_width = 2.0", "morse"},
    {"system", "quartic = 2.0", "quartic"},
    {"system", "seed = 3", "drawn"},
    {"system", "species = [0.5, 0.5]", "cutoff"},
    {"system", "masses = 2.0", "cutoff"},
    {"system", "screening = 1.0", "cutoff"},
    {"generate", "interval = 5", "frames"},
    {"generate", "dt = 0.02", "frames"},
    {"generate", "thermostat = 'langevin'", "equilibrate"},
    {"generate", "friction = 2.0", "equilibrate"},
    {"generate", "rescale_interval = 3", "equilibrate"},
    {"generate", "temperature = 1.0\nmomentum = 0.2", "temperature"},
    {"model", "bias_range = 2.0", "elm"},
    {"model", "weight_scale = 2.0", "elm"},
    {"model", "cutoff_function = 'sharp'", "cutoff"},
    {"model", "smooth_from = 1.0", "cutoff"},
    {"model", "encoding = 'frame'\nspecies = false", "pairwise"},
    {"model", "sampler = 'elm'\ngap = 1.0", "swim"},
    {"model", "kinetic = 'known'\nnode_width = 8", "learned"},
    {"train", "method = 'lsqr'\nridge = 1e-9", "direct"},
    {"train", "method = 'lsqr'\nlsqr_iterations = 2", "direct"},
    {"train", "lsqr_iterations = 0\nrows = 'keep'", "LSQR"},
    {"train", "rows = 'keep'\nrow_memory = 5", "rows"},
    {"train", "stream = 'never'\ndata_memory = 5", "stream"},
    {"train", "prune_tolerance = 1e-3\nlsqr_iterations = 2", "prune_tolerance"},
    {"train", "method = 'lsqr'\ncheckpoint_minutes = 1", "direct"},
    {"train", "rates = 'leapfrog'\ndata_memory = 5", "rates"},
    {"evaluate", "stream = 'never'", "data is given"},
    {"evaluate", "snapshots = 10\ndata = 'other.h5'", "data is left out"},
    {"evaluate.zero_shot.large", "temperature = 1.0\nmomentum = 0.2", "temperature"},
    {"evaluate.zero_shot.large", "radius = 2.0", "geometric"},
    {"evaluate.zero_shot.large", "thermostat = 'rescale'", "equilibrate"},
    {"tabulate", "lammps_points = 100", "lammps"},
    {"rollout", "force = 'exact'\nmodel = 'model.h5'", "learned"},
    {"rollout", "force = 'exact'\nexact = false", "learned"},
    {"rollout", "force = 'exact'\noutside = 'stop'", "learned"},
    {"rollout", "force = 'tabulated'\ntolerance = 1e-9", "learned"},
    {"rollout", "force = 'exact'\nmost_iterations = 5", "learned"},
    {"rollout", "neighbour_list = 'full'", "cutoff"},
    {"rollout", "friction = 1.0", "equilibrate"},
    {"rollout.system", "seed = 4", "drawn"},
    {"rollout.system", "tilt = [0.1, 0, 0]", "cutoff"},
    {"rollout.system", "skin = 0.5", "cutoff"},
};

const std::vector<Idle> idle_of_liquids{
    {"system", "stiffness = 2.0", "cutoff"},
    {"system", "rest_length = 2.0", "cutoff"},
    {"system", "spacing = 1.2", "cutoff"},
    {"system", "seed = 2", "drawn"},
    {"system", "minimum_distance = 0.8", "random"},
    {"system", "truncation = 'cut'\nsmooth_from = 2.0", "smooth"},
    {"system", "masses = [3.0]\nmass = 2.0", "masses"},
    {"system", "screening = 2.0", "yukawa"},
    {"rollout", "uncertainty = true\nneighbour_list = 'half'", "uncertainty"},
    {"rollout", "temperature = 1.0\nequilibrate = 5\nfriction = 2.0", "langevin"},
    {"rollout", "temperature = 1.0\nequilibrate = 5\nthermostat = 'langevin'\nrescale_interval = 2",
     "rescale"},
    {"rollout", "temperature = 1.0\nzero_total_momentum = true", "temperature"},
    {"rollout", "start = 'a.h5'\ndisplacement = 0.1", "start"},
};

std::string with_lines(std::string deck, const std::string& table, const std::string& lines) {
    const std::string head = "[" + table + "]\n";
    const auto at = deck.find(head);
    if (at == std::string::npos) return deck + head + lines + "\n";
    return deck.insert(at + head.size(), lines + "\n");
}

std::string message_of(const std::string& text) {
    config::Deck deck(text, "deck.toml");
    try {
        workflow::read_options(deck, 1);
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

std::string resolved(const std::string& text) {
    config::Deck deck(text, "deck.toml");
    workflow::read_options(deck, 1);
    return deck.resolved();
}

std::string live(const std::string& deck) {
    std::istringstream lines(deck);
    std::string text;
    for (std::string line; std::getline(lines, line);)
        if (!line.starts_with("#")) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("each key that has no effect is refused with what it needs") {
    CHECK(message_of(springs).empty());
    CHECK(message_of(liquid).empty());
    const auto check = [](const char* deck, const std::vector<Idle>& cases) {
        for (const auto& [table, lines, needs] : cases) {
            INFO(table << ": " << lines);
            const std::string last = std::string(lines).substr(std::string(lines).rfind('\n') + 1);
            const auto key = last.substr(0, last.find(' '));
            const auto told = message_of(with_lines(deck, table, lines));
            const auto at = told.find("has no effect unless");
            REQUIRE(at != std::string::npos);
            CHECK_THAT(told, Contains(needs));
            if (key != "model" && std::string(lines).find("data = 'other") == std::string::npos)
                CHECK_THAT(told,
                           Contains("." + key + "' has no effect") || Contains("momentum' has no effect"));
        }
    };
    check(springs, idle_of_springs);
    check(liquid, idle_of_liquids);
}

TEST_CASE("a name of earlier releases is refused with its new name") {
    const auto refused = [](const char* deck, const char* table, const char* line, const char* message) {
        CHECK_THAT(message_of(with_lines(deck, table, line)), Contains(message));
    };
    refused(springs, "model", "distance_input = 'inverse'",
            "the key 'model.distance_input' is now called 'model.radial_transform'");
    refused(springs, "train", "keep_triangle = true",
            "the key 'train.keep_triangle' is now called 'train.keep_factor'");
    refused(springs, "system", "fall = 1.0", "the key 'system.fall' is now called 'system.uniform_field'");
    refused(springs, "system", "trap = 1.0", "the key 'system.trap' is now called 'system.harmonic_trap'");
    refused(liquid, "rollout", "shell = 'full'", "'rollout.shell' is now called 'rollout.neighbour_list'");
    CHECK_THAT(message_of(std::string(springs) + "[compile]\nlammps = true\n"),
               Contains("the table 'compile' is now called 'tabulate'"));
}

TEST_CASE("all are listed in the order of their lines") {
    const auto told = message_of(with_lines(with_lines(springs, "rollout", "friction = 1.0"), "system",
                                            "radius = 2.0\nsoftening = 0.1"));
    CHECK_THAT(told, Contains("3 errors") && Contains("deck.toml:2:1: error: 'system.radius' has no effect"));
    CHECK(told.find("system.softening") < told.find("rollout.friction"));
}

TEST_CASE("a misspelled choice does not make other keys look idle") {
    std::string deck = liquid;
    deck.replace(deck.find("'cutoff'"), 8, "'cutof'");
    CHECK_THAT(message_of(deck), Contains("did you mean 'cutoff'") && !Contains("has no effect"));
}

TEST_CASE("a key that acts in a table which takes it over is no mistake") {
    const std::string radius = with_lines(springs, "system", "radius = 1.4");
    const std::string points = "graph = 'geometric'\nsize = 30";
    CHECK_THAT(message_of(radius), Contains("'system.radius' has no effect"));
    for (const char* table : {"rollout.system", "evaluate.zero_shot.large"}) {
        const auto taken = with_lines(radius, table, points);
        CHECK(message_of(taken).empty());
        CHECK_THAT(message_of(with_lines(taken, table, "radius = 1.5")),
                   Contains("'system.radius' has no effect"));
    }
    const auto hot = with_lines(springs, "generate", "temperature = 1.0\nmomentum = 0.2");
    CHECK_THAT(message_of(hot), Contains("'generate.momentum' has no effect"));
    CHECK(message_of(with_lines(hot, "rollout", "temperature = 0.0")).empty());
    CHECK_THAT(message_of(with_lines(hot, "rollout", "temperature = 0.0\nmomentum = 0.1")),
               Contains("'generate.momentum' has no effect"));
    const auto step = with_lines(springs, "generate", "dt = 0.01");
    CHECK(message_of(with_lines(step, "evaluate.zero_shot.large", "temperature = 1.0\nequilibrate = 5"))
              .empty());
}

TEST_CASE("a fluid that starts from a file needs no sites, but [system] may describe those of other stages") {
    CHECK(message_of(with_lines(liquid, "rollout", "start = 'a.h5'\ntemperature = 1.0\nseed = 4")).empty());
    CHECK_THAT(message_of(with_lines(liquid, "rollout", "start = 'a.h5'\nseed = 4")),
               Contains("'rollout.seed' has no effect"));
    for (const char* line :
         {"size = [2, 2, 2]", "density = 0.5", "lattice = 'sc'", "tilt = [0.1, 0.0, 0.0]"}) {
        INFO(line);
        const auto deck = with_lines(with_lines(liquid, "rollout", "start = 'a.h5'"), "rollout.system", line);
        CHECK_THAT(message_of(deck), Contains("' has no effect unless rollout.start is left out"));
    }
}

TEST_CASE("a resolved deck has idle keys as comments and leads to itself") {
    for (const auto& deck : {std::string(springs), std::string(liquid),
                             with_lines(with_lines(springs, "system", "radius = 1.4"), "rollout.system",
                                        "graph = 'geometric'\nsize = 30"),
                             with_lines(liquid, "rollout", "start = '/a.h5'\ntemperature = 1.0")}) {
        const auto once = resolved(deck);
        CHECK_THAT(once, Contains("\n# softening = "));
        CHECK(message_of(once).empty());
        CHECK(live(resolved(once)) == live(once));
    }
}

TEST_CASE("layers of a model are as they are") {
    for (const char* line : {"layers = 'm.h5'", "update = 'm.h5'"}) {
        const auto deck = with_lines(springs, "train", line);
        CHECK(message_of(deck).empty());
        CHECK_THAT(message_of(with_lines(deck, "model", "seed = 3")),
                   Contains("'model.seed' has no effect unless train.layers and train.update are left out"));
    }
    CHECK_THAT(message_of(with_lines(springs, "train", "update = 'm.h5'\nrows = 'keep'")),
               Contains("'train.rows' has no effect"));
}

TEST_CASE("a rollout of a file alone needs no [system], and asks for nothing that only one knows") {
    constexpr const char* own = "[train]\ndata = 'mine.h5'\n[rollout]\nsteps = 10\n";
    CHECK(message_of(own).empty());
    CHECK(message_of(with_lines(own, "rollout",
                                "exact = false\nframe = -1\nreplicate = [2, 2, 1]\n"
                                "temperature = 1.0\nneighbour_list = 'full'"))
              .empty());
    CHECK(message_of("[rollout]\nstart = 'mine.h5'\n").empty());
    CHECK_THAT(message_of("[rollout]\nsteps = 10\n"),
               Contains("'rollout' needs a [system] table that says what to simulate, or rollout.start"));
    CHECK_THAT(message_of(with_lines(own, "rollout", "exact = true")),
               Contains("'rollout.exact' needs a [system] table"));
    CHECK_THAT(message_of(with_lines(own, "rollout", "force = 'exact'")),
               Contains("'rollout.force' is \"exact\", which needs a [system] table"));
    CHECK_THAT(message_of(with_lines(own, "rollout.system", "size = [2, 2, 2]")),
               Contains("'rollout.system' needs a [system] table"));
    for (const char* line : {"displacement = 0.1", "momentum = 0.1", "seed = 3"})
        CHECK_THAT(message_of(with_lines(own, "rollout", line)), Contains("' has no effect unless"));
    for (const char* line : {"frame = 3", "replicate = [2, 2, 2]"})
        CHECK_THAT(message_of(with_lines(liquid, "rollout", line)),
                   Contains("' has no effect unless start is given"));
    CHECK_THAT(message_of(with_lines(own, "tabulate", "lammps = true")),
               Contains("'tabulate.lammps' needs rollout.dt"));
    CHECK(
        message_of(with_lines(with_lines(own, "tabulate", "lammps = true"), "rollout", "dt = 0.1")).empty());
    const auto once = resolved(own);
    CHECK_THAT(once, Contains("\ndt = \"auto\"\n") && Contains("\nexact = false\n"));
    CHECK(live(resolved(once)) == live(once));
}

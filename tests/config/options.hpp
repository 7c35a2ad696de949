#pragma once

#include <string>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"

namespace rfhgn::tests {

/// One key of every type, in a table and in tables below it.
struct Options {
    double dt = 0.01;
    int steps = 100;
    std::int64_t particles = 8;
    std::uint64_t seed = 1;
    bool restart = false;
    std::string title = "a \"run\"\n\\ 1";
    std::string graph = "cubic";
    std::string data;
    config::Spread mass{1.0, 1.0};
    std::vector<std::int64_t> size{2, 2, 2};
    std::vector<double> weights{};
    double width = 0.5;
    std::vector<std::string> boundary{"open"};

    void bind(config::Deck& deck) {
        using config::Interval;
        deck.root().text("title", title, "of the run");
        auto system = deck.section("system");
        system.choice("graph", graph, {"chain", "ring", "cubic"}, "kind of lattice");
        system.integers("size", size, Interval::at_least(1), "sites per direction");
        system.choices("boundary", boundary, {"open", "periodic"}, "per direction");
        system.spread("mass", mass, Interval::positive(), "u", "of the particles");
        system.integer("particles", particles, Interval::at_least(1), "number of particles");
        system.seed("seed", seed, "of the masses");
        auto rollout = deck.section("rollout");
        rollout.number("dt", dt, Interval::positive(), "ps", "time step");
        rollout.integer("steps", steps, Interval::at_least(0), "number of steps");
        rollout.boolean("restart", restart, "go on from a checkpoint");
        rollout.file("data", data, "data set");
        auto train = deck.section("train.model");
        train.number("width", width, Interval{0.0, 1.0, true, true}, "", "of the features");
        train.numbers("weights", weights, Interval::between(-1, 1), "", "of the terms");
    }
    friend bool operator==(const Options&, const Options&) = default;
};

/// The options that a deck gives; throws what Deck::finish throws.
inline Options options_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    config::Deck deck(text, "decks/run.toml", overrides);
    Options options;
    options.bind(deck);
    deck.finish();
    return options;
}

/// The message of the InputError that a deck leads to; "" when it is right.
inline std::string message_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
        options_of(text, overrides);
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

}  // namespace rfhgn::tests

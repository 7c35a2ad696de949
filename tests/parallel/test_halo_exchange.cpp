#include <optional>
#include <vector>

#include "rfhgn/parallel/halo_exchange.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

using parallel::HaloExchange;
using parallel::RemoteNode;

namespace {

int rank() {
    return world().rank();
}
int size() {
    return world().size();
}

/// Odd ranks own several nodes more than even ones; every third rank owns nothing.
LocalIndex owned_by(int r) {
    return r % 3 == 1 ? 0 : 3 + 4 * (r % 2);
}

/// Rank r has every (r + 2)-nd node of every other rank as a ghost, in an order that is not the owners'.
std::vector<RemoteNode> ghosts_of(int r) {
    std::vector<RemoteNode> ghosts;
    for (int owner = size() - 1; owner >= 0; --owner) {
        if (owner == r) continue;
        for (LocalIndex node = owned_by(owner) - 1; node >= 0; node -= r + 2) ghosts.push_back({owner, node});
    }
    return ghosts;
}

/// Length of this rank's owned part.
std::size_t owned_values(int components) {
    return static_cast<std::size_t>(owned_by(rank())) * static_cast<std::size_t>(components);
}

/// A value that tells where it comes from.
double code(int r, LocalIndex node, int component) {
    return 1e4 * (r + 1) + 10.0 * node + component;
}

/// Rank r's array of owned nodes, filled with codes, then ghosts, filled with -1.
std::vector<double> owned_codes(int components) {
    std::vector<double> values;
    for (LocalIndex node = 0; node < owned_by(rank()); ++node) {
        for (int c = 0; c < components; ++c) values.push_back(code(rank(), node, c));
    }
    values.resize(values.size() + ghosts_of(rank()).size() * static_cast<std::size_t>(components), -1.0);
    return values;
}

std::vector<double> after_update(int components) {
    auto values = owned_codes(components);
    std::size_t at = owned_values(components);
    for (const auto& ghost : ghosts_of(rank())) {
        for (int c = 0; c < components; ++c) values[at++] = code(ghost.rank, ghost.index, c);
    }
    return values;
}

/// What rank r puts into its ghost of (owner, node) before a sum.
double contribution(int r, const RemoteNode& ghost, int component) {
    return 0.5 * code(r, ghost.index, component) + ghost.rank;
}

std::vector<double> before_sum(int components) {
    auto values = owned_codes(components);
    std::size_t at = owned_values(components);
    for (const auto& ghost : ghosts_of(rank())) {
        for (int c = 0; c < components; ++c) values[at++] = contribution(rank(), ghost, c);
    }
    return values;
}

std::vector<double> after_sum(int components) {
    auto values = before_sum(components);
    for (int r = 0; r < size(); ++r) {
        if (r == rank()) continue;
        for (const auto& ghost : ghosts_of(r)) {
            if (ghost.rank != rank()) continue;
            for (int c = 0; c < components; ++c)
                values[static_cast<std::size_t>(ghost.index) * static_cast<std::size_t>(components) +
                       static_cast<std::size_t>(c)] += contribution(r, ghost, c);
        }
    }
    return values;
}

}  // namespace

TEST_CASE("an update brings each ghost its owner's values and changes nothing else") {
    const HaloExchange halo(world(), owned_by(rank()), ghosts_of(rank()));
    for (const int components : {1, 2, 3, 7, 1}) {
        auto values = owned_codes(components);
        halo.update(values, components);
        REQUIRE_ALL(values == after_update(components));
        halo.update(values, components);
        REQUIRE_ALL(values == after_update(components));
    }
}

TEST_CASE("a sum adds every ghost to its owner and keeps the ghosts") {
    const HaloExchange halo(world(), owned_by(rank()), ghosts_of(rank()));
    for (const int components : {1, 3, 4}) {
        auto values = before_sum(components);
        halo.begin_sum(values, components);
        halo.end_sum(values, components);
        REQUIRE_ALL(values == after_sum(components));
    }
}

TEST_CASE("exchanges of several arrays may be under way at once") {
    const HaloExchange halo(world(), owned_by(rank()), ghosts_of(rank()));
    auto positions = owned_codes(3);
    auto momenta = owned_codes(3);
    for (double& value : momenta) value *= -2.0;
    auto forces = before_sum(3);
    halo.begin_update(positions, 3);
    halo.begin_update(momenta, 3);
    halo.begin_sum(forces, 3);
    halo.end_update(momenta, 3);
    halo.end_sum(forces, 3);
    halo.end_update(positions, 3);
    auto expected = after_update(3);
    REQUIRE_ALL(positions == expected);
    for (double& value : expected) value *= -2.0;
    REQUIRE_ALL(momenta == expected);
    REQUIRE_ALL(forces == after_sum(3));
}

TEST_CASE("between begin and end the own part may be read") {
    const HaloExchange halo(world(), owned_by(rank()), ghosts_of(rank()));
    auto values = owned_codes(2);
    const auto before = values;
    halo.begin_update(values, 2);
    const auto end = static_cast<std::ptrdiff_t>(owned_values(2));
    const bool same = std::equal(before.begin(), before.begin() + end, values.begin());
    halo.end_update(values, 2);
    CHECK(same);
}

TEST_CASE("traffic counts neighbours and nodes on both sides") {
    const HaloExchange halo(world(), owned_by(rank()), ghosts_of(rank()));
    const auto traffic = halo.traffic();
    std::vector<int> talks(static_cast<std::size_t>(size()), 0);
    for (const auto& ghost : ghosts_of(rank())) talks[static_cast<std::size_t>(ghost.rank)] = 1;
    GlobalIndex sent = 0;
    int receivers = 0;
    for (int r = 0; r < size(); ++r) {
        if (r == rank()) continue;
        GlobalIndex mine = 0;
        for (const auto& ghost : ghosts_of(r)) mine += ghost.rank == rank() ? 1 : 0;
        sent += mine;
        receivers += mine > 0 ? 1 : 0;
    }
    CHECK(traffic.neighbours == std::count(talks.begin(), talks.end(), 1));
    CHECK(traffic.received == static_cast<GlobalIndex>(ghosts_of(rank()).size()));
    CHECK(traffic.sent == sent);
    CHECK(traffic.receivers == receivers);
}

TEST_CASE("a plan without ghosts, or without anything, exchanges nothing") {
    const HaloExchange lonely(world(), 2, {});
    std::vector<double> values{1.0, 2.0};
    lonely.update(values, 1);
    lonely.begin_sum(values, 1);
    lonely.end_sum(values, 1);
    CHECK(values == std::vector<double>{1.0, 2.0});
    const HaloExchange empty(world(), 0, {});
    CHECK_NOTHROW(empty.update({}, 3));
    CHECK(empty.traffic().received == 0);
}

TEST_CASE("a plan can be moved") {
    std::optional<HaloExchange> halo;
    halo = HaloExchange(world(), owned_by(rank()), ghosts_of(rank()));
    auto values = owned_codes(2);
    halo->update(values, 2);
    REQUIRE_ALL(values == after_update(2));
}

TEST_CASE("an array of the wrong length is our bug and is refused") {
    const HaloExchange halo(world(), 2, {});
    std::vector<double> values(3);
    CHECK_THROWS_AS(halo.begin_update(values, 1), std::logic_error);
}

}  // namespace rfhgn::tests

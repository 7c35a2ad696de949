#include "rfhgn/graph/subdomain_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "rfhgn/base/error.hpp"

namespace rfhgn::graph {

namespace {

constexpr int sampled_ranks = 200;

struct Subdomain {
    std::array<double, 3> low{};
    std::array<double, 3> high{};

    [[nodiscard]] double side(std::size_t k) const { return high[k] - low[k]; }
    [[nodiscard]] double volume() const { return side(0) * side(1) * side(2); }
};

void cut(const PlannedSpace& space, const Subdomain& subdomain, int ranks,
         std::vector<Subdomain>& subdomains) {
    if (ranks == 1) {
        subdomains.push_back(subdomain);
        return;
    }
    std::size_t longest = 0;
    for (std::size_t k = 1; k < 3; ++k)
        if (subdomain.side(k) > subdomain.side(longest)) longest = k;
    int below = ranks / 2;
    double at = subdomain.low[longest] + subdomain.side(longest) * below / ranks;
    if (space.sites) at = std::clamp(std::round(at), subdomain.low[longest] + 1, subdomain.high[longest] - 1);
    Subdomain lower = subdomain;
    Subdomain upper = subdomain;
    lower.high[longest] = upper.low[longest] = at;
    // Whole layers are not halves, and every rank must find a site.
    if (space.sites)
        below = static_cast<int>(std::clamp(std::round(ranks * lower.volume() / subdomain.volume()),
                                            std::max(1.0, ranks - upper.volume()),
                                            std::min(ranks - 1.0, lower.volume())));
    cut(space, lower, below, subdomains);
    cut(space, upper, ranks - below, subdomains);
}

// How far a subdomain sees along an axis below and above itself.
struct Sight {
    double below;
    double above;
};

Sight sight(const PlannedSpace& space, const Subdomain& subdomain, std::size_t k) {
    if (space.periodic[k]) return {space.reach, space.reach};
    return {std::min(space.reach, subdomain.low[k]),
            std::min(space.reach, space.lengths[k] - subdomain.high[k])};
}

double halo(const PlannedSpace& space, const Subdomain& subdomain) {
    double grown = 1;
    double along_axes = 0;
    for (std::size_t k = 0; k < 3; ++k) {
        const auto seen = sight(space, subdomain, k);
        grown *= subdomain.side(k) + seen.below + seen.above;
        along_axes += (seen.below + seen.above) * subdomain.volume() / subdomain.side(k);
    }
    const double seen = space.density * (space.diagonal ? grown - subdomain.volume() : along_axes);
    return space.list_style == ListStyle::full ? seen : 0.5 * seen;
}

// Whether images of another subdomain reach into what a subdomain sees: any, some that lie above it, some
// below.
struct Meeting {
    bool at_all = false;
    bool above = false;
    bool below = false;
};

Meeting meeting(const PlannedSpace& space, const Subdomain& subdomain, const Subdomain& other) {
    constexpr double margin = 1e-9;
    int apart = 0;  // axes along which they do not overlap by themselves
    Meeting found;
    bool level = true;  // along all axes so far an image is neither above nor below
    for (std::size_t k = 0; k < 3; ++k) {
        const auto seen = sight(space, subdomain, k);
        const auto overlap = [&](double shift, double below, double above) {
            return other.low[k] + shift < subdomain.high[k] + above - margin &&
                   other.high[k] + shift > subdomain.low[k] - below + margin;
        };
        if (!overlap(0, 0, 0)) ++apart;
        const int most =
            space.periodic[k] ? static_cast<int>(std::ceil(space.reach / space.lengths[k])) + 1 : 0;
        Meeting along;
        bool in_place = false;
        for (int image = -most; image <= most; ++image) {
            if (!overlap(image * space.lengths[k], seen.below, seen.above)) continue;
            along.at_all = true;
            const double offset = image * space.lengths[k] + other.low[k] - subdomain.low[k];
            along.above |= offset > margin;
            along.below |= offset < -margin;
            in_place |= std::fabs(offset) <= margin;
        }
        if (!along.at_all) return {};
        found.above |= level && along.above;
        found.below |= level && along.below;
        level = level && in_place;
    }
    if (!space.diagonal && apart > 1) return {};
    found.at_all = true;
    return found;
}

// In a half list positions come from above and forces from below.
int messages(const PlannedSpace& space, const Subdomain& subdomain, const Subdomain& other) {
    const auto met = meeting(space, subdomain, other);
    if (space.list_style == ListStyle::full) return met.at_all ? 1 : 0;
    return (met.above ? 1 : 0) + (met.below ? 1 : 0);
}

void count_messages(const PlannedSpace& space, const std::vector<Subdomain>& subdomains,
                    SubdomainPlan& plan) {
    const auto ranks = subdomains.size();
    const auto samples = std::min<std::size_t>(sampled_ranks, ranks);
    for (std::size_t s = 0; s < samples; ++s) {
        const auto rank = s * ranks / samples;
        int received = 0;
        for (std::size_t other = 0; other < ranks; ++other)
            if (other != rank) received += messages(space, subdomains[rank], subdomains[other]);
        plan.most_messages = std::max(plan.most_messages, received);
        plan.mean_messages += static_cast<double>(received) / static_cast<double>(samples);
    }
}

}  // namespace

SubdomainPlan plan_subdomains(const PlannedSpace& space, int ranks) {
    RFHGN_ASSERT(ranks >= 1);
    const Subdomain whole{{}, space.lengths};
    RFHGN_ASSERT(space.density * whole.volume() >= ranks);
    std::vector<Subdomain> subdomains;
    subdomains.reserve(static_cast<std::size_t>(ranks));
    cut(space, whole, ranks, subdomains);
    SubdomainPlan plan;
    plan.smallest_owned = space.density * whole.volume();
    plan.mean_owned = plan.smallest_owned / ranks;
    for (const auto& subdomain : subdomains) {
        const double owned = space.density * subdomain.volume();
        const double ghosts = halo(space, subdomain);
        plan.smallest_owned = std::min(plan.smallest_owned, owned);
        plan.largest_owned = std::max(plan.largest_owned, owned);
        plan.largest_halo = std::max(plan.largest_halo, ghosts);
        plan.mean_halo += ghosts / ranks;
    }
    count_messages(space, subdomains, plan);
    return plan;
}

}  // namespace rfhgn::graph

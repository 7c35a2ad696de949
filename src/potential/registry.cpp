#include "rfhgn/potential/registry.hpp"

#include <algorithm>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::potential {

// A law is the function of this name in laws/NAME.cpp. Decks list them in this order.
#define RFHGN_LAWS(law)                                                                            \
    law(harmonic) law(zero_rest_length) law(quartic) law(morse) law(squared_distance) law(gravity) \
        law(lennard_jones) law(yukawa)

#define RFHGN_DECLARE(name) Law name();
RFHGN_LAWS(RFHGN_DECLARE)
#undef RFHGN_DECLARE

namespace {

const Law* find(const std::list<Law>& known, std::string_view name) {
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const Law& law) { return law.name == name; });
    return found == known.end() ? nullptr : &*found;
}

void check_parameters(const std::list<Law>& known, const Law& added) {
    for (const auto& law : known)
        for (const auto& theirs : law.parameters)
            for (const auto& own : added.parameters)
                require(own.name != theirs.name || own == theirs,
                        Advice{"choose another name, or give both the same default, range, unit and text"},
                        "the potentials {} and {} have different parameters {}", law.name, added.name,
                        own.name);
}

const Law& add(std::list<Law>& known, Law law) {
    require(find(known, law.name) == nullptr, Advice{"choose another name"},
            "there is a potential {} already", law.name);
    require(law.bond || law.fluid, Advice{"give its function for bonds, for fluids, or for both"},
            "the potential {} is neither for bonds nor for fluids", law.name);
    check_parameters(known, law);
    known.push_back(std::move(law));
    return known.back();
}

std::list<Law> own_laws() {
    std::list<Law> known;
#define RFHGN_ADD(name) add(known, name());
    RFHGN_LAWS(RFHGN_ADD)
#undef RFHGN_ADD
    return known;
}

std::list<Law>& all() {
    static std::list<Law> known = own_laws();
    return known;
}

}  // namespace

const std::list<Law>& laws() {
    return all();
}

const Law* find_law(std::string_view name) {
    return find(all(), name);
}

const Law& add_law(Law law) {
    return add(all(), std::move(law));
}

std::vector<SharedParameter> shared_parameters() {
    std::vector<SharedParameter> shared;
    for (const auto& law : all())
        for (const auto& parameter : law.parameters) {
            const auto found = std::find_if(shared.begin(), shared.end(), [&](const SharedParameter& known) {
                return known.parameter.name == parameter.name;
            });
            if (found == shared.end())
                shared.push_back({parameter, {&law}});
            else
                found->laws.push_back(&law);
        }
    return shared;
}

}  // namespace rfhgn::potential

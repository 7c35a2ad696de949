#include "law_options.hpp"

#include <algorithm>
#include <utility>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"

namespace rfhgn::systems {

namespace {

using potential::Law;
using potential::Mixing;
using potential::Use;

/// Names of laws by a text that they share, in the order of the laws; those without text have no part.
class Groups {
  public:
    void add(const std::string& text, const std::string& law) {
        if (text.empty()) return;
        const auto found = std::find_if(groups_.begin(), groups_.end(),
                                        [&](const auto& group) { return group.first == text; });
        if (found == groups_.end())
            groups_.push_back({text, {law}});
        else
            found->second.push_back(law);
    }
    /// "text (law, law); text (law)", or only the text when there is one.
    [[nodiscard]] std::string text() const {
        if (groups_.size() == 1) return groups_.front().first;
        std::vector<std::string> parts;
        for (const auto& [text, laws] : groups_)
            parts.push_back(fmt::format("{} ({})", text, fmt::join(laws, ", ")));
        return fmt::format("{}", fmt::join(parts, "; "));
    }

  private:
    std::vector<std::pair<std::string, std::vector<std::string>>> groups_;
};

/// "a, b or c".
std::string alternatives(const std::vector<std::string>& names) {
    if (names.size() < 2) return fmt::format("{}", fmt::join(names, ""));
    return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

const Use& use_in(const SystemOptions& options, const Law& law) {
    return options.graph == "cutoff" ? law.fluid : law.bond;
}

config::Interval interval_of(const potential::Range& range) {
    config::Interval interval = config::Interval::at_least(range.least);
    interval.exclusive_low = range.exclusive;
    return interval;
}

}  // namespace

const Law* law_of(const SystemOptions& options) {
    return potential::find_law(options.potential);
}

std::unique_ptr<potential::PairFunction> pair_function(const SystemOptions& options) {
    const Law* law = law_of(options);
    RFHGN_ASSERT(law != nullptr && use_in(options, *law));
    return use_in(options, *law).function(potential::values_of(*law, options.parameters));
}

bool uses_rest_length(const SystemOptions& options) {
    const Law* law = law_of(options);
    return law == nullptr || !law->bond.length.empty();
}

std::string fluid_laws() {
    std::vector<std::string> names;
    for (const auto& law : potential::laws())
        if (law.fluid) names.push_back(law.name);
    std::sort(names.begin(), names.end());
    return alternatives(names);
}

std::string meanings(Use Law::*use, std::string Use::*number) {
    Groups groups;
    for (const auto& law : potential::laws()) groups.add(law.*use.*number, law.name);
    return groups.text();
}

std::string mixings(Mixing Law::*mixing) {
    Groups groups;
    for (const auto& law : potential::laws())
        if (law.fluid)
            groups.add(law.*mixing == Mixing::geometric ? "geometric means" : "arithmetic means", law.name);
    return groups.text();
}

void bind_parameters(config::Section& section, potential::Values& values) {
    for (const auto& [parameter, laws] : potential::shared_parameters()) {
        double& value = values.try_emplace(parameter.name, parameter.value).first->second;
        section.number(parameter.name, value, interval_of(parameter.range), parameter.unit, parameter.help);
    }
}

void say_which_parameters_act(const config::Section& section, const SystemOptions& options) {
    const bool fluid = options.graph == "cutoff";
    for (const auto& [parameter, laws] : potential::shared_parameters()) {
        const auto none = [&](Use Law::*use) {
            return std::none_of(laws.begin(), laws.end(),
                                [&](const Law* law) { return static_cast<bool>(law->*use); });
        };
        if (none(&Law::bond)) section.only_if(parameter.name, fluid, "graph is \"cutoff\"");
        if (none(&Law::fluid)) section.only_if(parameter.name, !fluid, "graph is another than \"cutoff\"");
        std::vector<std::string> names;
        for (const Law* law : laws) names.push_back(fmt::format("\"{}\"", law->name));
        const bool read = std::find(laws.begin(), laws.end(), law_of(options)) != laws.end();
        section.only_if(parameter.name, read, "potential is " + alternatives(names));
    }
    const Law* law = law_of(options);
    if (law == nullptr) return;
    section.only_if("stiffness", !law->bond.strength.empty(), "the potential has a strength");
    section.only_if("epsilon", !law->fluid.strength.empty(), "the potential has a strength");
    section.only_if("sigma", !law->fluid.length.empty(), "the potential has a length");
}

void check_parameters(Problems& problems, const SystemOptions& options, const std::vector<double>& lengths) {
    const Law& law = *law_of(options);
    for (const auto& parameter : law.parameters) {
        const double value = potential::value_of(parameter, options.parameters);
        check(problems, parameter.range.holds(value), parameter.name.c_str(), "{} must be {} {}", value,
              parameter.range.exclusive ? "above" : "at least", parameter.range.least);
    }
    if (!use_in(options, law)) return;
    const auto function = pair_function(options);
    for (const double length : lengths)
        for (const auto& mistake : function->mistakes(length))
            problems.push_back({mistake.parameter, mistake.message});
}

}  // namespace rfhgn::systems

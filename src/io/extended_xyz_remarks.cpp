#include "extended_xyz_remarks.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "extended_xyz_header.hpp"
#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

/// Puts the sentences together.
class Teller {
  public:
    Teller(const NameCensus& census, const Choice& choice, const FileFacts& facts, const TextIndex& index)
        : census_(census), choice_(choice), facts_(facts), index_(index) {}

    std::vector<Remark> tell() {
        column(Quantity::force, "forces", metal() ? "in eV/Å" : "");
        energies();
        virials();
        motion();
        column(Quantity::mass, "masses", metal() ? "in g/mol" : "");
        boxes();
        types();
        groups();
        list("not taken", census_.passed_over(choice_));
        auto ignored = census_.ignored();
        if (facts_.comment) ignored.emplace_back("second lines that are no key=value pairs");
        list("ignored", ignored);
        return std::move(remarks_);
    }

  private:
    [[nodiscard]] bool metal() const { return index_.units == "metal"; }
    void say(const char* about, std::string said) { remarks_.push_back({about, std::move(said)}); }
    void list(const char* about, const std::vector<std::string>& names) {
        if (!names.empty()) say(about, fmt::format("{}", fmt::join(names, ", ")));
    }

    void column(Quantity quantity, const char* about, const char* unit) {
        const auto& name = of(choice_, quantity);
        if (name.empty()) return;
        say(about, fmt::format("column '{}'{}{}", name, *unit ? " " : "", unit));
    }
    [[nodiscard]] std::string in_configurations(Quantity quantity) const {
        return fmt::format("'{}' in {} of {} configurations", of(choice_, quantity),
                           census_.configurations(choice_, quantity), facts_.configurations);
    }
    void energies() {
        if (of(choice_, Quantity::energy).empty()) return;
        say("energies", fmt::format("{}{}, potential: kinetic energy is added where atoms move",
                                    in_configurations(Quantity::energy), metal() ? ", in eV" : ""));
    }
    void virials() {
        std::vector<std::string> said;
        if (!of(choice_, Quantity::virial).empty())
            said.push_back(in_configurations(Quantity::virial) + (metal() ? ", in eV" : "") +
                           ", positive when compressed");
        if (!of(choice_, Quantity::stress).empty())
            said.push_back(in_configurations(Quantity::stress) + (metal() ? ", in eV/Å³" : "") +
                           ", positive in tension: minus the virial over the volume");
        if (!said.empty()) say("virials", fmt::format("{}", fmt::join(said, "; ")));
        if (!of(choice_, Quantity::stress).empty() && facts_.without_lattice > 0)
            say("not taken", fmt::format("{} of configurations without a whole Lattice, which have no volume",
                                         of(choice_, Quantity::stress)));
    }
    void motion() {
        const auto& name = of(choice_, Quantity::motion);
        if (name.empty()) return;
        const auto motion = motion_of(name, index_.units);
        say("momenta", fmt::format("column '{}', {} {}{}", name, motion.velocity ? "velocities" : "momenta",
                                   motion.said, motion.velocity ? ", times masses" : ""));
    }
    void boxes() {
        std::vector<std::string> said;
        if (facts_.open > 0) said.push_back(fmt::format("{} open on all sides", facts_.open));
        if (facts_.partly_open > 0)
            said.push_back(fmt::format("{} open along some vectors", facts_.partly_open));
        const auto closed = facts_.configurations - facts_.open - facts_.partly_open;
        if (closed > 0) said.push_back(fmt::format("{} periodic", closed));
        if (facts_.without_lattice > 0)
            said.push_back(
                fmt::format("{} without a whole Lattice, made to hold the atoms", facts_.without_lattice));
        if (facts_.ipi) said.emplace_back("cells and units from i-PI's comments");
        say("boxes", fmt::format("{}", fmt::join(said, ", ")));
    }
    void types() {
        const auto& names = index_.config_type_names;
        if (names.empty()) return;
        constexpr std::size_t most = 20;
        std::vector<GlobalIndex> counts(names.size(), 0);
        for (const auto& place : index_.places)
            if (place.config_type >= 0) ++counts[static_cast<std::size_t>(place.config_type)];
        std::vector<std::string> said;
        for (std::size_t k = 0; k < std::min(most, names.size()); ++k)
            said.push_back(fmt::format("{} {}", shown(names[k]), counts[k]));
        if (names.size() > most) said.emplace_back("..");
        say("config_type",
            fmt::format("{}{}", fmt::join(said, ", "),
                        index_.grouped || facts_.trajectories > 0 ? "" : "; a share of each is held out"));
    }
    void groups() {
        if (index_.grouped)
            say("groups", fmt::format("{} of 'group', held out as wholes", index_.group_names.size()));
        else if (facts_.trajectories > 0)
            say("groups", fmt::format("{} of 'trajectory', held out as wholes", facts_.trajectories));
    }

    const NameCensus& census_;
    const Choice& choice_;
    const FileFacts& facts_;
    const TextIndex& index_;
    std::vector<Remark> remarks_;
};

}  // namespace

std::vector<Remark> remarks_of(const NameCensus& census, const Choice& choice, const FileFacts& facts,
                               const TextIndex& index) {
    return Teller(census, choice, facts, index).tell();
}

}  // namespace rfhgn::io::xyz

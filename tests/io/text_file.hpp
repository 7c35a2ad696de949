#pragma once
/// Files of text that tests write and read as data sets.

#include <catch2/catch.hpp>

#include "rfhgn/io/data_set.hpp"

#include "support.hpp"

namespace rfhgn::tests {

/// Written by the root; all ranks see it.
inline std::string write_text(const TemporaryDirectory& directory, const std::string& name,
                              const std::string& text) {
    const auto path = directory.file(name);
    parallel::barrier(world());
    if (world().is_root()) std::ofstream(path, std::ios::binary) << text;
    parallel::barrier(world());
    return path;
}

/// All that a file of text holds.
struct Contents {
    data::SnapshotSet set;
    bool forces;
    std::vector<io::Remark> remarks;

    /// What is said of something; empty: nothing.
    [[nodiscard]] std::string said(const std::string& about) const {
        std::string text;
        for (const auto& remark : remarks)
            if (remark.about == about) text += remark.said + "\n";
        return text;
    }
    [[nodiscard]] std::vector<double> position(std::size_t atom) const { return vector(set.position, atom); }
    [[nodiscard]] std::vector<double> force(std::size_t atom) const { return vector(set.force, atom); }
    [[nodiscard]] std::vector<double> momentum(std::size_t atom) const { return vector(set.momentum, atom); }

  private:
    static std::vector<double> vector(const std::vector<double>& values, std::size_t atom) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(3 * atom);
        return {at, at + 3};
    }
};

/// Reads it whole, and again by parts, which must be the same on any number of ranks.
inline Contents read_text(const std::string& path, const io::OpenOptions& options = {}) {
    const io::DataSetReader reader(world(), path, options);
    const auto& totals = reader.totals();
    const auto nodes = parallel::block_range(totals.nodes, world().size(), world().rank());
    const auto part = reader.read(nodes);
    Contents contents{reader.read_snapshots({0, totals.snapshots}), reader.has_force(), reader.remarks()};
    const auto same = [&](const std::vector<double>& some, const std::vector<double>& all,
                          GlobalIndex width) {
        return all.empty() ? some.empty()
                           : std::equal(some.begin(), some.end(), all.begin() + width * nodes.begin,
                                        all.begin() + width * nodes.end);
    };
    const auto& set = contents.set;
    CHECK(same(part.position, set.position, 3));
    CHECK(same(part.momentum, set.momentum, 3));
    CHECK(same(part.force, set.force, 3));
    CHECK(same(part.part.mass, set.part.mass, 1));
    for (std::size_t s = 0; s < part.snapshot_count(); ++s) {
        const auto at = static_cast<std::size_t>(part.first_snapshot) + s;
        CHECK(part.box[s] == set.box[at]);
        CHECK((part.energy[s] == set.energy[at] || set.energy[at] != set.energy[at]));
        CHECK(part.group_of(s) == set.group_of(at));
    }
    return contents;
}

}  // namespace rfhgn::tests

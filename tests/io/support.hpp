#pragma once
/// Temporary files and data whose values follow from global indices.

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <hdf5.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/temporary_directory.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

inline io::Provenance provenance() {
    return {std::string(70000, 'd'), "rfhgn test", "abc", "HDF5 1", world().size()};
}

/// Snapshots of 2, 3, 4, 2, 3, 4, .. nodes in two dimensions; each is a chain.
struct Chains {
    GlobalIndex snapshots;

    static GlobalIndex length(GlobalIndex s) { return 2 + s % 3; }
    [[nodiscard]] GlobalIndex offset(GlobalIndex s) const {
        GlobalIndex total = 0;
        for (GlobalIndex before = 0; before < s; ++before) total += length(before);
        return total;
    }
    [[nodiscard]] GlobalIndex nodes() const { return offset(snapshots); }
    [[nodiscard]] GlobalIndex edges() const { return nodes() - snapshots; }
};

inline double value(int array, GlobalIndex row, int column) {
    return array * 1000.1 + static_cast<double>(row) / 3.0 + 0.001 * column;
}

/// This rank's part when nodes are cut at `nodes`; edges are with the owner of their snapshot's first node.
inline data::SnapshotSet chain_set(const Chains& chains, parallel::Range nodes,
                                   std::vector<GlobalIndex>& edges_of_snapshot) {
    data::SnapshotSet set;
    set.totals = {2, chains.nodes(), chains.edges(), chains.snapshots, {"stiffness", "length"}, "reduced"};
    set.part.dimension = 2;
    set.part.total_nodes = chains.nodes();
    set.part.nodes = nodes;
    set.part.edge_attributes.names = set.totals.edge_attribute_names;
    for (GlobalIndex i = nodes.begin; i < nodes.end; ++i) {
        set.part.mass.push_back(value(5, i, 0));
        set.part.species.push_back(static_cast<int>(i % 7));
        for (int k = 0; k < 2; ++k) {
            set.position.push_back(value(1, i, k));
            set.momentum.push_back(value(2, i, k));
            set.velocity.push_back(value(3, i, k));
            set.force.push_back(value(4, i, k));
        }
    }
    GlobalIndex edge = 0;
    bool first = true;
    for (GlobalIndex s = 0; s < chains.snapshots; ++s) {
        const GlobalIndex begin = chains.offset(s);
        const GlobalIndex end = chains.offset(s + 1);
        if (begin < nodes.end && end > nodes.begin) {
            if (set.node_offset.empty()) set.first_snapshot = s;
            set.node_offset.push_back(begin);
            set.energy.push_back(value(6, s, 0));
            set.time.push_back(value(7, s, 0));
            set.trajectory.push_back(s / 2);
            set.group.push_back(s / 3);
            auto& virial = set.virial.emplace_back();
            for (int k = 0; k < 6; ++k) virial[static_cast<std::size_t>(k)] = value(9, s, k);
        }
        if (nodes.contains(begin)) {
            if (first) set.part.first_edge_id = edge;
            first = false;
            edges_of_snapshot.push_back(end - begin - 1);
            for (GlobalIndex i = begin; i + 1 < end; ++i) {
                set.part.edges.push_back({i, i + 1});
                for (int k = 0; k < 2; ++k)
                    set.part.edge_attributes.values.push_back(value(8, edge + i - begin, k));
            }
        }
        edge += end - begin - 1;
    }
    set.node_offset.push_back(
        set.snapshot_count() == 0
            ? nodes.begin
            : chains.offset(set.first_snapshot + static_cast<GlobalIndex>(set.snapshot_count())));
    return set;
}

/// The message of the InputError that `call` throws on every rank; empty when it throws none. *Collective.*
template <class Call>
std::string input_error(Call&& call) {
    std::string message;
    try {
        call();
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::bad_input);
        CHECK(error.everywhere());
        message = error.what();
    }
    const auto root = parallel::broadcast(world(), message);
    CHECK(message == root);
    return root;
}

}  // namespace rfhgn::tests

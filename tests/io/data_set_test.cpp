#include "rfhgn/io/data_set.hpp"

#include <cmath>

#include "rfhgn/io/inspect.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "support.hpp"

using namespace rfhgn;
using parallel::Range;
using tests::world;

namespace {

// Uneven cuts: all nodes but those of the last rank's block end up with rank r in proportion to r + 1.
Range uneven_range(GlobalIndex total) {
    const GlobalIndex size = world().size();
    const GlobalIndex rank = world().rank();
    const GlobalIndex weights = size * (size + 1) / 2;
    const auto cut = [&](GlobalIndex r) { return total * (r * (r + 1) / 2) / weights; };
    return {cut(rank), cut(rank + 1)};
}

void write(const std::string& path, const tests::Chains& chains, Range nodes) {
    std::vector<GlobalIndex> edges_of_snapshot;
    const auto set = tests::chain_set(chains, nodes, edges_of_snapshot);
    io::write_data_set(world(), path, set, edges_of_snapshot, tests::provenance());
}

bool same_edges(const data::SnapshotSet& found, const tests::Chains& chains) {
    std::vector<GlobalIndex> counts;
    const auto whole = tests::chain_set(chains, {0, chains.nodes()}, counts);
    const Range block = parallel::block_range(chains.edges(), world().size(), world().rank());
    const auto& edges = whole.part.edges;
    const auto& values = whole.part.edge_attributes.values;
    return found.part.first_edge_id == block.begin &&
           found.part.edges == std::vector(edges.begin() + block.begin, edges.begin() + block.end) &&
           found.part.edge_attributes.values ==
               std::vector(values.begin() + 2 * block.begin, values.begin() + 2 * block.end);
}

}  // namespace

TEST_CASE("a data set comes back bit for bit under another distribution") {
    const auto snapshots = GENERATE(1, 2, 9);
    const tests::Chains chains{snapshots};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write(path, chains, uneven_range(chains.nodes()));

    const io::DataSetReader reader(world(), path);
    REQUIRE(reader.totals().nodes == chains.nodes());
    REQUIRE(reader.totals().edges == chains.edges());
    REQUIRE(reader.totals().snapshots == snapshots);
    REQUIRE(reader.totals().dimension == 2);
    REQUIRE(reader.totals().units == "reduced");
    const Range nodes = parallel::block_range(chains.nodes(), world().size(), world().rank());
    const auto found = reader.read(nodes);
    std::vector<GlobalIndex> counts;
    const auto expected = tests::chain_set(chains, nodes, counts);
    CHECK(found.position == expected.position);
    CHECK(found.momentum == expected.momentum);
    CHECK(found.velocity == expected.velocity);
    CHECK(found.force == expected.force);
    CHECK(found.part.mass == expected.part.mass);
    CHECK(found.part.species == expected.part.species);
    CHECK(found.energy == expected.energy);
    CHECK(found.time == expected.time);
    CHECK(found.trajectory == expected.trajectory);
    CHECK(found.group == expected.group);
    CHECK(found.virial == expected.virial);
    CHECK(found.totals.edge_attribute_names == expected.totals.edge_attribute_names);
    if (nodes.size() > 0) {
        CHECK(found.first_snapshot == expected.first_snapshot);
        CHECK(found.node_offset == expected.node_offset);
    }
    CHECK(same_edges(found, chains));
}

TEST_CASE("one snapshot is a data set of its own, over ranks") {
    const tests::Chains chains{6};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write(path, chains, uneven_range(chains.nodes()));
    const io::DataSetReader reader(world(), path);
    for (GlobalIndex s = 0; s < chains.snapshots; ++s) {
        std::vector<GlobalIndex> counts;
        const auto whole = tests::chain_set(chains, {chains.offset(s), chains.offset(s + 1)}, counts);
        const auto found = reader.read_snapshot(world(), s);
        const auto length = tests::Chains::length(s);
        CHECK(found.totals.nodes == length);
        CHECK(found.totals.edges == length - 1);
        CHECK(found.totals.snapshots == 1);
        const auto nodes = parallel::block_range(length, world().size(), world().rank());
        CHECK(found.part.nodes.begin == nodes.begin);
        CHECK(found.part.nodes.end == nodes.end);
        CHECK(found.part.total_nodes == length);
        CHECK(found.position ==
              std::vector(whole.position.begin() + 2 * nodes.begin, whole.position.begin() + 2 * nodes.end));
        CHECK(found.part.mass ==
              std::vector(whole.part.mass.begin() + nodes.begin, whole.part.mass.begin() + nodes.end));
        const auto edges = parallel::block_range(length - 1, world().size(), world().rank());
        REQUIRE_ALL(static_cast<GlobalIndex>(found.part.edges.size()) == edges.size());
        CHECK(found.part.first_edge_id == edges.begin);
        for (GlobalIndex e = edges.begin; e < edges.end; ++e) {
            const auto here = static_cast<std::size_t>(e - edges.begin);
            CHECK(found.part.edges[here] == graph::GlobalEdge{e, e + 1});
            CHECK(found.part.edge_attributes.values[2 * here] ==
                  whole.part.edge_attributes.values[2 * static_cast<std::size_t>(e)]);
        }
    }
}

TEST_CASE("whole snapshots are read by one rank whatever the others do") {
    const tests::Chains chains{7};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write(path, chains, uneven_range(chains.nodes()));
    const io::DataSetReader reader(world(), path);
    std::vector<GlobalIndex> counts;
    const auto whole = tests::chain_set(chains, {0, chains.nodes()}, counts);
    // Rank r reads r + 1 times.
    for (GlobalIndex begin = 0; begin <= world().rank(); ++begin) {
        const Range snapshots{begin, begin + 3};
        const auto found = reader.read_snapshots(snapshots);
        const Range nodes{chains.offset(snapshots.begin), chains.offset(snapshots.end)};
        const Range edges{nodes.begin - snapshots.begin, nodes.end - snapshots.end};
        CHECK(found.part.nodes == nodes);
        CHECK(found.part.total_nodes == chains.nodes());
        CHECK(found.first_snapshot == snapshots.begin);
        CHECK(found.position ==
              std::vector(whole.position.begin() + 2 * nodes.begin, whole.position.begin() + 2 * nodes.end));
        CHECK(found.part.first_edge_id == edges.begin);
        CHECK(found.part.edges ==
              std::vector(whole.part.edges.begin() + edges.begin, whole.part.edges.begin() + edges.end));
        const auto& values = whole.part.edge_attributes.values;
        CHECK(found.part.edge_attributes.values ==
              std::vector(values.begin() + 2 * edges.begin, values.begin() + 2 * edges.end));
        CHECK(found.trajectory == std::vector(whole.trajectory.begin() + snapshots.begin,
                                              whole.trajectory.begin() + snapshots.end));
        const auto outline = reader.outline(snapshots);
        CHECK(outline.node_offset == found.node_offset);
        CHECK(outline.edge_offset.front() == edges.begin);
        CHECK(outline.edge_offset.back() == edges.end);
        CHECK(outline.group == found.group);
    }
    const auto none = reader.read_snapshots({7, 7});
    CHECK(none.part.nodes == Range{chains.nodes(), chains.nodes()});
    CHECK(none.part.edges.empty());
}

TEST_CASE("a time series without rates comes back") {
    const tests::Chains chains{9};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("series.h5");
    std::vector<GlobalIndex> counts;
    const auto nodes = parallel::block_range(chains.nodes(), world().size(), world().rank());
    auto set = tests::chain_set(chains, nodes, counts);
    set.velocity.clear();
    set.force.clear();
    set.group.clear();
    set.virial.clear();
    io::write_data_set(world(), path, set, counts, {});
    const io::DataSetReader reader(world(), path);
    CHECK_FALSE(reader.has_velocity());
    CHECK_FALSE(reader.has_force());
    const auto found = reader.read(nodes);
    CHECK(found.position == set.position);
    CHECK(found.momentum == set.momentum);
    CHECK(found.velocity.empty());
    CHECK(found.force.empty());
    CHECK(found.virial.empty());
    CHECK(found.group.empty());
}

TEST_CASE("velocities and forces are read by the names of earlier releases, too") {
    const tests::Chains chains{6};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    const auto nodes = parallel::block_range(chains.nodes(), world().size(), world().rank());
    write(path, chains, nodes);
    if (world().is_root()) {
        const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
        for (const auto& [name, earlier] : {std::pair{"/particles/velocity", "/particles/position_rate"},
                                            std::pair{"/particles/force", "/particles/momentum_rate"}})
            CHECK(H5Lmove(file, name, file, earlier, H5P_DEFAULT, H5P_DEFAULT) >= 0);
        H5Fclose(file);
    }
    parallel::barrier(world());
    const io::DataSetReader reader(world(), path);
    CHECK(reader.has_velocity());
    CHECK(reader.has_force());
    std::vector<GlobalIndex> counts;
    const auto expected = tests::chain_set(chains, nodes, counts);
    const auto found = reader.read(nodes);
    CHECK(found.velocity == expected.velocity);
    CHECK(found.force == expected.force);
}

TEST_CASE("one rank writes, all read; all write, one reads") {
    const tests::Chains chains{5};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write(path, chains, world().is_root() ? Range{0, chains.nodes()} : Range{chains.nodes(), chains.nodes()});
    const auto all = io::DataSetReader(world(), path).read(uneven_range(chains.nodes()));
    CHECK(same_edges(all, chains));
    write(path, chains, uneven_range(chains.nodes()));
    const auto self = parallel::Communicator::self();
    const auto found = io::DataSetReader(self, path).read({0, chains.nodes()});
    std::vector<GlobalIndex> counts;
    const auto expected = tests::chain_set(chains, {0, chains.nodes()}, counts);
    CHECK(found.position == expected.position);
    CHECK(found.part.edges == expected.part.edges);
    CHECK(found.node_offset == expected.node_offset);
}

TEST_CASE("nothing is left beside a data set, and its description names its sizes") {
    const tests::Chains chains{4};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write(path, chains, uneven_range(chains.nodes()));
    CHECK(!std::filesystem::exists(path + ".part"));
    const auto text = io::inspect_file(world(), path);
    using Catch::Contains;
    CHECK_THAT(text,
               Contains("data set") && Contains("stiffness, length") && Contains(std::string(70000, 'd')));
    CHECK_THAT(text, Contains("nodes              " + std::to_string(chains.nodes())));
}

TEST_CASE("writing where nothing can be written fails on all ranks alike") {
    const tests::Chains chains{2};
    std::vector<GlobalIndex> counts;
    const auto set = tests::chain_set(chains, uneven_range(chains.nodes()), counts);
    const tests::TemporaryDirectory directory;
    bool failed = false;
    try {
        io::write_data_set(world(), directory.file("absent/data.h5"), set, counts, tests::provenance());
    } catch (const Error& error) {
        failed = error.code() == ExitCode::run_failed && error.everywhere();
    }
    REQUIRE_ALL(failed);
}

namespace {

graph::Box cell_of(GlobalIndex snapshot) {
    const auto s = static_cast<double>(snapshot);
    graph::Box box{.dimension = 2, .periodic = {true, false, false}};
    box.vectors[0] = {3.0 + s / 7.0, 0, 0};
    box.vectors[1] = {0.5, 4.0 + s / 3.0, 0};
    return box;
}

data::SnapshotSet in_boxes(const tests::Chains& chains, Range nodes, std::vector<GlobalIndex>& no_edges) {
    auto set = tests::chain_set(chains, nodes, no_edges);
    std::fill(no_edges.begin(), no_edges.end(), 0);
    set.totals.boxes = true;
    set.totals.edges = 0;
    set.totals.edge_attribute_names.clear();
    set.part.edges.clear();
    set.part.first_edge_id = 0;
    set.part.edge_attributes = {};
    for (std::size_t s = 0; s < set.snapshot_count(); ++s)
        set.box.push_back(cell_of(set.first_snapshot + static_cast<GlobalIndex>(s)));
    return set;
}

}  // namespace

TEST_CASE("boxes take the place of edges and come back bit for bit") {
    const tests::Chains chains{9};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    std::vector<GlobalIndex> no_edges;
    const auto written = in_boxes(chains, uneven_range(chains.nodes()), no_edges);
    io::write_data_set(world(), path, written, no_edges, tests::provenance());
    const io::DataSetReader reader(world(), path);
    REQUIRE_ALL(reader.totals().boxes && reader.totals().edges == 0);
    const auto part = reader.read(parallel::block_range(chains.nodes(), world().size(), world().rank()));
    REQUIRE_ALL(part.box.size() == part.snapshot_count());
    for (std::size_t s = 0; s < part.box.size(); ++s)
        CHECK(part.box[s] == cell_of(part.first_snapshot + static_cast<GlobalIndex>(s)));
    const auto whole = reader.read_snapshots({2, 5});
    REQUIRE_ALL(whole.box.size() == 3 && whole.part.edges.empty());
    CHECK(whole.box.front() == cell_of(2));
    CHECK(reader.outline({2, 5}).edge_offset == std::vector<GlobalIndex>(4, 0));
    CHECK_THAT(io::inspect_file(world(), path),
               Catch::Contains("periodic, open; edges follow from a cutoff"));
}

TEST_CASE("boxes that cannot be are refused with file and row") {
    const tests::Chains chains{9};
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    std::vector<GlobalIndex> no_edges;
    auto flat = in_boxes(chains, uneven_range(chains.nodes()), no_edges);
    for (std::size_t s = 0; s < flat.box.size(); ++s)
        if (flat.first_snapshot + static_cast<GlobalIndex>(s) == 4) flat.box[s].vectors[1] = {1.0, 0.0, 0.0};
    io::write_data_set(world(), path, flat, no_edges, tests::provenance());
    const io::DataSetReader reader(world(), path);
    const auto message = tests::input_error([&] {
        parallel::together(world(), [&] { return reader.read_snapshots({0, 9}); });
    });
    CHECK_THAT(message, Catch::Contains("/snapshots/box row 4: the box has the volume 0"));
}

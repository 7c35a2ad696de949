#include <cmath>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/systems/units.hpp"

#include "support.hpp"

using namespace rfhgn;
using Catch::Contains;
using parallel::Range;
using tests::world;

namespace {

constexpr const char* properties = "Properties=species:S:1:pos:R:3:tags:I:2:forces:R:3";

/// Configurations of two, three and two atoms; lines are counted from 1.
std::vector<std::string> lines() {
    return {"2",
            std::string("Lattice=\"5 0 0 1 6 0 0 0 7\" ") + properties +
                " energy=-1.5 pbc=\"T F T\" comment='a = b'",
            "Ar 0.5 1 1.5 7 8 0.25 -0.5 1e-3",
            "Kr\t2.5 +3 3.5 7 8 -0.25 0.5 -1e-3",
            "3",
            std::string(properties) + " stress_known Lattice=\"5 0 0 0 5 0 0 0 5\" time=2.5",
            "Kr 1 1 1 0 0 3 3 3",
            "Kr 2 2 2 0 0 4 4 4",
            "Ar 3 3 3 0 0 5 5 5",
            "  2  ",
            std::string("Lattice=\"4 0 0 0 4 0 0 0 4\" energy=2 ") + properties,
            "Ar -1 0 9 0 0 6 6 6",
            "Ar 0 0 1 0 0 7 7 7",
            ""};
}

// On the root; all ranks see it.
std::string write(const tests::TemporaryDirectory& directory, const std::vector<std::string>& text,
                  const char* name = "data.xyz") {
    const auto path = directory.file(name);
    parallel::barrier(world());
    if (world().is_root()) {
        std::ofstream file(path);
        for (const auto& line : text) file << line << '\n';
    }
    parallel::barrier(world());
    return path;
}

std::string refusal(const tests::TemporaryDirectory& directory, std::size_t line, const std::string& text) {
    auto all = lines();
    all[line - 1] = text;
    const auto path = write(directory, all);
    return tests::input_error([&] {
        const io::DataSetReader reader(world(), path);
        static_cast<void>(
            reader.read(parallel::block_range(reader.totals().nodes, world().size(), world().rank())));
    });
}

}  // namespace

TEST_CASE("a data set in extended XYZ is read in parts") {
    const tests::TemporaryDirectory directory;
    const auto path = write(directory, lines());
    const io::DataSetReader reader(world(), path);
    const auto& totals = reader.totals();
    REQUIRE_ALL(totals.snapshots == 3 && totals.nodes == 7 && totals.boxes && totals.dimension == 3);
    CHECK(totals.units == "metal");
    CHECK(reader.has_force());
    CHECK_FALSE(reader.has_velocity());

    const auto whole = reader.read_snapshots({0, 3});
    CHECK(whole.node_offset == std::vector<GlobalIndex>{0, 2, 5, 7});
    CHECK(whole.part.species == std::vector<int>{0, 1, 1, 1, 0, 0, 0});
    CHECK(whole.trajectory == std::vector<GlobalIndex>{0, 1, 2});
    CHECK(whole.energy[0] == -1.5);
    CHECK(std::isnan(whole.energy[1]));
    CHECK(whole.time == std::vector<double>{0, 2.5, 0});
    CHECK(std::vector(whole.position.begin(), whole.position.begin() + 6) ==
          std::vector<double>{0.5, 1, 1.5, 2.5, 3, 3.5});
    CHECK(std::vector(whole.force.begin(), whole.force.begin() + 6) ==
          std::vector<double>{0.25, -0.5, 1e-3, -0.25, 0.5, -1e-3});
    CHECK(whole.momentum == std::vector<double>(21, 0.0));
    const double unit = systems::units_of("metal").mass;
    CHECK(whole.part.mass[0] == Approx(39.948 * unit));
    CHECK(whole.part.mass[1] == Approx(83.798 * unit));
    CHECK(whole.box[0].vectors[1] == graph::Vector3{1, 6, 0});
    CHECK(whole.box[0].periodic == std::array{true, false, true});
    CHECK(whole.box[1].periodic == std::array{true, true, true});

    const Range nodes = parallel::block_range(7, world().size(), world().rank());
    const auto part = reader.read(nodes);
    CHECK(part.position ==
          std::vector(whole.position.begin() + 3 * nodes.begin, whole.position.begin() + 3 * nodes.end));
    CHECK(part.force ==
          std::vector(whole.force.begin() + 3 * nodes.begin, whole.force.begin() + 3 * nodes.end));
    CHECK(part.box.size() == part.snapshot_count());
    CHECK(part.node_offset.front() <= nodes.begin);
    CHECK(part.node_offset.back() >= nodes.end);
    CHECK(reader.read_snapshots({1, 2}).part.nodes == Range{2, 5});
    CHECK(reader.outline({1, 3}).node_offset == std::vector<GlobalIndex>{2, 5, 7});
    CHECK(reader.read_snapshots({3, 3}).position.empty());
    CHECK_THAT(io::inspect_file(world(), path), Contains("data set (extended XYZ)") &&
                                                    Contains("snapshots          3") &&
                                                    Contains("0 Ar, 1 Kr"));
}

TEST_CASE("species of extended XYZ have names, and the numbers that others give them") {
    const tests::TemporaryDirectory directory;
    io::DataSetReader reader(world(), write(directory, lines()));
    CHECK(reader.totals().species_names == potential::SpeciesNames{"Ar", "Kr"});
    reader.number_species_as({"Xe", "Kr"});
    CHECK(reader.totals().species_names == potential::SpeciesNames{"Xe", "Kr", "Ar"});
    CHECK(reader.read_snapshots({0, 2}).part.species == std::vector<int>{2, 1, 1, 1, 2});
    reader.number_species_as({"Kr", "Ar"});
    CHECK(reader.read(parallel::block_range(7, world().size(), world().rank())).totals.species_names ==
          potential::SpeciesNames{"Kr", "Ar"});
    CHECK(reader.read_snapshots({0, 1}).part.species == std::vector<int>{1, 0});
}

TEST_CASE("symbols name the numbers of extended XYZ where one goes with one") {
    const tests::TemporaryDirectory directory;
    const auto names = [&](const char* extra, const char* first, const char* second) {
        const auto path = write(directory, {"2",
                                            std::string("Lattice=\"5 0 0 0 5 0 0 0 5\" Properties="
                                                        "species:S:1:pos:R:3:species_index:I:1") +
                                                extra,
                                            first, second});
        return io::DataSetReader(world(), path).totals().species_names;
    };
    CHECK(names("", "Ar 1 2 3 2", "Kr 2 2 3 0") == potential::SpeciesNames{"Kr", "", "Ar"});
    CHECK(names("", "Ar 1 2 3 0", "Ar 2 2 3 1").empty());
    CHECK(names("", "Ar 1 2 3 0", "Kr 2 2 3 0").empty());
    CHECK(names("", "Ar 1 2 3 0", "Kr 2 2 3 1000000").empty());
    CHECK(names(" species_named=F", "Ar 1 2 3 0", "Kr 2 2 3 1").empty());
}

TEST_CASE("momenta, masses and numbers of species of extended XYZ count where they are given") {
    const tests::TemporaryDirectory directory;
    const auto path =
        write(directory, {"1",
                          "Lattice=\"5 0 0 0 5 0 0 0 5\" "
                          "Properties=species:S:1:pos:R:3:momenta:R:3:masses:R:1:species_index:I:1",
                          "X 1 2 3 4 5 6 2.0 3"});
    const io::DataSetReader reader(world(), path);
    CHECK_FALSE(reader.has_force());
    const auto set = reader.read_snapshots({0, 1});
    const double unit = systems::units_of("metal").mass;
    CHECK(set.part.mass[0] == Approx(2.0 * unit));
    CHECK(set.part.species == std::vector<int>{3});
    // Half of p²/m is an energy, in ASE's units as in these.
    CHECK(std::pow(set.momentum[2], 2) / set.part.mass[0] == Approx(36.0 / 2.0));
    CHECK(set.force.empty());
}

TEST_CASE("what is wrong in extended XYZ is refused with its line") {
    const tests::TemporaryDirectory directory;
    struct Case {
        std::size_t line;
        std::string text;
        std::string message;
    };
    const std::vector<Case> cases{
        {1, "two", "line 1: 'two' is no number of atoms"},
        {1, "0", "line 1: 0 atoms"},
        {1, "3", "line 5: an atom with 1 columns, but Properties names 9"},
        {2, std::string("pbc=\"F T F\" ") + properties, "line 2: there is no Lattice, but pbc is T"},
        {2, std::string("Lattice=\"5 0 0 0 5 0 0 0 0\" ") + properties,
         "line 2: pbc is T along vector 3 of Lattice, which is 0"},
        {2, "Lattice=\"1 2 3\"", "line 2: Lattice has not got nine numbers"},
        {2, "Lattice=\"5 0 0 5 0 0 0 0 5\"", "line 2: the box"},
        {2, "Lattice=\"5 0 0 0 5 0 0 0 5", "line 2: the value of Lattice has no closing quote"},
        {2, "Lattice=\"5 0 0 0 5 0 0 0 5\" pbc=\"T T X\"", "line 2: pbc has the word 'X'"},
        {2, "Lattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:2", "line 2: pos must be R:3"},
        {2, "Lattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S", "line 2: Properties is no sequence"},
        {2, "Lattice=\"5 0 0 0 5 0 0 0 5\"", "line 3: an atom with 9 columns, but Properties names 4"},
        {6, "Lattice=\"5 0 0 0 5 0 0 0 5\" Properties=species:S:1:pos:R:3:tag:S:5", "one has forces"},
        {6, std::string("Lattice=\"5 0 0 0 5 0 0 0 5\" units=lj ") + properties,
         "line 6: this configuration"},
        {2, std::string("Lattice=\"5 0 0 0 5 0 0 0 5\" energy=1 energy=2 ") + properties,
         "line 2: energy stands twice"},
        {2, std::string("Lattice=\"5 0 0 0 5 0 0 0 5\" ") + properties + ":forces:R:3",
         "line 2: Properties has forces twice"},
        {6, std::string("Lattice=\"5 0 0 0 5 0 0 0 5\" units=furlong ") + properties,
         "line 6: there are no units 'furlong'"},
        {7, "Kr 1 1 1e 0 0 3 3 3", "line 7: '1e' is no component of a position"},
        {7, "Kr 1 1 nan 0 0 3 3 3", "line 7: component of a position cannot be nan"},
        {9, "Xx 3 3 3 0 0 5 5 5", "line 9: there is no mass, and 'Xx' is no chemical element"},
        {10, "4", "line 14: an atom with 0 columns"}};
    for (const auto& [line, text, message] : cases) {
        INFO(text);
        CHECK_THAT(refusal(directory, line, text), Contains(message));
    }
    auto cut = lines();
    cut.resize(12);
    const auto path = write(directory, cut);
    CHECK_THAT(tests::input_error([&] { io::inspect_file(world(), path); }),
               Contains("ends after line 12 in the middle of a configuration"));
}

TEST_CASE("content goes before a name: HDF5 is read whatever it is called") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.xyz");
    const tests::Chains chains{3};
    std::vector<GlobalIndex> counts;
    const auto nodes = parallel::block_range(chains.nodes(), world().size(), world().rank());
    io::write_data_set(world(), path, tests::chain_set(chains, nodes, counts), counts, {});
    CHECK(io::DataSetReader(world(), path).totals().nodes == chains.nodes());
    CHECK_THAT(io::inspect_file(world(), path), Contains("edge attributes"));
}

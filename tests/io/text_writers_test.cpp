/// What is written as text is read again as it was, to the last bit.

#include <random>

#include "rfhgn/base/units.hpp"
#include "rfhgn/io/configuration_writers.hpp"

#include "text_file.hpp"

using namespace rfhgn;
using Catch::Contains;
using tests::read_text;
using tests::write_text;

namespace {

// Written by the root, read by all.
std::string converted(const tests::TemporaryDirectory& directory, const std::string& from,
                      const std::string& to) {
    const auto path = directory.file(to);
    if (tests::world().is_root()) {
        const io::DataSetReader reader(parallel::Communicator::self(), from);
        if (to.ends_with(".xyz"))
            io::write_extended_xyz(reader, io::survey(reader), path);
        else
            io::write_lammps_data(reader, path);
    }
    parallel::barrier(tests::world());
    return path;
}

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void check_same(const data::SnapshotSet& a, const data::SnapshotSet& b) {
    CHECK(a.position == b.position);
    CHECK(a.momentum == b.momentum);
    CHECK(a.force == b.force);
    CHECK(a.part.mass == b.part.mass);
    CHECK(a.part.species == b.part.species);
    CHECK(a.node_offset == b.node_offset);
    CHECK(a.trajectory == b.trajectory);
    CHECK(a.group == b.group);
    CHECK(a.config_type == b.config_type);
    CHECK(a.time == b.time);
    CHECK(a.box == b.box);
    CHECK(a.totals.species_names == b.totals.species_names);
    CHECK(a.totals.config_type_names == b.totals.config_type_names);
    CHECK(a.totals.units == b.totals.units);
    REQUIRE(a.energy.size() == b.energy.size());
    for (std::size_t s = 0; s < a.energy.size(); ++s) {
        CHECK((a.energy[s] == b.energy[s] || (a.energy[s] != a.energy[s] && b.energy[s] != b.energy[s])));
        CHECK(data::is_known(a.virial[s]) == data::is_known(b.virial[s]));
        if (data::is_known(a.virial[s])) CHECK(a.virial[s] == b.virial[s]);
    }
}

std::string random_frames(const std::string& units) {
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    std::string text;
    for (int frame = 0; frame < 4; ++frame) {
        text += fmt::format(
            "20\nLattice=\"{} 0.1 0.2 1.5 5.25 -0.125 0.25 -0.5 7\" units={} time={} pbc=\"T T {}\" "
            "energy={} ",
            6 + 0.1 * normal(random), units, 0.1 * frame, frame % 2 ? "T" : "F", normal(random));
        if (frame != 2)
            text +=
                fmt::format("virial=\"{} 1 2 3 4 5\" config_type=\"type {}\" ", normal(random), frame % 3);
        text += "Properties=species:S:1:pos:R:3:forces:R:3:momenta:R:3:masses:R:1\n";
        for (int atom = 0; atom < 20; ++atom) {
            text += atom % 3 ? "Ar" : "Q";
            for (int k = 0; k < 9; ++k) text += fmt::format(" {}", normal(random));
            text += fmt::format(" {}\n", atom % 3 ? 39.948 : 12.345678);
        }
    }
    return text;
}

}  // namespace

TEST_CASE("extended XYZ that is converted to extended XYZ stays what it is") {
    for (const char* units : {"lj", "metal"}) {
        const tests::TemporaryDirectory directory;
        const auto path = write_text(directory, "a.xyz", random_frames(units));
        const auto first = converted(directory, path, "b.xyz");
        check_same(read_text(path).set, read_text(first).set);
        // What was read once has one form.
        CHECK(text_of(converted(directory, first, "c.xyz")) == text_of(first));
    }
}

TEST_CASE("extended XYZ of every kind of box, with the pbc that it has") {
    const tests::TemporaryDirectory directory;
    const auto path = write_text(directory, "a.xyz",
                                 "2\nProperties=species:S:1:pos:R:3 energy=1\nAr -5 0 0\nAr 1 2 3\n"
                                 "1\nLattice=\"3 0 0 0 3 0 0 0 0\" pbc=\"T T F\"\nKr 1 2 30\n"
                                 "1\nLattice=\"3 0 0 0 3 0 0 0 9\" pbc=\"T F F\"\nKr 1 2 3\n");
    const auto written = converted(directory, path, "b.xyz");
    const auto set = read_text(path).set;
    const auto again = read_text(written).set;
    CHECK(again.box == set.box);
    CHECK(again.position == set.position);
    const auto text = text_of(written);
    CHECK_THAT(text, Contains("2\npbc=\"F F F\" Properties") && Contains("pbc=\"T F F\"") &&
                         Contains("energy=1") && !Contains("masses"));
}

TEST_CASE("a configuration as a LAMMPS data file and back") {
    for (const char* units : {"lj", "metal"})
        for (const char* lattice : {"6 0 0 1.5 5.25 0 0.25 -0.5 7", "6 0 0 4.5 5.25 0 0 0 7"}) {
            const tests::TemporaryDirectory directory;
            auto text =
                fmt::format(
                    "3\nLattice=\"{}\" units={} Properties=species:S:1:pos:R:3:momenta:R:3:masses:R:1\n",
                    lattice, units) +
                "Kr 0.1 0.2 0.3 1 2 3 83.8\nAr 1 1 0.7 -1 0.3 0 39.948\nAr 3 3 3 0 0 0 39.948\n";
            const auto path = write_text(directory, "a.xyz", text);
            const auto data = converted(directory, path, "b.data");
            const auto a = read_text(path).set;
            const auto b = read_text(data).set;
            CHECK(a.position == b.position);
            // Not every product of a velocity and a mass is there.
            for (std::size_t k = 0; k < a.momentum.size(); ++k)
                CHECK(b.momentum[k] == Approx(a.momentum[k]).epsilon(4e-16));
            CHECK(a.part.mass == b.part.mass);
            CHECK(a.part.species == b.part.species);
            CHECK(a.box == b.box);
            CHECK(a.totals.units == b.totals.units);
            CHECK(a.totals.species_names == b.totals.species_names);
            const bool large = std::string(lattice).find("4.5") != std::string::npos;
            CHECK((text_of(data).find("box tilt large") != std::string::npos) == large);
        }
}

TEST_CASE("a cell in any orientation is turned for LAMMPS, distances stay") {
    const tests::TemporaryDirectory directory;
    const auto path = write_text(directory, "a.xyz",
                                 "2\nLattice=\"0 6 0 0 1 5 7 0 0\" pbc=\"T T F\"\nAr 1 2 3\nAr 2 2.5 3.5\n");
    const auto data = converted(directory, path, "b.data");
    const auto a = read_text(path).set;
    const auto b = read_text(data).set;
    CHECK(b.box[0].vectors[0][1] == 0);
    CHECK(b.box[0].vectors[1][2] == 0);
    CHECK(graph::volume(b.box[0]) == Approx(graph::volume(a.box[0])));
    const auto squared = [](const data::SnapshotSet& set) {
        double sum = 0;
        for (std::size_t k = 0; k < 3; ++k) sum += std::pow(set.position[k] - set.position[3 + k], 2);
        return sum;
    };
    CHECK(squared(b) == Approx(squared(a)));
    CHECK_THAT(text_of(data), Contains("boundary p p f"));
}

TEST_CASE("LAMMPS has one mass a type") {
    const tests::TemporaryDirectory directory;
    const auto path = write_text(directory, "a.xyz",
                                 "2\nProperties=species:S:1:pos:R:3:masses:R:1\nAr 1 2 3 1\nAr 1 2 4 2\n");
    const io::DataSetReader reader(tests::world(), path);
    CHECK_THROWS_WITH(io::write_lammps_data(reader, directory.file("b.data")),
                      Contains("LAMMPS knows one mass a type"));
}

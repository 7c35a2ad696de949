/// Files of LAMMPS as data sets: data files in each style, dumps in each form.

#include <cmath>

#include "rfhgn/base/units.hpp"

#include "text_file.hpp"

using namespace rfhgn;
using Catch::Contains;
using tests::read_text;
using tests::write_text;
using V = std::vector<double>;

namespace {

const double gram_per_mole = units_of("metal").mass;

tests::Contents read(const std::string& text, const io::OpenOptions& options = {}) {
    const tests::TemporaryDirectory directory;
    return read_text(write_text(directory, "some.name", text), options);
}

std::string refusal(const std::string& text) {
    const tests::TemporaryDirectory directory;
    const auto path = write_text(directory, "some.name", text);
    return tests::input_error([&] { read_text(path); });
}

std::string data_file(const std::string& title, const std::string& sections) {
    return title + "\n\n2 atoms\n2 atom types\n\n1 11 xlo xhi\n0 10 ylo yhi\n-5 5 zlo zhi\n\n" + sections;
}

constexpr const char* masses = "Masses\n\n1 39.948  # Ar\n2 83.798 # Kr\n\n";

std::string dump(const std::string& bounds, const std::string& columns, const std::string& atoms) {
    return "ITEM: TIMESTEP\n7\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS " + bounds + "ITEM: ATOMS " +
           columns + "\n" + atoms;
}

}  // namespace

TEST_CASE("LAMMPS data files: every atom style, images, velocities, any order") {
    struct Case {
        const char* atoms;
        const char* style;
    };
    for (const auto& [atoms, style] :
         {Case{"Atoms # atomic\n\n2 2 2 4 1\n1 1 1 1 1 1 0 0\n", "atomic"},
          {"Atoms\n\n2 2 2 4 1\n1 1 11 1 1\n", "atomic"},
          {"Atoms # charge\n\n2 2 -0.5 2 4 1\n1 1 0.5 11 1 1\n", "charge"},
          {"Atoms # bond\n\n2 1 2 2 4 1\n1 1 1 11 1 1\n", "bond"},
          {"Atoms # molecular\n\n2 1 2 2 4 1 0 0 0\n1 1 1 1 1 1 1 0 0\n", "molecular"},
          {"Atoms\n\n2 1 2 -0.5 2 4 1\n1 1 1 0.5 11 1 1\n", "full"}}) {
        const std::string text = atoms;
        INFO(text);
        const auto found =
            read(data_file("t, units = metal", std::string(masses) + text +
                                                   "\nVelocities\n\n2 0 0 3\n1 2 0 0\n\nBonds\n\n1 1 1 2\n"));
        CHECK(found.set.part.species == std::vector<int>{0, 1});
        CHECK(found.position(0) == V{10, 1, 6});
        CHECK(found.position(1) == V{1, 4, 6});
        CHECK(found.momentum(0)[0] == Approx(2 * 39.948 * gram_per_mole));
        CHECK(found.momentum(1)[2] == Approx(3 * 83.798 * gram_per_mole));
        CHECK(found.set.totals.species_names == potential::SpeciesNames{"Ar", "Kr"});
        CHECK(found.set.box[0].vectors[0] == graph::Vector3{10, 0, 0});
        CHECK_THAT(found.said("units"), Contains("metal, as the file says"));
        CHECK_THAT(found.said("atoms"), Contains(style));
        CHECK_THAT(found.said("ignored"), Contains("section Bonds"));
    }
}

TEST_CASE("LAMMPS data files: tilted cells, type labels, atomic weights, units that are not said") {
    const std::string text =
        "x\n\n1 atoms\n2 atom types\n0 4 xlo xhi\n0 5 ylo yhi\n0 6 zlo zhi\n1 -0.5 0.25 xy xz yz\n\nAtom "
        "Type Labels\n\n"
        "1 Kr\n2 Ar\n\nAtoms # atomic\n\n1 Ar 1 2 3\n";
    const auto found = read(text);
    CHECK(found.set.totals.units == "lj");
    CHECK(found.set.part.species == std::vector<int>{1});
    CHECK(found.set.part.mass == V{39.948});
    CHECK(found.set.box[0].vectors[2] == graph::Vector3{-0.5, 0.25, 6});
    CHECK(read(text, {.lammps_units = "metal"}).set.totals.units == "metal");
    CHECK(read(text, {.units = "metal"}).set.part.mass[0] == Approx(39.948 * gram_per_mole));
    const auto general = read(
        "x\n\n1 atoms\n1 atom types\n1 2 0 avec\n-2 1 0 bvec\n0 0 3 cvec\n1 0 0 abc origin\n\nMasses\n\n1 "
        "2\n\nAtoms # atomic\n\n1 1 1 2 3\n");
    CHECK(general.set.box[0].vectors[1] == graph::Vector3{-2, 1, 0});
    CHECK(general.position(0) == V{0, 2, 3});
}

TEST_CASE("what is wrong in LAMMPS data files is refused") {
    const auto refused = [](const std::string& sections) { return refusal(data_file("t", sections)); };
    const std::string good = masses;
    CHECK_THAT(refused(good + "Atoms # sphere\n\n1 1 1 1 0 0 0\n"), Contains("line 15: atom style sphere"));
    CHECK_THAT(refused(good + "Atoms\n\n1 1 0 0 0 0\n2 1 0 0 0 0\n"), Contains("does not say its style"));
    CHECK_THAT(refused(good + "Atoms # atomic\n\n1 1 0 0 0\n1 2 0 0 0\n"), Contains("atom 1 stands twice"));
    CHECK_THAT(refused(good + "Atoms # atomic\n\n1 1 0 0 0\n"), Contains("has 1 lines of atoms, but says 2"));
    CHECK_THAT(refused(good + "Atoms # atomic\n\n1 1 0 0 0\n2 3 0 0 0\n"), Contains("'3' is no atom type"));
    CHECK_THAT(refused(good + "Atoms # atomic\n\n1 1 0 0 nan\n2 1 0 0 0\n"),
               Contains("line 17: component of a position cannot be nan"));
    CHECK_THAT(refused("Atoms # atomic\n\n1 1 0 0 0\n2 1 0 0 0\n"), Contains("there is no mass of type 1"));
    CHECK_THAT(refused(good + "Atoms # atomic\n\n1 1 0 0 0\n2 1 0 0 0\n\nVelocities\n\n1 0 0 0\n"),
               Contains("velocities of other atoms"));
    CHECK_THAT(refusal(data_file("t, units = real", good + "Atoms # atomic\n\n1 1 0 0 0\n2 1 0 0 0\n")),
               Contains("the units are 'real'"));
    CHECK_THAT(refusal("t\n\n2 atoms\n1 atom types\n0 1 xlo xhi\n\nAtoms # atomic\n\n1 1 0 0 0\n"),
               Contains("three sides"));
}

TEST_CASE("LAMMPS dumps: every form of positions, sorted by id, one trajectory") {
    const std::string square = "pp ff pp\n1 11\n0 10\n-5 5\n";
    struct Case {
        const char* columns;
        const char* atoms;
    };
    for (const auto& [columns, atoms] :
         {Case{"id type x y z", "2 2 2 4 1\n1 1 1 1 1\n"},
          {"id element type xs ys zs", "2 Kr 2 0.1 0.4 0.6\n1 Ar 1 0 0.1 0.6\n"},
          {"id type x y z ix iy iz", "2 2 2 4 1 0 0 0\n1 1 1 1 1 0 0 0\n"},
          {"id type xu yu zu", "2 2 2 4 1\n1 1 1 1 1\n"},
          {"type id xsu ysu zsu", "2 2 0.1 0.4 0.6\n1 1 0 0.1 0.6\n"}}) {
        INFO(columns);
        const std::string extra = " mass vx vy vz fx fy fz c_q";
        std::string lines = atoms;
        const std::string more[] = {" 3 0 0 2 0.5 0 0 9", " 2 1 0 0 -0.5 0 0 9"};
        lines.insert(lines.find('\n'), more[0]);
        lines.insert(lines.rfind('\n'), more[1]);
        const auto frame = dump(square, columns + extra, lines);
        const auto found = read(frame + frame);
        CHECK(found.set.snapshot_count() == 2);
        CHECK(found.set.part.species == std::vector<int>{0, 1, 0, 1});
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(found.position(0)[k] == Approx(V{0, 1, 6}[k]).margin(1e-12));
            CHECK(found.position(1)[k] == Approx(V{1, 4, 6}[k]).margin(1e-12));
        }
        CHECK(found.momentum(1) == V{0, 0, 6});
        CHECK(found.force(2) == V{-0.5, 0, 0});
        CHECK(found.set.trajectory == std::vector<GlobalIndex>{0, 0});
        CHECK(found.set.time == V{7, 7});
        CHECK(found.set.box[0].periodic == std::array{true, false, true});
        CHECK_THAT(found.said("ignored"), Contains("c_q"));
    }
}

TEST_CASE("LAMMPS dumps: units, times, tilted boxes, wrapped atoms") {
    const auto found = read("ITEM: UNITS\nmetal\nITEM: TIME\n0.25\n" +
                            dump("xy xz yz pp pp pp\n-0.5 5 1\n0 5.25 -0.5\n0 6 0.25\n",
                                 "id element x y z ix iy iz", "1 Ar 1 1 1 0 1 0\n2 Ar 2 2 2 0 0 0\n"));
    CHECK(found.set.totals.units == "metal");
    CHECK(found.set.time == V{0.25});
    CHECK(found.set.box[0].vectors[0] == graph::Vector3{4, 0, 0});
    CHECK(found.set.box[0].vectors[1] == graph::Vector3{1, 5, 0});
    CHECK(found.position(0) == V{2, 6, 1});
    CHECK(found.set.part.mass[0] == Approx(39.948 * gram_per_mole));
}

TEST_CASE("what is wrong in LAMMPS dumps is refused with its line") {
    const std::string square = "pp pp pp\n0 9\n0 9\n0 9\n";
    CHECK_THAT(refusal(dump(square, "id type vx vy vz", "1 1 0 0 0\n2 1 0 0 0\n")),
               Contains("line 9: a dump without positions"));
    CHECK_THAT(refusal(dump(square, "id type x y z fx", "1 1 0 0 0 0\n2 1 0 0 0 0\n")),
               Contains("a part of fx fy fz"));
    CHECK_THAT(refusal(dump(square, "id type x y z", "1 1 0 0 0\n2 1 0 0 0\n")),
               Contains("line 10: there is no mass"));
    CHECK_THAT(refusal(dump(square, "id element x y z", "1 Ar 0 0 0\n1 Ar 0 0 0\n")),
               Contains("atom 1 stands twice"));
    CHECK_THAT(refusal(dump(square, "id element x y z", "1 Ar 0 0\n2 Ar 0 0 0\n")),
               Contains("line 10: an atom with 4 columns"));
    CHECK_THAT(refusal(dump(square, "id element x y z", "1 Ar 0 0 nan\n2 Ar 0 0 0\n")),
               Contains("line 10: component of a position"));
    CHECK_THAT(refusal(dump(square, "id element x y z", "1 Ar 0 0 0\n")),
               Contains("in the middle of a frame"));
    CHECK_THAT(refusal(dump(square, "id element x y z", "1 Ar 0 0 0\n2 Ar 0 0 0\n") + "junk\n"),
               Contains("line 12: 'junk' where an ITEM:"));
}

/// Extended XYZ as different programs write it: a small file each, with the numbers that it means.

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
    return read_text(write_text(directory, "data.xyz", text), options);
}

std::string refusal(const std::string& text) {
    const tests::TemporaryDirectory directory;
    const auto path = write_text(directory, "data.xyz", text);
    return tests::input_error([&] { read_text(path); });
}

data::Virial near(const data::Virial& virial) {
    data::Virial rounded = virial;
    for (double& value : rounded) value = std::round(value * 1e9) / 1e9;
    return rounded;
}

}  // namespace

TEST_CASE("ASE: stress of nine numbers, momenta in its own units, free_energy beside energy") {
    const auto found = read(
        "2\n"
        "Lattice=\"4.0 0.0 0.0 0.0 5.0 0.0 0.0 0.0 6.0\" "
        "Properties=species:S:1:pos:R:3:momenta:R:3:forces:R:3 energy=-1.5 free_energy=-1.75 "
        "stress=\"0.01 0.001 0.002 0.001 0.02 0.003 0.002 0.003 0.03\" magmom=0.0 pbc=\"T T F\"\n"
        "Ar 0.1 0.2 0.3 2.0 0.0 0.0 1.0 0.0 0.0\n"
        "Kr 1.1 1.2 1.3 -2.0 0.0 0.0 -1.0 0.0 0.0\n");
    // p²/2m in ASE's units is an energy in eV.
    CHECK(found.set.energy[0] == Approx(-1.5 + 2.0 / 39.948 + 2.0 / 83.798));
    CHECK(near(found.set.virial[0]) == data::Virial{-1.2, -2.4, -3.6, -0.12, -0.24, -0.36});
    CHECK(found.set.box[0].periodic == std::array{true, true, false});
    CHECK(std::pow(found.momentum(0)[0], 2) / found.set.part.mass[0] == Approx(4.0 / 39.948));
    CHECK(found.force(1) == V{-1, 0, 0});
    CHECK_THAT(found.said("not taken"), Contains("free_energy (energy goes before it)"));
    CHECK_THAT(found.said("ignored"), Contains("magmom"));
    CHECK_THAT(found.said("virials"), Contains("'stress' in 1 of 1") && Contains("positive in tension"));
}

TEST_CASE("QUIP: braces, spaces around =, virial, velo in Å/fs, Z beside species") {
    const auto found = read(
        "2\n"
        "Lattice = {4.0 0.0 0.0 0.0 4.0 0.0 0.0 0.0 4.0} "
        "Properties=species:S:1:pos:R:3:Z:I:1:velo:R:3:force:R:3 dft_energy = -2.5 "
        "dft_virial={1 2 3 2 4 5 3 5 6} config_type=bulk cutoff=-1.0 nneightol = 1.2 pbc=\"T T T\"\n"
        "Si 0 0 0 14 0.001 0 0 0.5 0 0\n"
        "H 1 1 1 1 0 0 0.002 -0.5 0 0\n");
    CHECK(found.set.energy[0] == Approx(-2.5 + 0.5 * gram_per_mole * (28.085 * 1.0 + 1.008 * 4.0)));
    CHECK(found.set.virial[0] == data::Virial{1, 4, 6, 2, 3, 5});
    CHECK(found.momentum(0)[0] == Approx(28.085 * gram_per_mole));  // 1 Å/ps
    CHECK(found.set.totals.species_names == potential::SpeciesNames{"H", "Si"});
    CHECK(found.set.part.species == std::vector<int>{1, 0});
    CHECK(found.set.totals.config_type_names == std::vector<std::string>{"bulk"});
    CHECK_THAT(found.said("momenta"), Contains("velocities in Å/fs"));
}

TEST_CASE("MACE: references go before what a calculator has left") {
    const auto found = read(
        "1\n"
        "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:forces:R:3:REF_forces:R:3 energy=1 "
        "REF_energy=-2 stress=\"1 2 3 4 5 6\" REF_stress=\"0.1 0.2 0.3 0.4 0.5 0.6\" pbc=\"T T T\" "
        "head=\"Default\" config_weight=1.0\n"
        "Ar 0 0 0 7 7 7 1 2 3\n");
    CHECK(found.set.energy[0] == -2);
    CHECK(found.force(0) == V{1, 2, 3});
    CHECK(near(found.set.virial[0]) == data::Virial{-6.4, -12.8, -19.2, -38.4, -32, -25.6});
    CHECK_THAT(found.said("not taken"), Contains("energy (ref_energy goes before it)") &&
                                            Contains("forces (ref_forces goes before it)") &&
                                            Contains("stress (ref_stress goes before it)"));
}

TEST_CASE("GPUMD: keys in any case, vel in Å/fs, mass, columns that nobody needs") {
    const auto found = read(
        "2\n"
        "pbc=\"T T T\" lattice=\"5 0 0 0 5 0 0 0 5\" "
        "properties=species:S:1:pos:R:3:mass:R:1:vel:R:3:group:I:2 "
        "Energy=-3.25 virial=\"1 0 0 0 2 0 0 0 3\" Time=2000\n"
        "C 0 0 0 13.0 0.01 0 0 0 1\n"
        "C 1 1 1 13.0 0 0 0 0 1\n");
    CHECK(found.set.part.mass[0] == Approx(13.0 * gram_per_mole));
    CHECK(found.momentum(0)[0] == Approx(13.0 * gram_per_mole * 10));
    CHECK(found.set.virial[0] == data::Virial{1, 2, 3, 0, 0, 0});
    CHECK(found.set.time[0] == Approx(2.0));
    CHECK(found.set.energy[0] == Approx(-3.25 + 0.5 * 13.0 * gram_per_mole * 100));
    CHECK_FALSE(found.forces);
    CHECK_THAT(found.said("ignored"), Contains("group"));
}

TEST_CASE("dpdata, OVITO and libAtoms: atomic numbers, arrays in brackets, Windows line ends, D exponents") {
    const auto found = read(
        "2\r\n"
        "Lattice=[[4, 0, 0], [0, 4, 0], [0, 0, 4]] Properties=pos:R:3:Z:I:1:force:R:3 energy=-1.0D+01 "
        "pbc=[T, F, true] "
        "stress=[[1,2,3],[2,4,5],[3,5,6]] \"a key\"=\"with \\\"quotes\\\"\" bare_key\r\n"
        "0 0 0 18 1.0d-1 0 0\r\n"
        "1 1 1 36 -0.1 0 0\r\n");
    CHECK(found.set.energy[0] == -10);
    CHECK(found.force(0) == V{0.1, 0, 0});
    CHECK(found.set.box[0].periodic == std::array{true, false, true});
    CHECK(found.set.totals.species_names == potential::SpeciesNames{"Ar", "Kr"});
    CHECK(near(found.set.virial[0]) == data::Virial{-64, -256, -384, -128, -192, -320});
    CHECK_THAT(found.said("ignored"), Contains("a key") && Contains("bare_key"));
}

TEST_CASE("i-PI: cell and units in a comment") {
    const auto found = read(
        "1\n"
        "# CELL(abcABC):   10.0   20.0   30.0   90.0   90.0   60.0  Step:   0  Bead:  0 positions{angstrom}  "
        "cell{angstrom}\n"
        "Ar 1.0 2.0 3.0\n"
        "1\n"
        "# CELL(abcABC): 10 10 10 90 90 90 Step: 1 Bead: 0 positions{atomic_unit} cell{atomic_unit}\n"
        "Ar 1.0 0.0 0.0\n");
    CHECK(found.position(0) == V{1, 2, 3});
    CHECK(found.set.box[0].vectors[1][0] == Approx(10));
    CHECK(found.set.box[0].vectors[1][1] == Approx(20 * std::sqrt(0.75)));
    CHECK(found.set.box[0].periodic == std::array{true, true, true});
    CHECK(found.position(1)[0] == Approx(0.529177210903));
    CHECK(found.set.box[1].vectors[2][2] == Approx(5.29177210903));
    CHECK_THAT(refusal("1\n# CELL(abcABC): 9 9 9 90 90 90 velocities{atomic_unit}\nAr 1 0 0\n"),
               Contains("something else than positions"));
}

TEST_CASE("plain XYZ, and molecules in open space") {
    const auto found = read("2\nsome water of some kind\nH 0 0 0\nH -5 2 3\n");
    CHECK_FALSE(found.set.box[0].periodic[0]);
    for (std::size_t atom = 0; atom < 2; ++atom) {
        const auto s = graph::fractional(found.set.box[0], found.position(atom));
        for (const double c : s) CHECK((c > 0 && c < 1));
    }
    CHECK_THAT(found.said("boxes"), Contains("1 open on all sides") && Contains("made to hold the atoms"));
    // A slab whose third vector is 0, and molecules as old releases of ASE wrote them.
    const auto slab = read(
        "1\nLattice=\"3 0 0 1 3 0 0 0 0\" pbc=\"T T F\"\nH 0 0 40\n"
        "1\nLattice=\"0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0 0.0\" pbc=\"F F F\"\nH 0 0 0\n");
    CHECK(slab.set.box[0].vectors[1] == graph::Vector3{1, 3, 0});
    CHECK(slab.set.box[0].vectors[2][2] > 0);
    CHECK(graph::fractional(slab.set.box[0], slab.position(0))[2] == Approx(0.5));
    CHECK(slab.set.box[1].open());
}

TEST_CASE("a left-handed cell is the same lattice turned round") {
    const auto found = read("1\nLattice=\"0 3 0 3 0 0 0 0 3\"\nH 0 0 0\n");
    CHECK(graph::volume(found.set.box[0]) == 27);
    CHECK(found.set.box[0].vectors[0] == graph::Vector3{0, -3, 0});
}

TEST_CASE("species are numbered by element, whoever comes first in a file") {
    const std::string head = "2\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3:masses:R:1\n";
    const auto one = read(head + "Ne 0 0 0 1\nKr 1 1 1 2\n" + head + "b 0 0 0 3\n10 1 1 1 4\n" + head +
                          "a 0 0 0 5\n9 1 1 1 6\n");
    CHECK(one.set.totals.species_names == potential::SpeciesNames{"Ne", "Kr", "9", "10", "a", "b"});
    CHECK(one.set.part.species == std::vector<int>{0, 1, 5, 3, 4, 2});
    const auto other = read(head + "Kr 1 1 1 2\nNe 0 0 0 1\n");
    CHECK(other.set.part.species == std::vector<int>{1, 0});
}

TEST_CASE("energies that are all exactly zero are none") {
    const auto configuration = [](const char* pairs) {
        return std::string("1\nLattice=\"9 0 0 0 9 0 0 0 9\" ") + pairs + "\nAr 0 0 0\n";
    };
    const auto none = read(configuration("energy=0.0") + configuration("energy=0"));
    CHECK(std::isnan(none.set.energy[1]));
    CHECK_THAT(none.said("not taken"), Contains("energy (exactly 0 in every configuration)"));
    const auto free = read(configuration("energy=0.0 free_energy=2"));
    CHECK(free.set.energy[0] == 2);
    const auto some = read(configuration("energy=0.0") + configuration("energy=1"));
    CHECK(some.set.energy == V{0, 1});
    const auto apart = read(configuration("energy=3") + configuration("comment=x"));
    CHECK(std::isnan(apart.set.energy[1]));
    CHECK_THAT(apart.said("energies"), Contains("'energy' in 1 of 2 configurations"));
}

TEST_CASE("a share of every config_type is held out; groups and trajectories as wholes") {
    const auto configurations = [](const std::vector<std::string>& pairs) {
        std::string text;
        for (const auto& pair : pairs) text += "1\nLattice=\"9 0 0 0 9 0 0 0 9\" " + pair + "\nAr 0 0 0\n";
        return text;
    };
    const auto groups = [](const tests::Contents& found) {
        std::vector<GlobalIndex> numbers;
        for (std::size_t s = 0; s < found.set.snapshot_count(); ++s) numbers.push_back(found.set.group_of(s));
        return numbers;
    };
    using G = std::vector<GlobalIndex>;
    const std::string a = "config_type=\"a b\"";
    const std::string b = "config_type=b";
    const auto types = read(configurations({b, a, b, a, "x=1", b}));
    CHECK(groups(types) == G{1, 4, 2, 5, 0, 3});
    CHECK(types.set.config_type == G{0, 1, 0, 1, -1, 0});
    CHECK(types.set.totals.config_type_names == std::vector<std::string>{"b", "a b"});
    CHECK_THAT(types.said("config_type"), Contains("b 3, a b 2") && Contains("a share of each is held out"));
    CHECK(groups(read(configurations({"group=q", "group=p", "x=1", "group=q"}))) == G{0, 1, 2, 0});
    CHECK(groups(read(configurations({"trajectory=7", "trajectory=7", "trajectory=3"}))) == G{0, 0, 1});
}

TEST_CASE("what does not fit together in extended XYZ is refused with its line") {
    const std::string lattice = "Lattice=\"2 0 0 0 2 0 0 0 2\" ";
    CHECK_THAT(refusal("1\n" + lattice + "virial=\"8 0 0 0 8 0 0 0 8\" stress=\"1 1 1 0 0 0\"\nH 0 0 0\n"),
               Contains("line 2: virial and stress have the wrong signs to each other"));
    CHECK_THAT(refusal("1\n" + lattice + "virial=\"8 0 0 0 8 0 0 0 8\" stress=\"-2 1 1 0 0 0\"\nH 0 0 0\n"),
               Contains("line 2: virial and stress do not say the same"));
    CHECK_THAT(refusal("1\n" + lattice + "virial=\"8 0 0 1 8 0 0 0 8\"\nH 0 0 0\n"),
               Contains("is not symmetric"));
    CHECK_THAT(refusal("1\n" + lattice + "virial=\"8 0 0 1\"\nH 0 0 0\n"), Contains("virial has 4 numbers"));
    CHECK_THAT(refusal("1\n" + lattice + "energy=nan\nH 0 0 0\n"), Contains("line 2: energy cannot be nan"));
    CHECK_THAT(refusal("1\n" + lattice + "energy=x\nH 0 0 0\n"), Contains("line 2: 'x' is no energy"));
    CHECK_THAT(refusal("1\n" + lattice + "a={1 2\nH 0 0 0\n"), Contains("the value of a has no closing '}'"));
    const std::string forces = lattice + "Properties=species:S:1:pos:R:3:forces:R:3\nH 0 0 0 0 0 0\n";
    const std::string force = lattice + "Properties=species:S:1:pos:R:3:force:R:3\nH 0 0 0 0 0 0\n";
    CHECK_THAT(refusal("1\n" + forces + "1\n" + force),
               Contains("line 5: of this configuration and the first one"));
    // A stress without a volume says nothing.
    CHECK(read("1\nstress=\"1 1 1 0 0 0\" energy=1\nH 0 0 0\n").set.energy[0] == 1);
}

TEST_CASE("units of extended XYZ that names none are metal, or what the user says") {
    const std::string text = "1\nProperties=species:S:1:pos:R:3:vel:R:3\nAr 0 0 0 2 0 0\n";
    CHECK(read(text).set.totals.units == "metal");
    const auto found = read(text, {.units = "lj"});
    CHECK(found.set.totals.units == "lj");
    CHECK(found.set.part.mass == V{39.948});
    CHECK(found.momentum(0) == V{2 * 39.948, 0, 0});
}

/// Damaged files of text: each is read, or refused with a message, and nothing else.

#include <random>

#include "rfhgn/io/configuration_writers.hpp"

#include "text_file.hpp"

using namespace rfhgn;

namespace {

using Random = std::mt19937;

template <class T>
const T& any_of(const std::vector<T>& choices, Random& random) {
    return choices[random() % choices.size()];
}

// Some bytes, a word or a line of the text are lost, doubled, or replaced by what parsers stumble over.
void damage(std::string& text, Random& random) {
    static const std::vector<std::string> words{"0",
                                                "-1",
                                                "1e308",
                                                "1e-320",
                                                "nan",
                                                "inf",
                                                "99999999999999999999",
                                                "0x10",
                                                "2147483648",
                                                "\"",
                                                "{",
                                                "[[",
                                                "=",
                                                ":",
                                                "\n",
                                                "\\",
                                                "ITEM: ",
                                                "Atoms",
                                                "Masses",
                                                "Lattice=",
                                                "pbc=",
                                                "Properties=species:S:1:pos:R:3",
                                                "# full",
                                                "\r",
                                                "energy=",
                                                "virial=\"1 2\"",
                                                "\xff"};
    const auto at = random() % (text.size() + 1);
    const auto length = std::min<std::size_t>(random() % 12, text.size() - at);
    switch (random() % 5) {
        case 0:
            text.erase(at, length);
            break;
        case 1:
            text.insert(at, any_of(words, random));
            break;
        case 2:
            text.replace(at, length, any_of(words, random));
            break;
        case 3:
            text.insert(at, text.substr(at, 8 * length));
            break;
        default:
            if (at < text.size()) text[at] = static_cast<char>(random() % 256);
    }
}

// Whether it was taken.
bool feed(const std::string& path) {
    try {
        const io::DataSetReader reader(parallel::Communicator::self(), path);
        const auto snapshots = reader.totals().snapshots;
        static_cast<void>(reader.read({0, reader.totals().nodes}));
        static_cast<void>(reader.outline({0, snapshots}));
        io::write_extended_xyz(reader, io::survey(reader), path + ".again.xyz");
        const io::DataSetReader again(parallel::Communicator::self(), path + ".again.xyz");
        static_cast<void>(again.read_snapshots({0, snapshots}));
        return true;
    } catch (const InputError& error) {
        if (std::string(error.what()).empty()) throw std::runtime_error("a refusal without a word");
        return false;
    }
}

void feed_mutations(const char* name, const std::string& good) {
    const tests::TemporaryDirectory directory;
    if (tests::world().size() > 1) return;  // what one rank does
    const auto path = directory.file(name);
    int taken = 0;
    constexpr unsigned count = 800;
    for (unsigned number = 0; number < count; ++number) {
        Random random(number);
        auto text = good;
        for (auto damages = 1 + random() % 3; damages > 0; --damages) damage(text, random);
        std::ofstream(path, std::ios::binary) << text;
        INFO(text);
        taken += feed(path) ? 1 : 0;
    }
    CHECK(taken > 20);
    CHECK(taken < static_cast<int>(count) - 50);
}

}  // namespace

TEST_CASE("damaged extended XYZ") {
    feed_mutations(
        "bad.xyz",
        "2\nLattice=\"5 0 0 1 6 0 0 0 7\" "
        "Properties=species:S:1:pos:R:3:tags:I:2:forces:R:3:vel:R:3:mass:R:1 "
        "energy=-1.5 virial={1 2 3 2 4 5 3 5 6} pbc=[T, F, T] config_type='a b' group=q Time=3\n"
        "Ar 0.5 1 1.5 7 8 0.25 -0.5 1e-3 1 2 3 40\nKr 2.5 3 3.5 7 8 -0.25 0.5 -1e-3 1 2 3 80\n"
        "1\nProperties=species:S:1:pos:R:3:forces:R:3 free_energy=1 stress=\"1 2 3 4 5 6\"\nH 1 2 3 4 5 6\n"
        "1\n# CELL(abcABC): 9 9 9 90 80 70 positions{angstrom} Properties=pos:R:3:species:S:1:forces:R:3\n1 "
        "2 3 Si 0 0 0\n");
}

TEST_CASE("damaged LAMMPS data files") {
    feed_mutations("bad.data",
                   "title, units = metal\n\n2 atoms\n2 atom types\n\n0 4 xlo xhi\n0 5 ylo yhi\n0 6 zlo "
                   "zhi\n1 -0.5 0.25 xy xz yz\n\n"
                   "Atom Type Labels\n\n1 Ar\n2 Kr\n\nMasses\n\n1 39.9\n2 83.8\n\nAtoms # full\n\n1 1 Ar 0.5 "
                   "1 2 3 0 0 1\n2 1 2 -0.5 2 2 2 0 0 0\n\n"
                   "Velocities\n\n1 1 2 3\n2 3 2 1\n");
}

TEST_CASE("damaged LAMMPS dumps") {
    const std::string frame =
        "ITEM: TIMESTEP\n10\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS xy xz yz pp pp ff\n-0.5 5 1\n0 5.25 "
        "-0.5\n0 6 0.25\n"
        "ITEM: ATOMS id element x y z ix iy iz vx vy vz fx fy fz mass q\n2 Ar 1 1 1 0 1 0 1 2 3 4 5 6 40 "
        "0.5\n1 Kr 2 2 2 0 0 0 1 2 3 4 5 6 80 0.5\n";
    feed_mutations("bad.dump", "ITEM: UNITS\nmetal\n" + frame + "ITEM: TIME\n0.5\n" + frame);
}

// Each case starts from a correct file of three snapshots (2, 2, 1 nodes; 1, 1, 0 edges; one dimension), made
// with HDF5 itself, and spoils one thing.
#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <thread>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/inspect.hpp"

#include "support.hpp"

using namespace rfhgn;
using tests::world;

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void attribute(hid_t file, const char* name, const char* text) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, std::char_traits<char>::length(text));
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t made = H5Acreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(made, type, text);
    H5Aclose(made);
    H5Sclose(space);
    H5Tclose(type);
}

void attribute(hid_t file, const char* name, int value) {
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t made = H5Acreate2(file, name, H5T_STD_I16LE, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(made, H5T_NATIVE_INT, &value);
    H5Aclose(made);
    H5Sclose(space);
}

void remove(hid_t file, const char* name) {
    if (H5Lexists(file, name, H5P_DEFAULT) > 0) H5Ldelete(file, name, H5P_DEFAULT);
}

// Replaces a data set; numbers go to the file as `type`.
void put(hid_t file, const char* name, std::vector<hsize_t> shape, hid_t type,
         const std::vector<double>& values) {
    remove(file, name);
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(made);
    H5Sclose(space);
}

void put_strings(hid_t file, const char* name, hsize_t count) {
    remove(file, name);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 4);
    const hid_t space = H5Screate_simple(1, &count, nullptr);
    const hid_t made = H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, std::string(4 * count, 'x').data());
    H5Dclose(made);
    H5Sclose(space);
    H5Tclose(type);
}

// A shape without data: chunked, nothing allocated.
void declare_only(hid_t file, const char* name, std::vector<hsize_t> shape) {
    remove(file, name);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const std::vector<hsize_t> chunk(shape.size(), 1);
    H5Pset_chunk(list, static_cast<int>(chunk.size()), chunk.data());
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(list);
}

// An array of zeros in chunks, shrunk by gzip to next to nothing.
void put_compressed(hid_t file, const char* name, hsize_t rows) {
    remove(file, name);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const std::vector<hsize_t> chunk{rows, 1};
    H5Pset_chunk(list, 2, chunk.data());
    H5Pset_deflate(list, 9);
    const hid_t space = H5Screate_simple(2, chunk.data(), nullptr);
    const hid_t made = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    const std::vector<double> zeros(rows);
    H5Dwrite(made, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data());
    H5Dclose(made);
    H5Sclose(space);
    H5Pclose(list);
}

// Of many chunks only the first is there.
void put_first_chunk_only(hid_t file, const char* name, hsize_t rows) {
    remove(file, name);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    const std::vector<hsize_t> chunk{1, 1};
    const std::vector<hsize_t> whole{rows, 1};
    H5Pset_chunk(list, 2, chunk.data());
    const hid_t space = H5Screate_simple(2, whole.data(), nullptr);
    const hid_t made = H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    const std::vector<hsize_t> start{0, 0};
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, chunk.data(), nullptr);
    const hid_t one = H5Screate_simple(2, chunk.data(), nullptr);
    const double value = 1;
    H5Dwrite(made, H5T_NATIVE_DOUBLE, one, space, H5P_DEFAULT, &value);
    H5Sclose(one);
    H5Dclose(made);
    H5Sclose(space);
    H5Pclose(list);
}

// The data lie in another file, whose content would be taken for positions.
void put_external(hid_t file, const char* name) {
    remove(file, name);
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_external(list, "/etc/hostname", 0, 40);
    const std::vector<hsize_t> shape{5, 1};
    const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
    H5Dclose(H5Dcreate2(file, name, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, list, H5P_DEFAULT));
    H5Sclose(space);
    H5Pclose(list);
}

const auto real = [] { return H5T_IEEE_F32LE; };
const auto integer = [] { return H5T_STD_I16LE; };

// Narrow types on purpose: a correct file may have them.
hid_t correct_file(const std::string& path) {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    attribute(file, "format", "rfhgn-data-set");
    attribute(file, "format_version", 1);
    attribute(file, "dimension", 1);
    for (const char* group : {"particles", "snapshots", "graph"})
        H5Gclose(H5Gcreate2(file, group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    for (const char* name : {"/particles/position", "/particles/momentum", "/particles/force"})
        put(file, name, {5, 1}, real(), {0.5, 1.5, 2.5, 3.5, 4.5});
    put(file, "/particles/mass", {5}, integer(), {1, 2, 3, 4, 5});
    put(file, "/snapshots/node_offset", {4}, integer(), {0, 2, 4, 5});
    put(file, "/graph/edges", {2, 2}, integer(), {0, 1, 3, 2});
    put(file, "/graph/edge_offset", {4}, integer(), {0, 1, 2, 2});
    return file;
}

using Spoil = std::function<void(hid_t)>;

std::string make(const tests::TemporaryDirectory& directory, const Spoil& spoil) {
    auto path = directory.file("broken.h5");
    if (world().is_root()) {
        const hid_t file = correct_file(path);
        spoil(file);
        H5Fclose(file);
    }
    parallel::barrier(world());
    return path;
}

data::SnapshotSet read(const std::string& path) {
    const io::DataSetReader reader(world(), path);
    return reader.read(parallel::block_range(reader.totals().nodes, world().size(), world().rank()));
}

struct Case {
    const char* message;
    Spoil spoil;
};

const std::vector<Case> cases{
    {"data set /particles/momentum is absent",
     [](hid_t f) { H5Ldelete(f, "/particles/momentum", H5P_DEFAULT); }},
    {"there is no /particles/force and, to make up for it from a time series, no /snapshots/time",
     [](hid_t f) { H5Ldelete(f, "/particles/force", H5P_DEFAULT); }},
    {"data set /graph/edges is absent", [](hid_t f) { H5Ldelete(f, "/graph", H5P_DEFAULT); }},
    {"attribute 'dimension' of / is absent", [](hid_t f) { H5Adelete(f, "dimension"); }},
    {"dimension is 4, but must be 1, 2 or 3",
     [](hid_t f) { H5Adelete(f, "dimension"), attribute(f, "dimension", 4); }},
    {"root attribute 'units' is 'furlong', but must be one of reduced, lj, metal",
     [](hid_t f) { attribute(f, "units", "furlong"); }},
    {"format_version is 2, but this release reads 1",
     [](hid_t f) { H5Adelete(f, "format_version"), attribute(f, "format_version", 2); }},
    {"not a data set: root attribute 'format' is 'other', but must be 'rfhgn-data-set'",
     [](hid_t f) { H5Adelete(f, "format"), attribute(f, "format", "other"); }},
    {"/particles/position has shape [5], but must have 2 axes",
     [](hid_t f) {
         put(f, "/particles/position", {5}, real(), {1, 2, 3, 4, 5});
     }},
    {"/particles/momentum has shape [4, 1], but must have [5, 1] (nodes, dimension)",
     [](hid_t f) {
         put(f, "/particles/momentum", {4, 1}, real(), {1, 2, 3, 4});
     }},
    {"/graph/edge_offset has shape [3], but must have [4] (snapshots + 1)",
     [](hid_t f) {
         put(f, "/graph/edge_offset", {3}, integer(), {0, 1, 2});
     }},
    {"/particles/mass holds strings, but must hold real numbers",
     [](hid_t f) { put_strings(f, "/particles/mass", 5); }},
    {"/graph/edges holds real numbers, but must hold integers",
     [](hid_t f) {
         put(f, "/graph/edges", {2, 2}, real(), {0, 1, 2, 3});
     }},
    {"/particles/force of particle 1 of snapshot 1 (row 3, column 0) is nan",
     [](hid_t f) {
         put(f, "/particles/force", {5, 1}, real(), {1, 2, 3, nan, nan});
     }},
    {"/particles/position of particle 0 of snapshot 2 (row 4, column 0) is -1e+200, but sums of powers of it "
     "overflow",
     [](hid_t f) {
         put(f, "/particles/position", {5, 1}, H5T_IEEE_F64LE, {1, 2, 3, 4, -1e200});
     }},
    {"/particles/mass of particle 0 of snapshot 2 (row 4, column 0) is 0, but must be from 1e-60",
     [](hid_t f) {
         put(f, "/particles/mass", {5}, real(), {1, 1, 1, 1, 0});
     }},
    {"/particles/mass of particle 1 of snapshot 0 (row 1, column 0) is 1e-300, but must be from 1e-60",
     [](hid_t f) {
         put(f, "/particles/mass", {5}, H5T_IEEE_F64LE, {1, 1e-300, 1, 1, 1});
     }},
    {"/snapshots/time of snapshot 1 is inf",
     [](hid_t f) {
         put(f, "/snapshots/time", {3}, real(), {0, std::numeric_limits<double>::infinity(), 2});
     }},
    {"/snapshots/node_offset does not increase: 4 in row 1, 4 in row 2",
     [](hid_t f) {
         put(f, "/snapshots/node_offset", {4}, integer(), {0, 4, 4, 5});
     }},
    {"/snapshots/node_offset ends with 6, but must end with 5",
     [](hid_t f) {
         put(f, "/snapshots/node_offset", {4}, integer(), {0, 2, 4, 6});
     }},
    {"/snapshots/node_offset begins with 1, but must begin with 0",
     [](hid_t f) {
         put(f, "/snapshots/node_offset", {4}, integer(), {1, 2, 4, 5});
     }},
    {"/graph/edge_offset does not increase: 2 in row 1, 1 in row 2",
     [](hid_t f) {
         put(f, "/graph/edge_offset", {4}, integer(), {0, 2, 1, 2});
     }},
    {"/graph/edges row 1 joins nodes 1 and 2, but snapshot 1 has the nodes 2 to 3",
     [](hid_t f) {
         put(f, "/graph/edges", {2, 2}, integer(), {0, 1, 1, 2});
     }},
    {"/graph/edges row 0 joins nodes 0 and -1, but snapshot 0 has the nodes 0 to 1",
     [](hid_t f) {
         put(f, "/graph/edges", {2, 2}, integer(), {0, -1, 3, 2});
     }},
    {"/graph/edges row 1 joins node 3 to itself",
     [](hid_t f) {
         put(f, "/graph/edges", {2, 2}, integer(), {0, 1, 3, 3});
     }},
    {"/snapshots/energy of snapshot 2 is inf",
     [](hid_t f) {
         put(f, "/snapshots/energy", {3}, real(), {1, nan, std::numeric_limits<double>::infinity()});
     }},
    {"/particles/species is 3000000000 in row 1, which exceeds 32 bits",
     [](hid_t f) {
         put(f, "/particles/species", {5}, H5T_STD_I64LE, {0, 3e9, 0, 0, 0});
     }},
    {"attribute 'names' of /graph/attributes is absent",
     [](hid_t f) {
         put(f, "/graph/attributes", {2, 1}, real(), {1, 2});
     }},
    {"/particles/position declares a shape but holds no data",
     [](hid_t f) {
         declare_only(f, "/particles/position", {hsize_t{1} << 60U, 1});
     }},
    {"/particles/momentum declares 8388608000 bytes, but 8 are stored",
     [](hid_t f) { put_first_chunk_only(f, "/particles/momentum", 1048576000); }},
    {"/particles/momentum lies in other files", [](hid_t f) { put_external(f, "/particles/momentum"); }},
    {"/particles/momentum has shape [100000, 1], but must have [5, 1]",  // gzip may be this good
     [](hid_t f) { put_compressed(f, "/particles/momentum", 100000); }},
    {"/snapshots/node_offset names no snapshot",
     [](hid_t f) { put(f, "/snapshots/node_offset", {1}, integer(), {0}); }},
};

}  // namespace

TEST_CASE("each fault of a data set has one message, the same on all ranks") {
    const tests::TemporaryDirectory directory;
    for (const auto& [message, spoil] : cases) {
        const auto path = make(directory, spoil);
        CHECK_THAT(tests::input_error([&] { read(path); }),
                   Catch::Contains(path) && Catch::Contains(message));
        parallel::barrier(world());
    }
}

TEST_CASE("a rank that reads by itself finds the same faults, alone") {
    const tests::TemporaryDirectory directory;
    const auto path = make(directory, [](hid_t f) {
        put(f, "/particles/force", {5, 1}, real(), {1, 2, 3, std::nan(""), 5});
        put(f, "/graph/edges", {2, 2}, integer(), {0, 1, 1, 2});
    });
    const io::DataSetReader reader(world(), path);
    if (world().rank() != world().size() - 1) return;
    CHECK(reader.read_snapshots({0, 1}).position == std::vector<double>{0.5, 1.5});
    CHECK(reader.read_snapshots({2, 3}).position == std::vector<double>{4.5});
    CHECK_THROWS_WITH(reader.read_snapshots({1, 3}),
                      Catch::Contains("/particles/force of particle 1 of snapshot 1"));
}

TEST_CASE("the smallest correct file is read, with defaults for what is optional") {
    const tests::TemporaryDirectory directory;
    const auto path = make(directory, [](hid_t) {});
    const auto self = parallel::Communicator::self();
    const auto set = io::DataSetReader(self, path).read({0, 5});
    CHECK(set.position == std::vector<double>{0.5, 1.5, 2.5, 3.5, 4.5});
    CHECK(set.velocity.empty());
    CHECK(set.part.mass == std::vector<double>{1, 2, 3, 4, 5});
    CHECK(set.part.species == std::vector<int>(5, 0));
    CHECK(set.part.edges == std::vector<graph::GlobalEdge>{{0, 1}, {3, 2}});
    CHECK(set.node_offset == std::vector<GlobalIndex>{0, 2, 4, 5});
    CHECK(set.trajectory == std::vector<GlobalIndex>{0, 1, 2});
    CHECK(set.time == std::vector<double>(3, 0.0));
    CHECK((std::isnan(set.energy[0]) && std::isnan(set.energy[2])));
    CHECK(set.totals.units == "reduced");
    read(path);
}

TEST_CASE("files that are absent, of another kind or cut short are refused") {
    const tests::TemporaryDirectory directory;
    const auto absent = directory.file("absent.h5");
    CHECK_THAT(tests::input_error([&] { read(absent); }),
               Catch::Contains("cannot read") && Catch::Contains(absent));
    const auto text = directory.file("text.h5");
    if (world().is_root()) std::ofstream(text) << "not HDF5, but longer than eight bytes\n";
    parallel::barrier(world());
    CHECK_THAT(tests::input_error([&] { read(text); }), Catch::Contains("is not an HDF5 file"));
    CHECK_THAT(tests::input_error([&] { io::inspect_file(world(), text); }),
               Catch::Contains("is not an HDF5 file"));
    const auto path = make(directory, [](hid_t) {});
    if (world().is_root()) std::filesystem::resize_file(path, std::filesystem::file_size(path) * 2 / 3);
    parallel::barrier(world());
    CHECK_THAT(tests::input_error([&] { read(path); }), Catch::Contains("truncated file"));
    const auto other =
        make(directory, [](hid_t f) { H5Adelete(f, "format"), attribute(f, "format", "theirs"); });
    CHECK_THAT(tests::input_error([&] { io::inspect_file(world(), other); }),
               Catch::Contains("not one of rfhgn's formats") && Catch::Contains("theirs"));
}

TEST_CASE("a file that HDF5 does not survive is refused, and the run goes on") {
    if (world().size() != 2) return;  // it takes seconds until the loop is given up
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("looping.h5");
    // A string of variable length whose heap has an object of size zero: HDF5 1.10 walks it for ever.
    if (world().is_root()) {
        const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        const hid_t space = H5Screate(H5S_SCALAR);
        const hid_t made = H5Acreate2(file, "format", type, space, H5P_DEFAULT, H5P_DEFAULT);
        const char* text = "rfhgn-model";
        H5Awrite(made, type, &text);
        H5Aclose(made);
        H5Sclose(space);
        H5Tclose(type);
        H5Fclose(file);
    }
    parallel::barrier(world());
    const auto refusal = [&] { return tests::input_error([&] { io::inspect_file(world(), path); }); };
    CHECK_THAT(refusal(), !Catch::Contains("is damaged"));
    // Whoever changes a file does so later than the clock of the file system can tell.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (world().is_root()) {
        std::fstream bytes(path, std::ios::in | std::ios::out | std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(bytes), {}};
        constexpr std::size_t size_of_free_space = 56;  // behind a header, and the string with its own
        bytes.seekp(static_cast<std::streamoff>(all.find("GCOL") + size_of_free_space));
        bytes.write(std::string(8, '\0').data(), 8);
    }
    parallel::barrier(world());
    CHECK_THAT(refusal(), Catch::Contains("is damaged: HDF5"));
    read(make(directory, [](hid_t) {}));
}

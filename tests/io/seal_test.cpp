// Damage of sealed files, and files that change while they are read.
#include <array>
#include <functional>
#include <random>
#include <unistd.h>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/io/whole_file.hpp"

#include "block_seal.hpp"
#include "superblock.hpp"
#include "support.hpp"
#include "support/pairwise_file.hpp"

using namespace rfhgn;
using tests::world;

namespace {

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// On the root, later than the clock of the file system can tell apart. *Collective.*
void replace(const std::string& path, const std::string& bytes) {
    parallel::barrier(world());
    if (world().is_root()) {
        usleep(10000);
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }
    parallel::barrier(world());
}

// Written by all ranks, of so many snapshots.
void write_chains(const std::string& path, GlobalIndex snapshots) {
    const tests::Chains chains{snapshots};
    std::vector<GlobalIndex> edges_of_snapshot;
    const auto nodes = parallel::block_range(chains.nodes(), world().size(), world().rank());
    const auto set = tests::chain_set(chains, nodes, edges_of_snapshot);
    io::write_data_set(world(), path, set, edges_of_snapshot, {"deck", "rfhgn test", "abc", "HDF5 1", 1});
}

model::DenseLayer layer(int inputs, int width) {
    const auto numbers = [&](int count) {
        return std::vector<double>(static_cast<std::size_t>(count), 1.0 / (1 + count));
    };
    return {model::Activation::tanh, inputs,        width, numbers(inputs), numbers(inputs),
            numbers(inputs * width), numbers(width)};
}

model::PairwiseModel small_model() {
    model::PairwiseModel model;
    model.dimension = 2;
    model.node = layer(1, 50);
    model.message = layer(1, 70);
    model.kinetic_coefficients = std::vector<double>(50, 0.5);
    model.message_coefficients = std::vector<double>(70, 0.25);
    model.energy_per_edge = 0.125;
    model.training_range = {{0.1, 2.3, {}, {}}, {4.5, 0.6, 7.8}};
    model.units = "lj";
    return model;
}

// What a training takes from a data set, as bits. Local.
std::string as_bits(const data::SnapshotSet& set) {
    std::string bits;
    const auto add = [&](const auto& values) {
        bits.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(values[0]));
    };
    add(set.position), add(set.momentum), add(set.velocity), add(set.force);
    add(set.part.mass), add(set.part.species), add(set.part.edges), add(set.part.edge_attributes.values);
    add(set.node_offset), add(set.energy), add(set.time), add(set.trajectory), add(set.totals.units);
    for (const auto& name : set.totals.edge_attribute_names) add(name);
    return bits;
}

std::string read_data(const std::string& path) {
    const auto self = parallel::Communicator::self();
    const io::DataSetReader reader(self, path);
    return as_bits(reader.read({0, reader.totals().nodes}));
}

std::string read_model_bits(const std::string& path) {
    const auto model = tests::read_pairwise(parallel::Communicator::self(), path);
    std::string bits = model.units;
    for (const auto* values : {&model.message_coefficients, &model.kinetic_coefficients,
                               &model.message.weights, &model.message.biases, &model.node.weights})
        bits.append(reinterpret_cast<const char*>(values->data()), values->size() * sizeof(double));
    return bits + std::to_string(model.energy_per_edge);
}

// Flips one bit after the other, here and there: what is read is the same, or is refused with the file's
// name.
template <class Read>
void check_flips(const std::string& path, int flips, Read&& read) {
    const auto whole = contents(path);
    const auto expected = read(path);
    std::mt19937 random(7);
    int refused = 0;
    for (int i = 0; i < flips; ++i) {
        auto damaged = whole;
        const auto at = random() % damaged.size();
        damaged[at] = static_cast<char>(damaged[at] ^ (1U << (random() % 8)));
        std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
        try {
            const auto found = read(path);
            INFO("byte " << at);
            CHECK(found == expected);
        } catch (const Error& error) {
            ++refused;
            CHECK(error.code() == ExitCode::bad_input);
            CHECK_THAT(error.what(), Catch::Contains(path));
        }
    }
    CHECK(refused > flips * 9 / 10);  // the seal itself is small
}

void run_error(const std::string& path, const std::function<void()>& call) {
    try {
        call();
        FAIL_CHECK("read a file that was changed");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::run_failed);
        CHECK_THAT(error.what(), Catch::Contains(path) && Catch::Contains("changed while it was read"));
    }
}

}  // namespace

TEST_CASE("a flipped bit in a data set is found, or changes nothing") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write_chains(path, 40);
    if (world().is_root()) check_flips(path, 150, read_data);
}

TEST_CASE("a flipped bit in a model is found, or changes nothing") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    io::write_model(world(), path, small_model(), "{}", {"deck", "rfhgn test", "abc", "HDF5 1", 1});
    if (world().is_root()) check_flips(path, 150, read_model_bits);
}

TEST_CASE("of a large array, rows are checked where they are read, and only there") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write_chains(path, 60000);
    const auto whole = contents(path);
    REQUIRE_ALL(whole.size() > (std::size_t{8} << 20U));
    // A position far from both ends of its array: two doubles in a row, of which there is one.
    constexpr GlobalIndex touched = 30000;
    const auto node = tests::Chains{60000}.offset(touched);
    const std::array<double, 2> place{tests::value(1, node, 0), tests::value(1, node, 1)};
    const auto at = whole.find(std::string(reinterpret_cast<const char*>(place.data()), sizeof(place)));
    REQUIRE_ALL(at != std::string::npos);
    auto damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1U);
    replace(path, damaged);
    const io::DataSetReader reader(world(), path);
    CHECK(reader.read_snapshots({0, 1}).position.front() == tests::value(1, 0, 0));
    CHECK_THROWS_WITH(reader.read_snapshots({touched, touched + 1}),
                      Catch::Contains("is damaged: bytes") && Catch::Contains(path));
    parallel::barrier(world());
    CHECK_THAT(tests::input_error([&] { io::inspect_file(world(), path); }), Catch::Contains("is damaged"));
}

TEST_CASE("files say whether they are sealed; one that was written to by HDF5 is not") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write_chains(path, 5);
    CHECK_THAT(io::inspect_file(world(), path), Catch::Contains("seal               whole"));
    parallel::barrier(world());
    if (world().is_root()) H5Fclose(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    parallel::barrier(world());
    CHECK_THAT(io::inspect_file(world(), path), Catch::Contains("seal               none"));
    const InputFile file(path);
    CHECK(io::declared_end(file) == file.state().size);
}

TEST_CASE("a model is read up to its end, whatever hole follows") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("model.h5");
    io::write_model(world(), path, small_model(), "{}", tests::provenance());
    const auto expected = read_model_bits(path);
    parallel::barrier(world());
    if (world().is_root()) std::filesystem::resize_file(path, std::uintmax_t{1} << 40U);
    parallel::barrier(world());
    CHECK(read_model_bits(path) == expected);
}

TEST_CASE("data that are cut or written to while they are open are a failure of the run") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("data.h5");
    write_chains(path, 400);
    const auto sealed = contents(path);
    const auto unsealed = sealed.substr(0, io::declared_end(InputFile(path)).value());
    for (const auto& bytes : {sealed, unsealed}) {
        for (const auto& changed : {bytes.substr(0, bytes.size() / 2), bytes.substr(0, 100), bytes}) {
            replace(path, bytes);
            const io::DataSetReader reader(world(), path);
            static_cast<void>(reader.read_snapshots({0, 3}));
            replace(path, changed);
            run_error(path, [&] { static_cast<void>(reader.read_snapshots({100, 300})); });
            run_error(path, [&] { static_cast<void>(reader.outline({0, 400})); });
            run_error(path, [&] {
                static_cast<void>(reader.read(
                    parallel::block_range(reader.totals().nodes, world().size(), world().rank())));
            });
        }
    }
}

TEST_CASE("what is no plain file at the place of an output stays as it is") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("out.json");
    const auto other = directory.file("precious");
    if (!world().is_root()) return;
    namespace fs = std::filesystem;
    std::ofstream(other) << "precious";
    const auto refused = [&] {
        CHECK_THROWS_WITH(io::require_output_place(path), Catch::Contains("is there"));
        CHECK_THROWS_WITH(io::write_whole_file(path, "new"), Catch::Contains("is there"));
        CHECK(contents(other) == "precious");
        fs::remove_all(path + ".part");
    };
    fs::create_symlink(other, path + ".part");
    refused();
    fs::create_symlink(directory.file("absent"), path + ".part");
    refused();
    CHECK_FALSE(fs::exists(directory.file("absent")));
    fs::create_directory(path + ".part");
    refused();
    fs::create_hard_link(other, path + ".part");
    io::write_whole_file(path, "new");
    CHECK(contents(other) == "precious");
    std::ofstream(path + ".part") << "left over by a run that was killed, longer than what comes";
    io::require_output_place(path);
    io::write_whole_file(path, "new");
    CHECK(contents(path) == "new");
    CHECK_FALSE(io::is_taken(path + ".part"));
    CHECK_THROWS_WITH(io::require_output_place(directory.file("a\nb")), Catch::Contains("a\\nb"));
}

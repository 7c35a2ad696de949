#include "rfhgn/io/checkpoint.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "rfhgn/io/inspect.hpp"

#include "support.hpp"

using namespace rfhgn;
using tests::world;

namespace {

constexpr GlobalIndex particles = 23;

double momentum(GlobalIndex id, int axis) {
    return 100.0 * static_cast<double>(id) + axis + 1.0 / 3.0;
}

// Particles on ranks by id modulo their number, largest id first.
std::vector<GlobalIndex> scattered_ids(const parallel::Communicator& comm) {
    std::vector<GlobalIndex> ids;
    for (GlobalIndex id = particles - 1; id >= 0; --id)
        if (id % comm.size() == comm.rank()) ids.push_back(id);
    return ids;
}

io::Checkpoint sample(const std::vector<GlobalIndex>& ids, std::int64_t step) {
    io::Checkpoint checkpoint;
    checkpoint.step = step;
    checkpoint.particles = particles;
    checkpoint.settings = {{"rollout.dt", "0.01"}, {"rollout.system.size", "[2, 3]"}};
    auto& momenta = checkpoint.state.particles["momentum"];
    momenta.width = 3;
    auto& images = checkpoint.state.particles["observer/image"];
    for (const auto id : ids) {
        for (int axis = 0; axis < 3; ++axis) momenta.values.push_back(momentum(id, axis));
        images.values.push_back(id == 5 ? std::numeric_limits<double>::quiet_NaN() : -0.0);
    }
    checkpoint.state.values["energies"] = {0.1, static_cast<double>(step), 1e300};
    checkpoint.state.values["nothing"] = {};
    return checkpoint;
}

void write(const parallel::Communicator& comm, const io::CheckpointPlace& place, std::int64_t step) {
    const auto ids = scattered_ids(comm);
    io::write_checkpoint(comm, place, sample(ids, step), ids, tests::provenance());
}

void check_values(const parallel::Communicator& comm, const io::Checkpoint& found, std::int64_t step) {
    const auto ids = scattered_ids(comm);
    const auto expected = sample(ids, step);
    CHECK(found.step == step);
    CHECK(found.settings == expected.settings);
    CHECK(found.state.values == expected.state.values);
    const auto state = io::to_owners(comm, found.state, found.particles, ids);
    CHECK(state.particle("momentum", 3) == expected.state.particles.at("momentum").values);
    const auto images = state.part("observer").particle("image", 1);
    REQUIRE(images.size() == ids.size());
    const auto& wanted = expected.state.particles.at("observer/image").values;
    CHECK((ids.empty() || std::memcmp(images.data(), wanted.data(), 8 * images.size()) == 0));
}

void flip_bit(const std::string& path, std::uintmax_t position) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(position));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(position));
    file.put(static_cast<char>(byte ^ 4));
}

// On the root, with all ranks behind it.
template <class Change>
void change_files(Change&& change) {
    parallel::barrier(world());
    if (world().is_root()) change();
    parallel::barrier(world());
}

}  // namespace

TEST_CASE("a checkpoint comes back bit by bit, whoever owned or owns a particle") {
    const tests::TemporaryDirectory directory;
    const io::CheckpointPlace place{directory.file(""), "checkpoint"};
    write(world(), place, 70);
    const auto found = io::read_newest_checkpoint(world(), place);
    REQUIRE_ALL(found.checkpoint.has_value());
    CHECK(found.damaged.empty());
    check_values(world(), *found.checkpoint, 70);
    // As a run on one rank would find it, and the other way round.
    const auto alone = io::read_newest_checkpoint(parallel::Communicator::self(), place);
    check_values(parallel::Communicator::self(), alone.checkpoint.value(), 70);
    change_files([&] { write(parallel::Communicator::self(), place, 80); });
    check_values(world(), io::read_newest_checkpoint(world(), place).checkpoint.value(), 80);
    CHECK_THAT(io::inspect_file(world(), found.path),
               Catch::Contains("step               70") && Catch::Contains("momentum, observer/image"));
}

TEST_CASE("the newest two checkpoints stay, and leftovers of killed runs go") {
    const tests::TemporaryDirectory directory;
    const io::CheckpointPlace place{directory.file(""), "checkpoint"};
    change_files([&] {
        std::ofstream(directory.file("checkpoint-5.h5.part")) << "half";
        std::ofstream(directory.file("checkpoint-x.h5")) << "another's";
    });
    for (const std::int64_t step : {8, 9, 10, 100}) write(world(), place, step);
    parallel::barrier(world());
    auto files = io::checkpoint_files(place);
    std::sort(files.begin(), files.end());
    for (auto& file : files) file = std::filesystem::path(file).filename();
    CHECK(files == std::vector<std::string>{"checkpoint-10.h5", "checkpoint-100.h5"});
    CHECK(std::filesystem::exists(directory.file("checkpoint-x.h5")));
    parallel::barrier(world());
    // A file of such a name that has no seal is somebody else's: it counts for nothing and stays.
    change_files([&] { std::ofstream(directory.file("checkpoint-7.h5")) << "a data set of the user's"; });
    io::keep_last_checkpoint(world(), place);
    parallel::barrier(world());
    files = io::checkpoint_files(place);
    std::sort(files.begin(), files.end());
    for (auto& file : files) file = std::filesystem::path(file).filename();
    CHECK(files == std::vector<std::string>{"checkpoint-100.h5", "checkpoint-7.h5"});
    CHECK(io::read_newest_checkpoint(world(), place).checkpoint->step == 100);
}

TEST_CASE("any flipped bit is found, and the checkpoint before is taken") {
    const tests::TemporaryDirectory directory;
    const io::CheckpointPlace place{directory.file(""), "checkpoint"};
    write(world(), place, 1);
    write(world(), place, 2);
    const auto newest = directory.file("checkpoint-2.h5");
    const auto size = std::filesystem::file_size(newest);
    parallel::barrier(world());
    for (std::uintmax_t position = 0; position < size; position += 1 + size / 60) {
        change_files([&] { flip_bit(newest, position); });
        const auto found = io::read_newest_checkpoint(world(), place);
        REQUIRE_ALL(found.damaged.size() == 1);
        CHECK_THAT(found.damaged.front(), Catch::Contains("checkpoint-2.h5' is damaged"));
        CHECK(found.checkpoint.value().step == 1);
        change_files([&] { flip_bit(newest, position); });
    }
    for (const auto left : {size - 1, size / 2, std::uintmax_t{3}, std::uintmax_t{0}}) {
        change_files([&] { std::filesystem::resize_file(newest, left); });
        CHECK(io::read_newest_checkpoint(world(), place).checkpoint.value().step == 1);
    }
    change_files([&] { flip_bit(directory.file("checkpoint-1.h5"), size / 3); });
    CHECK_THAT(tests::input_error([&] { io::read_newest_checkpoint(world(), place); }),
               Catch::Contains("none of the checkpoints can be read"));
}

TEST_CASE("settings that changed are named") {
    io::FoundCheckpoint found{"run/checkpoint-3.h5", sample({}, 3), {}};
    CHECK_NOTHROW(io::require_same_settings(found, found.checkpoint->settings));
    CHECK_THROWS_WITH(io::require_same_settings(found, {{"rollout.dt", "0.02"}, {"rollout.force", "exact"}}),
                      Catch::Contains("rollout.dt was 0.01 and is 0.02") &&
                          Catch::Contains("rollout.force is new (exact)") &&
                          Catch::Contains("rollout.system.size was [2, 3] and is gone"));
}

TEST_CASE("where a checkpoint cannot be written all ranks are told and the last one stays") {
    const tests::TemporaryDirectory directory;
    const io::CheckpointPlace place{directory.file(""), "checkpoint"};
    write(world(), place, 1);
    bool refused = false;
    try {
        io::write_checkpoint(world(), {directory.file("none"), "checkpoint"},
                             sample(scattered_ids(world()), 2), scattered_ids(world()), tests::provenance());
    } catch (const Error& error) {
        refused = error.everywhere() && error.code() == ExitCode::run_failed;
    }
    REQUIRE_ALL(refused);
    CHECK(io::read_newest_checkpoint(world(), place).checkpoint.value().step == 1);
}

TEST_CASE("arrays of parts keep apart, and absent or misshapen ones are refused") {
    dynamics::SavedState part;
    part.values["count"] = {3};
    part.particles["origin"] = {2, {1, 2, 3, 4}};
    dynamics::SavedState all;
    all.add("msd", part);
    all.add("msd.other", {});
    CHECK(all.values.contains("msd/count"));
    CHECK(all.part("msd").number("count") == 3);
    CHECK(all.part("msd").particle("origin", 2) == std::vector<double>{1, 2, 3, 4});
    CHECK(all.part("ms").values.empty());
    CHECK_THROWS_WITH(all.value("gone"), Catch::Contains("no array 'gone'"));
    CHECK_THROWS_WITH(all.part("msd").particle("origin", 3), Catch::Contains("2 columns, but 3"));
}

#include "rfhgn/io/trajectory.hpp"

#include <array>
#include <iterator>

#include "rfhgn/io/inspect.hpp"

#include "hdf5_reader.hpp"
#include "rollout.hpp"
#include "support.hpp"

using namespace rfhgn;
using tests::world;

namespace {

constexpr int frames = 3;
const std::string group = "/particles/trajectory";

struct Layout {
    const char* name;
    GlobalIndex nodes;
    int dimension;
    std::function<int(GlobalIndex)> owner;
};

const std::vector<Layout>& layouts() {
    static const std::vector<Layout> all{
        {"scattered", 23, 3,
         [](GlobalIndex i) { return static_cast<int>((5 * i + i / 4) % world().size()); }},
        {"plane", 12, 2, [](GlobalIndex i) { return static_cast<int>(i % world().size()); }},
        {"line on the last rank", 7, 1, [](GlobalIndex) { return world().size() - 1; }},
        {"fewer nodes than ranks", 2, 3, [](GlobalIndex) { return 0; }},
    };
    return all;
}

std::vector<double> expected(int quantity, GlobalIndex nodes, int dimension) {
    std::vector<double> values;
    for (int frame = 0; frame < frames; ++frame)
        for (GlobalIndex id = 0; id < nodes; ++id)
            for (int k = 0; k < 3; ++k)
                values.push_back(k < dimension ? tests::sample(quantity, id, std::int64_t{10} * frame, k)
                                               : 0.0);
    return values;
}

void check_constants(const io::hdf5::Reader& file, GlobalIndex nodes) {
    const auto ids = file.all<GlobalIndex>(group + "/id");
    const auto mass = file.all<double>(group + "/mass");
    const auto species = file.all<std::int64_t>(group + "/species");
    const auto bonds = file.all<GlobalIndex>("/connectivity/bonds");
    REQUIRE(ids.size() == static_cast<std::size_t>(nodes));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        CHECK(ids[i] == static_cast<GlobalIndex>(i));
        CHECK(mass[i] == 1.0 + static_cast<double>(i) / 8.0);
        CHECK(species[i] == static_cast<std::int64_t>(i % 3));
    }
    std::vector<GlobalIndex> chain;
    for (GlobalIndex i = 0; i + 1 < nodes; ++i) chain.insert(chain.end(), {i, i + 1});
    CHECK(bonds == chain);
    CHECK(file.has_attribute("/connectivity/bonds", "particles_group"));
}

// The structure that the specification of H5MD 1.1 and MDAnalysis ask for.
void check_structure(const io::hdf5::Reader& file) {
    CHECK(file.text("/h5md/creator", "name") == "rfhgn");
    CHECK(file.has_attribute("/h5md/author", "name"));
    CHECK(file.has_attribute("/h5md", "version"));
    CHECK(file.number<int>(group + "/box", "dimension") == 3);
    CHECK(file.texts(group + "/box", "boundary") == std::vector<std::string>(3, "none"));
    CHECK(!file.has(group + "/box/edges"));
    CHECK(!file.has_attribute(group + "/position/value", "unit"));
    for (const auto& element : {group + "/velocity", group + "/momentum", group + "/force",
                                group + "/position", std::string("/observables/kinetic_energy")}) {
        CHECK(file.all<GlobalIndex>(element + "/step") == std::vector<GlobalIndex>{0, 10, 20});
        CHECK(file.all<double>(element + "/time") == std::vector<double>{0, 2.5, 5});
    }
    CHECK(file.all<double>("/observables/kinetic_energy/value") == std::vector<double>{0.5, 10.5, 20.5});
    CHECK(file.all<double>("/observables/potential_energy/value") ==
          std::vector<double>{-0.0 / 3, -10.0 / 3, -20.0 / 3});
    CHECK(file.text("/parameters/provenance", "deck").size() == 70000);
}

}  // namespace

TEST_CASE("a trajectory holds every node in its row, whoever owned it") {
    const tests::TemporaryDirectory directory;
    for (const auto& layout : layouts()) {
        const auto graph = tests::scattered_chain(world(), layout.nodes, layout.dimension, layout.owner);
        const auto path = directory.file("run.h5md");
        const auto observer = io::write_trajectory(world(), graph, {path, 10, true}, tests::provenance());
        CHECK(observer->interval() == 10);
        tests::roll(graph, *observer, frames);
        parallel::barrier(world());
        if (!world().is_root()) continue;
        INFO(layout.name);
        const io::hdf5::Reader file(path);
        check_structure(file);
        check_constants(file, layout.nodes);
        int quantity = 0;
        for (const char* name : {"/position", "/velocity", "/momentum", "/force"})
            CHECK(file.all<double>(group + name + "/value") ==
                  expected(++quantity, layout.nodes, layout.dimension));
    }
}

TEST_CASE("extra elements stand beside the standard ones, with or without forces") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("run.h5md");
    const auto graph =
        tests::scattered_chain(world(), 11, 2, [](GlobalIndex i) { return int((i * 3) % world().size()); });
    for (const bool forces : {false, true}) {
        const auto same = [](const dynamics::StepView& frame) { return frame.velocities; };
        const auto observer = io::write_trajectory(
            world(), graph, {.path = path, .interval = 10, .forces = forces, .extra = {{"extra", same}}},
            tests::provenance());
        tests::roll(graph, *observer, frames);
        parallel::barrier(world());
        if (!world().is_root()) continue;
        const io::hdf5::Reader file(path);
        CHECK(file.has(group + "/force") == forces);
        CHECK(file.all<double>(group + "/extra/value") == expected(2, 11, 2));
        CHECK(file.all<GlobalIndex>(group + "/extra/step") == std::vector<GlobalIndex>{0, 10, 20});
    }
}

TEST_CASE("a trajectory that is not finished opens with the frames that it has") {
    const tests::TemporaryDirectory directory;
    const auto path = directory.file("run.h5md");
    const auto graph =
        tests::scattered_chain(world(), 9, 3, [](GlobalIndex i) { return int(i % world().size()); });
    struct Unfinished final : dynamics::Observer {
        explicit Unfinished(dynamics::Observer& observer) : inner(observer) {}
        [[nodiscard]] std::string name() const override { return inner.name(); }
        [[nodiscard]] std::int64_t interval() const override { return inner.interval(); }
        void observe(const dynamics::StepView& frame) override { inner.observe(frame); }
        dynamics::Observer& inner;
    };
    const auto writer = io::write_trajectory(world(), graph, {path, 1, false, 0.0}, tests::provenance());
    Unfinished unfinished(*writer);
    tests::roll(graph, unfinished, frames);
    parallel::barrier(world());
    std::filesystem::path copy = directory.file("copy.h5md");
    if (world().is_root()) std::filesystem::copy_file(path, copy);
    parallel::barrier(world());
    const auto text = io::inspect_file(world(), copy.string());
    CHECK_THAT(text, Catch::Contains("frames             3") &&
                         Catch::Contains("steps              0 to 20") &&
                         Catch::Contains("bonds              8") && !Catch::Contains("force"));
    writer->finish();
}

TEST_CASE("a finished trajectory goes on with more frames than it had places for") {
    const tests::TemporaryDirectory directory;
    const auto graph =
        tests::scattered_chain(world(), 9, 3, [](GlobalIndex i) { return int(i % world().size()); });
    const auto write = [&](const std::string& path, std::int64_t last_step, bool resume) {
        return io::write_trajectory(
            world(), graph,
            {.path = path, .interval = 10, .forces = true, .last_step = last_step, .resume = resume},
            tests::provenance());
    };
    const auto whole = directory.file("whole.h5md");
    tests::roll(graph, *write(whole, 40, false), 5);
    const auto path = directory.file("run.h5md");
    dynamics::SavedState state;
    {
        const auto first = write(path, 20, false);
        tests::roll(graph, *first, 3, [&] { first->save(graph, state); });
    }
    const auto second = write(path, 40, true);
    second->restore(graph, state);
    tests::roll(
        graph, *second, 5, [] {}, 3);
    parallel::barrier(world());
    if (!world().is_root()) return;
    const io::hdf5::Reader expected(whole);
    const io::hdf5::Reader found(path);
    CHECK(found.objects() == expected.objects());
    for (const char* name :
         {"/position/value", "/velocity/value", "/momentum/value", "/force/value", "/position/time"})
        CHECK(found.all<double>(group + name) == expected.all<double>(group + name));
    CHECK(found.all<GlobalIndex>(group + "/force/step") == std::vector<GlobalIndex>{0, 10, 20, 30, 40});
    CHECK(found.all<GlobalIndex>(group + "/id") == expected.all<GlobalIndex>(group + "/id"));
    CHECK(!std::filesystem::exists(path + ".part"));
}

TEST_CASE("where a trajectory cannot be made all ranks are told") {
    const auto graph = tests::scattered_chain(world(), 3, 3, [](GlobalIndex) { return 0; });
    const tests::TemporaryDirectory directory;
    bool failed = false;
    try {
        io::write_trajectory(world(), graph, {directory.file("absent/run.h5md"), 1, false},
                             tests::provenance());
    } catch (const Error& error) {
        failed = error.everywhere() && error.code() == ExitCode::run_failed;
    }
    REQUIRE_ALL(failed);
}

TEST_CASE("scalars are written with the components that the dimension has") {
    const tests::TemporaryDirectory directory;
    const std::array<std::string, 3> headers{"momentum_x\n0,", "momentum_x,momentum_y,angular_momentum_z\n0,",
                                             "angular_momentum_x,angular_momentum_y,angular_momentum_z\n0,"};
    for (int d = 1; d <= 3; ++d) {
        const auto path = directory.file("scalars.csv");
        const auto graph = tests::scattered_chain(world(), 4, d, [](GlobalIndex) { return 0; });
        const auto observer = io::write_scalars(world(), path, 5);
        CHECK(observer->interval() == 5);
        tests::roll(graph, *observer, 2);
        if (!world().is_root()) continue;
        std::ifstream file(path);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        CHECK_THAT(text, Catch::StartsWith("step,time,kinetic,potential,total,momentum_x"));
        CHECK_THAT(text, Catch::Contains(headers[static_cast<std::size_t>(d - 1)]));
        CHECK_THAT(text, Catch::Contains("\n10,2.5,10.5,-3.3333333333333335,7.166666666666666"));
    }
}

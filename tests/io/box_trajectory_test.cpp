#include <array>

#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/io/trajectory.hpp"

#include "hdf5_reader.hpp"
#include "support.hpp"

using namespace rfhgn;
using tests::world;

namespace {

constexpr GlobalIndex count = 31;
const std::string group = "/particles/trajectory";

graph::Box slab() {
    graph::Box box;
    box.vectors = {graph::Vector3{4, 0, 0}, graph::Vector3{1, 5, 0}, graph::Vector3{0, -0.5, 6}};
    box.periodic = {true, true, false};
    return box;
}

// Where the path of a particle is after some steps: it leaves the box along the first two vectors.
double path(GlobalIndex id, std::int64_t step, int axis) {
    const double start = 0.1 + static_cast<double>((id * (axis + 3)) % count) * 0.125;
    return start + (axis < 2 ? static_cast<double>(step) * 0.25 : 0.0);
}

// Moves particles along their paths through a cutoff graph and shows three frames, 10 steps apart.
void roll(dynamics::Observer& observer, graph::NeighbourList& cutoff, graph::Particles& particles) {
    const auto& g = cutoff.graph();
    for (std::int64_t step = 0; step <= 20; step += 10) {
        for (std::size_t i = 0; i < static_cast<std::size_t>(g.owned); ++i) {
            const auto shift = displacement(cutoff.box(), particles.image[i]);
            for (int k = 0; k < 3; ++k)
                particles.position[3 * i + static_cast<std::size_t>(k)] =
                    path(g.node_id[i], step, k) - shift[static_cast<std::size_t>(k)];
        }
        cutoff.rebuild(particles.position, particles.momentum, particles.image);
        const dynamics::Scalars scalars;
        observer.observe({.step = step,
                          .time = 0.5 * static_cast<double>(step),
                          .graph = g,
                          .positions = particles.position,
                          .momenta = particles.momentum,
                          .velocities = particles.momentum,
                          .forces = particles.momentum,
                          .scalars = scalars,
                          .images = particles.image,
                          .box = cutoff.box(),
                          .cutoff = 1.0});
    }
    observer.finish();
}

graph::Particles particles_of(parallel::Range ids) {
    graph::Particles particles;
    for (GlobalIndex id = ids.begin; id < ids.end; ++id) {
        particles.id.push_back(id);
        particles.mass.push_back(1.0 + static_cast<double>(id));
        particles.species.push_back(static_cast<int>(id % 2));
        for (int k = 0; k < 3; ++k) {
            particles.position.push_back(path(id, 0, k));
            particles.momentum.push_back(static_cast<double>(id) + 0.25 * k);
        }
    }
    return particles;
}

void write(const std::string& file, const graph::Box& box) {
    auto particles = particles_of(parallel::block_range(count, world().size(), world().rank()));
    graph::NeighbourList cutoff(world(), box, {1.0, 0.2}, particles);
    const auto observer = io::write_trajectory(
        world(), cutoff.graph(), {.path = file, .interval = 10, .box = box}, tests::provenance());
    roll(*observer, cutoff, particles);
    parallel::barrier(world());
}

}  // namespace

TEST_CASE("a trajectory in a box holds its edges and every particle's image, wherever it lives") {
    const tests::TemporaryDirectory directory;
    const auto file_name = directory.file("run.h5md");
    write(file_name, slab());
    if (!world().is_root()) return;
    const io::hdf5::Reader file(file_name);
    CHECK(file.texts(group + "/box", "boundary") == std::vector<std::string>{"periodic", "periodic", "none"});
    const std::vector<double> vectors{4, 0, 0, 1, 5, 0, 0, -0.5, 6};
    const auto edges = file.all<double>(group + "/box/edges/value");
    REQUIRE(edges.size() == 27);
    for (std::size_t k = 0; k < edges.size(); ++k) CHECK(edges[k] == vectors[k % 9]);
    for (const char* element : {"/box/edges", "/image", "/position"})
        CHECK(file.all<GlobalIndex>(group + element + "/step") == std::vector<GlobalIndex>{0, 10, 20});
    CHECK(!file.has("/connectivity/bonds"));
    const auto positions = file.all<double>(group + "/position/value");
    const auto momenta = file.all<double>(group + "/momentum/value");
    const auto images = file.all<std::int64_t>(group + "/image/value");
    REQUIRE(positions.size() == 9 * static_cast<std::size_t>(count));
    REQUIRE(images.size() == positions.size());
    bool left = false;
    for (std::size_t row = 0; row < positions.size() / 3; ++row) {
        const auto id = static_cast<GlobalIndex>(row) % count;
        const auto step = static_cast<std::int64_t>(row) / count * 10;
        const graph::Image image{static_cast<int>(images[3 * row]), static_cast<int>(images[3 * row + 1]),
                                 static_cast<int>(images[3 * row + 2])};
        const auto shift = displacement(slab(), image);
        left = left || image[0] > 0;
        for (std::size_t k = 0; k < 3; ++k) {
            CHECK(positions[3 * row + k] + shift[k] ==
                  Approx(path(id, step, static_cast<int>(k))).margin(1e-12));
            CHECK(momenta[3 * row + k] == static_cast<double>(id) + 0.25 * static_cast<double>(k));
        }
    }
    CHECK(left);
}

TEST_CASE("a trajectory in an open box has neither edges nor images") {
    const tests::TemporaryDirectory directory;
    const auto file_name = directory.file("run.h5md");
    auto open = slab();
    open.periodic = {};
    write(file_name, open);
    if (!world().is_root()) return;
    const io::hdf5::Reader file(file_name);
    CHECK(file.texts(group + "/box", "boundary") == std::vector<std::string>(3, "none"));
    CHECK(!file.has(group + "/box/edges"));
    CHECK(!file.has(group + "/image"));
    CHECK(file.all<double>(group + "/position/value").size() == 9 * count);
}

#include "training_range_archive.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

namespace {

const std::string group = "/domain";
const std::string species_name = group + "/species";
const std::string pairs_name = group + "/pairs";

void append(std::vector<double>& to, const std::vector<double>& values) {
    to.insert(to.end(), values.begin(), values.end());
}

void write_particles(ArchiveWriter& file, const TrainingRange& training_range) {
    std::vector<std::int64_t> species;
    std::vector<double> momentum;
    std::vector<double> mass;
    for (const auto& [number, range] : training_range.particles) {
        species.push_back(number);
        momentum.push_back(range.squared_momentum_max);
        append(mass, {range.mass_min, range.mass_max});
    }
    const auto count = static_cast<GlobalIndex>(species.size());
    file.array(species_name, {count}, species);
    file.array(species_name + "_squared_momentum_max", {count}, momentum);
    file.array(species_name + "_mass", {count, 2}, mass);
}

void write_pairs(ArchiveWriter& file, const TrainingRange& training_range) {
    std::vector<std::int64_t> pairs;
    std::vector<double> distance;
    std::vector<double> least;
    std::vector<double> largest;
    for (const auto& [pair, range] : training_range.pairs) {
        pairs.insert(pairs.end(), {pair.first, pair.second});
        append(distance, {range.distance_min, range.distance_max});
        append(least, range.attribute_min);
        append(largest, range.attribute_max);
    }
    const auto count = static_cast<GlobalIndex>(training_range.pairs.size());
    file.array(pairs_name, {count, 2}, pairs);
    file.array(pairs_name + "_distance", {count, 2}, distance);
    if (least.empty()) return;
    const auto attributes = static_cast<GlobalIndex>(least.size()) / count;
    file.array(pairs_name + "_attribute_min", {count, attributes}, least);
    file.array(pairs_name + "_attribute_max", {count, attributes}, largest);
}

// Numbers of a table [rows, columns] of this group.
std::vector<double> read_table(const ArchiveReader& file, const std::string& name, GlobalIndex rows,
                               GlobalIndex columns) {
    return file.array(name, {rows, columns}, "numbers of species and of their pairs in /domain");
}

void read_particles(const ArchiveReader& file, TrainingRange& training_range) {
    const auto species = file.integers(species_name);
    const auto count = static_cast<GlobalIndex>(species.size());
    const auto momentum = file.vector(species_name + "_squared_momentum_max", count, "species in /domain");
    const auto mass = read_table(file, species_name + "_mass", count, 2);
    for (std::size_t s = 0; s < species.size(); ++s)
        training_range.particles[static_cast<int>(species[s])] = {momentum[s], mass[2 * s], mass[2 * s + 1]};
    require(training_range.particles.size() == species.size(), Advice{"train the model again"},
            "{}: {} names a species twice", file.path(), species_name);
}

std::vector<double> row(const std::vector<double>& table, std::size_t at, std::size_t columns) {
    const auto begin = table.begin() + static_cast<std::ptrdiff_t>(at * columns);
    return {begin, begin + static_cast<std::ptrdiff_t>(columns)};
}

void read_pairs(const ArchiveReader& file, std::size_t attributes, TrainingRange& training_range) {
    const auto count = file.extents(pairs_name).front();
    file.require_extents(pairs_name, {count, 2}, "two species a pair");
    const auto pairs = file.integers(pairs_name);
    const auto distance = read_table(file, pairs_name + "_distance", count, 2);
    const bool known = file.has(pairs_name + "_attribute_min");
    std::vector<double> least;
    std::vector<double> largest;
    if (known) {
        const auto columns = static_cast<GlobalIndex>(attributes);
        least = read_table(file, pairs_name + "_attribute_min", count, columns);
        largest = read_table(file, pairs_name + "_attribute_max", count, columns);
    }
    for (std::size_t p = 0; p < static_cast<std::size_t>(count); ++p) {
        const auto a = static_cast<int>(pairs[2 * p]);
        const auto b = static_cast<int>(pairs[2 * p + 1]);
        require(training_range.particles.contains(a) && training_range.particles.contains(b),
                Advice{"train the model again"}, "{}: {} has the pair {}-{}, which is not of {}", file.path(),
                pairs_name, a, b, species_name);
        auto& range = training_range.pairs[unordered(a, b)];
        range = {distance[2 * p], distance[2 * p + 1]};
        if (!known) continue;
        range.attribute_min = row(least, p, attributes);
        range.attribute_max = row(largest, p, attributes);
    }
}

}  // namespace

void write_training_range(ArchiveWriter& file, const TrainingRange& training_range) {
    const auto& pairs = training_range.all_pairs;
    const auto& particles = training_range.all_particles;
    file.group(group);
    file.attribute(group, "distance_min", pairs.distance_min);
    file.attribute(group, "distance_max", pairs.distance_max);
    file.attribute(group, "squared_momentum_max", particles.squared_momentum_max);
    file.attribute(group, "mass_min", particles.mass_min);
    file.attribute(group, "mass_max", particles.mass_max);
    if (!pairs.attribute_min.empty()) {
        file.vector(group + "/attribute_min", pairs.attribute_min);
        file.vector(group + "/attribute_max", pairs.attribute_max);
    }
    if (!training_range.by_species()) return;
    write_particles(file, training_range);
    write_pairs(file, training_range);
}

TrainingRange read_training_range(const ArchiveReader& file, GlobalIndex attributes) {
    TrainingRange training_range;
    auto& pairs = training_range.all_pairs;
    auto& particles = training_range.all_particles;
    pairs.distance_min = file.number(group, "distance_min");
    pairs.distance_max = file.number(group, "distance_max");
    particles.squared_momentum_max = file.number(group, "squared_momentum_max");
    particles.mass_min = file.number(group, "mass_min");
    particles.mass_max = file.number(group, "mass_max");
    if (file.has(group + "/attribute_min")) {
        const auto why = "edge attributes of the model";
        pairs.attribute_min = file.vector(group + "/attribute_min", attributes, why);
        pairs.attribute_max = file.vector(group + "/attribute_max", attributes, why);
    }
    if (!file.has(species_name)) return training_range;
    read_particles(file, training_range);
    read_pairs(file, static_cast<std::size_t>(attributes), training_range);
    return training_range;
}

}  // namespace rfhgn::model

#include "rfhgn/io/factor_checkpoint_files.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "format.hpp"
#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"
#include "seal.hpp"

namespace rfhgn::io {

namespace {

namespace fs = std::filesystem;
using linalg::RFactorNodes;
using parallel::Range;

const std::string prefix = "training-";

std::vector<double> packed_r_factors(const RFactorNodes& nodes, std::vector<GlobalIndex>& table) {
    std::vector<double> values;
    for (const auto& [node, pair] : nodes) {
        table.insert(table.end(), {node.first, node.second, pair.training.rows, pair.held_out.rows});
        for (const auto* r_factor : {&pair.training, &pair.held_out}) {
            if (r_factor->rows == 0) continue;
            const auto packed = linalg::packed(*r_factor);
            values.insert(values.end(), packed.begin(), packed.end());
        }
    }
    return values;
}

std::string image_of(const std::string& path, const RFactorNodes& nodes, std::int64_t problem) {
    std::vector<GlobalIndex> table;
    const auto values = packed_r_factors(nodes, table);
    auto file = hdf5::Writer::in_memory(path);
    file.attribute("/", "format", std::string(factor_checkpoint_format.name));
    file.attribute("/", "format_version", factor_checkpoint_format.version);
    file.attribute<GlobalIndex>("/", "problem", std::span<const GlobalIndex>(&problem, 1));
    file.write<GlobalIndex>("/nodes", {nodes.size(), 4}, table);
    file.write<double>("/values", {values.size()}, values);
    return file.image();
}

// Nodes of a whole file; none of another problem.
std::optional<RFactorNodes> read_nodes(const std::string& path, const SealCheck& seal, std::int64_t problem,
                                       int columns) {
    const hdf5::Reader file(path);
    require_same_file(seal, file.state(), path);
    check_format(file, factor_checkpoint_format);
    if (file.number<GlobalIndex>("/", "problem") != problem) return std::nullopt;
    const auto count = file.shape("/nodes", 2)[0];
    file.require_shape("/nodes", {count, 4}, "level, index and rows of each node");
    const auto table = file.all<std::int64_t>("/nodes");
    const auto values = file.all<double>("/values");
    const auto size = (static_cast<std::size_t>(columns) + 1) * (static_cast<std::size_t>(columns) + 2) / 2;
    std::size_t at = 0;
    const auto next = [&](GlobalIndex rows) {
        if (rows == 0) return linalg::RFactor(columns);
        require(at + size <= values.size(), Advice{}, "{}: /values is too short", path);
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(at);
        at += size;
        return linalg::unpacked(columns, rows, {first, first + static_cast<std::ptrdiff_t>(size)});
    };
    RFactorNodes nodes;
    for (std::size_t k = 0; k < table.size(); k += 4) {
        auto training = next(table[k + 2]);
        auto held_out = next(table[k + 3]);
        nodes[{static_cast<int>(table[k]), static_cast<int>(table[k + 1])}] = {std::move(training),
                                                                               std::move(held_out)};
    }
    return nodes;
}

// What the name training-PROBLEM-<first>-<end>.h5 says; an empty problem for other names.
struct FileName {
    std::string problem;
    Range leaves;
};

FileName parsed(std::string name) {
    static const std::regex form(prefix + "([a-z]+[0-9]*)-([0-9]{1,18})-([0-9]{1,18})\\.h5");
    std::smatch parts;
    if (!std::regex_match(name, parts, form)) return {};
    return {parts[1], {std::stoll(parts[2]), std::stoll(parts[3])}};
}

class FactorCheckpointFiles final : public linalg::FactorCheckpoint {
  public:
    FactorCheckpointFiles(const parallel::Communicator& comm, FactorCheckpointFilesOptions options)
        : comm_(comm), options_(std::move(options)), written_at_(parallel::wall_time()) {}

    RFactorNodes restore(std::uint64_t fingerprint, int columns, Range owned) override {
        problem_ = static_cast<std::int64_t>((fingerprint ^ options_.settings) >> 1U);
        path_ = fmt::format("{}/{}{}-{}-{}.h5", options_.folder, prefix, options_.problem, owned.begin,
                            owned.end);
        written_at_ = parallel::wall_time();
        if (!options_.restart) return {};
        return parallel::together(comm_, [&] { return read_all(columns, owned); });
    }

    void leaf_done(const RFactorNodes& held) override {
        between_blocks(held);
        if (parallel::wall_time() - written_at_ >= options_.seconds) write(held);
    }

    void between_blocks(const RFactorNodes& held) override {
        const auto reason = options_.stop();
        if (reason.empty()) return;
        if (!held.empty()) write(held);
        throw Error(ExitCode::stopped_early,
                    fmt::format("train: stopped by {}, with the R factors of finished rows", reason),
                    "go on with --restart");
    }

    // The passes that follow may be long: what was worth keeping is worth keeping whole.
    void leaves_done(const RFactorNodes& held) override {
        if (wrote_) write(held);
    }

  private:
    void write(const RFactorNodes& held) {
        write_whole_file(path_, sealed(image_of(path_, held, problem_)));
        written_at_ = parallel::wall_time();
        wrote_ = true;
    }

    // Files of other runs may overlap: the factorisation takes from each node what it needs.
    RFactorNodes read_all(int columns, Range owned) {
        RFactorNodes nodes;
        for (const auto& path : factor_checkpoint_files(options_.folder)) {
            const auto [problem, leaves] = parsed(fs::path(path).filename().string());
            if (problem != options_.problem || leaves.begin >= owned.end || leaves.end <= owned.begin)
                continue;
            const auto seal = check_seal(parallel::Communicator::self(), path);
            auto fault = seal.fault;
            auto found = fault.empty() ? read_nodes(path, seal, problem_, columns) : RFactorNodes{};
            if (fault.empty() && !found) fault = "it is of other data or settings";
            if (!fault.empty()) {
                options_.tell(fmt::format("'{}' is passed over: {}", path, fault));
                continue;
            }
            nodes.merge(*found);
        }
        wrote_ = !nodes.empty();
        if (wrote_)
            options_.tell(
                fmt::format("goes on with R factors of the {} problem that are kept", options_.problem));
        return nodes;
    }

    parallel::Communicator comm_;
    FactorCheckpointFilesOptions options_;
    std::string path_;
    std::int64_t problem_ = 0;
    double written_at_;
    bool wrote_ = false;
};

}  // namespace

std::shared_ptr<linalg::FactorCheckpoint> keep_factors(const parallel::Communicator& comm,
                                                       FactorCheckpointFilesOptions options) {
    return std::make_shared<FactorCheckpointFiles>(comm, std::move(options));
}

std::vector<std::string> factor_checkpoint_files(const std::string& folder) {
    std::vector<std::string> paths;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        auto name = entry.path().filename().string();
        if (name.ends_with(".part")) name.resize(name.size() - 5);
        if (!parsed(name).problem.empty()) paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace rfhgn::io

#include "factor_checkpoints.hpp"

#include <filesystem>
#include <limits>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/io/factor_checkpoint_files.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::workflow {

namespace {

namespace fs = std::filesystem;

// Rows of energies need the kinetic energy that was learned before them.
std::string energy_settings(const training::TrainingOptions& training) {
    if (!training.energy_weight.positive()) return {};
    const auto& kinetic = training.least_squares;
    return fmt::format("{} {} {} {} {}", kinetic.method, kinetic.ridge, kinetic.ridge_floor,
                       kinetic.prune_tolerance, kinetic.lsqr_iterations);
}

// Rows follow from these and from the hidden layers, which show in the first rows.
std::uint64_t settings_of(const Context& context, const std::string& data) {
    const auto& training = context.options.train.training;
    return checksum(fmt::format("{} {} {} {}", io::file_digest(context.comm, data), training.rates,
                                training.held_out, energy_settings(training)));
}

}  // namespace

std::function<std::shared_ptr<linalg::FactorCheckpoint>(const std::string&)> factor_checkpoint(
    const Context& context, const std::string& data) {
    const double minutes = context.options.train.checkpoint_minutes;
    return [&context, minutes, settings = settings_of(context, data)](const std::string& problem) {
        return io::keep_factors(
            context.comm,
            {.folder = context.command_line.output,
             .problem = problem,
             .settings = settings,
             .seconds = minutes > 0 ? 60 * minutes : std::numeric_limits<double>::infinity(),
             .restart = context.command_line.restart,
             .stop =
                 [] {
                     const int request = parallel::stop_request();
                     return request == 0 ? std::string() : parallel::request_name(request);
                 },
             .tell = [](const std::string& text) { report::info(fmt::format("train: {}", text)); }});
    };
}

void remove_factor_checkpoints(const Context& context) {
    parallel::together(context.comm, [&] {
        if (!context.comm.is_root()) return;
        std::error_code ignored;
        for (const auto& path : io::factor_checkpoint_files(context.command_line.output))
            if (io::is_own_file(path)) fs::remove(path, ignored);
    });
}

}  // namespace rfhgn::workflow

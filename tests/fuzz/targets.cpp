#include "targets.hpp"

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/config/deck.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/factor_checkpoint_files.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/workflow/options.hpp"

#include "hdf5_reader.hpp"
#include "seal.hpp"
#include "trajectory_file.hpp"
#include "trial_reading.hpp"

namespace rfhgn::fuzz {

namespace {

namespace fs = std::filesystem;

bool taken(const std::function<void()>& reader) {
    try {
        reader();
        return true;
    } catch (const Error& error) {
        if (error.code() != ExitCode::bad_input || std::string(error.what()).empty())
            throw std::runtime_error(
                fmt::format("exit code {}: {}", static_cast<int>(error.code()), error.what()));
        return false;
    }
}

// With a seal of its own: the damage was done before it was sealed, else it would be found there.
void read_as_checkpoint(const parallel::Communicator& self, const fs::path& file) {
    const auto stem = file.stem().string();
    io::seal(self, file);
    io::read_newest_checkpoint(self, {file.parent_path().string(), stem.substr(0, stem.rfind('-'))});
}

// Of whatever problem it says to be, and of as many columns as the good one has.
void read_as_r_factors(const parallel::Communicator& self, const fs::path& file) {
    constexpr int columns = 3;
    const auto problem = io::hdf5::Reader(file).number<GlobalIndex>("/", "problem");
    const auto folder = file.parent_path();
    fs::rename(file, folder / "training-fuzz-0-8.h5");
    io::FactorCheckpointFilesOptions options;
    options.folder = folder;
    options.problem = "fuzz";
    options.settings = static_cast<std::uint64_t>(problem) << 1U;
    options.restart = true;
    options.stop = [] { return std::string(); };
    options.tell = [](const std::string&) {};
    io::keep_factors(self, options)->restore(0, columns, {0, 8});
}

void read_as_data_set(const parallel::Communicator& self, const std::string& file) {
    const io::DataSetReader reader(self, file);
    const GlobalIndex snapshots = reader.totals().snapshots;
    static_cast<void>(reader.read({0, reader.totals().nodes}));
    static_cast<void>(reader.outline({0, snapshots}));
    static_cast<void>(reader.read_snapshots({snapshots / 2, snapshots}));
}

// By its name.
void read_as_trajectory(const parallel::Communicator& self, const fs::path& file) {
    const auto named = file.parent_path() / "fuzz.h5md";
    fs::copy_file(file, named, fs::copy_options::overwrite_existing);
    read_as_data_set(self, named);
}

// A restart leaves a frame of it. It writes, so that it comes last.
void go_on_with(const parallel::Communicator& self, const std::string& file) {
    std::vector<std::string> series;
    for (const char* name :
         {"position/value", "velocity/value", "momentum/value", "position/step", "position/time"})
        series.push_back(io::trajectory_group + "/" + name);
    const auto shape = io::hdf5::Reader(file).shape(series.front());
    io::cut_back(self, file, {series, 1, shape.size() > 1 ? shape[1] : 0});
}

}  // namespace

bool feed_deck(std::string_view text) {
    return taken([&] {
        config::Deck deck(text, "fuzz.toml");
        workflow::read_options(deck, 2);
        // What was taken must be taken again, from the deck that a run keeps.
        config::Deck again(deck.resolved(), "resolved.toml");
        workflow::read_options(again, 2);
    });
}

bool feed_file(std::string_view bytes, const std::string& folder) {
    const auto file = fs::path(folder) / "fuzz-1.h5";
    const auto put = [&] {
        std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    };
    const auto self = parallel::Communicator::self();
    put();
    // What HDF5 does not survive, every reader refuses for the same reason: once is enough.
    if (!taken([&] { io::require_readable(self, file); })) return false;
    bool any = taken([&] { io::inspect_file(self, file); });
    any |= taken([&] { read_as_data_set(self, file); });
    any |= taken([&] { read_as_trajectory(self, file); });
    any |= taken([&] { io::read_model(self, file); });
    any |= taken([&] { io::read_trained_model(self, file); });
    any |= taken([&] { io::read_tabulated_model(self, file); });
    any |= taken([&] { go_on_with(self, file); });
    put();
    any |= taken([&] { read_as_checkpoint(self, file); });
    any |= taken([&] { read_as_r_factors(self, file); });
    return any;
}

std::string scratch_folder() {
    const auto where = access("/dev/shm", W_OK) == 0 ? fs::path("/dev/shm") : fs::temp_directory_path();
    const auto folder = where / fmt::format("rfhgn-fuzz-{}", getpid());
    fs::create_directories(folder);
    return folder;
}

}  // namespace rfhgn::fuzz

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
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/io/model_file.hpp"

#include "options.hpp"
#include "seal.hpp"
#include "trial_reading.hpp"

namespace rfhgn::fuzz {

namespace {

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
void read_as_checkpoint(const parallel::Communicator& self, const std::string& path) {
    const std::filesystem::path file(path);
    const auto stem = file.stem().string();
    io::seal(self, path);
    io::read_newest_checkpoint(self, {file.parent_path().string(), stem.substr(0, stem.rfind('-'))});
}

}  // namespace

bool feed_deck(std::string_view text) {
    return taken([&] {
        config::Deck deck(text, "fuzz.toml");
        app::read_options(deck, 2);
        // What was taken must be taken again, from the deck that a run keeps.
        config::Deck again(deck.resolved(), "resolved.toml");
        app::read_options(again, 2);
    });
}

bool feed_file(std::string_view bytes, const std::string& scratch) {
    std::ofstream(scratch, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    const auto self = parallel::Communicator::self();
    // What HDF5 does not survive, every reader refuses for the same reason: once is enough.
    if (!taken([&] { io::require_readable(self, scratch); })) return false;
    bool any = taken([&] { io::inspect_file(self, scratch); });
    any |= taken([&] {
        const io::DataSetReader reader(self, scratch);
        const GlobalIndex snapshots = reader.totals().snapshots;
        static_cast<void>(reader.read({0, reader.totals().nodes}));
        static_cast<void>(reader.outline({0, snapshots}));
        static_cast<void>(reader.read_snapshots({snapshots / 2, snapshots}));
    });
    any |= taken([&] { io::read_model(self, scratch); });
    any |= taken([&] { io::read_trained_model(self, scratch); });
    any |= taken([&] { read_as_checkpoint(self, scratch); });
    return any;
}

std::string scratch_file() {
    const std::string folder =
        access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path().string();
    return fmt::format("{}/rfhgn-fuzz-{}-1.h5", folder, getpid());
}

}  // namespace rfhgn::fuzz

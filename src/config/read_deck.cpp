#include "rfhgn/config/read_deck.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::config {

namespace {

constexpr std::size_t largest_deck = std::size_t{1} << 20U;

std::string read_local(const std::string& path) {
    const Advice advice{"give the path of a TOML deck; examples are in input/"};
    std::error_code ignored;
    require(!std::filesystem::is_directory(path, ignored), advice,
            "cannot read the deck '{}': it is a directory", path);
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    require(file.good(), advice, "cannot read the deck '{}': {}", path,
            std::generic_category().message(errno));
    // Read to the limit, whatever the file's size says: it may be a pipe.
    std::string text(largest_deck + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    require(!file.bad(), advice, "cannot read the deck '{}': {}", path,
            std::generic_category().message(errno));
    text.resize(static_cast<std::size_t>(file.gcount()));
    require(text.size() <= largest_deck, advice, "'{}' is larger than 1 MiB: that is no deck", path);
    return text;
}

}  // namespace

std::string read_deck_text(const parallel::Communicator& comm, const std::string& path) {
    const std::string text =
        parallel::together(comm, [&] { return comm.is_root() ? read_local(path) : std::string(); });
    return parallel::broadcast(comm, text);
}

}  // namespace rfhgn::config

#include "rfhgn/workflow/read_deck.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::workflow {

namespace {

constexpr std::size_t largest_deck = std::size_t{1} << 20U;

std::string read_local(const std::string& path) {
    const Advice advice{"give the path of a TOML deck; examples are in input/"};
    auto text = InputFile(path, advice, "the deck ").head(largest_deck + 1);
    require(text.size() <= largest_deck, advice, "'{}' is larger than 1 MiB: that is no deck", path);
    return text;
}

}  // namespace

std::string read_deck_text(const parallel::Communicator& comm, const std::string& path) {
    const std::string text =
        parallel::together(comm, [&] { return comm.is_root() ? read_local(path) : std::string(); });
    return parallel::broadcast(comm, text);
}

}  // namespace rfhgn::workflow

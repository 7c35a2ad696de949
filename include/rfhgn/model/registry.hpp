#pragma once
/// The kinds of models. A kind is a folder of src/model (what it is) and one of src/training (how it is
/// fitted) of the same name, and its line in kinds.hpp. Programs that link the library add theirs.

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/model/archive.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/model/sampling_options.hpp"

namespace rfhgn::model {

struct Kind {
    std::string name;  ///< of its folders
    /// Values of [model] encoding that ask for it.
    std::vector<std::string> encodings;
    /// For the help of [model] encoding: what the network sees, in the order of the encodings.
    std::string help;
    /// What Model::write wrote, after read_common. Throws InputError. Local.
    std::function<std::unique_ptr<Model>(const ArchiveReader& archive)> read;
    std::vector<std::string> keys{};  ///< of [model] that act in this kind; others are refused beside it
    /// Which of its keys need others, or are impossible together; empty: none.
    std::function<void(const SamplingOptions& options, config::Section& section)> check{};
};

/// Those of the project first. Local.
const std::list<Kind>& kinds();
/// Throws InputError with the encodings that are known.
const Kind& kind_of(std::string_view encoding);
std::vector<std::string> encodings();
/// Before decks and files are read, the same on every process. Throws InputError when a name or an encoding
/// is taken.
const Kind& add_kind(Kind kind);

/// What all kinds have. Throws InputError. Local.
void read_common(const ArchiveReader& archive, Model& model);
/// By the kind of the file's encoding. Throws InputError. Local.
std::unique_ptr<Model> read(const ArchiveReader& archive);
/// The counterpart. Local.
void write(const Model& model, ArchiveWriter& archive);

}  // namespace rfhgn::model

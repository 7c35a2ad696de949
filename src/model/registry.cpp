#include "rfhgn/model/registry.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/base/visible.hpp"
#include "rfhgn/model/kinds.hpp"

namespace rfhgn::model {

#define RFHGN_DECLARE(name) Kind name##_kind();
RFHGN_MODEL_KINDS(RFHGN_DECLARE)
#undef RFHGN_DECLARE

namespace {

const Kind* find(const std::list<Kind>& known, std::string_view encoding) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const Kind& kind) {
        return std::find(kind.encodings.begin(), kind.encodings.end(), encoding) != kind.encodings.end();
    });
    return found == known.end() ? nullptr : &*found;
}

std::list<Kind> own_kinds() {
    std::list<Kind> known;
#define RFHGN_ADD(name) known.push_back(name##_kind());
    RFHGN_MODEL_KINDS(RFHGN_ADD)
#undef RFHGN_ADD
    return known;
}

std::list<Kind>& all() {
    static std::list<Kind> known = own_kinds();
    return known;
}

}  // namespace

const std::list<Kind>& kinds() {
    return all();
}

const Kind& kind_of(std::string_view encoding) {
    const auto* kind = find(all(), encoding);
    require(kind, Advice{"use a release that knows it"}, "encoding is '{}', but this release knows {}",
            encoding, fmt::join(encodings(), ", "));
    return *kind;
}

std::vector<std::string> encodings() {
    std::vector<std::string> names;
    for (const auto& kind : all()) names.insert(names.end(), kind.encodings.begin(), kind.encodings.end());
    return names;
}

const Kind& add_kind(Kind kind) {
    for (const auto& known : all())
        require(known.name != kind.name, Advice{"choose another name"}, "there is a kind of model {} already",
                kind.name);
    for (const auto& encoding : kind.encodings)
        require(find(all(), encoding) == nullptr, Advice{"choose another name"},
                "there is a kind of model with the encoding '{}' already", encoding);
    all().push_back(std::move(kind));
    return all().back();
}

void read_common(const ArchiveReader& archive, Model& model) {
    model.dimension = archive.integer("/", "dimension");
    require(model.dimension >= 1 && model.dimension <= 3, Advice{},
            "{}: dimension is {}, but must be 1, 2 or 3", archive.path(), model.dimension);
    model.edge_attribute_names = archive.texts("/", "edge_attribute_names");
    model.units = archive.text("/", "units");
    require(are_units(model.units), Advice{"metal is Å, eV, ps, K; lj or reduced are those of no names"},
            "{}: root attribute 'units' is '{}', but must be one of {}", archive.path(),
            visible_line(model.units), fmt::join(names_of_units, ", "));
    if (archive.has_attribute("/", "verdict")) model.verdict = archive.text("/", "verdict");
    if (!archive.has_attribute("/", "species_names")) return;
    model.species_names = archive.texts("/", "species_names");
    require(potential::distinct(model.species_names), Advice{"train the model again"},
            "{}: attribute 'species_names' of / has a name twice: {}", archive.path(),
            potential::numbered(model.species_names));
}

std::unique_ptr<Model> read(const ArchiveReader& archive) {
    const auto encoding = archive.text("/", "encoding");
    const auto* kind = find(all(), encoding);
    require(kind, Advice{"use a release that knows it"}, "{}: encoding is '{}', but this release knows {}",
            archive.path(), encoding, fmt::join(encodings(), ", "));
    return kind->read(archive);
}

void write(const Model& model, ArchiveWriter& archive) {
    archive.attribute("/", "encoding", model.encoding());
    archive.attribute("/", "dimension", model.dimension);
    archive.texts("/", "edge_attribute_names", model.edge_attribute_names);
    archive.attribute("/", "units", model.units);
    if (!model.species_names.empty()) archive.texts("/", "species_names", model.species_names);
    if (!model.verdict.empty()) archive.attribute("/", "verdict", model.verdict);
    model.write(archive);
}

}  // namespace rfhgn::model

#include "species_names.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

potential::SpeciesNames read_species_names(const hdf5::Reader& file, const std::string& object,
                                           const std::string& attribute) {
    if (!file.has_attribute(object, attribute)) return {};
    auto names = file.texts(object, attribute);
    require(potential::distinct(names), Advice{"give each species a name of its own"},
            "{}: attribute '{}' of {} has a name twice: {}", file.path(), attribute, object,
            potential::numbered(names));
    return names;
}

}  // namespace rfhgn::io

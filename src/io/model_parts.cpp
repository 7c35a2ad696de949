#include "model_parts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_seal.hpp"
#include "format.hpp"
#include "superblock.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

bool is_frame_encoding(const std::string& name) {
    return name == "frame" || name == "absolute";
}

void write_vector(hdf5::Writer& file, const std::string& name, const std::vector<double>& values) {
    file.write<double>(name, {values.size()}, values);
}

void write_layer(hdf5::Writer& file, const std::string& group, const model::DenseLayer& layer) {
    file.group(group);
    file.attribute(group, "activation", model::to_string(layer.activation));
    file.write<double>(group + "/weights",
                       {static_cast<hsize_t>(layer.width), static_cast<hsize_t>(layer.inputs)},
                       layer.weights);
    write_vector(file, group + "/biases", layer.biases);
    write_vector(file, group + "/mean", layer.mean);
    write_vector(file, group + "/inverse_scale", layer.inverse_scale);
}

void require_finite(const hdf5::Reader& file, const std::string& name, const std::vector<double>& values) {
    const auto bad = std::find_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); });
    if (bad == values.end()) return;
    require(false, Advice{"train the model again"}, "{}: {} is {} at position {}", file.path(), name, *bad,
            bad - values.begin());
}

std::vector<double> read_vector(const hdf5::Reader& file, const std::string& name, GlobalIndex size,
                                const std::string& why) {
    file.require_shape(name, {size}, why);
    auto values = file.all<double>(name);
    require_finite(file, name, values);
    return values;
}

double read_number(const hdf5::Reader& file, const std::string& object, const std::string& attribute) {
    const double value = file.number<double>(object, attribute);
    require(std::isfinite(value), Advice{"train the model again"}, "{}: attribute '{}' of {} is {}",
            file.path(), attribute, object, value);
    return value;
}

model::DenseLayer read_layer(const hdf5::Reader& file, const std::string& group, int inputs) {
    constexpr GlobalIndex widest = 1 << 24;
    const auto weights = group + "/weights";
    const auto shape = file.shape(weights, 2);
    require(shape[1] == inputs && shape[0] >= 1 && shape[0] <= widest, Advice{},
            "{}: {} has shape {}, but must have {} columns (inputs of the layer) and at least one row",
            file.path(), weights, hdf5::to_text(shape), inputs);
    model::DenseLayer layer;
    layer.activation = model::parse_activation(file.text(group, "activation"));
    layer.inputs = inputs;
    layer.width = static_cast<int>(shape[0]);
    layer.weights = file.all<double>(weights);
    require_finite(file, weights, layer.weights);
    layer.biases = read_vector(file, group + "/biases", shape[0], "width of the layer");
    layer.mean = read_vector(file, group + "/mean", inputs, "inputs of the layer");
    layer.inverse_scale = read_vector(file, group + "/inverse_scale", inputs, "inputs of the layer");
    return layer;
}

int read_dimension(const hdf5::Reader& file) {
    const int dimension = file.number<int>("/", "dimension");
    require(dimension >= 1 && dimension <= 3, Advice{}, "{}: dimension is {}, but must be 1, 2 or 3",
            file.path(), dimension);
    return dimension;
}

namespace {

// What the file declares to be HDF5's, not what may lie behind: that may be a hole of any size.
std::string read_model_bytes(const InputFile& file) {
    const auto bytes = std::min(declared_end(file).value_or(file.state().size), file.state().size);
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    require(static_cast<double>(bytes) < memory / 2, Advice{"check how the file was made"},
            "'{}' declares {} bytes, more than this machine can hold: that is no model", file.path(), bytes);
    BlockSeal(file).verify({0, static_cast<GlobalIndex>(bytes)});
    return file.head(bytes);
}

}  // namespace

std::string read_everywhere(const parallel::Communicator& comm, const std::string& path) {
    std::optional<InputFile> file;
    parallel::together(comm, [&] {
        if (comm.is_root()) file.emplace(path);
    });
    require_readable(comm, path);
    const auto bytes = parallel::together(comm, [&] {
        if (!file) return std::string();
        check_format(hdf5::Reader(path), model_format);  // before a whole file of another kind is read
        auto read = read_model_bytes(*file);
        file->require_unchanged();
        return read;
    });
    return parallel::broadcast(comm, bytes);
}

}  // namespace rfhgn::io

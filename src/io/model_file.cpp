#include "rfhgn/io/model_file.hpp"

#include <optional>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/model/registry.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "archive_reader.hpp"
#include "archive_writer.hpp"
#include "block_seal.hpp"
#include "format.hpp"
#include "model_bytes.hpp"
#include "r_factors_group.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

namespace {

// The bytes of a model file, read once, on every rank. *Collective.*
std::string read_everywhere(const parallel::Communicator& comm, const std::string& path) {
    std::optional<InputFile> file;
    parallel::together(comm, [&] {
        if (comm.is_root()) file.emplace(path);
    });
    require_readable(comm, path);
    const auto bytes = parallel::together(comm, [&] {
        if (!file) return std::string();
        check_format(hdf5::Reader(path), model_format);  // before a whole file of another kind is read
        auto read = model_bytes(*file);
        file->require_unchanged();
        return read;
    });
    return parallel::broadcast(comm, bytes);
}

// On the root, with what `add` writes.
template <class Add>
void write_file(const parallel::Communicator& comm, const std::string& path,
                const std::string& training_report, const Provenance& provenance, Add&& add) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        auto file = hdf5::Writer::in_memory(path);
        hdf5::ArchiveWriter archive(file);
        file.attribute("/", "format", std::string(model_format.name));
        file.attribute("/", "training_report", training_report);
        hdf5::write_provenance(file, "/provenance", provenance);
        add(file, archive);
        write_whole_file(path, sealed_by_blocks(file.image()));
    });
}

// What `parse` makes of the file, on every rank.
template <class Parse>
auto read_file(const parallel::Communicator& comm, const std::string& path, Parse&& parse) {
    const auto bytes = read_everywhere(comm, path);
    return parallel::together(comm, [&] {
        const hdf5::Reader file(bytes, path);
        check_format(file, model_format);
        return parse(file);
    });
}

}  // namespace

void write_model(const parallel::Communicator& comm, const std::string& path, const model::Model& model,
                 const std::string& training_report, const Provenance& provenance,
                 const training::RFactors* r_factors) {
    write_file(comm, path, training_report, provenance, [&](auto& file, auto& archive) {
        model::write(model, archive);
        if (r_factors) write_r_factors(file, *r_factors);
    });
}

void write_tabulated_model(const parallel::Communicator& comm, const std::string& path,
                           const model::TabulatedModel& tabulated, const Provenance& provenance) {
    write_file(comm, path, "", provenance,
               [&](auto& /*file*/, auto& archive) { model::write(tabulated, archive); });
}

model::TabulatedModel read_tabulated_model(const parallel::Communicator& comm, const std::string& path) {
    return read_file(comm, path, [](const hdf5::Reader& file) {
        return model::read_tabulated(hdf5::ArchiveReader(file));
    });
}

std::unique_ptr<model::Model> read_model(const parallel::Communicator& comm, const std::string& path) {
    return read_file(comm, path,
                     [](const hdf5::Reader& file) { return model::read(hdf5::ArchiveReader(file)); });
}

training::Trained read_trained_model(const parallel::Communicator& comm, const std::string& path) {
    return read_file(comm, path, [&](const hdf5::Reader& file) {
        std::shared_ptr<const model::Model> model = model::read(hdf5::ArchiveReader(file));
        const auto shape = training::trainer_of(model->encoding()).factor_shape(*model);
        return training::Trained{path, std::move(model), read_r_factors(file, shape)};
    });
}

void require_model(const parallel::Communicator& comm, const std::string& path) {
    require_readable(comm, path);
    parallel::together(comm, [&] {
        if (comm.is_root()) check_format(hdf5::Reader(path), model_format);
    });
}

}  // namespace rfhgn::io

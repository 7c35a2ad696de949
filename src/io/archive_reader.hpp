#pragma once
/// Archives of models as HDF5 files, read.

#include "rfhgn/model/archive.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io::hdf5 {

/// The file must outlive it.
class ArchiveReader final : public model::ArchiveReader {
  public:
    explicit ArchiveReader(const Reader& file) : file_(file) {}

    [[nodiscard]] const std::string& path() const override { return file_.path(); }
    [[nodiscard]] bool has(const std::string& object) const override { return file_.has(object); }
    [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const override {
        return file_.has_attribute(object, name);
    }
    [[nodiscard]] int integer(const std::string& object, const std::string& attribute) const override {
        return file_.number<int>(object, attribute);
    }
    [[nodiscard]] double number(const std::string& object, const std::string& attribute) const override;
    [[nodiscard]] std::string text(const std::string& object, const std::string& attribute) const override {
        return file_.text(object, attribute);
    }
    [[nodiscard]] std::vector<std::string> texts(const std::string& object,
                                                 const std::string& attribute) const override {
        return file_.texts(object, attribute);
    }
    [[nodiscard]] model::Extents extents(const std::string& name) const override { return file_.shape(name); }
    [[nodiscard]] std::vector<double> numbers(const std::string& name) const override {
        return file_.all<double>(name);
    }
    [[nodiscard]] std::vector<std::int64_t> integers(const std::string& name) const override {
        return file_.all<std::int64_t>(name);
    }

  private:
    const Reader& file_;
};

}  // namespace rfhgn::io::hdf5

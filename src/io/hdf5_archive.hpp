#pragma once
/// Archives of models as HDF5 files.

#include "rfhgn/model/archive.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io::hdf5 {

/// The file must outlive it.
class ArchiveWriter final : public model::ArchiveWriter {
  public:
    explicit ArchiveWriter(Writer& file) : file_(file) {}

    void group(const std::string& name) override { file_.group(name); }
    void attribute(const std::string& object, const std::string& name, int value) override {
        file_.attribute(object, name, value);
    }
    void attribute(const std::string& object, const std::string& name, double value) override {
        file_.attribute(object, name, value);
    }
    void attribute(const std::string& object, const std::string& name, const std::string& value) override {
        file_.attribute(object, name, value);
    }
    void texts(const std::string& object, const std::string& name,
               const std::vector<std::string>& values) override {
        file_.fixed_text(object, name, values, false);
    }
    void array(const std::string& name, const model::Extents& extents,
               std::span<const double> values) override {
        file_.write<double>(name, {extents.begin(), extents.end()}, values);
    }
    void array(const std::string& name, const model::Extents& extents,
               std::span<const std::int64_t> values) override {
        file_.write<std::int64_t>(name, {extents.begin(), extents.end()}, values);
    }

  private:
    Writer& file_;
};

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

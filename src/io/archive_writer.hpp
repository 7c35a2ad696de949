#pragma once
/// Archives of models as HDF5 files, written.

#include "rfhgn/model/archive.hpp"

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

}  // namespace rfhgn::io::hdf5

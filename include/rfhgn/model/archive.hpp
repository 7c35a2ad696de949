#pragma once
/// What model files are made of: named groups, arrays and attributes, as in HDF5, which io maps them to.
/// Kinds of models write and read themselves by these. Names are absolute, "/" separates groups. Local.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/model/dense_layer.hpp"
#include "rfhgn/model/uncertainty.hpp"

namespace rfhgn::model {

using Extents = std::vector<GlobalIndex>;

class ArchiveWriter {
  public:
    virtual ~ArchiveWriter() = default;
    virtual void group(const std::string& name) = 0;
    virtual void attribute(const std::string& object, const std::string& name, int value) = 0;
    virtual void attribute(const std::string& object, const std::string& name, double value) = 0;
    virtual void attribute(const std::string& object, const std::string& name, const std::string& value) = 0;
    virtual void texts(const std::string& object, const std::string& name,
                       const std::vector<std::string>& values) = 0;
    virtual void array(const std::string& name, const Extents& extents, std::span<const double> values) = 0;
    virtual void array(const std::string& name, const Extents& extents,
                       std::span<const std::int64_t> values) = 0;

    void vector(const std::string& name, const std::vector<double>& values);
    /// A group with weights [width, inputs], biases, mean, inverse_scale and the attribute activation.
    void layer(const std::string& name, const DenseLayer& layer);
    /// A group with the attributes noise and ridge_noise, damping [width] and factor_transposed
    /// [width, width]; nothing when it is not known.
    void posterior(const std::string& name, const Posterior& posterior);
};

/// Every failure (absent, another shape or type, a number that is not finite) is an InputError that names the
/// file and the object.
class ArchiveReader {
  public:
    virtual ~ArchiveReader() = default;
    [[nodiscard]] virtual const std::string& path() const = 0;  ///< for messages
    [[nodiscard]] virtual bool has(const std::string& object) const = 0;
    [[nodiscard]] virtual bool has_attribute(const std::string& object, const std::string& name) const = 0;
    [[nodiscard]] virtual int integer(const std::string& object, const std::string& attribute) const = 0;
    [[nodiscard]] virtual double number(const std::string& object, const std::string& attribute) const = 0;
    [[nodiscard]] virtual std::string text(const std::string& object, const std::string& attribute) const = 0;
    [[nodiscard]] virtual std::vector<std::string> texts(const std::string& object,
                                                         const std::string& attribute) const = 0;
    [[nodiscard]] virtual Extents extents(const std::string& name) const = 0;
    [[nodiscard]] virtual std::vector<double> numbers(const std::string& name) const = 0;
    [[nodiscard]] virtual std::vector<std::int64_t> integers(const std::string& name) const = 0;

    /// A whole array of this shape; `why` says where the extents come from.
    [[nodiscard]] std::vector<double> array(const std::string& name, const Extents& extents,
                                            const std::string& why) const;
    [[nodiscard]] std::vector<double> vector(const std::string& name, GlobalIndex size,
                                             const std::string& why) const {
        return array(name, {size}, why);
    }
    void require_extents(const std::string& name, const Extents& extents, const std::string& why) const;
    [[nodiscard]] DenseLayer layer(const std::string& name, int inputs) const;
    /// Not known when the group is absent.
    [[nodiscard]] Posterior posterior(const std::string& name, int width) const;
};

/// "[3, 2]".
std::string to_text(const Extents& extents);

}  // namespace rfhgn::model

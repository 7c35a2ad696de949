#pragma once
/// Reading HDF5 files that others may have written: every shape, type and size is checked before anything is
/// allocated, and every failure is an InputError that names the file and the data set.

#include <memory>
#include <string>
#include <vector>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/block_range.hpp"

#include "hdf5_handle.hpp"

namespace rfhgn::io::hdf5 {

using Shape = std::vector<GlobalIndex>;

/// "[3, 2]".
std::string to_text(const Shape& shape);

/// All functions are local: a rank reads by itself. Ranks read contiguous rows, which gain nothing from
/// collective transfers, and a rank that finds a fault cannot leave others waiting inside HDF5. What is read
/// of a file with a seal by blocks is checked against it. A file that was changed since it was opened is a
/// RunError: HDF5 reads zeros behind an end that has moved.
class Reader {
  public:
    explicit Reader(const std::string& path);
    ~Reader();
    Reader(Reader&& other) noexcept;
    Reader& operator=(Reader&& other) noexcept;
    /// From the bytes of a file; `path` is for messages.
    Reader(std::string bytes, const std::string& path);

    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// Of a file, when it was opened.
    [[nodiscard]] FileState state() const;
    /// Throws RunError when the file was changed since then.
    void require_unchanged() const;
    /// Whether a group or data set is there.
    [[nodiscard]] bool has(const std::string& object) const;
    /// Paths of all groups and data sets, and the names of the attributes of one.
    [[nodiscard]] std::vector<std::string> objects() const;
    [[nodiscard]] std::vector<std::string> attributes(const std::string& object) const;
    [[nodiscard]] bool has_attribute(const std::string& object, const std::string& name) const;

    /// Extents of a data set.
    [[nodiscard]] Shape shape(const std::string& data_set) const;
    /// To how many rows a data set of one or more axes may grow.
    [[nodiscard]] GlobalIndex most_rows(const std::string& data_set) const;
    /// The same, when it has this many axes.
    [[nodiscard]] Shape shape(const std::string& data_set, std::size_t axes) const;
    /// Throws unless the data set has this shape; `why` says where the numbers come from.
    void require_shape(const std::string& data_set, const Shape& expected, const std::string& why) const;

    /// These rows (all columns) of a data set of one or more axes; integers of other widths and float32 are
    /// converted.
    template <Element T>
    [[nodiscard]] std::vector<T> rows(const std::string& data_set, parallel::Range range) const;
    /// A whole data set.
    template <Element T>
    [[nodiscard]] std::vector<T> all(const std::string& data_set) const;

    template <Element T>
    [[nodiscard]] T number(const std::string& object, const std::string& attribute) const;
    [[nodiscard]] std::string text(const std::string& object, const std::string& attribute) const;
    /// The strings of an attribute with one axis.
    [[nodiscard]] std::vector<std::string> texts(const std::string& object,
                                                 const std::string& attribute) const;

  private:
    struct Source;
    void verify_all_but_large_arrays() const;
    void verify_rows(hid_t data_set, const Shape& extents, parallel::Range rows) const;
    [[nodiscard]] Handle open_data_set(const std::string& data_set) const;
    [[nodiscard]] Handle open_attribute(const std::string& object, const std::string& attribute) const;

    std::string path_;
    std::string bytes_;
    std::unique_ptr<Source> source_;  // none of bytes
    Handle file_;
};

}  // namespace rfhgn::io::hdf5

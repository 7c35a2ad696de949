#include "hdf5_reader.hpp"

#include <algorithm>
#include <unistd.h>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"

#include "block_seal.hpp"
#include "hdf5_limits.hpp"
#include "hdf5_opening.hpp"
#include "hdf5_strings.hpp"

namespace rfhgn::io::hdf5 {

namespace {

std::string class_name(H5T_class_t type_class) {
    switch (type_class) {
        case H5T_INTEGER:
            return "integers";
        case H5T_FLOAT:
            return "real numbers";
        case H5T_STRING:
            return "strings";
        case H5T_COMPOUND:
            return "compounds";
        default:
            return "values of another type";
    }
}

template <Element T>
void require_type(hid_t type, const std::string& path, const std::string& name) {
    const auto found = H5Tget_class(type);
    const bool fits = found == H5T_INTEGER || (std::same_as<T, double> && found == H5T_FLOAT);
    require(fits, Advice{}, "{}: {} holds {}, but must hold {}", path, name, class_name(found),
            std::same_as<T, double> ? "real numbers" : "integers");
}

// A declared size may be anything: it must be one that a rank of this machine can hold.
std::size_t checked_count(GlobalIndex rows, const Shape& shape, std::size_t width, const std::string& where) {
    auto count = static_cast<std::uint64_t>(rows);
    bool overflow = false;
    for (std::size_t axis = 1; axis < shape.size(); ++axis)
        overflow |= __builtin_mul_overflow(count, static_cast<std::uint64_t>(shape[axis]), &count);
    std::uint64_t bytes = 0;
    overflow |= __builtin_mul_overflow(count, width, &bytes);
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    require(!overflow && static_cast<double>(bytes) < memory,
            Advice{"use more ranks, or check how the file was made"},
            "{} declares shape {}, of which {} rows do not fit into this machine's memory", where,
            to_text(shape), rows);
    return static_cast<std::size_t>(count);
}

}  // namespace

std::string to_text(const Shape& shape) {
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

struct Reader::Source {
    explicit Source(const std::string& path) : file(path), seal(file) {}
    InputFile file;
    BlockSeal seal;
};

Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Reader::Reader(const std::string& path) : path_(path), source_(std::make_unique<Source>(path)) {
    silence();
    file_ = open_for_reading(path);
    if (source_->seal.present()) verify_all_but_large_arrays();
}

FileState Reader::state() const {
    return source_ ? source_->file.state() : FileState{};
}

void Reader::require_unchanged() const {
    if (source_) source_->file.require_unchanged();
}

// Large arrays are checked where they are read; all else, what HDF5 itself goes by included, at once.
void Reader::verify_all_but_large_arrays() const {
    constexpr GlobalIndex large = GlobalIndex{1} << 20U;
    const auto end = static_cast<GlobalIndex>(source_->seal.bytes());
    std::vector<parallel::Range> arrays;
    for (const auto& name : objects()) {
        const Handle opened(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
        if (!opened.valid()) continue;
        const auto begin = static_cast<GlobalIndex>(H5Dget_offset(opened.id()));
        const auto size = static_cast<GlobalIndex>(H5Dget_storage_size(opened.id()));
        if (begin >= 0 && size >= large && size <= end && begin <= end - size)
            arrays.push_back({begin, begin + size});
    }
    std::ranges::sort(arrays, {}, &parallel::Range::begin);
    GlobalIndex at = 0;
    for (const auto& array : arrays) {
        source_->seal.verify({at, array.begin});
        at = std::max(at, array.end);
    }
    source_->seal.verify({at, end});
}

// Of arrays in one piece; chunks were checked when the file was opened.
void Reader::verify_rows(hid_t data_set, const Shape& extents, parallel::Range rows) const {
    if (!source_) return;
    source_->file.require_unchanged();
    const auto begin = static_cast<GlobalIndex>(H5Dget_offset(data_set));
    if (!source_->seal.present() || begin < 0) return;
    const Handle type(H5Dget_type(data_set), H5Tclose);
    auto width = static_cast<GlobalIndex>(H5Tget_size(type.id()));
    for (std::size_t axis = 1; axis < extents.size(); ++axis) width *= extents[axis];
    source_->seal.verify({begin + rows.begin * width, begin + rows.end * width});
}

Reader::Reader(std::string bytes, const std::string& path) : path_(path), bytes_(std::move(bytes)) {
    silence();
    file_ = open_image(bytes_, path);
}

bool Reader::has(const std::string& object) const {
    for (std::size_t slash = object.find('/', 1);; slash = object.find('/', slash + 1)) {
        const auto part = object.substr(0, slash);
        const bool root = part.empty() || part == "/";
        if (!root && H5Lexists(file_.id(), part.c_str(), H5P_DEFAULT) <= 0) return false;
        if (!root && H5Oexists_by_name(file_.id(), part.c_str(), H5P_DEFAULT) <= 0) return false;
        if (slash == std::string::npos) return true;
    }
}

std::vector<std::string> Reader::objects() const {
    const auto add = [](hid_t, const char* name, const H5O_info_t*, void* names) -> herr_t {
        static_cast<std::vector<std::string>*>(names)->push_back(std::string("/") +
                                                                 (name[0] == '.' ? "" : name));
        return 0;
    };
    std::vector<std::string> names;
    require(H5Ovisit2(file_.id(), H5_INDEX_NAME, H5_ITER_NATIVE, add, &names, H5O_INFO_BASIC) >= 0, Advice{},
            "{}: groups and data sets cannot be listed: {}", path_, reason());
    return names;
}

std::vector<std::string> Reader::attributes(const std::string& object) const {
    const auto add = [](hid_t, const char* name, const H5A_info_t*, void* names) -> herr_t {
        static_cast<std::vector<std::string>*>(names)->emplace_back(name);
        return 0;
    };
    std::vector<std::string> names;
    require(H5Aiterate_by_name(file_.id(), object.c_str(), H5_INDEX_NAME, H5_ITER_NATIVE, nullptr, add,
                               &names, H5P_DEFAULT) >= 0,
            Advice{}, "{}: the attributes of {} cannot be listed: {}", path_, object, reason());
    return names;
}

bool Reader::has_attribute(const std::string& object, const std::string& name) const {
    return has(object) && H5Aexists_by_name(file_.id(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Handle Reader::open_data_set(const std::string& data_set) const {
    require_room_for_hdf5();
    require(has(data_set), Advice{"the layout of files is in the header that reads them and in tools/"},
            "{}: data set {} is absent", path_, data_set);
    Handle opened(H5Dopen2(file_.id(), data_set.c_str(), H5P_DEFAULT), H5Dclose);
    require(opened.valid(), Advice{}, "{}: {} is not a data set", path_, data_set);
    return opened;
}

Shape Reader::shape(const std::string& data_set) const {
    const auto opened = open_data_set(data_set);
    const Handle space(H5Dget_space(opened.id()), H5Sclose);
    const int axes = H5Sget_simple_extent_ndims(space.id());
    std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(axes, 0)));
    if (axes > 0) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
    constexpr auto limit = static_cast<hsize_t>(INT64_MAX);
    bool empty = false;
    for (const auto extent : extents) {
        require(extent < limit, Advice{}, "{}: {} declares {} rows or columns", path_, data_set, extent);
        empty |= extent == 0;
    }
    require(empty || axes <= 0 || H5Dget_storage_size(opened.id()) > 0,
            Advice{"it may be incomplete; make it again"}, "{}: {} declares a shape but holds no data", path_,
            data_set);
    if (axes > 0) require_bounded_data_set(file_.id(), opened.id(), path_ + ": " + data_set);
    return {extents.begin(), extents.end()};
}

GlobalIndex Reader::most_rows(const std::string& data_set) const {
    const auto axes = shape(data_set).size();
    require(axes > 0, Advice{}, "{}: {} is a scalar, but must be an array", path_, data_set);
    const auto opened = open_data_set(data_set);
    const Handle space(H5Dget_space(opened.id()), H5Sclose);
    std::vector<hsize_t> most(axes);
    H5Sget_simple_extent_dims(space.id(), nullptr, most.data());
    return most[0] == H5S_UNLIMITED ? INT64_MAX : static_cast<GlobalIndex>(most[0]);
}

Shape Reader::shape(const std::string& data_set, std::size_t axes) const {
    auto found = shape(data_set);
    require(found.size() == axes, Advice{}, "{}: {} has shape {}, but must have {} {}", path_, data_set,
            to_text(found), axes, axes == 1 ? "axis" : "axes");
    return found;
}

void Reader::require_shape(const std::string& data_set, const Shape& expected, const std::string& why) const {
    const auto found = shape(data_set);
    require(found == expected, Advice{}, "{}: {} has shape {}, but must have {} ({})", path_, data_set,
            to_text(found), to_text(expected), why);
}

template <Element T>
std::vector<T> Reader::rows(const std::string& data_set, parallel::Range range) const {
    const auto extents = shape(data_set);
    const auto opened = open_data_set(data_set);
    const Handle type(H5Dget_type(opened.id()), H5Tclose);
    require_type<T>(type.id(), path_, data_set);
    RFHGN_ASSERT(!extents.empty() && range.begin >= 0 && range.begin <= range.end && range.end <= extents[0]);
    std::vector<T> values(checked_count(range.size(), extents, sizeof(T), path_ + ": " + data_set));
    if (values.empty()) return values;
    std::vector<hsize_t> start(extents.size(), 0);
    std::vector<hsize_t> count(extents.begin(), extents.end());
    start[0] = static_cast<hsize_t>(range.begin);
    count[0] = static_cast<hsize_t>(range.size());
    const Handle file_space(H5Dget_space(opened.id()), H5Sclose);
    H5Sselect_hyperslab(file_space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    const Handle memory_space(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                              H5Sclose);
    require_unchanged();
    const bool ok = H5Dread(opened.id(), memory_type<T>(), memory_space.id(), file_space.id(), H5P_DEFAULT,
                            values.data()) >= 0;
    const auto why = ok ? std::string() : reason();
    verify_rows(opened.id(), extents, range);
    require(ok, Advice{"it may be incomplete or damaged; make it again"}, "{}: cannot read {}: {}", path_,
            data_set, why);
    return values;
}

template <Element T>
std::vector<T> Reader::all(const std::string& data_set) const {
    const auto extents = shape(data_set);
    require(!extents.empty(), Advice{}, "{}: {} is a scalar, but must be an array", path_, data_set);
    return rows<T>(data_set, {0, extents[0]});
}

Handle Reader::open_attribute(const std::string& object, const std::string& attribute) const {
    require(has_attribute(object, attribute), Advice{}, "{}: attribute '{}' of {} is absent", path_,
            attribute, object);
    return {H5Aopen_by_name(file_.id(), object.c_str(), attribute.c_str(), H5P_DEFAULT, H5P_DEFAULT),
            H5Aclose};
}

template <Element T>
T Reader::number(const std::string& object, const std::string& attribute) const {
    const auto opened = open_attribute(object, attribute);
    const auto name = fmt::format("attribute '{}' of {}", attribute, object);
    const Handle type(H5Aget_type(opened.id()), H5Tclose);
    require_type<T>(type.id(), path_, name);
    const Handle space(H5Aget_space(opened.id()), H5Sclose);
    require(H5Sget_simple_extent_npoints(space.id()) == 1, Advice{}, "{}: {} must be one number", path_,
            name);
    T value{};
    require(H5Aread(opened.id(), memory_type<T>(), &value) >= 0, Advice{}, "{}: cannot read {}: {}", path_,
            name, reason());
    return value;
}

std::vector<std::string> Reader::texts(const std::string& object, const std::string& attribute) const {
    const auto opened = open_attribute(object, attribute);
    const Handle type(H5Aget_type(opened.id()), H5Tclose);
    const auto found = H5Tget_class(type.id());
    require(found == H5T_STRING, Advice{}, "{}: attribute '{}' of {} holds {}, but must hold strings", path_,
            attribute, object, class_name(found));
    require_bounded_attribute(file_.id(), opened.id(),
                              fmt::format("{}: attribute '{}' of {}", path_, attribute, object));
    const Handle space(H5Aget_space(opened.id()), H5Sclose);
    const auto count =
        static_cast<std::size_t>(std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0));
    auto values = count > 0 ? read_strings(opened.id(), type.id(), count) : std::vector<std::string>{};
    require(values.size() == count, Advice{}, "{}: cannot read attribute '{}' of {}: {}", path_, attribute,
            object, reason());
    return values;
}

std::string Reader::text(const std::string& object, const std::string& attribute) const {
    const auto values = texts(object, attribute);
    require(values.size() == 1, Advice{}, "{}: attribute '{}' of {} must be one string", path_, attribute,
            object);
    return values.front();
}

template std::vector<double> Reader::rows<double>(const std::string&, parallel::Range) const;
template std::vector<int> Reader::rows<int>(const std::string&, parallel::Range) const;
template std::vector<std::int64_t> Reader::rows<std::int64_t>(const std::string&, parallel::Range) const;
template std::vector<double> Reader::all<double>(const std::string&) const;
template std::vector<std::int64_t> Reader::all<std::int64_t>(const std::string&) const;
template double Reader::number<double>(const std::string&, const std::string&) const;
template int Reader::number<int>(const std::string&, const std::string&) const;
template std::int64_t Reader::number<std::int64_t>(const std::string&, const std::string&) const;

}  // namespace rfhgn::io::hdf5

#pragma once
/// Owners of HDF5 handles and what every use of HDF5 here shares: element types, silence, and the library's
/// own reason for a failure. HDF5 prints nothing; errors become messages that name the file and the data set.

#include <concepts>
#include <cstdint>
#include <string>
#include <utility>

#include <hdf5.h>

namespace rfhgn::io::hdf5 {

/// Owns one handle; negative means none.
class Handle {
  public:
    using Close = herr_t (*)(hid_t);

    Handle() = default;
    Handle(hid_t id, Close close) noexcept : id_(id), close_(close) {}
    ~Handle() { reset(); }
    Handle(Handle&& other) noexcept : id_(other.release()), close_(other.close_) {}
    Handle& operator=(Handle&& other) noexcept {
        reset();
        id_ = other.release();
        close_ = other.close_;
        return *this;
    }

    [[nodiscard]] hid_t id() const noexcept { return id_; }
    [[nodiscard]] bool valid() const noexcept { return id_ >= 0; }
    hid_t release() noexcept { return std::exchange(id_, H5I_INVALID_HID); }
    /// Closes now; false when HDF5 reports an error, which for a file means that data may not have reached
    /// it.
    bool reset() noexcept {
        const hid_t id = release();
        return id < 0 || close_(id) >= 0;
    }

  private:
    hid_t id_ = H5I_INVALID_HID;
    Close close_ = nullptr;
};

template <class T>
concept Element = std::same_as<T, double> || std::same_as<T, int> || std::same_as<T, std::int64_t>;

template <Element T>
hid_t memory_type() {
    if constexpr (std::same_as<T, double>) return H5T_NATIVE_DOUBLE;
    if constexpr (std::same_as<T, int>) return H5T_NATIVE_INT;
    return H5T_NATIVE_INT64;
}

/// Turns off HDF5's printing of its error stack.
void silence();

/// The innermost message of HDF5's error stack, e.g. "truncated file: eof = 96, ..."; "unknown reason" when
/// empty.
std::string reason();

/// Why HDF5 has just refused to open a file: the system's reason where there is one, which HDF5 does not
/// always pass on, else reason().
std::string reason_not_opened(const std::string& path, bool for_writing);

}  // namespace rfhgn::io::hdf5

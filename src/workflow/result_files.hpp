#pragma once
/// Files of output folders as ResultFolder sees them. All local.

#include <string>

namespace rfhgn::workflow {

inline constexpr const char* deck_name = "deck.toml";
inline constexpr const char* part_suffix = ".part";  // of files that are being written
inline constexpr const char* deck_entry = "run";     // of the record

bool is_there(const std::string& path);
bool same_file(const std::string& a, const std::string& b);
/// Also of files that are not there yet, however their paths were typed.
bool same_place(const std::string& a, const std::string& b);
/// Of a small file; empty when it is absent.
std::string text_of(const std::string& path);

}  // namespace rfhgn::workflow

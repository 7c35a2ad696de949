#pragma once

#include "rfhgn/model/archive.hpp"
#include "rfhgn/model/many_body/model.hpp"

namespace rfhgn::model::many_body {

/// Groups /basis, /core (absent without), /projection and /neurons (absent without neurons), and
/// /coefficients/all with the columns that they are of in /coefficients/columns.
void write(const Model& model, ArchiveWriter& archive);
/// Throws InputError for what cannot be.
Model read(const ArchiveReader& archive);

}  // namespace rfhgn::model::many_body

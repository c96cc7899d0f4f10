// SPDX-License-Identifier: GPL-2.0-or-later
// Reading inputs and writing outputs, with every failure an Error.
#pragma once

#include <string>
#include <vector>

#include "gradus/diag/source.h"

namespace gradus::cli {

inline constexpr std::size_t max_input = 64U << 20;  // bytes of one input

// The text of a file; `-` is standard input, named `<stdin>`. Throws Error if it cannot be read, is a folder, or
// is larger than max_input.
SourcePtr read_source(const std::string& path);

// The files of a folder and of those in it, in the order of their names, that have one of these endings; any other path
// is itself. Throws Error for a folder without such files.
std::vector<std::string> files_of(const std::string& path, const std::vector<std::string>& endings);

// Writes `text` to standard output and makes sure that it arrived.
void write_standard_output(const std::string& text);

// Writes `text` to `path` so that it holds either the old or the whole new contents: a temporary file beside it is
// renamed. What is not a regular file (a device, a pipe) is written directly. `-` and an empty path mean standard
// output.
void write_output(const std::string& path, const std::string& text);

// Throws Error if writing `output` would replace the file `input`.
void refuse_same_file(const std::string& input, const std::string& output);

}  // namespace gradus::cli

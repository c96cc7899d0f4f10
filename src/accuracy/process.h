// SPDX-License-Identifier: GPL-2.0-or-later
// Other programs, run without a shell in a directory that does not stay.
#pragma once

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

namespace gradus::accuracy {

/// While it lives, signals that would end the program wait, so that what has to be removed can be removed; they are
/// delivered at its end.
class HeldSignals {
 public:
  HeldSignals();
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals();
  /// Throws Error if one of them waits.
  void check() const;
  /// Those that were held before, for children.
  [[nodiscard]] const sigset_t& before() const { return before_; }

 private:
  sigset_t held_{}, before_{};
};

/// A directory that nobody else can read, removed with all that is in it.
class PrivateDirectory {
 public:
  PrivateDirectory();
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory();

  [[nodiscard]] std::string operator/(const char* name) const { return (path_ / name).string(); }
  void write(const char* name, const std::string& text) const;
  [[nodiscard]] std::string read(const char* name) const;
  /// A text without the path of the directory.
  [[nodiscard]] std::string without_path(std::string text) const;

 private:
  std::filesystem::path path_;
};

/// Runs a program with its output and errors in files; its standard input is empty. The exit status, 128 + the signal
/// that ended it. Throws Error if it cannot be started.
int run(const std::vector<std::string>& arguments, const std::string& output, const std::string& errors,
        const HeldSignals& signals);

/// The command that calls a C++ compiler: `wanted` if it is not empty, else $CXX, else c++, g++ or clang++. Throws
/// Error if it is not in PATH.
std::vector<std::string> find_compiler(const std::vector<std::string>& wanted);

}  // namespace gradus::accuracy

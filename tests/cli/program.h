// SPDX-License-Identifier: GPL-2.0-or-later
// Runs the built program as a user would, in a folder of its own.
#pragma once

#include <sys/wait.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace cli_test {

namespace fs = std::filesystem;

struct Result {
  int code = -1;
  std::string out, err;
};

inline std::string slurp(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// A temporary folder, in which the program runs.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "gradus-test-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
    fs::create_directory(path_ / "work");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  [[nodiscard]] fs::path operator/(const std::string& name) const { return path_ / "work" / name; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(*this / name, std::ios::binary) << text;
  }

  // A shell command in this folder; `input` is its standard input.
  [[nodiscard]] Result shell(const std::string& command, const std::string& input = {}) const {
    std::ofstream(path_ / "in", std::ios::binary) << input;
    const std::string line =
        "cd " + quoted((path_ / "work").string()) + " && { " + command + " ; } <../in >../out 2>../err";
    const int status = std::system(line.c_str());
    Result result;
    BOOST_REQUIRE(WIFEXITED(status));
    result.code = WEXITSTATUS(status);
    result.out = slurp(path_ / "out");
    result.err = slurp(path_ / "err");
    return result;
  }
  [[nodiscard]] Result run(const std::vector<std::string>& arguments, const std::string& input = {},
                           const std::string& program = GRADUS_PROGRAM) const {
    std::string command = quoted(program);
    for (const std::string& argument : arguments) command += " " + quoted(argument);
    return shell(command, input);
  }
  // Compiles a user of generated headers without a warning and runs it.
  [[nodiscard]] Result compiled(const std::string& user, const std::string& flags = {}) const {
    write("user.cpp", user);
    return shell("c++ -std=c++17 -O1 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror " + flags +
                 " user.cpp -o user && ./user");
  }
  // Names in the folder, for checks that nothing is left behind.
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(path_ / "work")) out.push_back(entry.path().filename().string());
    return out;
  }

 private:
  fs::path path_;
};

inline const char* const logistic =
    "input x, y\nparam w, b\nz = w*x + b\na = sigmoid(z)\nL = -(y*ln(a) + (1 - y)*ln(1 - a))\nclaim dL/dz = a - y\n";

// Exactly this on standard error, nothing on standard output, exit code 2.
inline void refuses(const Folder& folder, const std::vector<std::string>& arguments, const std::string& message,
                    const std::string& input = {}) {
  const Result r = folder.run(arguments, input);
  BOOST_TEST(r.err == message);
  BOOST_TEST(r.out == "");
  BOOST_TEST(r.code == 2);
}

}  // namespace cli_test

// SPDX-License-Identifier: GPL-2.0-or-later
#include "accuracy/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string_view>

#include "gradus/diag/source.h"

extern char** environ;

namespace gradus::accuracy {
namespace {

constexpr int ending[] = {SIGINT, SIGTERM, SIGHUP};

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

bool in_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_program(name);
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (is_program(std::filesystem::path(folder.empty() ? "." : folder) / name)) return true;
  }
  return false;
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

[[noreturn]] void fail(const std::string& what, int code) {
  throw Error({}, fmt::format("{}: {}", what, std::strerror(code)));
}

}  // namespace

HeldSignals::HeldSignals() {
  sigemptyset(&held_);
  for (const int s : ending) sigaddset(&held_, s);
  pthread_sigmask(SIG_BLOCK, &held_, &before_);
}

HeldSignals::~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

void HeldSignals::check() const {
  sigset_t waiting;
  sigpending(&waiting);
  for (const int s : ending) {
    if (sigismember(&waiting, s) == 1 && sigismember(&before_, s) == 0) throw Error({}, "interrupted");
  }
}

PrivateDirectory::PrivateDirectory() {
  const char* const folder = std::getenv("TMPDIR");
  std::string name =
      (std::filesystem::path(folder == nullptr || *folder == '\0' ? "/tmp" : folder) / "gradus-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) fail("cannot make a temporary directory", errno);
  path_ = name;
}

PrivateDirectory::~PrivateDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void PrivateDirectory::write(const char* name, const std::string& text) const {
  std::ofstream out(path_ / name, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error({}, "cannot write to the temporary directory");
}

std::string PrivateDirectory::read(const char* name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string PrivateDirectory::without_path(std::string text) const {
  const std::string prefix = path_.string() + "/";
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
    text.erase(at, prefix.size());
  return text;
}

int run(const std::vector<std::string>& arguments, const std::string& output, const std::string& errors,
        const HeldSignals& signals) {
  std::vector<char*> argv;
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  constexpr int fresh = O_WRONLY | O_CREAT | O_TRUNC, mode = 0600;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), fresh, mode);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(), fresh, mode);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &signals.before());
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int error = posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) fail(fmt::format("cannot run `{}`", arguments[0]), error);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) fail(fmt::format("cannot wait for `{}`", arguments[0]), errno);
  }
  signals.check();
  constexpr int by_signal = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : by_signal + WTERMSIG(status);
}

std::vector<std::string> find_compiler(const std::vector<std::string>& wanted) {
  if (!wanted.empty()) {
    if (!in_path(wanted[0])) throw Error({}, fmt::format("there is no compiler `{}`", wanted[0]));
    return wanted;
  }
  const char* const set = std::getenv("CXX");
  if (set != nullptr && !words(set).empty()) {
    // One path that may have blanks in it, or a command with arguments, as make takes it.
    if (in_path(set)) return {set};
    std::vector<std::string> command = words(set);
    if (!in_path(command[0]))
      throw Error({}, fmt::format("there is no compiler `{}`", command[0]), "that is what CXX is set to");
    return command;
  }
  for (const char* const name : {"c++", "g++", "clang++"}) {
    if (in_path(name)) return {name};
  }
  throw Error({}, "there is no C++ compiler to check the header with",
              "install one (c++, g++ or clang++ in PATH), or say which by the environment variable CXX");
}

}  // namespace gradus::accuracy

// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace gradus::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 10'000;  // of a folder

[[noreturn]] void fail(const std::string& what, const std::string& path, int code) {
  throw Error({}, fmt::format("cannot {} `{}`: {}", what, path, std::strerror(code)));
}

// A file descriptor that is closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  // The result of close, which may be the first to report a full disk.
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result;
  }

 private:
  int fd_;
};

// 0, or the error code.
int write_all(int fd, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    done += static_cast<std::size_t>(n);
  }
  return 0;
}

std::string read_all(int fd, const std::string& shown) {
  std::string text;
  std::vector<char> buffer(1U << 16);
  while (true) {
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("read", shown, errno);
    if (n == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
    if (text.size() > max_input) throw Error({}, fmt::format("`{}` is larger than {} MiB", shown, max_input >> 20));
  }
}

// A dangling link is followed one step; whatever exists is resolved.
fs::path resolved(const std::string& path) {
  std::error_code ignored;
  fs::path target = path;
  if (fs::is_symlink(fs::symlink_status(target, ignored))) {
    if (fs::path real = fs::canonical(target, ignored); !ignored) return real;
    const fs::path to = fs::read_symlink(target, ignored);
    if (!to.empty()) target = to.is_absolute() ? to : target.parent_path() / to;
  }
  return target;
}

}  // namespace

SourcePtr read_source(const std::string& path) {
  if (path == "-") return std::make_shared<const Source>(Source{"<stdin>", read_all(STDIN_FILENO, "<stdin>")});
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) fail("read", path, errno);
  return std::make_shared<const Source>(Source{path, read_all(file.get(), path)});
}

std::vector<std::string> files_of(const std::string& path, const std::vector<std::string>& endings) {
  std::error_code code;
  if (path == "-" || !fs::is_directory(path, code)) return {path};
  std::vector<std::string> out;
  fs::recursive_directory_iterator at(path, fs::directory_options::skip_permission_denied, code);
  for (; !code && at != fs::recursive_directory_iterator(); at.increment(code)) {
    if (out.size() >= most_files) throw Error({}, fmt::format("`{}` has more than {} files", path, most_files));
    const std::string file = at->path().string();
    std::error_code unknown;
    const bool wanted = std::ranges::any_of(endings, [&](const std::string& e) { return file.ends_with(e); });
    if (wanted && at->is_regular_file(unknown)) out.push_back(file);
  }
  if (code) throw Error({}, fmt::format("cannot read `{}`: {}", path, code.message()));
  if (out.empty()) throw Error({}, fmt::format("no model or document is in `{}`", path));
  std::ranges::sort(out);
  return out;
}

void write_standard_output(const std::string& text) {
  if (const int code = write_all(STDOUT_FILENO, text); code != 0) {
    throw Error({}, fmt::format("cannot write to standard output: {}", std::strerror(code)));
  }
}

void write_output(const std::string& path, const std::string& text) {
  if (path.empty() || path == "-") return write_standard_output(text);
  const fs::path target = resolved(path);
  struct stat info {};
  const bool exists = ::stat(target.c_str(), &info) == 0;
  if (exists && S_ISDIR(info.st_mode)) fail("write", path, EISDIR);
  if (exists && !S_ISREG(info.st_mode)) {
    Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
    if (device.get() < 0) fail("write", path, errno);
    if (const int code = write_all(device.get(), text); code != 0) fail("write", path, code);
    return;
  }
  // A file that may not be written is not replaced either.
  if (exists && ::access(target.c_str(), W_OK) != 0) fail("write", path, errno);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::string temporary = (folder / ".gradus-XXXXXX").string();
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (file.get() < 0) fail("write", path, errno);
  int code = write_all(file.get(), text);
  const mode_t mask = ::umask(0);
  ::umask(mask);
  const mode_t mode = exists ? (info.st_mode & 07777U) : (0666U & ~mask);
  if (code == 0 && ::fchmod(file.get(), mode) != 0) code = errno;
  if (file.close() != 0 && code == 0) code = errno;
  if (code == 0 && std::rename(temporary.c_str(), target.c_str()) != 0) code = errno;
  if (code != 0) {
    ::unlink(temporary.c_str());
    fail("write", path, code);
  }
}

void refuse_same_file(const std::string& input, const std::string& output) {
  if (input.empty() || output.empty() || input == "-" || output == "-") return;
  std::error_code ignored;
  if (fs::equivalent(input, output, ignored)) {
    throw Error({}, fmt::format("the output `{}` is the input file", output), "choose another name for -o");
  }
}

}  // namespace gradus::cli

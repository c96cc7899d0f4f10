// SPDX-License-Identifier: GPL-2.0-or-later
// Whole processes, start-up included: `gradus derive` against a SymPy script, where there is one to run.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

namespace bench {
namespace {

// Runs a program with its output thrown away; whether it ended well.
bool run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  int status = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) return false;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void time_process(const std::string& name, const std::vector<std::string>& words, const std::string& otherwise,
                  int iterations) {
  const auto timed = [words, otherwise](benchmark::State& state) {
    for (auto _ : state) {
      if (!run(words)) return state.SkipWithError(otherwise.c_str());
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), timed)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime()
      ->Iterations(iterations);
}

}  // namespace

void processes(std::vector<Ratio>& ratios) {
  time_process("process/gradus derive", {GRADUS_PROGRAM, "derive", GRADUS_LOGISTIC, "--of", "L", "--wrt", "w"},
               "gradus derive failed", 10);
  time_process("process/SymPy", {"python3", GRADUS_SYMPY_SCRIPT},
               "left out: there is no python3 with SymPy (Debian: python3-sympy)", 1);
  ratios.push_back({"dL/dw of the neuron, whole process", "process/gradus derive", "process/SymPy", 0});
}

}  // namespace bench

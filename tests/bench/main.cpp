// SPDX-License-Identifier: GPL-2.0-or-later
// The benchmark: peers in one run, in random order, medians of repetitions; then a table of ratios. The options of
// Google Benchmark may be given: --benchmark_filter=neuron.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdio>
#include <map>

#include "bench.h"

namespace {

// The usual table, and the medians kept for the ratios, in nanoseconds per call.
class Medians : public benchmark::ConsoleReporter {
 public:
  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.aggregate_name != "median" || run.error_occurred) continue;
      const bool process = run.run_name.time_type == "real_time";
      const double time = process ? run.GetAdjustedRealTime() : run.GetAdjustedCPUTime();
      const auto calls = run.counters.find("calls");
      known[run.run_name.function_name] = time / benchmark::GetTimeUnitMultiplier(run.time_unit) * 1e9 /
                                          (calls == run.counters.end() ? 1 : calls->second.value);
    }
  }
  std::map<std::string, double> known;
};

std::string shown(double nanoseconds) {
  if (nanoseconds < 1e4) return fmt::format("{:.1f} ns", nanoseconds);
  if (nanoseconds < 1e7) return fmt::format("{:.1f} us", nanoseconds / 1e3);
  return fmt::format("{:.1f} ms", nanoseconds / 1e6);
}

void print_ratios(const std::vector<bench::Ratio>& ratios, const std::map<std::string, double>& known) {
  fmt::print("\n{:<44} {:>12} {:>12} {:>9} {:>6}\n", "medians", "Gradus", "peer", "ratio", "goal");
  for (const bench::Ratio& r : ratios) {
    const auto ours = known.find(r.ours), theirs = known.find(r.theirs);
    if (ours == known.end() || theirs == known.end()) continue;
    fmt::print("{:<44} {:>12} {:>12} {:>9.3g} {:>6}\n", r.what, shown(ours->second), shown(theirs->second),
               ours->second / theirs->second, r.goal > 0 ? fmt::format("{:.2f}", r.goal) : "");
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Before what was given, which overrides them.
  std::vector<std::string> words{argv[0], "--benchmark_repetitions=9", "--benchmark_enable_random_interleaving=true",
                                 "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.1"};
  words.insert(words.end(), argv + 1, argv + argc);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  std::vector<bench::Ratio> ratios;
  bench::generated_code(ratios);
  bench::derivations(ratios);
  bench::processes(ratios);
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  print_ratios(ratios, medians.known);
  fmt::print("\n{}", bench::results());
  return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
// The headers that `gradus gen` wrote against the same by hand: one call per random point, neither inlined.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>

#include "bench.h"
#include "by_hand.h"
#include "chain_10.hpp"
#include "chain_100.hpp"
#include "logistic.hpp"
#include "neuron.hpp"

namespace bench {
namespace {

#define NOT_INLINED __attribute__((noinline, noclone))

std::mt19937_64& source() {
  static std::mt19937_64 random(2024);
  return random;
}

double uniform(double low, double high) {
  return low + (high - low) * (static_cast<double>(source()() >> 11) * 0x1p-53);
}

// Both sides must have computed the same thing, or their times say nothing.
void require_close(double a, double b) {
  if (std::fabs(a - b) <= 1e-9 * (1 + std::fabs(b))) return;
  std::fprintf(stderr, "bench: the generated code gives %.17g, that by hand %.17g\n", a, b);
  std::exit(1);
}

template <class Inputs, class Params>
using Points = std::vector<std::pair<Inputs, Params>>;
template <class Inputs, class Params, class Gradient>
using Call = double (*)(const Inputs&, const Params&, Gradient&);

// Times a call for every point; the counter says how many there are.
template <class Inputs, class Params, class Gradient>
void time_calls(const std::string& name, const Points<Inputs, Params>& points, Call<Inputs, Params, Gradient> call) {
  benchmark::RegisterBenchmark(name.c_str(), [points, call](benchmark::State& state) {
    Gradient gradient{};
    for (auto _ : state) {
      for (const auto& [inputs, params] : points) {
        benchmark::DoNotOptimize(call(inputs, params, gradient));
        benchmark::DoNotOptimize(gradient);
      }
    }
    state.counters["calls"] = static_cast<double>(points.size());
  });
}

template <class Struct>
std::vector<double> numbers(const Struct& s) {
  std::vector<double> out(sizeof(Struct) / sizeof(double));
  std::memcpy(out.data(), &s, sizeof s);
  return out;
}

// `theirs` may have structs of its own, whose members lie alike.
template <class Inputs, class Params, class Gradient, class TheirParams, class TheirGradient>
void compare(const std::string& name, double goal, const Points<Inputs, Params>& points,
             Call<Inputs, Params, Gradient> ours, Call<Inputs, TheirParams, TheirGradient> theirs,
             std::vector<Ratio>& ratios) {
  static_assert(sizeof(Params) == sizeof(TheirParams) && sizeof(Gradient) == sizeof(TheirGradient));
  Points<Inputs, TheirParams> same;
  for (const auto& [inputs, params] : points) {
    TheirParams p;
    std::memcpy(&p, &params, sizeof p);
    same.emplace_back(inputs, p);
    Gradient left{};
    TheirGradient right{};
    require_close(ours(inputs, params, left), theirs(inputs, p, right));
    const std::vector<double> a = numbers(left), b = numbers(right);
    for (std::size_t i = 0; i < a.size(); ++i) require_close(a[i], b[i]);
  }
  time_calls(name + "/generated", points, ours);
  time_calls(name + "/by hand", same, theirs);
  ratios.push_back({name, name + "/generated", name + "/by hand", goal});
}

NOT_INLINED double generated_2(const logistic::Inputs& in, const logistic::Params& p, logistic::Gradient& g) {
  return logistic::value_and_gradient(in, p, g);
}
NOT_INLINED double by_hand_2(const logistic::Inputs& in, const logistic::Params& p, logistic::Gradient& g) {
  return by_hand::logistic_2(in, p, g);
}
NOT_INLINED double generated_5(const neuron::Inputs& in, const neuron::Params& p, neuron::Gradient& g) {
  return neuron::value_and_gradient(in, p, g);
}
NOT_INLINED double by_hand_5(const neuron::Inputs& in, const neuron::Params& p, neuron::Gradient& g) {
  return by_hand::logistic_5(in, p, g);
}

template <std::size_t N, class Inputs>
NOT_INLINED double by_hand_chain(const Inputs& in, const by_hand::Chain<N>& p, by_hand::Chain<N>& g) {
  return by_hand::chain<N>(in.x, in.y, p, g);
}
NOT_INLINED double generated_10(const chain_10::Inputs& in, const chain_10::Params& p, chain_10::Gradient& g) {
  return chain_10::value_and_gradient(in, p, g);
}
NOT_INLINED double generated_100(const chain_100::Inputs& in, const chain_100::Params& p, chain_100::Gradient& g) {
  return chain_100::value_and_gradient(in, p, g);
}

template <class Inputs, class Params>
Points<Inputs, Params> random_chains(std::size_t n) {
  Points<Inputs, Params> points;
  for (std::size_t k = 0; k < n; ++k) {
    const Inputs inputs{uniform(-1, 1), uniform(-1, 1)};
    double values[sizeof(Params) / sizeof(double)];
    for (double& v : values) v = uniform(-2, 2);
    Params params;
    std::memcpy(&params, values, sizeof params);
    points.emplace_back(inputs, params);
  }
  return points;
}

}  // namespace

void generated_code(std::vector<Ratio>& ratios) {
  Points<logistic::Inputs, logistic::Params> small;
  Points<neuron::Inputs, neuron::Params> large;
  const auto any = [] { return uniform(-3, 3); };
  for (int k = 0; k < 1000; ++k) {
    const double label = k % 2;
    small.push_back({{any(), label}, {any(), any()}});
    large.push_back({{any(), any(), any(), label}, {any(), any(), any(), any(), uniform(0.5, 2)}});
  }
  compare("logistic, 2 partials", 1.0, small, generated_2, by_hand_2, ratios);
  compare("logistic, 5 partials", 1.0, large, generated_5, by_hand_5, ratios);
  compare("tanh chain, N = 10", 1.05, random_chains<chain_10::Inputs, chain_10::Params>(200), generated_10,
          by_hand_chain<10, chain_10::Inputs>, ratios);
  compare("tanh chain, N = 100", 1.05, random_chains<chain_100::Inputs, chain_100::Params>(20), generated_100,
          by_hand_chain<100, chain_100::Inputs>, ratios);
}

}  // namespace bench

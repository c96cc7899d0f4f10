// SPDX-License-Identifier: GPL-2.0-or-later
// Derivations in this process against GiNaC's: the logistic neuron, and the gradient of N layers of tanh.
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <ginac/ginac.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "bench.h"
#include "gradus/derive/derivation.h"
#include "gradus/expr/expr.h"
#include "gradus/syntax/parse.h"

namespace bench {
namespace {

using Method = gradus::DeriveRequest::Method;

std::string tanh_layers(int layers) {
  std::string params, text, before = "x";
  for (int k = 1; k <= layers; ++k) {
    params += fmt::format("{}w{}, b{}", k > 1 ? ", " : "", k, k);
    text += fmt::format("h{} = tanh(w{}*{} + b{})\n", k, k, before, k);
    before = fmt::format("h{}", k);
  }
  return fmt::format("input x, y\nparam {}\n{}L = ({} - y)^2\n", params, text, before);
}

std::string file_text(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A model that was read, with rules and arena of its own: nothing of an earlier derivation is in memory.
struct Read {
  gradus::Arena arena;
  gradus::Catalogue catalogue;
  gradus::ModelFile file;
  gradus::Engine engine{arena, catalogue};

  explicit Read(const std::string& text)
      : catalogue(gradus::load_catalogue(arena, gradus::embedded_rules())),
        file(gradus::parse_model(arena, catalogue.functions,
                                 std::make_shared<const gradus::Source>(gradus::Source{"model.gr", text}))) {}
  std::vector<gradus::Derivation> derive(const gradus::DeriveRequest& request) {
    return gradus::derive(engine, file.models[0], request);
  }
};

// Reading the model and the rules is not timed. Between derivations only the nodes of the expressions stay in memory.
void time_derivation(const std::string& name, const std::string& model, const gradus::DeriveRequest& request,
                     int iterations) {
  const auto timed = [model, request](benchmark::State& state) {
    Read read(model);
    for (auto _ : state) benchmark::DoNotOptimize(read.derive(request));
  };
  benchmark::RegisterBenchmark(name.c_str(), timed)
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(iterations)
      ->Repetitions(iterations > 1 ? 9 : 3);
}

struct Neuron {
  GiNaC::symbol x{"x"}, y{"y"}, w{"w"}, b{"b"};
  GiNaC::ex cost() const {
    const GiNaC::ex a = 1 / (1 + exp(-(w * x + b)));
    return -(y * log(a) + (1 - y) * log(1 - a));
  }
};

void time_ginac_neuron(const std::string& name) {
  const auto timed = [](benchmark::State& state) {
    const Neuron n;
    const GiNaC::ex cost = n.cost();
    for (auto _ : state) {
      benchmark::DoNotOptimize(cost.diff(n.w).normal());
      benchmark::DoNotOptimize(cost.diff(n.b).normal());
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), timed)->Unit(benchmark::kMicrosecond)->Iterations(20);
}

void time_ginac_layers(const std::string& name, int layers) {
  const auto timed = [layers](benchmark::State& state) {
    const GiNaC::symbol x("x"), y("y");
    std::vector<GiNaC::symbol> params;
    GiNaC::ex h = x;
    for (int k = 1; k <= layers; ++k) {
      const GiNaC::symbol w(fmt::format("w{}", k)), b(fmt::format("b{}", k));
      h = tanh(w * h + b);
      params.push_back(w);
      params.push_back(b);
    }
    const GiNaC::ex cost = pow(h - y, 2);
    for (auto _ : state) {
      GiNaC::exvector gradient;
      for (const GiNaC::symbol& p : params) gradient.push_back(cost.diff(p));
      benchmark::DoNotOptimize(gradient.data());
    }
  };
  benchmark::RegisterBenchmark(name.c_str(), timed)->Unit(benchmark::kMicrosecond)->Iterations(1)->Repetitions(3);
}

}  // namespace

void derivations(std::vector<Ratio>& ratios) {
  const std::string neuron = file_text(GRADUS_LOGISTIC);
  const std::vector<std::string> both{"w", "b"};
  time_derivation("neuron/chain", neuron, {"L", both, Method::chain, true}, 20);
  time_derivation("neuron/chain, no steps", neuron, {"L", both, Method::chain, false}, 20);
  time_derivation("neuron/direct, no steps", neuron, {"L", both, Method::direct, false}, 20);
  time_ginac_neuron("neuron/GiNaC");
  ratios.push_back({"dL/dw, dL/db of the neuron, with all steps", "neuron/chain", "neuron/GiNaC", 1.0});
  ratios.push_back({"the same, results alone", "neuron/chain, no steps", "neuron/GiNaC", 1.0});
  for (const int layers : {100, 200, 1000, 10000})
    time_derivation(fmt::format("layers/{}/chain", layers), tanh_layers(layers), {"L", {}, Method::chain, false}, 1);
  for (const int layers : {100, 200}) {
    time_ginac_layers(fmt::format("layers/{}/GiNaC", layers), layers);
    ratios.push_back({fmt::format("gradient of {} layers of tanh", layers), fmt::format("layers/{}/chain", layers),
                      fmt::format("layers/{}/GiNaC", layers), 0});
  }
}

std::string results() {
  Read read(file_text(GRADUS_LOGISTIC));
  const Neuron n;
  std::ostringstream out;
  for (const gradus::Derivation& d : read.derive({"L", {"w", "b"}, Method::chain, true})) {
    const std::string& of = read.arena.name(d.of);
    const std::string& wrt = read.arena.name(d.wrt);
    if (of != "L" || (wrt != "w" && wrt != "b")) continue;
    const GiNaC::ex theirs = n.cost().diff(wrt == "w" ? n.w : n.b).normal();
    out << fmt::format("d{}/d{}: {}; GiNaC: ", of, wrt, gradus::print(read.arena, d.result)) << theirs << "\n";
  }
  return out.str();
}

}  // namespace bench

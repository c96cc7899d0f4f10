// SPDX-License-Identifier: GPL-2.0-or-later
// gradus derive, and derive --via.
#include "gradus/derive/derivation.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/algebra/facts.h"
#include "gradus/check/verdict.h"
#include "gradus/report/derivations.h"
#include "gradus/syntax/parse.h"
#include "gradus/tensor/derive.h"

namespace gradus::cli {
namespace {

Model read_expression(Session& session, const Options& options) {
  const auto source = std::make_shared<const Source>(Source{"<expression>", options.expression});
  const Expr e = parse_expression(session.arena, session.catalogue.functions, source);
  if (is_condition(session.arena.op(e))) {
    throw Error({source, 0, source->text.size()}, "a condition has no derivative");
  }
  Model model = model_of_expression(session.arena, e, options.wrt);
  for (const std::string& name : options.wrt) require_name(session.arena, model, name, "--wrt");
  return model;
}

DeriveRequest::Method method_of(const Options& options) {
  if (options.method == "chain") return DeriveRequest::Method::chain;
  if (options.method == "direct") return DeriveRequest::Method::direct;
  if (options.method == "both") return DeriveRequest::Method::both;
  const bool asked = options.has_expression || !options.of.empty() || !options.wrt.empty();
  return asked ? DeriveRequest::Method::both : DeriveRequest::Method::chain;
}

LinkVerdict check_results(Session& session, Model model, const Derivation& chain, const Derivation& direct) {
  if (chain.start != direct.start) {
    LinkVerdict undecided;
    undecided.reason = "one of them is given by its entries";
    return undecided;
  }
  model.claims = {claim_of_results(session.arena, model, chain.start, chain.result, direct.result)};
  return check(session.engine, model, Mends::none).front();
}

MethodsCompared compare(Session& session, const Model& model, const std::optional<Facts>& facts,
                        const Derivation& chain, const Derivation& direct) {
  MethodsCompared out{chain.of, chain.wrt, MethodsCompared::Outcome::proved, "the results are the same expression"};
  if (chain.result == direct.result) return out;
  const LinkVerdict verdict = model.has_tensors()
                                  ? check_results(session, model, chain, direct)
                                  : check_equation(session.engine, model, *facts, chain.result, direct.result);
  out.outcome = verdict.verdict == Verdict::proved    ? MethodsCompared::Outcome::proved
                : verdict.verdict == Verdict::refuted ? MethodsCompared::Outcome::refuted
                                                      : MethodsCompared::Outcome::undecided;
  out.reason = verdict.reason;
  return out;
}

// One comparison for each derivative that both methods found, in the order of the chain results.
std::vector<MethodsCompared> compare_methods(Session& session, const Model& model, const std::vector<Derivation>& all) {
  std::map<std::pair<Expr, Expr>, const Derivation*> direct;
  for (const Derivation& d : all) {
    if (d.method == "direct" && d.declined.empty()) direct[{d.of, d.wrt}] = &d;
  }
  std::vector<MethodsCompared> out;
  if (direct.empty()) return out;
  std::optional<Facts> facts;
  for (const Derivation& d : all) {
    const auto other = d.method == "chain" && d.declined.empty() ? direct.find({d.of, d.wrt}) : direct.end();
    if (other == direct.end()) continue;
    if (!facts && !model.has_tensors()) facts.emplace(session.arena, session.catalogue.functions, &model);
    out.push_back(compare(session, model, facts, d, *other->second));
  }
  return out;
}

int exit_code(const std::vector<MethodsCompared>& compared) {
  const auto any = [&](MethodsCompared::Outcome outcome) {
    return std::any_of(compared.begin(), compared.end(),
                       [&](const MethodsCompared& c) { return c.outcome == outcome; });
  };
  if (any(MethodsCompared::Outcome::refuted)) return refuted;
  return any(MethodsCompared::Outcome::undecided) ? undecided : well;
}

}  // namespace

int run_derive(const Options& given) {
  Options options = given;
  Session session(options);
  ModelFile file;
  Model single;
  const Model* model = &single;
  if (options.has_expression) {
    single = read_expression(session, options);
  } else {
    refuse_same_file(options.files[0], options.output);
    file = options.convention ? read_model_file(session, options.files[0], options, false)
                              : read_model_file(session, options.files[0]);
    model = &select_model(file, options.model);
    if (model->definitions.empty())
      throw Error({}, fmt::format("`{}` defines no name to differentiate", file.source->name));
    for (const std::string& name : options.wrt) require_name(session.arena, *model, name, "--wrt");
    if (fixes_layers(session.arena, *model, options)) {
      single = with_fixed_layers(session, *model, options);
      model = &single;
    }
    if (!options.of.empty()) require_name(session.arena, *model, options.of, "--of");
    if (!options.dims.empty()) {
      throw Error({}, fmt::format("--dim {}: `derive` takes the number of layers alone", options.dims.begin()->first),
                  "the sizes of tensors stay symbols");
    }
  }
  DerivationReport report;
  const DeriveRequest request{options.of,    options.wrt, method_of(options), options.report.steps != StepDetail::none,
                              options.order, options.hvp};
  if (model->has_tensors() || options.order == 2) {
    report.derivations = derive_tensors(session.engine, *model, request);
    if (options.method == "both") {
      DeriveRequest direct = request;
      direct.method = DeriveRequest::Method::direct;
      for (Derivation& d : derive_tensors(session.engine, *model, direct)) report.derivations.push_back(std::move(d));
      report.compared = compare_methods(session, *model, report.derivations);
    }
  } else {
    report.derivations = derive(session.engine, *model, request);
    report.compared = compare_methods(session, *model, report.derivations);
  }
  const std::string text = options.format == Format::json ? derivations_json(session.arena, report, options.report)
                           : options.format == Format::latex
                               ? derivations_latex(session.arena, session.catalogue.functions, report, options.report)
                               : derivations_text(session.arena, report, options.report);
  write_output(options.output, text);
  return exit_code(report.compared);
}

int run_via(const Options& options) {
  Session session(options);
  std::vector<FileLinks> files;
  for (const std::string& path : options.files) {
    refuse_same_file(path, options.output);
    const ModelFile file = read_model_file(session, path);
    const Model* only = options.model.empty() ? nullptr : &select_model(file, options.model);
    std::size_t chains = 0;
    for (const Model& model : file.models) {
      if ((only == nullptr || only == &model) && model.has_tensors())
        throw Error({}, fmt::format("`{}`: --via connects the links of scalar models so far", path),
                    "use `gradus check`");
      if (only == nullptr || only == &model)
        files.push_back({file.source->name, chains, derive_via(session.engine, model)});
      chains += model.claims.size();
    }
  }
  const std::string text = options.format == Format::json ? links_json(session.arena, files, options.report)
                           : options.format == Format::latex
                               ? links_latex(session.arena, session.catalogue.functions, files, options.report)
                               : links_text(session.arena, files, options.report);
  write_output(options.output, text);
  for (const FileLinks& f : files) {
    for (const LinkDerivation& link : f.links) {
      if (!link.connected) return refuted;
    }
  }
  return well;
}

}  // namespace gradus::cli

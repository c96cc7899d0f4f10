// SPDX-License-Identifier: GPL-2.0-or-later
// gradus check.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/check/verdict.h"
#include "gradus/document/check.h"
#include "gradus/report/latex.h"
#include "gradus/report/verdicts.h"

namespace gradus::cli {
namespace {

bool wants_color(const Options& options) {
  const auto set = [](const char* name, std::string_view value) {
    const char* found = std::getenv(name);
    return found != nullptr && (value.empty() ? *found != '\0' : value == found);
  };
  return options.output.empty() && ::isatty(STDOUT_FILENO) == 1 && !set("NO_COLOR", {}) && !set("TERM", "dumb");
}

FileVerdicts check_models(Session& session, const ModelFile& file, const Options& options) {
  FileVerdicts out{file.source->name, {}};
  const Model* only = options.model.empty() ? nullptr : file.find(options.model);
  std::size_t chains = 0;
  for (const Model& model : file.models) {
    if (only == nullptr || only == &model) {
      for (LinkVerdict& link : check(session.engine, model)) {
        link.chain += chains;
        out.links.push_back(std::move(link));
      }
    }
    chains += model.claims.size();
  }
  return out;
}

const std::vector<std::string> endings_read{".gr", ".md", ".markdown", ".tex", ".ipynb", ".rst"};

// What a path is read as; nothing for a model.
std::optional<document::Format> format_for(const Options& options, const std::string& path) {
  if (options.as.empty()) return document::format_of(path);
  return options.as == "gr" ? std::nullopt : document::format_of("." + options.as);
}

// The names of each document are its own: so are its expressions.
FileVerdicts check_text(const Options& options, const SourcePtr& source, document::Format format) {
  Session session(options);
  constexpr std::size_t longest = 10'000;
  session.engine.notation = [&](Expr e) {
    return latex(session.arena, session.catalogue.functions, e, longest, {document::written, true});
  };
  document::DocumentVerdicts found = document::check_document(session.engine, source, format);
  return {source->name, std::move(found.links), std::move(found.unread), std::move(found.readings), true};
}

}  // namespace

int run_check(const Options& options) {
  Session session(options);
  // Everything is read before anything is judged: a file that cannot be read is known at once.
  struct Input {
    std::optional<ModelFile> model;
    SourcePtr source;
    document::Format format = document::Format::markdown;
  };
  std::vector<Input> inputs;
  for (const std::string& named : options.files) {
    for (const std::string& path : files_of(named, endings_read)) {
      refuse_same_file(path, options.output);
      if (const auto format = format_for(options, path)) {
        if (options.convention)
          throw Error({}, fmt::format("--convention is for model files, and `{}` is read as a document", path));
        inputs.push_back({std::nullopt, read_source(path), *format});
        continue;
      }
      inputs.push_back({read_model_file(session, path, options, true), nullptr});
      if (!options.model.empty()) select_model(*inputs.back().model, options.model);
    }
  }
  std::vector<FileVerdicts> files;
  const bool progress = inputs.size() > 1 && ::isatty(STDERR_FILENO) == 1;
  for (const Input& input : inputs) {
    if (progress) fmt::print(stderr, "\r\x1b[K{} of {}", files.size() + 1, inputs.size());
    files.push_back(input.model ? check_models(session, *input.model, options)
                                : check_text(options, input.source, input.format));
  }
  if (progress) fmt::print(stderr, "\r\x1b[K");
  ReportOptions report = options.report;
  report.color = wants_color(options);
  write_output(options.output, options.format == Format::json ? verdicts_json(files, options.only_refuted)
                                                              : verdicts_text(files, report, options.only_refuted));
  const VerdictCounts counts = count_verdicts(files);
  if (counts.refuted > 0 || (options.strict && counts.undecided > 0)) return refuted;
  return counts.undecided > 0 ? undecided : well;
}

}  // namespace gradus::cli

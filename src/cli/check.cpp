// SPDX-License-Identifier: GPL-2.0-or-later
// gradus check.
#include <unistd.h>

#include <cstdlib>
#include <string_view>

#include "cli/files.h"
#include "cli/session.h"
#include "gradus/check/verdict.h"
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

}  // namespace

int run_check(const Options& options) {
  Session session(options);
  // Everything is read before anything is judged: a file that cannot be read is known at once.
  std::vector<ModelFile> models;
  for (const std::string& path : options.files) {
    refuse_same_file(path, options.output);
    models.push_back(read_model_file(session, path));
    if (!options.model.empty()) select_model(models.back(), options.model);
  }
  std::vector<FileVerdicts> files;
  for (const ModelFile& file : models) {
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
    files.push_back(std::move(out));
  }
  ReportOptions report = options.report;
  report.color = wants_color(options);
  write_output(options.output, options.format == Format::json ? verdicts_json(files, options.only_refuted)
                                                              : verdicts_text(files, report, options.only_refuted));
  const VerdictCounts counts = count_verdicts(files);
  return counts.refuted > 0 ? refuted : counts.undecided > 0 ? undecided : well;
}

}  // namespace gradus::cli

// SPDX-License-Identifier: GPL-2.0-or-later
// The command line. Nothing is written to standard output before a job is done, and no exception gets out.
#include <cstdio>
#include <exception>
#include <new>

#include "cli/files.h"
#include "cli/options.h"
#include "cli/session.h"

namespace gradus::cli {
namespace {

int run(int argc, const char* const* argv) {
  const Options options = read_command_line(argc, argv);
  switch (options.job) {
    case Job::help:
      write_standard_output(options.help);
      return well;
    case Job::derive:
      return run_derive(options);
    case Job::via:
      return run_via(options);
    case Job::check:
      return run_check(options);
    case Job::gen:
      return run_gen(options);
    case Job::rules_list:
      return run_rules_list(options);
    case Job::rules_show:
      return run_rules_show(options);
    case Job::rules_verify:
      return run_rules_verify(options);
    case Job::functions_list:
      return run_functions_list(options);
    case Job::functions_show:
      return run_functions_show(options);
  }
  return bad_input;
}

void complain(const Error& error) {
  const std::string text = render(error);
  std::fputs((error.place.source ? text : "gradus: " + text).c_str(), stderr);
}

}  // namespace
}  // namespace gradus::cli

int main(int argc, char** argv) {
  try {
    return gradus::cli::run(argc, argv);
  } catch (const gradus::Error& error) {
    gradus::cli::complain(error);
  } catch (const gradus::LimitError& error) {
    gradus::cli::complain(gradus::Error({}, std::string("a limit was passed: ") + error.what()));
  } catch (const std::bad_alloc&) {
    std::fputs("gradus: error: out of memory\n", stderr);
  } catch (const std::exception& error) {
    gradus::cli::complain(gradus::Error({}, std::string("the program failed: ") + error.what()));
  } catch (...) {
    std::fputs("gradus: error: the program failed\n", stderr);
  }
  return gradus::cli::bad_input;
}

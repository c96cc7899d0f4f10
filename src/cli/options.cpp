// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "gradus/diag/source.h"

namespace gradus::cli {
namespace {

[[noreturn]] void fail(const std::string& message, const std::string& hint = {}) { throw Error({}, message, hint); }

std::vector<std::string> split_names(const std::string& text, const std::string& option) {
  std::vector<std::string> names;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find_first_of(",\n", from), text.size());
    std::string name = text.substr(from, to - from);
    name.erase(0, std::min(name.find_first_not_of(" \t"), name.size()));
    name.erase(name.find_last_not_of(" \t") + 1);
    if (name.empty()) fail(fmt::format("{} has an empty name", option), "names are separated by commas: --wrt w,b");
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    from = to + 1;
  }
  return names;
}

// The word itself if it is one of `allowed`; an error with a suggestion otherwise.
const std::string& choose(const std::string& word, const std::string& option, const std::vector<std::string>& allowed) {
  if (std::find(allowed.begin(), allowed.end(), word) != allowed.end()) return word;
  std::string hint = did_you_mean(word, allowed);
  if (hint.empty()) hint = fmt::format("use one of: {}", fmt::join(allowed, ", "));
  fail(fmt::format("{} cannot be `{}`", option, word), hint);
}

// What a sub-command may be given; one set of variables serves all of them.
struct Raw {
  std::vector<std::string> files;
  std::vector<std::string> dims;
  std::string expression, of, wrt, method, steps, format, model, output, rules, name_space, only, as, name, ulp,
      accuracy, real, order, points, sample, convention;
  bool no_lines = false, via = false, hvp = false, stats = false, check = false, strict = false;
};

class Parser {
 public:
  Parser()
      : app_("Gradus differentiates step by step, writes the C++ of a gradient, and checks derivations.", "gradus") {
    app_.footer(
        "Examples:\n  gradus derive logistic.gr\n  gradus check article-1.gr\n  gradus gen logistic.gr -o "
        "logistic.hpp\n"
        "`gradus JOB --help` says more. Exit codes: 0 well; 1 something is refuted; 2 bad input or usage;\n"
        "3 something remains undecided.");
    app_.set_version_flag("--version", std::string("gradus ") + GRADUS_VERSION, "Print the version and exit");
    common(&app_);
    add_derive();
    add_check();
    add_gen();
    add_rules();
    add_functions();
  }

  Options run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, const_cast<char**>(argv));
    } catch (const CLI::CallForHelp&) {
      return help(app_.help());
    } catch (const CLI::CallForVersion&) {
      return help(std::string("gradus ") + GRADUS_VERSION + "\n");
    } catch (const CLI::ParseError& e) {
      fail(e.what(), "see " + path() + " --help");
    }
    reject_extras();
    Options out = collect();
    for (int k = 0; k < argc; ++k) {
      if (k > 0) out.command += ' ';
      out.command += k == 0 ? "gradus" : argv[k];
    }
    return out;
  }

 private:
  static Options help(std::string text) {
    Options out;
    out.help = std::move(text);
    return out;
  }

  // The innermost sub-command that was named.
  CLI::App* active() {
    CLI::App* at = &app_;
    while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
    return at;
  }
  std::string path() {
    std::string out = "gradus";
    for (CLI::App* at = &app_; !at->get_subcommands().empty();) {
      at = at->get_subcommands().front();
      out += " " + at->get_name();
    }
    return out;
  }

  // Words that nobody took. CLI11 would report some of them later, or not as what they are.
  void reject_extras() {
    std::vector<CLI::App*> line = {&app_};
    while (!line.back()->get_subcommands().empty()) line.push_back(line.back()->get_subcommands().front());
    for (CLI::App* at : line) {
      std::vector<std::string> extras = at->remaining();
      // `--` ends the options; it is no word of its own.
      extras.erase(std::remove(extras.begin(), extras.end(), "--"), extras.end());
      if (extras.empty()) continue;
      const auto option = std::find_if(extras.begin(), extras.end(),
                                       [](const std::string& w) { return w.size() > 1 && w.front() == '-'; });
      if (option != extras.end()) {
        const std::string word = option->substr(0, option->find('='));
        std::vector<std::string> names;
        for (const CLI::Option* o : active()->get_options()) {
          for (const std::string& name : o->get_lnames()) names.push_back("--" + name);
        }
        std::string hint = did_you_mean(word, names);
        if (at != active() && std::find(names.begin(), names.end(), word) != names.end()) {
          hint = fmt::format("it goes after the job: {} {}", path(), word);
        }
        if (hint.empty()) hint = "see " + path() + " --help";
        fail(fmt::format("unknown option `{}`", word), hint);
      }
      std::vector<std::string> names;
      for (const CLI::App* sub : at->get_subcommands({})) names.push_back(sub->get_name());
      const std::string& word = extras.front();
      if (names.empty() || at != line.back())
        fail(fmt::format("unexpected argument `{}`", word), "see " + path() + " --help");
      std::string hint = did_you_mean(word, names);
      if (hint.empty()) hint = fmt::format("use one of: {}", fmt::join(names, ", "));
      fail(fmt::format("there is no `{} {}`", path(), word), hint);
    }
  }

  void common(CLI::App* app) {
    app->allow_extras();
    app->add_option("--rules", raw_.rules, "Read rules and functions from the *.rules files of this folder")
        ->type_name("DIR");
    app->set_help_flag("-h,--help", "Print this help and exit");
  }

  CLI::App* job(CLI::App* parent, const std::string& name, const std::string& says, const std::string& footer) {
    CLI::App* app = parent->add_subcommand(name, says);
    common(app);
    app->footer(footer);
    return app;
  }

  void output(CLI::App* app) {
    app->add_option("-o,--output", raw_.output, "Write to this file instead of standard output")->type_name("FILE");
  }
  void format(CLI::App* app, const std::string& choices) {
    app->add_option("--format", raw_.format, choices)->type_name("FORMAT");
  }
  void model(CLI::App* app, const std::string& says) {
    app->add_option("--model", raw_.model, says)->type_name("NAME");
  }
  void convention(CLI::App* app) {
    app->add_option("--convention", raw_.convention,
                    "'per-example over m': dZ of each example's own loss, examples counted by m; per-example: by the "
                    "dimension that fits; none: whatever the model states")
        ->type_name("CONVENTION");
  }
  void dimensions(CLI::App* app, const std::string& says) {
    app->add_option("--dim", raw_.dims, says)->type_name("NAME=N")->delimiter(',');
  }
  void of_wrt(CLI::App* app, const std::string& of, const std::string& wrt) {
    app->add_option("--of", raw_.of, of)->type_name("NAME");
    app->add_option("--wrt", raw_.wrt, wrt)->type_name("NAMES")->multi_option_policy(CLI::MultiOptionPolicy::Join);
  }

  void add_derive() {
    derive_ = job(
        &app_, "derive", "Derive derivatives step by step",
        "Examples:\n  gradus derive logistic.gr                        every derivative, backwards from the last name\n"
        "  gradus derive logistic.gr --of L --wrt w         one, by both methods, which are proved equal\n"
        "  gradus derive -e 'ln(1 + exp(z))' --wrt z --steps all\n"
        "  gradus derive network.gr --of A --wrt Z           of a tensor: its matrix of derivatives, or its entries\n"
        "  gradus derive logistic.gr --order 2 --wrt w      the Hessian; with --hvp its product with a vector\n"
        "  gradus derive --via article-1.gr                 connect every link of every claim by named rules");
    derive_->add_option("FILE", raw_.files, "Model file (.gr); - reads standard input")->type_name(" ");
    derive_->add_option("-e,--expression", raw_.expression, "Differentiate this expression instead of a file's names")
        ->type_name("EXPR");
    derive_->add_flag("--via", raw_.via, "Connect the links of the claims in the files instead");
    of_wrt(derive_, "What to differentiate (default: the last name)",
           "By what, separated by commas (default: all it depends on)");
    derive_
        ->add_option("--method", raw_.method,
                     "chain, direct or both (default: both with -e, --of or --wrt, else chain)")
        ->type_name("METHOD");
    derive_->add_option("--steps", raw_.steps, "all, key or none (default: key; with --format json: all)")
        ->type_name("STEPS");
    derive_->add_option("--order", raw_.order, "1, or 2 for the Hessian of a scalar as well (default: 1)")
        ->type_name("N");
    derive_->add_flag("--hvp", raw_.hvp, "The product of the Hessian with a direction as well");
    format(derive_, "text, latex or json (default: text)");
    model(derive_, "Model of the file (default: the first; with --via: all)");
    convention(derive_);
    dimensions(derive_, "Write the layers out, as in --dim depth=3");
    derive_->add_flag("--no-lines", raw_.no_lines, "JSON without the whole line of each step");
    output(derive_);
  }

  void add_check() {
    check_ = job(&app_, "check", "Verify every link of every claim",
                 "Examples:\n  gradus check article-1.gr\n  gradus check --only refuted --format json homework/*.gr\n"
                 "  gradus check notes.md\n  gradus check --as tex - < notes.tex\n"
                 "Exit code 1 if a link is refuted, else 3 if one is undecided, else 0. With --strict 1 for both.");
    check_
        ->add_option("FILE", raw_.files,
                     "Model files (.gr), documents (.md, .markdown, .tex, .ipynb, .rst), folders of them; - reads "
                     "standard input")
        ->type_name(" ");
    check_->add_option("--as", raw_.as, "Read the files as gr, md, tex, ipynb or rst (default: by the ending; - as gr)")
        ->type_name("KIND");
    check_->add_flag("--strict", raw_.strict, "Exit code 1 if a link is undecided");
    format(check_, "text or json (default: text)");
    model(check_, "Check this model only (default: all of each file)");
    convention(check_);
    check_->add_option("--only", raw_.only, "refuted: leave the other links out of the report")->type_name("VERDICT");
    output(check_);
  }

  void add_gen() {
    gen_ = job(&app_, "gen", "Write a C++17 header with value and gradient",
               "Examples:\n  gradus gen logistic.gr -o logistic.hpp\n  gradus gen logistic.gr -o logistic.hpp --wrt w "
               "--namespace neuron\n"
               "  gradus gen logistic.gr -o logistic.hpp --order 2 --stats\n"
               "  gradus gen logistic.gr -o logistic.hpp --check --points 100000\n"
               "  gradus gen logistic.gr -o loss.hpp --wrt z --real float   z is given, not computed\n"
               "  gradus gen network.gr -o network.hpp --dim h=64\n"
               "Without -o the header goes to standard output, and what --stats counts to standard error;\n"
               "with --check the report goes there instead of the header.\n"
               "A defined name in --wrt becomes a parameter of the functions, and what only it needs is left out; but "
               "one\nthat depends on another name in --wrt stays computed: --wrt w,z takes the derivatives where w "
               "makes z.");
    gen_->add_option("FILE", raw_.files, "Model file (.gr); - reads standard input")->type_name(" ");
    output(gen_);
    of_wrt(gen_, "The cost (default: the last name)",
           "Its gradient by these, separated by commas (default: the parameters)");
    gen_->add_option("--namespace", raw_.name_space, "C++ namespace (default: after the model file)")
        ->type_name("NAME");
    model(gen_, "Model of the file (default: the first)");
    gen_->add_option("--ulp", raw_.ulp, "How wrong a result may be, in ulp times the condition number (default: 4)")
        ->type_name("N");
    gen_->add_option("--accuracy", raw_.accuracy,
                     "report: print which forms were tried, the worst point of each, and why one was chosen")
        ->type_name("WHAT");
    gen_->add_flag(
        "--check", raw_.check,
        "Compile the header, run it over its domain and print the worst errors; exit code 1 if one is beyond "
        "--ulp");
    gen_->add_option(
            "--sample", raw_.sample,
            "At how many points forms are first measured; five times as many correct the choice (default: 400)")
        ->type_name("N");
    gen_->add_option("--points", raw_.points, "With --check: at how many points, 1 to 10000000 (default: 10000)")
        ->type_name("N");
    gen_->add_option("--order", raw_.order,
                     "1, or 2 for the Hessian and its product with a vector as well (default: 1)")
        ->type_name("N");
    gen_->add_option("--real", raw_.real, "Type of all numbers: double or float (default: double)")->type_name("TYPE");
    dimensions(gen_, "Fix the size of a dimension, as in --dim h=64, or the number of layers; may be repeated");
    gen_->add_flag("--stats", raw_.stats, "Count the operations and calls in each function that is written");
    format(gen_, "How to say what was written: text or json (default: text)");
  }

  void add_rules() {
    rules_ =
        job(&app_, "rules", "List, show and verify the rules", "Examples:\n  gradus rules list\n  gradus rules verify");
    rules_list_ = job(rules_, "list", "List all rules", "Example:\n  gradus rules list");
    rules_show_ = job(rules_, "show", "Show one rule", "Example:\n  gradus rules show ln-of-product");
    rules_show_->add_option("NAME", raw_.name, "The name of the rule")->type_name(" ");
    rules_verify_ = job(rules_, "verify", "Prove or sample every rule; exit code 1 if one fails",
                        "Example:\n  gradus rules verify --rules my-rules");
    for (CLI::App* app : {rules_list_, rules_show_, rules_verify_}) format(app, "text or json (default: text)");
  }

  void add_functions() {
    functions_ = job(&app_, "functions", "List and show the built-in functions", "Example:\n  gradus functions list");
    functions_list_ = job(functions_, "list", "List all functions", "Example:\n  gradus functions list");
    functions_show_ = job(functions_, "show", "Show one function", "Example:\n  gradus functions show softplus");
    functions_show_->add_option("NAME", raw_.name, "The name of the function")->type_name(" ");
    for (CLI::App* app : {functions_list_, functions_show_}) format(app, "text or json (default: text)");
  }

  bool given(const std::string& option) {
    const CLI::Option* o = active()->get_option_no_throw(option);
    return o != nullptr && o->count() > 0;
  }

  Options collect() {
    Options out;
    CLI::App* at = active();
    if (at == &app_) fail("no job is named", "use one of: derive, check, gen, rules, functions; see gradus --help");
    if (at == rules_ || at == functions_) fail(path() + " needs a word more", "see " + path() + " --help");
    out.job = at == derive_           ? (raw_.via ? Job::via : Job::derive)
              : at == check_          ? Job::check
              : at == gen_            ? Job::gen
              : at == rules_list_     ? Job::rules_list
              : at == rules_show_     ? Job::rules_show
              : at == rules_verify_   ? Job::rules_verify
              : at == functions_list_ ? Job::functions_list
                                      : Job::functions_show;
    out.files = raw_.files;
    out.rules = raw_.rules;
    out.name = raw_.name;
    out.model = raw_.model;
    out.of = raw_.of;
    out.output = raw_.output;
    out.name_space = raw_.name_space;
    out.expression = raw_.expression;
    out.has_expression = given("--expression");
    for (const char* option : {"--rules", "--model", "--of", "--output", "--namespace", "--expression"}) {
      if (given(option) && at->get_option(option)->as<std::string>().empty()) fail(fmt::format("{} is empty", option));
    }
    if (given("--wrt")) out.wrt = split_names(raw_.wrt, "--wrt");
    check_words(out);
    check_combinations(out);
    return out;
  }

  void check_words(Options& out) {
    const bool latex = out.job == Job::derive || out.job == Job::via;
    if (given("--format")) {
      choose(raw_.format, "--format",
             latex ? std::vector<std::string>{"text", "latex", "json"} : std::vector<std::string>{"text", "json"});
      out.format = raw_.format == "latex" ? Format::latex : raw_.format == "json" ? Format::json : Format::text;
    }
    if (given("--method")) out.method = choose(raw_.method, "--method", {"chain", "direct", "both"});
    out.report.steps = out.format == Format::json ? StepDetail::all : StepDetail::key;
    if (given("--steps")) {
      choose(raw_.steps, "--steps", {"all", "key", "none"});
      out.report.steps = raw_.steps == "all"   ? StepDetail::all
                         : raw_.steps == "key" ? StepDetail::key
                                               : StepDetail::none;
    }
    out.report.lines = !raw_.no_lines;
    if (given("--ulp")) {
      const char* const end = raw_.ulp.data() + raw_.ulp.size();
      const auto [stop, error] = std::from_chars(raw_.ulp.data(), end, out.ulp);
      if (error != std::errc() || stop != end || !(out.ulp >= 0.5 && out.ulp <= 1e15))
        fail(fmt::format("--ulp {}: not a number from 0.5 to 1e15", raw_.ulp));
    }
    if (given("--accuracy")) {
      choose(raw_.accuracy, "--accuracy", {"report"});
      out.accuracy_report = true;
    }
    if (given("--real")) {
      out.real = choose(raw_.real, "--real", {"double", "float"}) == "float" ? Real::float32 : Real::float64;
    }
    if (given("--order")) out.order = choose(raw_.order, "--order", {"1", "2"}) == "2" ? 2 : 1;
    out.hvp = raw_.hvp;
    if (out.hvp && out.job == Job::derive) {
      if (given("--order") && out.order == 1)
        fail("--hvp means nothing with --order 1", "the product needs the Hessian: --order 2");
      out.order = 2;
    }
    if (out.order == 2 && out.job == Job::derive && (out.method == "direct" || out.method == "both"))
      fail(fmt::format("--method {} means nothing with --order 2", out.method),
           "second derivatives go by the chain rule");
    out.stats = raw_.stats;
    for (const std::string& text : raw_.dims) fix_dimension(out, text);
    out.check = raw_.check;
    if (given("--points")) {
      if (!out.check) fail("--points means nothing without --check");
      out.points = whole_number(raw_.points, "--points", 10'000'000);
    }
    if (given("--sample")) out.sample = whole_number(raw_.sample, "--sample", 100'000);
    if (given("--only")) {
      choose(raw_.only, "--only", {"refuted"});
      out.only_refuted = true;
    }
    if (given("--as")) out.as = choose(raw_.as, "--as", {"gr", "md", "tex", "ipynb", "rst"});
    out.strict = raw_.strict;
    if (given("--convention")) out.convention = read_convention(raw_.convention);
  }

  // `h=64`.
  static void fix_dimension(Options& out, const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) fail(fmt::format("--dim {}: not NAME=N, as in h=64", text));
    const std::string name = text.substr(0, equals);
    if (out.dims.contains(name)) fail(fmt::format("--dim {}: `{}` has a size already", text, name));
    out.dims[name] = static_cast<long>(whole_number(text.substr(equals + 1), "--dim", 1'000'000'000));
  }

  // From 1 to `most`.
  static std::size_t whole_number(const std::string& text, const char* option, std::size_t most) {
    std::size_t out = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    if (error != std::errc() || stop != end || out < 1 || out > most)
      fail(fmt::format("{} {}: not a whole number from 1 to {}", option, text, most));
    return out;
  }

  void check_combinations(const Options& out) {
    if ((out.job == Job::rules_show || out.job == Job::functions_show) && out.name.empty()) {
      fail(path() + " needs a name", "see " + path() + " --help");
    }
    const bool reads = out.job == Job::derive || out.job == Job::via || out.job == Job::check || out.job == Job::gen;
    if (!reads) return;
    if (out.job == Job::via) {
      for (const char* option : {"--expression", "--of", "--wrt", "--method", "--order", "--hvp", "--convention"}) {
        if (given(option))
          fail(fmt::format("{} means nothing with --via", option), "--via connects the claims of its files");
      }
    }
    if (out.has_expression) {
      if (!out.files.empty()) fail("-e and a file exclude each other");
      for (const char* option : {"--model", "--of", "--convention"}) {
        if (given(option)) fail(fmt::format("{} means nothing with -e", option));
      }
      return;
    }
    if (out.files.empty()) fail("no file is given", "give a .gr file, or - for standard input");
    if ((out.job == Job::derive || out.job == Job::gen) && out.files.size() > 1) {
      fail(fmt::format("unexpected argument `{}`", out.files[1]), path() + " takes one file");
    }
    if (std::count(out.files.begin(), out.files.end(), "-") > 1) fail("standard input can be read only once");
  }

  CLI::App app_;
  Raw raw_;
  CLI::App *derive_ = nullptr, *check_ = nullptr, *gen_ = nullptr, *rules_ = nullptr, *rules_list_ = nullptr,
           *rules_show_ = nullptr, *rules_verify_ = nullptr, *functions_ = nullptr, *functions_list_ = nullptr,
           *functions_show_ = nullptr;
};

}  // namespace

Options read_command_line(int argc, const char* const* argv) { return Parser().run(argc, argv); }

}  // namespace gradus::cli

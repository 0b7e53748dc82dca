// thicket vectors: runs and writes files of test vectors.
#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "crypto/provider.h"
#include "thicket/input.h"
#include "thicket/verbs.h"
#include "vectors/run.h"

namespace thicket::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  std::string kind;
  std::string profile = "thicket";
  std::string generate;
  std::string suite;
  std::uint64_t seed = 0;
};

std::string all_kinds() {
  std::string out;
  for (std::string_view kind : vectors::kind_names()) out += " " + std::string(kind);
  return out;
}

void require_kind(const std::string& kind) {
  if (!vectors::is_kind(kind)) throw UsageError{"no kind of vectors is called " + kind};
}

struct Counts {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t outside = 0;
};

const crypto::WireProfile& profile_of(const Options& options) {
  const auto profile = crypto::profile_named(options.profile);
  if (!profile) throw UsageError{"no profile is called " + options.profile};
  return **profile;
}

void run_file(const std::string& file, const Options& options, Run& run, Counts& counts) {
  vectors::Document document{.name = file, .content = read_input(file), .kind = std::nullopt};
  if (!options.kind.empty()) document.kind = options.kind;
  document.profile = &profile_of(options);
  using vectors::CaseResult;
  for (const CaseResult& result : vectors::run(run.provider(), document)) {
    switch (result.verdict) {
      case CaseResult::passed:
        ++counts.passed;
        if (result.detail.empty()) continue;
        std::cout << file << ": " << result.name << " passed: " << result.detail << "\n";
        continue;
      case CaseResult::failed:
        ++counts.failed;
        std::cout << file << ": " << result.name << " failed: " << result.detail << "\n";
        continue;
      case CaseResult::outside:
        ++counts.outside;
        std::cout << file << ": " << result.name << " outside: " << result.detail << "\n";
        continue;
    }
  }
}

int run_files(const Options& options, Run& run) {
  if (options.files.empty()) throw UsageError{"a FILE is required"};
  if (!options.kind.empty()) require_kind(options.kind);
  Counts counts;
  for (const std::string& file : options.files) run_file(file, options, run, counts);
  std::cout << counts.passed << " passed, " << counts.failed << " failed";
  if (counts.outside > 0) std::cout << ", " << counts.outside << " outside";
  std::cout << "\n";
  if (counts.passed + counts.failed + counts.outside == 0)
    throw UsageError{"no case stands in what was given"};
  return counts.failed == 0 ? fine : check_failed;
}

int generate(const Options& options, Run& run) {
  require_kind(options.generate);
  if (!vectors::can_generate(options.generate)) {
    throw UsageError{options.generate + " vectors are run, not generated"};
  }
  vectors::Wanted wanted{options.generate, nullptr, options.seed, &profile_of(options)};
  if (!options.suite.empty()) {
    const auto suite = wanted.profile->suite_named(options.suite);
    if (!suite) throw UsageError{"no cipher suite is called " + options.suite};
    wanted.suite = *suite;
  }
  std::cout << vectors::generate(run.provider(), wanted);
  return fine;
}

int vectors_verb(const Options& options, Run& run) {
  return options.generate.empty() ? run_files(options, run) : generate(options, run);
}

}  // namespace

void add_vectors(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("vectors", "Run or write files of test vectors");
  const auto options = std::make_shared<Options>();
  const auto files = verb->add_option("FILE", options->files, "files to run; - is standard input");
  verb->add_option("--kind", options->kind,
                   "what they hold (otherwise the file's name or content says it)");
  verb->add_option("--profile", options->profile,
                   "what the code points of suites mean: thicket, mlspp or openmls-0.9")
      ->capture_default_str();
  const auto generate = verb->add_option("--generate", options->generate,
                                         "write vectors of this kind to standard output")
                            ->excludes(files);
  verb->add_option("--suite", options->suite, "with --generate: of this cipher suite only")
      ->needs(generate);
  const auto seed =
      verb->add_option("--seed", options->seed,
                       "with --generate: what they follow from (but ECDSA signatures, which differ "
                       "each time, and ML-DSA ones)")
          ->check(CLI::NonNegativeNumber)
          ->needs(generate);
  generate->needs(seed);
  verb->footer(
      "The last line is \"N passed, N failed\", and \", N outside\" where cases are on what no\n"
      "cipher suite of MLS uses.\n"
      "example:  thicket vectors key-schedule.json passive-client-welcome.json\n"
      "example:  thicket vectors --generate psk_secret --suite 1 --seed 7\n"
      "kinds:" +
      all_kinds());
  verb->callback([options, &run] { run.exit_code = vectors_verb(*options, run); });
}

}  // namespace thicket::cli

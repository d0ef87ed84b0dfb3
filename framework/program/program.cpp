// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/program.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/cluster/attempts.hpp"
#include "framework/cluster/slurm_options.hpp"
#include "framework/comm/communicator.hpp"
#include "framework/engine/remake.hpp"
#include "framework/engine/run.hpp"
#include "framework/engine/together.hpp"
#include "framework/kokkos.hpp"
#include "framework/program/info.hpp"
#include "framework/program/plan.hpp"
#include "framework/program/reference.hpp"
#include "framework/program/retry.hpp"
#include "framework/program/runs.hpp"
#include "framework/program/status.hpp"
#include "framework/program/submit.hpp"

namespace ronchi {

namespace {

constexpr const char* exit_codes = R"(Exit codes:
  0   done (items in quarantine are reported, and do not change it)
  2   the command line or the job file is wrong; nothing was run
  3   a file or stage is missing          4  access refused
  5   damaged or incomplete data          6  unsupported data
  7   no space, or not enough memory      8  more items failed than max_failed
  9   the numbers went wrong             10  superseded: another run has taken over this job
  70  a mistake in Ronchi
  75  unfinished (stopped by USR1, TERM or --stop-after, or a node was lost): run the same command again)";

engine::RunOptions parse_slice(engine::RunOptions options, const std::string& text) {
  if (text.empty()) return options;
  const auto pieces = split(text, '/');
  try {
    if (pieces.size() == 2) {
      options.slice = std::stoi(pieces[0]);
      options.slices = std::stoi(pieces[1]);
    }
  } catch (const std::exception&) { options.slices = 0; }
  if (pieces.size() != 2 || options.slices < 1 || options.slice < 0 || options.slice >= options.slices)
    fail(Fault::usage, "write for example --slice 0/4 to --slice 3/4", "'{}' is not a slice", text);
  return options;
}

/// For an option that was not given. (The library that reads the command line passes over values that make no sense there.)
void from_environment(const CLI::Option& option, const char* name, double least, double& value) {
  const char* text = std::getenv(name);
  if (option.count() > 0 || text == nullptr || *text == '\0') return;
  char* end = nullptr;
  value = std::strtod(text, &end);
  if (*end != '\0' || !(value >= least)) fail(Fault::usage, "set it to a number of seconds, or unset it", "{} is '{}'", name, text);
}

engine::RunOptions check_silence(engine::RunOptions options) {
  if (options.silence > 0 && options.silence < 3 * options.beat)
    fail(Fault::usage, "lengthen --silence or shorten --beat; --silence 0 watches nobody",
         "--silence {} is less than three times --beat {}: one late beat would end the run", options.silence, options.beat);
  return options;
}

/// Rank 0 reads and checks the job; what it says is said once.
engine::Job job_for_all(const std::string& file, const std::vector<std::string>& overrides, const std::string& output,
                        const engine::Registry& registry, const Communicator& world) {
  auto all = overrides;
  if (!output.empty()) all.push_back("output=" + output);
  std::string text;
  engine::on_leader(world, [&] {
    text = engine::read_text_file(file);
    cluster::check_slurm_section(engine::parse_job(text, file, all, registry).slurm, file);
  });
  return engine::parse_job(world.broadcast(text), file, all, registry);
}

int run(int argc, char** argv, const std::string& file, const std::vector<std::string>& overrides, const std::string& output,
        const engine::RunOptions& options, const engine::Registry& registry) {
  const MpiSession mpi(&argc, &argv);
  const auto world = Communicator::world();
  const KokkosSession kokkos(engine::threads_per_rank(options, world));
  try {
    const auto job = job_for_all(file, overrides, output, registry, world);
    const int code = engine::run_job(job, options, world);
    ::signal(SIGTERM, SIG_IGN);  // a launcher takes down the others as soon as one has ended: the exit code is to stay
    if (world.leads() && code == 0) fmt::print("results: {}\n", job.directory().string());
    return code;
  } catch (const Failure& f) {
    if (world.leads()) fmt::print(stderr, "{}\n", f.what());
    return exit_code(f.error().fault);
  } catch (const std::exception& e) {  // on this rank alone, perhaps: the others would wait for it for ever
    fmt::print(stderr, "ronchi: rank {}: {} (report this)\n", world.rank(), e.what());
    std::fflush(stderr);
    if (world.size() > 1) MPI_Abort(world.mpi(), exit_code(Fault::internal));
    return exit_code(Fault::internal);
  }
}

/// The batch script asks before and after the program; the word goes to stdout, the reason into the log.
int again(cluster::Attempt attempt, const std::string& directory, bool begin, cluster::Ending ending) {
  attempt.directory = directory;
  // srun returns 0 when a node fails, too.
  const bool whole = !begin && attempt.slice.empty() && std::filesystem::exists(attempt.directory / "run.yaml");
  if (whole && ending.code == 0 && look_at(directory).state != RunState::State::complete) ending.code = 1;
  const auto decision = begin ? begin_attempt(attempt) : end_attempt(attempt, ending);
  fmt::print(stderr, "ronchi: {}\n", decision.reason);
  if (begin) return decision.word == cluster::Decision::stop ? 1 : 0;
  fmt::print("{}\n", decision.word == cluster::Decision::done    ? "done"
                     : decision.word == cluster::Decision::again ? "again"
                                                                 : "stop");
  return 0;
}

}  // namespace

int program(int argc, char** argv, const engine::Registry& registry) {
  CLI::App app{
      "Ronchi: electron-microscope data to statistics and trained models.\nA job is one YAML file; see jobs/ for examples and "
      "docs/ for everything else."};
  app.require_subcommand(0, 1);
  app.footer(exit_codes);
  app.set_help_flag("-h,--help", "Print this help");
  bool version_wanted = false;
  app.add_flag("--version", version_wanted, "Print the version, the commit and the libraries");

  std::string file, output, slice, stage, reason, epoch;
  std::vector<std::string> overrides;
  engine::RunOptions options;
  options.program = std::filesystem::read_symlink("/proc/self/exe");
  std::int64_t item = 0;
  bool dot = false, schema = false, dry_run = false, json = false;

  const auto with_job = [&](CLI::App* command) {
    command->add_option("job", file, "Job file")->required();
    command->add_option("override", overrides, "stage.option=value, or input=FILE");
    command->add_option("-o,--output", output, "Folder of the results (the job's `output:`)");
    return command;
  };
  auto* run_command = with_job(app.add_subcommand("run", "Run a job, or go on with it; also under mpirun or srun"));
  run_command->add_option("--slice", slice,
                          "k/K: do the tasks with index mod K = k only; a last run without it sweeps what is left");
  run_command->add_option("--stop-after", options.stop_after, "Stop in good order after so many seconds");
  run_command->add_option("--threads", options.threads, "Threads per rank (default: the node's cores shared among its ranks)");
  run_command->add_option("--beat", options.beat, "Seconds between the signs of life of each node (or RONCHI_BEAT; 30)")
      ->check(CLI::Range(0.01, 3600.0));
  run_command
      ->add_option(
          "--silence", options.silence,
          "End with 75 when a node gave no sign of life, or all ranks waited for each other, for so many seconds; 0: never "
          "(or RONCHI_SILENCE; 600)")
      ->check(CLI::NonNegativeNumber);
  auto* submit_command = with_job(app.add_subcommand("submit", "Give a job to SLURM; it goes on by itself until it is complete"));
  submit_command->add_flag("--dry-run", dry_run, "Show the batch script, write and submit nothing");
  auto* validate_command = with_job(app.add_subcommand("validate", "Check a job file without running anything"));
  auto* plan_command = with_job(app.add_subcommand("plan", "Show a job's stages, tasks, sizes and keys"));
  plan_command->add_flag("--dot", dot, "As a graph for Graphviz");
  auto* status_command = app.add_subcommand("status", "How far a run is, or all runs below a folder");
  status_command->add_option("dir", file, "A job's result folder, e.g. run/nanowire_phases, or a folder above several")->required();
  status_command->add_flag("--json", json, "For programs");
  auto* retry_command = app.add_subcommand("retry", "Forget failed items, so that the next run does them again");
  retry_command->add_option("dir", file, "A job's result folder")->required();
  retry_command->add_option("--reason", reason, "Only those whose reason contains this text");
  retry_command->add_option("--stage", stage, "Only this stage's");
  auto* remake_command = app.add_subcommand("remake", "Make one item of a stage again, bit for bit, also without its parts");
  remake_command->add_option("dir", file, "A job's result folder")->required();
  remake_command->add_option("stage", stage, "The stage's name in the job")->required();
  remake_command->add_option("item", item, "Number of the item, from 0")->required();
  remake_command->add_option("override", overrides, "stage.option=value: the item as it would be otherwise");
  remake_command->add_option("-o,--output", output, "File for its rows")->required();
  auto* info_command = app.add_subcommand("info", "What a file holds: a vendor's file, or a result of Ronchi");
  info_command->add_option("file", file, "The file")->required();
  info_command->add_option("option", overrides, "format=..., dataset=..., scan=[y,x] and so on; see docs/formats.md");
  auto* list_command = app.add_subcommand("list", "The stages that a job can be made of");
  auto* help_command = app.add_subcommand("help", "A stage's options");
  help_command->add_option("stage", stage, "Stage type");
  auto* reference_command = app.add_subcommand("reference", "Print docs/options.md, or the JSON schema of job files");
  reference_command->add_flag("--schema", schema, "The JSON schema");
  auto* isolated_command = app.add_subcommand("isolated", "")->group("");
  isolated_command->add_option("job", file)->required();
  isolated_command->add_option("stage", stage)->required();
  isolated_command->add_option("item", item)->required();
  isolated_command->add_option("--output", output);
  isolated_command->add_option("--epoch", epoch);
  auto* again_command = app.add_subcommand("again", "")->group("");  // for the batch script
  cluster::Attempt attempt;
  cluster::Ending ending;
  bool begin = false;
  again_command->add_option("dir", file)->required();
  again_command->add_option("--attempts", attempt.most);
  again_command->add_option("--job", attempt.job);
  again_command->add_option("--restart", attempt.restart);
  again_command->add_option("--slice", attempt.slice);
  again_command->add_flag("--begin", begin);
  again_command->add_option("--code", ending.code);
  again_command->add_flag("--asked", ending.asked);
  again_command->add_option("--ended", ending.ended);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    const int code = app.exit(e);
    return code == 0 ? 0 : exit_code(Fault::usage);
  }
  try {
    if (version_wanted) {
      fmt::print("{}", version_text());
    } else if (*run_command) {
      from_environment(*run_command->get_option("--beat"), "RONCHI_BEAT", 0.01, options.beat);
      from_environment(*run_command->get_option("--silence"), "RONCHI_SILENCE", 0, options.silence);
      return run(argc, argv, file, overrides, output, check_silence(parse_slice(options, slice)), registry);
    } else if (*submit_command) {
      if (!output.empty()) overrides.push_back("output=" + output);
      fmt::print("{}", submit({file, overrides, options.program, dry_run}, registry));
    } else if (*again_command) {
      return again(attempt, file, begin, ending);
    } else if (*validate_command) {
      const auto job = engine::load_job(file, overrides, registry);
      cluster::check_slurm_section(job.slurm, file);
      for (const auto& s : job.stages) s.check();
      fmt::print("{}: {} stages, no mistakes found\n", file, job.stages.size());
    } else if (*plan_command) {
      if (!output.empty()) overrides.push_back("output=" + output);
      fmt::print("{}", plan_text(engine::load_job(file, overrides, registry), dot));
    } else if (*status_command) {
      fmt::print("{}", status_text(file, json));
    } else if (*retry_command) {
      fmt::print("{}", retry(file, stage, reason));
    } else if (*remake_command) {
      const KokkosSession kokkos(engine::threads_per_rank(options, Communicator()));
      const auto directory = std::filesystem::absolute(file).lexically_normal();
      auto job = engine::load_job((directory / "job.yaml").string(), overrides, registry);
      job.moved = directory;  // whatever it was called when it ran
      engine::remake(job, stage, item, std::filesystem::absolute(output));
      fmt::print("item {} of {}: {}\n", item, stage, output);
    } else if (*info_command) {
      fmt::print("{}", info_text(file, overrides));
    } else if (*list_command) {
      for (const auto& type : registry) fmt::print("{:<16} {}\n", type.name, type.summary);
    } else if (*help_command && !stage.empty()) {
      fmt::print("{}", stage_help(registry, stage));
    } else if (*reference_command) {
      fmt::print("{}", schema ? json_schema(registry) : options_page(registry));
    } else if (*isolated_command) {
      const KokkosSession kokkos(1);
      return engine::run_isolated(engine::load_job(file, {"output=" + output}, registry), stage, item, epoch);
    } else {
      fmt::print("{}", app.help());
    }
  } catch (const Failure& f) {
    fmt::print(stderr, "{}\n", f.what());
    return exit_code(f.error().fault);
  } catch (const std::exception& e) {
    fmt::print(stderr, "ronchi: {}\n", e.what());
    return exit_code(Fault::internal);
  }
  return 0;
}

}  // namespace ronchi

// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/cluster/slurm_options.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "framework/base/error.hpp"

namespace ronchi::cluster {

using config::Problems;

void describe(config::Schema<SlurmOptions>& s) {
  using O = SlurmOptions;
  s.field("nodes", &O::nodes).range(1, 100000).speed().help("Nodes. With more than one, the first rank only hands out work");
  s.field("tasks_per_node", &O::tasks_per_node).range(1, 4096).speed().help("Ranks on each node");
  s.field("tasks", &O::tasks).range(1, 10000000).speed().help("Ranks in all; auto: nodes x tasks_per_node");
  s.field("cpus_per_task", &O::cpus_per_task).range(1, 4096).speed().help("Cores, and so threads, of each rank");
  s.field("memory", &O::memory).at_least(1).speed().help("Memory of each node, as 64 GiB; auto: what the cluster gives");
  s.field("gpus_per_node", &O::gpus_per_node).range(0, 64).speed().help("GPUs of each node");
  s.field("time", &O::time)
      .speed()
      .help(
          "Limit of one allocation: minutes, hours:minutes:seconds or days-hours:minutes:seconds; a longer job goes on by itself");
  s.field("account", &O::account).speed().help("Account that is charged");
  s.field("partition", &O::partition).speed().help("Partition (queue)");
  s.field("qos", &O::qos).speed().help("Quality of service");
  s.field("constraint", &O::constraint).speed().help("Features that the nodes must have");
  s.field("reservation", &O::reservation).speed().help("Reservation");
  s.field("extra", &O::extra).speed().help("Further options of sbatch, as [--mail-type=FAIL]");
  s.field("slices", &O::slices)
      .range(1, 100000)
      .speed()
      .help("Cuts the map stages into so many independent batch jobs (an array), which a last one completes");
  s.field("slices_at_once", &O::slices_at_once).at_least(0).speed().help("Slices that run at the same time; 0: no limit");
  s.field("after", &O::after).speed().help("Starts after these jobs: 123 (well ended), or as SLURM writes it, afterany:123");
  s.field("modules", &O::modules).speed().help("Modules to load");
  s.field("prepare", &O::prepare).speed().help("Shell lines before the program starts");
  s.field("environment", &O::environment).speed().help("NAME=value");
  s.field("io_hints", &O::io_hints).speed().help("Hints for MPI-IO, as [striping_factor=8, striping_unit=4194304]");
  s.field("launcher", &O::launcher).choices({"srun", "mpirun"}).speed().help("What starts the ranks");
  s.field("launcher_options", &O::launcher_options).speed().help("Its options, as [--mpi=pmix]");
  s.field("stop_before", &O::stop_before)
      .range(1, 65535)
      .unit("s")
      .speed()
      .help("So long before the limit the program is asked to stop; SLURM may ask up to 60 s earlier");
  s.field("requeue", &O::requeue)
      .speed()
      .help("An unfinished job, or one that lost a node, goes back to the queue; false: it submits a successor instead");
  s.field("attempts", &O::attempts).range(1, 1000).speed().help("So many attempts in a row without progress end the job");
  s.field("silence", &O::silence)
      .range(0, 86400)
      .unit("s")
      .speed()
      .help("Ranks that are not heard of for so long are given up and the job starts again; 0: never; auto: as `ronchi run` does");
}

namespace {

std::optional<std::int64_t> whole(const std::string& text) {
  if (text.empty() || text.size() > 9 ||
      !std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    return std::nullopt;
  return std::stoll(text);
}

/// One line of a script each: nothing may begin another.
bool is_one_line(const std::string& text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_variable(const std::string& text) {
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  return equals != std::string::npos && !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

bool is_dependency(const std::string& text) {
  return whole(text) || text == "singleton" || (text.starts_with("after") && text.find(':') != std::string::npos);
}

/// What no range or choice can say.
void check(const SlurmOptions& o, const YAML::Node& node, const std::string& path, Problems& problems) {
  const auto add = [&](const char* name, const std::string& message) {
    problems.add(node.IsMap() ? node[name] : node, path + "." + name, message);
  };
  const auto limit = seconds_of(o.time);
  if (!limit || *limit == 0)
    add("time", fmt::format("'{}' is no time: minutes, hours:minutes:seconds or days-hours:minutes:seconds", o.time));
  else if (o.stop_before >= static_cast<double>(*limit))
    add("stop_before", fmt::format("is {} s, but the limit is {} s", exact(o.stop_before), *limit));
  if (o.tasks && *o.tasks < o.nodes) add("tasks", fmt::format("are {}, fewer than the {} nodes", *o.tasks, o.nodes));
  if (o.slices > 1 && !o.requeue) add("requeue", "must be true with slices: the run that completes them waits for the array alone");
  const auto sets_beat = [](const std::string& v) { return v.starts_with("RONCHI_BEAT="); };
  if (o.silence && *o.silence > 0 && *o.silence < 90 && std::none_of(o.environment.begin(), o.environment.end(), sets_beat))
    add("silence", "is less than three beats of 30 s; give shorter ones too, as environment: [RONCHI_BEAT=5]");
  for (const auto& v : o.environment)
    if (!is_variable(v)) add("environment", fmt::format("'{}' is not of the form NAME=value", v));
  for (const auto& v : o.io_hints)
    if (v.find('=') == std::string::npos || v.find(';') != std::string::npos)
      add("io_hints", fmt::format("'{}' is not of the form hint=value", v));
  for (const auto& v : o.after)
    if (!is_dependency(v)) add("after", fmt::format("'{}' is neither a job's number nor a dependency as afterany:123", v));
  for (const auto& v : o.extra)
    if (!v.starts_with('-')) add("extra", fmt::format("'{}' is no option: it must begin with '-'", v));
  for (const auto& option : config::table_of<SlurmOptions>()->options) {
    const YAML::Node value = option.write(&o);
    bool fine = true;
    if (value.IsScalar()) fine = is_one_line(value.Scalar());
    if (value.IsSequence())
      for (const auto& v : value) fine = fine && (!v.IsScalar() || is_one_line(v.Scalar()));
    if (!fine) add(option.name.c_str(), "has a line break or another control character");
  }
}

std::filesystem::path profile_file() {
  const char* site = std::getenv("RONCHI_SITE");
  if (site == nullptr || *site == '\0') return {};
  if (std::filesystem::exists(site)) return site;
  const char* home = std::getenv("HOME");
  const auto named = std::filesystem::path(home == nullptr ? "/" : home) / ".config" / "ronchi" / (std::string(site) + ".yaml");
  if (std::filesystem::exists(named)) return named;
  fail(Fault::missing, "set RONCHI_SITE to the site profile's file, or unset it; docs/slurm.md has an example",
       "RONCHI_SITE is '{}', but there is neither such a file nor {}", site, named.string());
}

}  // namespace

std::optional<std::int64_t> seconds_of(const std::string& time) {
  const auto dash = time.find('-');
  std::int64_t days = 0;
  if (dash != std::string::npos) {
    const auto d = whole(time.substr(0, dash));
    if (!d) return std::nullopt;
    days = *d;
  }
  std::vector<std::int64_t> numbers;
  for (const auto& piece : split(dash == std::string::npos ? time : time.substr(dash + 1), ':')) {
    const auto n = whole(piece);
    if (!n) return std::nullopt;
    numbers.push_back(*n);
  }
  if (numbers.empty() || numbers.size() > 3) return std::nullopt;
  std::int64_t hours = 0, minutes = 0, seconds = 0;
  const std::size_t n = numbers.size();
  if (dash != std::string::npos || n == 3) {
    hours = numbers[0];
    minutes = n > 1 ? numbers[1] : 0;
    seconds = n > 2 ? numbers[2] : 0;
  } else {
    minutes = numbers[0];
    seconds = n > 1 ? numbers[1] : 0;
  }
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

namespace {
void read_section(const YAML::Node& section, const std::filesystem::path& job_file, SlurmOptions& options) {
  Problems problems(job_file.string());
  if (section.IsDefined() && !section.IsNull())
    config::read_table(*config::table_of<SlurmOptions>(), &options, section, "slurm", problems);
  if (problems.empty()) check(options, section, "slurm", problems);
  problems.raise();
}
}  // namespace

SlurmOptions slurm_options(const YAML::Node& section, const std::filesystem::path& job_file) {
  SlurmOptions options;
  const auto& table = *config::table_of<SlurmOptions>();
  if (const auto file = profile_file(); !file.empty()) {
    Problems problems(file.string());
    YAML::Node profile;
    try {
      profile = YAML::LoadFile(file.string());
    } catch (const YAML::BadFile&) {
      fail(Fault::unreadable, "check its permissions", "the site profile {} cannot be read", file.string());
    } catch (const YAML::Exception& e) {
      fail(Fault::usage, "check indentation and brackets there", "{}:{}: this is not YAML: {}", file.string(), e.mark.line + 1,
           e.msg);
    }
    if (!profile.IsMap())
      fail(Fault::usage, "docs/slurm.md has an example", "{}: a site profile is a map of options", file.string());
    config::read_table(table, &options, profile, "", problems);
    if (problems.empty()) check(options, profile, "site", problems);
    problems.raise();
  }
  read_section(section, job_file, options);
  return options;
}

void check_slurm_section(const YAML::Node& section, const std::filesystem::path& job_file) {
  SlurmOptions options;
  read_section(section, job_file, options);
}

}  // namespace ronchi::cluster

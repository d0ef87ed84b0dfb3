// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/slurm/cluster.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "framework/base/text.hpp"

namespace ronchi::testing {

namespace {

constexpr double command_seconds = 120;  // a client that finds no controller tries for longer than a minute

/// "Name=value Name=value": values may hold '=', and rarely a space, then what follows it is lost.
Cluster::Fields fields(const std::string& line) {
  Cluster::Fields found;
  std::istringstream words(line);
  for (std::string word; words >> word;)
    if (const auto mark = word.find('='); mark != std::string::npos) found.emplace(word.substr(0, mark), word.substr(mark + 1));
  return found;
}

bool has_ended(const Cluster::Fields& job) {
  static const std::set<std::string> living{"PENDING", "RUNNING", "CONFIGURING", "COMPLETING", "SUSPENDED", "REQUEUED", "STOPPED"};
  const auto state = job.find("JobState");
  return state != job.end() && !living.contains(state->second);
}

Finished finish(const std::vector<std::string>& command, const Cluster::Environment& environment = {}) {
  Process process(command, environment);
  const int code = process.wait(command_seconds);
  return {code, process.output()};
}

}  // namespace

Cluster::Cluster(int nodes, Network network) : directory_(folder_ / "slurm") {
  std::vector<std::string> command{RONCHI_SLURM_CLUSTER,  "up",      directory_.string(),       "--nodes",
                                   std::to_string(nodes), "--owner", std::to_string(::getpid())};
  if (network == Network::of_each_node) command.emplace_back("--net");
  const auto up = finish(command);
  if (up.code != 0) throw std::runtime_error("no SLURM cluster:\n" + up.output);
  std::istringstream lines(control("env"));
  for (std::string line; std::getline(lines, line);) environment_[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
  std::filesystem::create_directory(directory_ / "jobs");
}

Cluster::~Cluster() { (void)finish({RONCHI_SLURM_CLUSTER, "down", directory_.string()}); }

std::string Cluster::control(const std::string& verb, const std::string& argument) const {
  std::vector<std::string> command{RONCHI_SLURM_CLUSTER, verb, directory_.string()};
  if (!argument.empty()) command.push_back(argument);
  const auto finished = finish(command);
  if (finished.code != 0) throw std::runtime_error(verb + " " + argument + ":\n" + finished.output);
  return finished.output;
}

std::vector<std::string> Cluster::as_client(std::vector<std::string> command) const {
  if (const auto net = environment_.find("RONCHI_SLURM_NET"); net != environment_.end())
    command.insert(command.begin(), {"nsenter", "--net=" + net->second});
  return command;
}

Finished Cluster::run(const std::vector<std::string>& command, const Environment& more) const {
  auto environment = environment_;
  for (const auto& [name, value] : more) environment[name] = value;
  return finish(as_client(command), environment);
}

std::string Cluster::sbatch(const std::string& script, std::vector<std::string> options, const Environment& more) {
  const auto file = directory_ / "jobs" / (std::to_string(++scripts_) + ".sh");
  write_file(file, script);
  options.insert(options.begin(), {"sbatch", "--parsable", "--open-mode=append", "-o", (directory_ / "jobs" / "%j.out").string()});
  options.push_back(file.string());
  const auto finished = run(options, more);
  if (finished.code != 0) throw std::runtime_error("sbatch:\n" + finished.output);
  return finished.output.substr(0, finished.output.find_first_of(";\n"));
}

void Cluster::scancel(const std::vector<std::string>& arguments) const {
  std::vector<std::string> command{"scancel"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  if (const auto finished = run(command); finished.code != 0) throw std::runtime_error("scancel:\n" + finished.output);
}

std::vector<Cluster::Fields> Cluster::jobs(const std::string& id) const {
  std::vector<Fields> all;
  const auto shown = run({"scontrol", "-o", "show", "job", id});
  std::istringstream lines(shown.output);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("JobId=")) all.push_back(fields(line));
  return all;
}

std::string Cluster::output(const std::string& id) const {
  std::string text;
  for (const auto& job : jobs(id))
    if (const auto file = job.find("StdOut"); file != job.end()) text += contents(file->second);
  return text;
}

bool Cluster::wait_until(const std::string& id, const Condition& condition, double seconds) const {
  return wait_for(
      [&] {
        const auto all = jobs(id);
        return !all.empty() && std::all_of(all.begin(), all.end(), condition);
      },
      seconds);
}

bool Cluster::wait_until(const std::string& id, std::string_view state, double seconds) const {
  return wait_until(
      id, [&](const Fields& job) { return job.at("JobState") == state; }, seconds);
}

std::string Cluster::ended(const std::string& id, double seconds) const {
  const auto all_have = [&](const Condition& condition) {
    const auto all = jobs(id);
    return !all.empty() && std::all_of(all.begin(), all.end(), condition);
  };
  const auto completed = [](const Fields& job) { return job.at("JobState") == "COMPLETED"; };
  // A job that is requeued passes through FAILED: only what stays is an end.
  const auto stays = [&] {
    if (!all_have(has_ended)) return false;
    if (all_have(completed)) return true;
    std::this_thread::sleep_for(std::chrono::seconds(2));
    return all_have(has_ended);
  };
  const bool in_time = wait_for(stays, seconds);
  std::set<std::string> states;
  for (const auto& job : jobs(id)) states.insert(job.at("JobState"));
  std::string text = join(std::vector(states.begin(), states.end()), " ");
  if (!in_time) text += " (still) after " + std::to_string(static_cast<int>(seconds)) + " s";
  if (text != "COMPLETED") std::fputs((run({"scontrol", "show", "job", id}).output + output(id)).c_str(), stderr);
  return text;
}

bool Cluster::wait_until_saved(const std::string& id) const {
  const auto before = std::filesystem::file_time_type::clock::now();
  (void)run({"scontrol", "update", "job", id, "comment=saved"});  // a change, so that it is written at all
  return wait_for([&] {
    std::error_code ec;
    const auto written = std::filesystem::last_write_time(directory_ / "state" / "job_state", ec);
    return !ec && written > before;
  });
}

std::string Cluster::node_state(int node) const {
  const auto text = run({"sinfo", "-h", "-N", "-n", "n" + std::to_string(node), "-o", "%t"}).output;
  return text.substr(0, text.find('\n'));
}

bool Cluster::reaches(int node) const {
  auto shown = fields(run({"scontrol", "-o", "show", "node", "n" + std::to_string(node)}).output);
  shown.emplace("Port", "6818");  // the default is not shown
  return run({"timeout", "2", "bash", "-c", "echo >/dev/tcp/" + shown.at("NodeAddr") + "/" + shown.at("Port")}).code == 0;
}

}  // namespace ronchi::testing

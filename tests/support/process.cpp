// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

extern char** environ;  // NOLINT

namespace ronchi::testing {

namespace {

/// This test's environment, less what MPI put there for this very process.
std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** e = environ; *e != nullptr; ++e) {
    const std::string entry(*e);
    const bool mpi = (entry.starts_with("OMPI_") && !entry.starts_with("OMPI_ALLOW") && !entry.starts_with("OMPI_MCA_")) ||
                     entry.starts_with("PMIX_") || entry.starts_with("PMI_") || entry.starts_with("OMPI_MCA_ess") ||
                     entry.starts_with("OMPI_MCA_orte") || entry.starts_with("OMPI_MCA_pmix");
    if (!mpi && !more.contains(entry.substr(0, entry.find('=')))) all.push_back(entry);
  }
  for (const auto& [name, value] : more) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> all;
  for (auto& w : words) all.push_back(w.data());
  all.push_back(nullptr);
  return all;
}

struct ProcessEntry {
  pid_t parent = 0;
  char state = 0;
};

std::map<pid_t, ProcessEntry> process_table() {
  std::map<pid_t, ProcessEntry> table;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ec)) {
    const pid_t pid = std::atoi(entry.path().filename().c_str());
    if (pid <= 0) continue;
    const std::string stat = contents(entry.path() / "stat");
    const auto close = stat.rfind(')');
    ProcessEntry e;
    if (close != std::string::npos && std::sscanf(stat.c_str() + close + 1, " %c %d", &e.state, &e.parent) == 2) table[pid] = e;
  }
  return table;
}

}  // namespace

bool wait_for(const std::function<bool()>& what, double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (auto look = Clock::now(); !what(); look = Clock::now()) {
    if (look > end) return false;
    std::this_thread::sleep_for(
        std::max<Clock::duration>(std::chrono::milliseconds(2), Clock::now() - look));  // dear looks are few
  }
  return true;
}

Process::Process(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
  char name[] = "/tmp/ronchi-output-XXXXXX";
  ::close(::mkstemp(name));
  log_ = name;
  launcher_ = std::filesystem::path(command[0]).filename().string().starts_with("mpi");
  auto words = command;
  auto variables = environment_with(environment);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, name, O_WRONLY | O_APPEND, 0);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  if (::posix_spawnp(&pid_, words[0].c_str(), &actions, &attributes, pointers(words).data(), pointers(variables).data()) != 0) {
    std::perror(words[0].c_str());
    pid_ = -1;
    code_ = 127;
  }
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
}

Process::~Process() {
  if (running()) {
    ::kill(-pid_, SIGKILL);
    (void)wait(5);
  }
  std::error_code ec;
  std::filesystem::remove(log_, ec);
}

void Process::signal(int number) const {
  if (code_ == -2) ::kill(pid_, number);
}

bool Process::running() {
  if (code_ != -2) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) {
    if (launcher_) end_launcher_without_ranks();
    return true;
  }
  code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

int Process::wait(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (running()) {
    if (std::chrono::steady_clock::now() > end) {
      ::kill(-pid_, SIGKILL);
      int status = 0;
      ::waitpid(pid_, &status, 0);
      code_ = -1;
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return code_;
}

std::string Process::output() const { return contents(log_); }

void Process::end_launcher_without_ranks() {
  const auto now = std::chrono::steady_clock::now();
  if (now - looked_ < std::chrono::seconds(1)) return;
  looked_ = now;
  for (const auto& [pid, entry] : process_table())
    if (entry.parent == pid_ && entry.state != 'Z') had_ranks_ = now;
  if (now - had_ranks_ < std::chrono::seconds(10)) return;
  std::fprintf(stderr, "mpiexec %d hangs without any rank; killed\n", pid_);
  ::kill(-pid_, SIGKILL);
}

std::vector<pid_t> Process::below(const std::filesystem::path& program) const {
  const auto table = process_table();
  std::vector<pid_t> found;
  std::error_code ec;
  for (const auto& [pid, entry] : table) {
    const std::filesystem::path folder = "/proc/" + std::to_string(pid);
    if (std::filesystem::read_symlink(folder / "exe", ec) != program ||
        contents(folder / "cmdline").find("isolated") != std::string::npos)
      continue;
    for (pid_t p = pid; p > 1; p = table.contains(p) ? table.at(p).parent : 0)
      if (p == pid_) {
        found.push_back(pid);
        break;
      }
  }
  return found;
}

Finished run(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment) {
  Process process(command, environment);
  const int code = process.wait();
  return {code, process.output()};
}

std::vector<std::string> ronchi(int ranks, const std::vector<std::string>& arguments) {
  std::vector<std::string> command;
  if (ranks > 1) command = {RONCHI_MPIEXEC, "--oversubscribe", "--bind-to", "none", "-n", std::to_string(ranks)};
  command.emplace_back(RONCHI_TEST_PROGRAM);
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

std::map<std::string, std::string> results(const std::filesystem::path& job_directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(job_directory)) {
    const auto relative = entry.path().lexically_relative(job_directory).string();
    const bool result = entry.path().extension() == ".h5" || entry.path().extension() == ".txt";
    if (entry.is_regular_file() && result && entry.path().filename() != "identity.txt") files[relative] = contents(entry.path());
  }
  return files;
}

std::string difference(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::string text;
  for (const auto& [name, bytes] : a) {
    const auto other = b.find(name);
    if (other == b.end())
      text += name + " is missing in the second\n";
    else if (other->second != bytes)
      text += name + " differs\n";
  }
  for (const auto& [name, bytes] : b)
    if (!a.contains(name)) text += name + " is missing in the first\n";
  return text;
}

std::filesystem::path stage_directory(const std::filesystem::path& job_directory, const std::string& type) {
  for (const auto& entry : std::filesystem::directory_iterator(job_directory))
    if (entry.path().filename().string().starts_with(type + "-")) return entry.path();
  return {};
}

}  // namespace ronchi::testing

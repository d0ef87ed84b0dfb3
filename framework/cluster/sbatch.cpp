// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/cluster/sbatch.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

extern char** environ;  // NOLINT

namespace ronchi::cluster {

namespace {

struct Outcome {
  int status = 0;  ///< as waitpid gives it
  std::string text;
};

/// Runs a program found in PATH; stdout and stderr together.
Outcome run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& w : words) arguments.push_back(w.data());
  arguments.push_back(nullptr);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(Fault::internal, "report this", "no pipe: {}", std::strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  Outcome outcome;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; error == 0 && ((n = ::read(ends[0], buffer.data(), buffer.size())) > 0 || (n < 0 && errno == EINTR));)
    if (n > 0) outcome.text.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  if (error == ENOENT)
    fail(Fault::missing, "log in where SLURM's commands are, or start the job here with `ronchi run`",
         "{} was not found: there is no SLURM on this machine", words[0]);
  if (error != 0) fail(Fault::unreadable, "check PATH", "{} cannot be started: {}", words[0], std::strerror(error));
  while (::waitpid(child, &outcome.status, 0) < 0 && errno == EINTR) {}
  return outcome;
}

}  // namespace

std::string sbatch(const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const Outcome outcome = run(words);
  const std::string text{trim(outcome.text)};
  if (!WIFEXITED(outcome.status) || WEXITSTATUS(outcome.status) != 0)
    fail(Fault::usage, "correct the job's slurm: section or the site profile; `ronchi submit --dry-run` shows the script",
         "SLURM has refused the job:\n{}", text);
  // Warnings may stand before the number.
  const std::string last{trim(split(text, '\n').back())};
  const std::string number = last.substr(0, last.find(';'));
  if (number.empty() || !std::all_of(number.begin(), number.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
    fail(Fault::unsupported, "look with squeue whether it is there", "sbatch has not given a job's number but said:\n{}", text);
  return number;
}

}  // namespace ronchi::cluster

// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/cluster/batch_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "framework/base/text.hpp"

namespace ronchi::cluster {

namespace {

using Lines = std::vector<std::string>;

/// sbatch reads its lines up to the first command; words with blanks stand in quotes there too.
Lines directives(const Submission& s, Part part) {
  const SlurmOptions& o = s.options;
  Lines lines;
  const auto add = [&](const std::string& option, const auto& value) {
    lines.push_back("#SBATCH --" + option + "=" + shell_word(fmt::format("{}", value)));
  };
  const auto add_given = [&](const std::string& option, const std::string& value) {
    if (!value.empty()) add(option, value);
  };
  add("job-name", s.name);
  add("chdir", s.working.string());
  add("output", (s.folder() / (part == Part::slice ? "%A_%a.out" : "%j.out")).string());
  lines.push_back("#SBATCH --open-mode=append");
  add("nodes", o.nodes);
  add("ntasks", o.ranks());
  if (!o.tasks) add("ntasks-per-node", o.tasks_per_node);
  add("cpus-per-task", o.cpus_per_task);
  if (o.memory) add("mem", fmt::format("{}K", (o.memory->value + 1023) / 1024));
  if (o.gpus_per_node > 0) add("gres", fmt::format("gpu:{}", o.gpus_per_node));
  add("time", o.time);
  add("signal", fmt::format("B:USR1@{:.0f}", o.stop_before));
  lines.push_back(o.requeue ? "#SBATCH --requeue" : "#SBATCH --no-requeue");
  add_given("account", o.account);
  add_given("partition", o.partition);
  add_given("qos", o.qos);
  add_given("constraint", o.constraint);
  add_given("reservation", o.reservation);
  if (part == Part::slice)
    add("array", fmt::format("0-{}{}", o.slices - 1, o.slices_at_once > 0 ? fmt::format("%{}", o.slices_at_once) : ""));
  if (!o.after.empty() && (part == Part::slice || o.slices == 1)) {
    Lines after;
    for (const auto& a : o.after) after.push_back(std::isdigit(static_cast<unsigned char>(a[0])) != 0 ? "afterok:" + a : a);
    add("dependency", join(after, ","));
    lines.push_back("#SBATCH --kill-on-invalid-dep=yes");
  }
  for (const auto& e : o.extra) lines.push_back("#SBATCH " + e);
  return lines;
}

Lines environment(const SlurmOptions& o) {
  Lines lines;
  if (!o.modules.empty()) {
    // Not every cluster gives modules to shells that are no login shells.
    lines.push_back("command -v module >/dev/null || source /etc/profile");
    for (const auto& m : o.modules) lines.push_back(fmt::format("module load {} || exit 3", shell_word(m)));
  }
  for (const auto& p : o.prepare) lines.push_back(p);
  for (const auto& e : o.environment) {
    const auto equals = e.find('=');
    lines.push_back(fmt::format("export {}={}", e.substr(0, equals), shell_word(e.substr(equals + 1))));
  }
  if (!o.io_hints.empty()) lines.push_back("export RONCHI_IO_HINTS=" + shell_word(join(o.io_hints, ";")));
  lines.push_back(fmt::format("export OMP_NUM_THREADS={}", o.cpus_per_task));
  if (o.launcher == Launcher::srun) {
    lines.push_back("export SLURM_EXPORT_ENV=ALL");
    lines.push_back(fmt::format("export SRUN_CPUS_PER_TASK={}  # srun does not take it from sbatch any more", o.cpus_per_task));
  }
  return lines;
}

std::string launch(const Submission& s, Part part) {
  const SlurmOptions& o = s.options;
  Lines words;
  if (o.launcher == Launcher::srun) {
    // One rank that ends badly ends the step: the others wait for it in vain.
    words = {"srun", "--kill-on-bad-exit=1", fmt::format("--ntasks={}", o.ranks())};
  } else {
    words = {"mpirun", "-n", fmt::format("{}", o.ranks()), "--bind-to", "none"};
  }
  for (const auto& l : o.launcher_options) words.push_back(shell_word(l));
  words.insert(words.end(), {"\"$ronchi\"", "run", shell_word(s.job_file.string())});
  for (const auto& v : s.overrides) words.push_back(shell_word(v));
  words.insert(words.end(),
               {"--output", shell_word(s.directory.parent_path().string()), "--threads", fmt::format("{}", o.cpus_per_task)});
  if (o.silence) words.insert(words.end(), {"--silence", exact(*o.silence)});
  if (part == Part::slice) words.insert(words.end(), {"--slice", fmt::format("\"$SLURM_ARRAY_TASK_ID\"/{}", o.slices)});
  return join(words, " ");
}

// The shell only passes signals on and does what `ronchi again` decides.

std::string traps(Launcher launcher) {
  // SLURM itself tells the ranks of srun; mpirun's on this node hear it from mpirun alone. (srun would give them no time to stop.)
  const std::string pass_on = launcher == Launcher::mpirun ? R"( [[ -z $launcher ]] || kill -TERM "$launcher";)" : "";
  return R"(
launcher= interrupted= asked= ended=
# Time is nearly up: the program stops in good order and leaves with 75.
ask() { interrupted=1 asked=1; [[ -z $launcher ]] || kill -USR1 "$launcher"; }
# The job is cancelled, or the limit is reached.
end() { interrupted=1 ended=1;)" +
         pass_on + R"( }
trap ask USR1
trap end TERM
)";
}

std::string waiting(Launcher launcher) {
  // Open MPI 4.1 with PMIx 4.2 frees a lock that it takes afterwards, now and then, when it cleans up behind a rank that was
  // killed.
  const std::string ranks_gone = launcher == Launcher::mpirun ? R"(
  if ! command -v ps >/dev/null || ps -o stat= --ppid "$launcher" | grep -q '^[^Z]'; then alone=0; continue; fi
  ((++alone < 24)) || { echo "ronchi: mpirun hangs without any rank; it is ended" >&2; kill -KILL "$launcher"; break; })"
                                                              : "";
  return R"(launcher=$!
[[ -z $asked ]] || kill -USR1 "$launcher"  # it came while the launcher was started

# Ranks that lost their peers leave this file and end; a launcher that waits for a dead node all the same is ended here.
lost=$folder/lost.$SLURM_JOB_ID-$restart given_up=
(alone=0
while sleep 5; do
  [[ ! -e $lost ]] || { sleep 15; kill -KILL "$launcher"; break; })" +
         ranks_gone + R"(
done) &
guard=$!

while interrupted=; wait "$launcher"; code=$?; ((code > 128)) && [[ -n $interrupted ]]; do :; done
launcher=
kill "$guard" 2>/dev/null
[[ ! -e $lost ]] || { read -r code reason <"$lost"; rm -f "$lost"; given_up=1; echo "ronchi: $reason" >&2; }
)";
}

constexpr const char* decide = R"(
if [[ -n $ended ]]; then
  shown=$(scontrol -o show job "$SLURM_JOB_ID")
  ended=unknown
  [[ ! $shown =~ \ Reason=([A-Za-z]+) ]] || ended=${BASH_REMATCH[1]}
  [[ ! $shown =~ \ Restarts=([0-9]+) ]] || ((BASH_REMATCH[1] == restart)) || ended=Requeued
fi
decision=$("$ronchi" again "$directory" "${attempt[@]}" --code "$code" ${asked:+--asked} ${ended:+--ended "$ended"})
)";

constexpr const char* requeue_again = R"(case $decision in
  done) exit 0 ;;
  again)
    trap - USR1 TERM
    # A node may be dying that SLURM still believes in: it requeues the job itself when it finds out, and a requeue just before that
    # can end as FAILED.
    if [[ -n $given_up ]]; then
      timeout=$(scontrol show config | sed -n 's/^SlurmdTimeout *= *\([0-9]*\) sec.*/\1/p')
      sleep $((${timeout:-300} + 15))
    fi
    for _ in {1..10}; do
      scontrol requeue "$SLURM_JOB_ID" && sleep 600  # the requeue ends this script
      sleep 30                                       # the controller may be away
    done
    echo "ronchi: SLURM does not requeue this job; set requeue: false in its slurm: section or in the site profile" >&2 ;;
esac
exit "$code"
)";

// While this job is in charge its successor waits; one that runs has taken over.
constexpr const char* submit_again = R"([[ $decision == again ]] || scancel --state=PENDING "$successor"
[[ $decision != done ]] || exit 0
exit "$code"
)";

}  // namespace

std::string shell_word(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_-+=/.,:@%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::filesystem::path script_file(const Submission& s, Part part) {
  return s.folder() / (part == Part::slice ? "slices.sh" : s.options.slices > 1 ? "complete.sh" : "batch.sh");
}

std::string batch_script(const Submission& s, Part part) {
  const SlurmOptions& o = s.options;
  std::string text = "#!/bin/bash\n" + join(directives(s, part), "\n") + "\n";
  text += fmt::format(
      "# Written by `ronchi submit`; docs/slurm.md explains it. To start it by hand: sbatch {}\n\nronchi={}\ndirectory={}\n"
      "folder=$directory/slurm\nrestart=${{SLURM_RESTART_COUNT:-0}}\nattempt=(--attempts {} --job \"$SLURM_JOB_ID\" --restart "
      "\"$restart\"{})\n",
      shell_word(script_file(s, part).string()), shell_word(s.program.string()), shell_word(s.directory.string()), o.attempts,
      part == Part::slice ? " --slice \"$SLURM_ARRAY_TASK_ID\"" : "");
  text += join(environment(o), "\n") + "\n";
  text += traps(o.launcher);
  text +=
      "\n# Counts the attempts that make no progress, also those that end with their node.\n\"$ronchi\" again \"$directory\" "
      "\"${attempt[@]}\" --begin || exit\n";
  if (!o.requeue)
    text +=
        "# The successor may sweep up what this job leaves behind: it starts when this one has ended.\n"
        "export RONCHI_ENDED_JOBS=\"${RONCHI_ENDED_JOBS-} $SLURM_JOB_ID \"\n" +
        fmt::format("successor=$(sbatch --parsable --dependency=afterany:\"$SLURM_JOB_ID\" {}{}) || exit\n",
                    part == Part::slice ? "--array=\"$SLURM_ARRAY_TASK_ID\" " : "", shell_word(script_file(s, part).string()));
  text += "\n" + launch(s, part) + " &\n" + waiting(o.launcher) + decide + (o.requeue ? requeue_again : submit_again);
  return text;
}

}  // namespace ronchi::cluster

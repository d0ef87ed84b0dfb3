// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/submit.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/cluster/attempts.hpp"
#include "framework/cluster/batch_script.hpp"
#include "framework/cluster/sbatch.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi {

namespace {

using cluster::Part;
using cluster::Submission;

Submission prepare(const SubmitOptions& o, const engine::Job& job) {
  Submission s;
  s.name = job.options.name;
  s.program = o.program;
  s.directory = std::filesystem::absolute(job.directory()).lexically_normal();
  s.working = std::filesystem::current_path();
  s.job_file = s.folder() / "job.yaml";
  for (const auto& v : o.overrides)
    if (!v.starts_with("slurm.") && !v.starts_with("output=")) s.overrides.push_back(v);
  s.options = cluster::slurm_options(job.slurm, o.file);
  return s;
}

/// The job as it is now: it may be edited while it waits in the queue.
void write_files(const Submission& s, const std::string& job_text, const std::vector<Part>& parts) {
  engine::make_directories(s.folder());
  engine::write_text_file(s.job_file, job_text);
  for (const auto part : parts) engine::write_text_file(script_file(s, part), batch_script(s, part));
  cluster::forget_attempts(s.directory);
}

}  // namespace

std::string submit(const SubmitOptions& options, const engine::Registry& registry) {
  const std::string job_text = engine::read_text_file(options.file);
  const auto job = engine::parse_job(job_text, options.file, options.overrides, registry);
  const Submission s = prepare(options, job);
  const bool sliced = s.options.slices > 1;
  const std::vector<Part> parts = sliced ? std::vector{Part::slice, Part::whole} : std::vector{Part::whole};
  std::string text;
  if (options.dry_run) {
    for (const auto part : parts) text += fmt::format("# {}\n{}\n", script_file(s, part).string(), batch_script(s, part));
    return text;
  }
  write_files(s, job_text, parts);
  const auto script = script_file(s, Part::whole).string();
  if (sliced) {
    const auto array = cluster::sbatch({script_file(s, Part::slice).string()});
    try {
      const auto last = cluster::sbatch({"--dependency=afterany:" + array, script});
      text += fmt::format("job {}: {} slices\njob {}: completes the job after them\n", array, s.options.slices, last);
    } catch (const Failure& f) {
      throw Failure(Error{f.error().fault,
                          fmt::format("{}\nThe slices are queued already, as job {}: scancel {}", f.error().message, array, array),
                          f.error().advice});
    }
  } else {
    text += fmt::format("job {}\n", cluster::sbatch({script}));
  }
  text += fmt::format("script and logs: {}\nhow far it is:   ronchi status {}\n", s.folder().string(), s.directory.string());
  return text;
}

}  // namespace ronchi

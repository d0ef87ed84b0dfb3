// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <set>
#include <span>
#include <sstream>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/sweep.hpp"

namespace ronchi::engine {

using config::Problems;

void describe(config::Schema<JobOptions>& s) {
  s.field("name", &JobOptions::name).required().help("Name of the job; its results lie in <output>/<name>");
  s.field("seed", &JobOptions::seed).help("Seed of all random numbers; enters the keys of the stages that draw any");
  s.field("memory", &JobOptions::memory)
      .help(
          "Memory that all ranks of a node may take together; larger data are treated piece by piece, or by way of a sketch. auto: "
          "no "
          "limit. Enters the keys of the stages whose results it can change");
  s.field("input", &JobOptions::input)
      .help(
          "Raw files (a path, a pattern with * ? [], or a list); taken by stages with an option `paths` that is not given. "
          "`required`: must be given on the command line");
  s.field("output", &JobOptions::output).speed().help("Folder of the results, relative to where the program is started");
  s.field("max_failed", &JobOptions::max_failed).at_least(0).speed().help("More failed items than this in one stage end the job");
}

const StageType* find(const Registry& registry, std::string_view name) {
  for (const auto& type : registry)
    if (type.name == name) return &type;
  return nullptr;
}

void StageSpec::check() const {
  try {
    configured.stage->check();
  } catch (const Failure& f) {
    throw Failure(Error{f.error().fault, fmt::format("stage {}: {}", name, f.error().message), f.error().advice});
  }
}

const StageSpec* Job::find(const std::string& name) const {
  for (const auto& s : stages)
    if (s.name == name) return &s;
  return nullptr;
}

bool Job::random() const {
  for (const auto& s : stages)
    if (s.type->random) return true;
  return false;
}

std::string read_text_file(const std::filesystem::path& file) {
  std::error_code ec;
  if (std::filesystem::is_directory(file, ec)) fail(Fault::usage, "name a job file", "{} is a folder", file.string());
  errno = 0;
  std::ifstream in(file);
  if (!in)
    fail(errno == EACCES ? Fault::unreadable : Fault::missing, "check the name", "{} cannot be read: {}", file.string(),
         std::strerror(errno));
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

namespace {

const std::set<std::string> stage_words{"stage", "after", "fuse"};

std::vector<std::string> names_of(const YAML::Node& map) {
  std::vector<std::string> names;
  for (const auto& entry : map) names.push_back(entry.first.Scalar());
  return names;
}

/// Puts "a.b.c=value" into the tree.
void override_value(YAML::Node root, const std::string& text, Problems& problems) {
  const auto equals = text.find('=');
  const std::string path = text.substr(0, equals);
  problems.overridden(path);
  if (equals == std::string::npos || path.empty()) {
    problems.add({}, text, "is not of the form stage.option=value");
    return;
  }
  YAML::Node value;
  try {
    value = YAML::Load(text.substr(equals + 1));
  } catch (const YAML::Exception& e) {
    problems.add({}, path, fmt::format("'{}' is not a value: {}", text.substr(equals + 1), e.msg));
    return;
  }
  const auto words = split(path, '.');
  if (words.size() == 1) {
    root[words[0]] = value;
    return;
  }
  if (words[0] == "slurm" && words.size() == 2) {
    root["slurm"][words[1]] = value;
    return;
  }
  YAML::Node node = root["stages"][words[0]];
  if (!node.IsDefined()) {
    const auto stages = names_of(root["stages"]);
    const auto near = nearest(words[0], stages);
    problems.add({}, path,
                 fmt::format("there is no stage '{}' in this job{}", words[0],
                             near ? fmt::format("; did you mean '{}'?", *near) : "; there are: " + join(stages, ", ")));
    return;
  }
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (node.IsDefined() && !node.IsNull() && !node.IsMap()) {
      problems.add({}, path, fmt::format("'{}' has no options of its own", join(std::span(words).first(i), ".")));
      return;
    }
    if (i + 1 < words.size()) node.reset(node[words[i]]);
  }
  node[words.back()] = value;
}

std::vector<std::string> read_names(const YAML::Node& node, const std::string& path, Problems& problems) {
  std::vector<std::string> names;
  if (!node.IsDefined() || node.IsNull()) return names;
  if (node.IsScalar()) return {node.Scalar()};
  if (node.IsSequence()) {
    for (const auto& n : node) {
      if (n.IsScalar())
        names.push_back(n.Scalar());
      else
        problems.add(n, path, "must be names of stages");
    }
  } else {
    problems.add(node, path, "must be the name of a stage or a list of names");
  }
  return names;
}

/// "phases@*" stands for every stage whose name begins with "phases@".
std::vector<std::string> expand_names(const std::vector<std::string>& patterns, const std::vector<std::string>& all) {
  std::vector<std::string> names;
  for (const auto& p : patterns) {
    if (!p.ends_with('*')) {
      names.push_back(p);
      continue;
    }
    for (const auto& n : all)
      if (n.starts_with(p.substr(0, p.size() - 1)) && std::find(names.begin(), names.end(), n) == names.end()) names.push_back(n);
  }
  return names;
}

StageSpec read_stage(const std::string& name, const YAML::Node& node, const JobOptions& job, const std::vector<std::string>& all,
                     const Registry& registry, Problems& problems) {
  StageSpec spec;
  spec.name = name;
  const std::string path = name;
  if (node.IsDefined() && !node.IsNull() && !node.IsMap()) {
    problems.add(node, path, "must be a map: {stage: ..., after: ..., options}");
    return spec;
  }
  std::string type = name.substr(0, name.find('@'));
  if (node.IsMap() && node["stage"] && node["stage"].IsScalar()) type = node["stage"].Scalar();
  spec.type = find(registry, type);
  if (spec.type == nullptr) {
    std::vector<std::string> types;
    for (const auto& t : registry) types.push_back(t.name);
    const auto near = nearest(type, types);
    problems.add(node, path,
                 fmt::format("there is no stage type '{}'; {}", type,
                             near ? fmt::format("did you mean '{}'?", *near) : "there are: " + join(types, ", ")));
    return spec;
  }
  YAML::Node options(YAML::NodeType::Map);
  if (node.IsMap()) {
    spec.after = expand_names(read_names(node["after"], path + ".after", problems), all);
    if (node["fuse"] && !YAML::convert<bool>::decode(node["fuse"], spec.fuse))
      problems.add(node["fuse"], path + ".fuse", "must be true or false");
    bool has_own_words = false;
    for (const auto& entry : node) has_own_words = has_own_words || stage_words.contains(entry.first.Scalar());
    if (!has_own_words)
      options = node;
    else
      for (const auto& entry : node)
        if (!stage_words.contains(entry.first.Scalar())) options.force_insert(entry.first, entry.second);
  }
  const bool takes_input = spec.type->table->find("paths") != nullptr && !options["paths"];
  if (takes_input && job.input.empty())
    problems.add(node, path, "has no raw files; give them as `input:` at the top of the job, or input=FILE on the command line");
  if (takes_input && !job.input.empty()) options["paths"] = job.input;
  spec.given = YAML::Clone(options);
  spec.configured = spec.type->configure(options, path, problems);
  return spec;
}

/// Inputs before what needs them, otherwise in the order of the file.
void sort_stages(std::vector<StageSpec>& stages, const YAML::Node& root, Problems& problems) {
  std::vector<StageSpec> sorted;
  std::set<std::string> done, busy;
  std::function<void(StageSpec&)> visit = [&](StageSpec& s) {
    if (done.contains(s.name)) return;
    if (!busy.insert(s.name).second) {
      problems.add(root["stages"], s.name, "comes after itself: the stages' `after:` form a circle");
      return;
    }
    for (const auto& input : s.after)
      for (auto& other : stages)
        if (other.name == input && !done.contains(input)) visit(other);
    if (done.insert(s.name).second) sorted.push_back(s);
  };
  for (auto& s : stages) visit(s);
  stages = std::move(sorted);
}

/// Names become names of folders, of options on the command line ("stage.option") and of nodes in graphs.
bool is_name(const std::string& name, const std::string& more) {
  return !name.empty() && name[0] != '.' && name[0] != '-' && std::all_of(name.begin(), name.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || more.find(static_cast<char>(c)) != std::string::npos;
  });
}

std::string quoted(const std::string& text) {
  YAML::Emitter out;
  out << text;
  return out.c_str();
}

void check_fusing(const Job& job, Problems& problems) {
  for (const auto& s : job.stages) {
    if (!s.fuse) continue;
    if (s.after.size() != 1) {
      problems.add({}, s.name + ".fuse", "a fused stage has exactly one input");
      continue;
    }
    if (!s.configured.stage->needs(s.after[0], {0, 1}))
      problems.add({}, s.name + ".fuse",
                   fmt::format("'{}' needs the whole of '{}', so it cannot run on each range right after it", s.name, s.after[0]));
    for (const auto& other : job.stages)
      if (&other != &s && std::find(other.after.begin(), other.after.end(), s.after[0]) != other.after.end())
        problems.add({}, s.name + ".fuse",
                     fmt::format("'{}' is needed by '{}' too, so it must be kept as files", s.after[0], other.name));
  }
}

}  // namespace

namespace {

Job parse_checked(const std::string& text, const std::filesystem::path& file, const std::vector<std::string>& overrides,
                  const Registry& registry) {
  Problems problems(file.string());
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& e) {
    fail(Fault::usage, "check indentation and brackets there", "{}:{}: this is not YAML: {}", file.string(), e.mark.line + 1,
         e.msg);
  }
  const auto require_stages = [&] {
    if (!root.IsMap() || !root["stages"] || !root["stages"].IsMap() || root["stages"].size() == 0)
      fail(Fault::usage, "see docs/engine.md for an example", "{}: a job is a map with `name:` and `stages:`", file.string());
  };
  require_stages();
  for (const auto& name : names_of(root["stages"]))
    if (!is_name(name, "@")) problems.add(root["stages"], name, "is no name for a stage: letters, digits, '_' and '-'");
  for (const auto& o : overrides) override_value(root, o, problems);
  problems.raise();
  require_stages();
  expand_sweeps(root, problems);

  Job job;
  job.file = file;
  YAML::Node top(YAML::NodeType::Map);
  for (const auto& entry : root)
    if (const auto word = entry.first.Scalar(); word != "stages" && word != "sweep" && word != "slurm")
      top.force_insert(entry.first, entry.second);
  config::read_table(*config::table_of<JobOptions>(), &job.options, top, "", problems);
  if (top["name"] && !is_name(job.options.name, ". "))
    problems.add(top["name"], "name",
                 fmt::format("'{}' is no name for a folder: letters, digits, spaces, '_', '-' and '.'", job.options.name));
  if (job.options.input.size() == 1 && job.options.input[0] == "required") {
    problems.add(top["input"], "input", "this job needs raw files: add input=FILE (or input='scan_*.hspy') to the command");
    problems.raise();
  }

  if (root["slurm"]) job.slurm = root["slurm"];

  const auto all = names_of(root["stages"]);
  std::set<std::string> seen;
  for (const auto& entry : root["stages"]) {
    const std::string name = entry.first.Scalar();
    if (!seen.insert(name).second) {
      problems.add(entry.first, name, "is there twice");
      continue;
    }
    job.stages.push_back(read_stage(name, entry.second, job.options, all, registry, problems));
  }
  for (const auto& s : job.stages)
    for (const auto& input : s.after)
      if (!seen.contains(input)) {
        const auto near = nearest(input, all);
        problems.add(root["stages"][s.name]["after"], s.name + ".after",
                     fmt::format("there is no stage '{}'{}", input, near ? fmt::format("; did you mean '{}'?", *near) : ""));
      }
  if (problems.empty()) sort_stages(job.stages, root, problems);
  if (problems.empty()) check_fusing(job, problems);
  problems.raise();
  return job;
}

}  // namespace

Job parse_job(const std::string& text, const std::filesystem::path& file, const std::vector<std::string>& overrides,
              const Registry& registry) {
  try {
    return parse_checked(text, file, overrides, registry);
  } catch (const YAML::Exception& e) {  // a shape that no check foresaw
    fail(Fault::usage, "see docs/engine.md for an example", "{}:{}: this is not a job file: {}", file.string(), e.mark.line + 1,
         e.msg);
  }
}

Job load_job(const std::filesystem::path& file, const std::vector<std::string>& overrides, const Registry& registry) {
  return parse_job(read_text_file(file), file, overrides, registry);
}

std::string recipe(const Job& job, const StageSpec& stage) {
  std::set<std::string> wanted{stage.name};
  for (auto s = job.stages.rbegin(); s != job.stages.rend(); ++s)
    if (wanted.contains(s->name)) wanted.insert(s->after.begin(), s->after.end());
  std::string text = fmt::format("name: {}\n", quoted(job.options.name));
  bool random = false, memory = false;
  for (const auto& s : job.stages) {
    random = random || (wanted.contains(s.name) && s.type->random);
    memory = memory || (wanted.contains(s.name) && s.type->memory);
  }
  if (random) text += fmt::format("seed: {}\n", job.options.seed);
  if (memory && job.options.memory_limit() > 0) text += fmt::format("memory: {}\n", job.options.memory_limit());
  text += "stages:\n";
  for (const auto& s : job.stages) {
    if (!wanted.contains(s.name)) continue;
    text += fmt::format("  {}:\n    stage: {}\n", quoted(s.name), s.type->name);
    std::vector<std::string> after;
    for (const auto& name : s.after) after.push_back(quoted(name));
    if (!after.empty()) text += fmt::format("    after: [{}]\n", join(after, ", "));
    if (s.fuse) text += "    fuse: true\n";
    for (const auto& line : s.configured.key_lines) text += "    " + line + "\n";
  }
  return text;
}

}  // namespace ronchi::engine

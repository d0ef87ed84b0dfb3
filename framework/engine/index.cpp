// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What becomes of a map stage's parts when they are all there: a few files, and one index over them.
#include <fmt/format.h>
#include <sys/resource.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

constexpr std::size_t many_parts = 1000;  // a virtual dataset over more sources reads superlinearly slower
constexpr std::size_t merged_parts = 200;

std::string combination(const h5::Group& file, const std::string& name) {
  return file.is_dataset(name) ? file.dataset(name).attribute_or<std::string>("combine", "") : "";
}

void merge(const StageState& s, std::span<const Parts::File> files) {
  const Range range{files.front().items.first, files.back().items.last};
  const auto path = s.parts_directory() / fmt::format("{}-{}.h5", range.first, range.last), temporary = temporary_name(path);
  h5::File out = h5::File::create(temporary);
  const h5::File model = h5::File::open(files.front().path);
  for (const auto& name : model.children()) {
    const std::string how = combination(model, name);
    if (how == "rows") {
      h5::Shape shape = model.dataset(name).shape();
      const Scalar type = model.dataset(name).type();
      shape[0] = range.size();
      h5::Dataset set = out.create(name, type, shape);
      set.set_attribute("combine", how);
      for (const auto& f : files) {
        h5::Shape start(shape.size(), 0), count = shape, zero(shape.size(), 0);
        start[0] = f.items.first - range.first;
        count[0] = f.items.size();
        std::vector<std::byte> values(static_cast<std::size_t>(h5::count_of(count)) * size_of(type));
        h5::File::open(f.path).dataset(name).read(type, zero, count, values.data());
        set.write(type, start, count, values.data());
      }
    } else if (how == "sum" || how == "max") {
      std::vector<std::int64_t> total;
      for (const auto& f : files) {
        const auto part = h5::File::open(f.path).read<std::int64_t>(name);
        if (total.empty()) total = part;
        else for (std::size_t i = 0; i < part.size(); ++i) total[i] = how == "sum" ? total[i] + part[i] : std::max(total[i], part[i]);
      }
      out.write<std::int64_t>(name, total, model.dataset(name).shape());
      out.dataset(name).set_attribute("combine", how);
    }
  }
  stamp(out, s);
  out.close();
  commit(temporary, path);
  std::error_code ec;
  for (const auto& f : files) std::filesystem::remove(f.path, ec);
}

}  // namespace

void stamp(h5::Group& file, const StageState& s) {
  file.set_attribute("ronchi_version", std::string(version()) + " (" + ronchi::commit() + ")");
  file.set_attribute("stage", s.spec->type->name);
  file.set_attribute("key", s.key);
  file.set_attribute("job", s.recipe);
}

void prepare(const StageState& s) {
  make_directories(s.parts_directory());
  save_identity(s.directory, *s.spec, s.identity);
}

void merge_parts(const Context& context, const StageState& s) {
  context.world.barrier();
  const Parts parts = Parts::in(s.parts_directory());
  const auto& files = parts.files();
  if (files.size() <= many_parts) return;
  context.world.barrier();  // all have listed the folder before anybody changes it
  for (std::size_t g = static_cast<std::size_t>(context.world.rank()); g < merged_parts; g += static_cast<std::size_t>(context.world.size())) {
    const std::size_t first = files.size() * g / merged_parts, last = files.size() * (g + 1) / merged_parts;
    if (last - first > 1) merge(s, std::span(files).subspan(first, last - first));
  }
  context.world.barrier();
}

void write_index(const Context& context, const StageState& s, std::vector<std::string>& warnings) {
  const Parts parts = Parts::in(s.parts_directory());
  const auto temporary = temporary_name(s.index_file());
  h5::File index = h5::File::create(temporary);
  if (!parts.files().empty()) {
    const h5::File model = h5::File::open(parts.files().front().path);
    for (const auto& name : model.children()) {
      const std::string how = combination(model, name);
      if (how == "rows") {
        h5::Shape shape = model.dataset(name).shape();
        shape[0] = s.plan.items;
        std::vector<h5::Group::Source> sources;
        for (const auto& f : parts.files()) sources.push_back({"parts/" + f.path.filename().string(), name, f.items.first, f.items.size()});
        index.create_virtual(name, model.dataset(name).type(), shape, sources);
      } else if (how == "sum") {
        index.write<std::int64_t>(name, parts.sum(name), model.dataset(name).shape());
      } else if (how == "max") {
        index.write<std::int64_t>(name, parts.max(name), model.dataset(name).shape());
      }
    }
  }
  stamp(index, s);
  index.set_attribute("items", s.plan.items);
  {
    Output output(index, s.directory);
    s.stage().finish(parts, context.inputs(s), output);
    warnings = output.warnings();
    if (!warnings.empty()) index.set_attribute("warnings", warnings);
  }
  index.close();
  commit(temporary, s.index_file());
}

std::int64_t peak_memory(const Communicator& world) {
  struct rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return world.sum(std::int64_t{usage.ru_maxrss} * 1024);
}

void write_sidecar(const Context& context, const StageState& s, const Account& account) {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&now));
  YAML::Emitter out;
  out << YAML::BeginMap;
  const auto entry = [&](const char* name, const auto& value) { out << YAML::Key << name << YAML::Value << value; };
  entry("name", s.spec->name);
  entry("stage", s.spec->type->name);
  entry("key", s.key);
  entry("finished", std::string(date));
  entry("seconds", account.seconds);
  entry("items", s.plan.items);
  entry("tasks", account.tasks);
  entry("failed", account.failed);
  entry("ranks", context.world.size());
  entry("threads", context.threads);
  entry("host", host_name());
  entry("peak_memory_bytes", account.peak_memory);
  entry("version", std::string(version()));
  entry("commit", std::string(ronchi::commit()));
  entry("seed", context.job.options.seed);
  entry("inputs", s.spec->after);
  entry("warnings", account.warnings);
  entry("given", s.spec->given);
  entry("options", s.spec->configured.resolved);
  out << YAML::EndMap;
  write_text_file(s.directory / "stage.yaml", std::string(out.c_str()) + "\n");
}

void link_products(const Context& context, const StageState& s, const std::vector<std::string>& products) {
  for (const auto& name : products) {
    const auto link = context.job.directory() / name;
    std::error_code ec;
    std::filesystem::remove(link, ec);
    std::filesystem::create_symlink(std::filesystem::path(s.directory_name()) / name, link, ec);
    if (ec) std::filesystem::copy_file(s.directory / name, link, std::filesystem::copy_options::overwrite_existing, ec);
  }
}

}  // namespace ronchi::engine

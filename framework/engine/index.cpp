// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What becomes of a stage when all its parts are there: one index over them, and a note of how it was made.
#include <fmt/format.h>
#include <sys/resource.h>
#include <yaml-cpp/yaml.h>

#include <map>

#include "framework/base/version.hpp"
#include "framework/engine/columns.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

/// Runs a stage of 0 items on the empty range, in memory: what it declares is what its index has.
void add_empty(const Context& context, const StageState& s, Columns& columns) {
  struct Nothing : ItemGuard {
    bool begin(std::int64_t) override { return false; }
    void end(std::int64_t) override {}
    void failed(std::int64_t, const std::string&) override {}
  } guard;
  const Communicator self;
  Team team(self, context.threads, {}, [] { return false; }, {});
  Part part({0, 0}, h5::File::in_memory(), s.directory, guard, self);
  s.stage().run({{0, 0}, 0}, team, context.inputs(s), part);
  (void)part.finish();
  columns.add(part.file(), "", {0, 0});
}

/// Rows of all parts into datasets of the index itself, by name.
void copy_rows(std::map<std::string, h5::Dataset>& rows, const Parts& parts) {
  for (const auto& f : parts.files()) {
    const h5::File part = open_result(f.path);
    for (auto& [name, out] : rows) {
      if (!part.exists(name)) continue;
      h5::Shape shape = out.shape(), start(shape.size(), 0);
      start[0] = f.items.first;
      shape[0] = f.items.size();
      std::vector<std::byte> values(static_cast<std::size_t>(h5::count_of(shape)) * size_of(out.type()));
      part.dataset(name).read(out.type(), h5::Shape(shape.size(), 0), shape, values.data());
      out.write(out.type(), start, shape, values.data());
    }
  }
}

bool is_small(const Column& c) {
  h5::Shape row = c.shape;
  row[0] = 1;
  return h5::count_of(row) * static_cast<std::int64_t>(size_of(c.type)) <= small_row;
}

/// Which items lie in which file.
void list_shards(h5::Group& index, const Parts& parts, Account& account) {
  constexpr std::size_t many = 1000;
  std::vector<std::int64_t> items;
  std::vector<std::string> files;
  for (const auto& f : parts.files()) {
    items.insert(items.end(), {f.items.first, f.items.last});
    files.push_back("parts/" + f.path.filename().string());
  }
  const auto n = static_cast<std::int64_t>(files.size());
  index.write<std::int64_t>("shards/items", std::span<const std::int64_t>(items), {n, 2});
  index.write_texts("shards/file", files);
  if (files.size() > many)
    account.warnings.push_back(fmt::format(
        "{} shards: to read one row through the virtual datasets of index.h5 takes a millisecond per thousand of them; use "
        "its table `shards` and read the files themselves, or ask for larger shards",
        n));
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

void write_index(const Context& context, const StageState& s, Account& account) {
  const Parts parts = Parts::in(s.parts_directory());
  Columns columns;
  for (const auto& f : parts.files()) columns.add(open_result(f.path), "parts/" + f.path.filename().string(), f.items);
  if (parts.files().empty()) add_empty(context, s, columns);
  Draft draft(s.index_file(), context.fence, Existing::kept);
  h5::File index = h5::File::create(draft.temporary());
  std::map<std::string, h5::Dataset> small;  // for each item: they lie in the index itself
  for (const auto& [name, c] : columns.by_name) {
    if (c.how != "rows") continue;
    h5::Shape shape = c.shape;
    shape[0] = s.plan.items;
    if (s.plan.items == 0)
      (void)index.create(name, c.type, shape);
    else if (s.plan.shards && is_small(c))
      small.emplace(name, index.create(name, c.type, shape, {.allocate_early = true}));
    else
      index.create_virtual(name, c.type, shape, c.rows);
  }
  copy_rows(small, parts);
  small.clear();
  columns.write_reduced(index);
  stamp(index, s);
  index.set_attribute("items", s.plan.items);
  {
    Output output(index, s.directory);
    s.stage().finish(parts, context.inputs(s), output);
    if (s.plan.shards) list_shards(index, parts, account);
    account.warnings.insert(account.warnings.end(), output.warnings().begin(), output.warnings().end());
    if (!account.warnings.empty()) index.set_attribute("warnings", account.warnings);
  }
  index.close();
  account.failed = static_cast<std::int64_t>(parts.failed().size());
  require(context.fence);
  write_sidecar(context, s, account);
  draft.commit();  // last: it means that everything is there
}

std::int64_t peak_memory(const Communicator& world) {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  return world.sum(std::int64_t{usage.ru_maxrss} * 1024);
}

void write_sidecar(const Context& context, const StageState& s, const Account& account) {
  YAML::Emitter out;
  out << YAML::BeginMap;
  const auto entry = [&](const char* name, const auto& value) { out << YAML::Key << name << YAML::Value << value; };
  entry("name", s.spec->name);
  entry("stage", s.spec->type->name);
  entry("key", s.key);
  entry("finished", utc_now());
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
  if (context.job.options.memory_limit() > 0) entry("memory_limit_bytes", context.job.options.memory_limit());
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

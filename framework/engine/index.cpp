// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What becomes of a map stage's parts when they are all there: a few files, and one index over them.
#include <fmt/format.h>
#include <sys/resource.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

namespace {

constexpr std::int64_t many_parts = 1000;  // a virtual dataset over more sources reads superlinearly slower
constexpr std::int64_t merged_parts = 200;

/// How the finished stage's files are cut, in items: at the same places whatever happened on the way (suspects that ran
/// alone, killed runs, slices), so that equal results are equal files.
std::int64_t final_cut(const Plan& p) {
  const std::int64_t tasks = ceil_div(p.items, p.per_task);
  return p.per_task * (tasks > many_parts ? ceil_div(tasks, merged_parts) : 1);
}

/// What the parts hold under one name.
struct Column {
  std::string how;  ///< rows, sum or max
  Scalar type = Scalar::i64;
  h5::Shape shape;
  std::vector<h5::Group::Source> rows;
  std::vector<std::int64_t> reduced;
};

struct Columns {
  std::map<std::string, Column> by_name;
  std::vector<std::string> row_order;

  /// A part whose items all failed may lack sums that others have.
  void add(const h5::Group& file, const std::string& source, Range items) {
    for (const auto& name : file.attribute_or<std::vector<std::string>>("rows", {}))
      if (std::find(row_order.begin(), row_order.end(), name) == row_order.end()) row_order.push_back(name);
    for (const auto& name : file.children()) {
      if (!file.is_dataset(name)) continue;
      const h5::Dataset set = file.dataset(name);
      const auto how = set.attribute_or<std::string>("combine", "");
      if (how.empty()) continue;
      Column& c = by_name[name];
      c.how = how;
      c.shape = set.shape();
      c.type = set.type();
      if (how == "rows") {
        c.rows.push_back({source, name, items.first, items.size()});
        continue;
      }
      const auto values = set.read<std::int64_t>();
      if (c.reduced.empty())
        c.reduced = values;
      else
        for (std::size_t i = 0; i < values.size(); ++i)
          c.reduced[i] = how == "sum" ? c.reduced[i] + values[i] : std::max(c.reduced[i], values[i]);
    }
  }
  void write_reduced(h5::Group& out) const {
    for (const auto& [name, c] : by_name) {
      if (c.how == "rows") continue;
      out.write<std::int64_t>(name, c.reduced, c.shape);
      out.dataset(name).set_attribute("combine", c.how);
    }
  }
};

/// The same steps as Part takes, so that a merged part is the file that one task would have written.
void merge(const StageState& s, std::span<const Parts::File> files) {
  const Range range{files.front().items.first, files.back().items.last};
  Columns columns;
  for (const auto& f : files) columns.add(open_result(f.path), f.path.string(), f.items);
  Draft draft(s.parts_directory() / fmt::format("{}-{}.h5", range.first, range.last));
  h5::File out = h5::File::create(draft.temporary());
  const auto copy = [&](const std::string& name, bool early) {
    const Column& c = columns.by_name.at(name);
    h5::Shape shape = c.shape;
    shape[0] = range.size();
    h5::Dataset set = out.create(name, c.type, shape, {.allocate_early = early});
    for (const auto& source : c.rows) {
      h5::Shape start(shape.size(), 0), count = shape, zero(shape.size(), 0);
      start[0] = source.first - range.first;
      count[0] = source.rows;
      std::vector<std::byte> values(static_cast<std::size_t>(h5::count_of(count)) * size_of(c.type));
      open_result(source.file).dataset(name).read(c.type, zero, count, values.data());
      set.write(c.type, start, count, values.data());
    }
    set.set_attribute("combine", "rows");
  };
  for (const auto& name : columns.row_order) copy(name, true);
  out.set_attribute("rows", columns.row_order);
  columns.write_reduced(out);
  copy("status", false);
  stamp(out, s);
  out.close();
  draft.commit();
  std::error_code ec;
  for (const auto& f : files) std::filesystem::remove(f.path, ec);
}

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
  const std::int64_t cut = final_cut(s.plan);
  std::vector<std::vector<Parts::File>> groups;
  together(context.world, [&] {
    std::int64_t cell = -1;
    for (const auto& f : Parts::in(s.parts_directory()).files()) {
      const std::int64_t here = f.items.first / cut;
      if (here != cell || (f.items.last - 1) / cut != cell) groups.emplace_back();
      cell = (f.items.last - 1) / cut == here ? here : -1;
      groups.back().push_back(f);
    }
  });
  std::erase_if(groups, [](const auto& g) { return g.size() < 2; });
  together(context.world, [&] {
    for (auto g = static_cast<std::size_t>(context.world.rank()); g < groups.size();
         g += static_cast<std::size_t>(context.world.size()))
      merge(s, groups[g]);
  });
}

void write_index(const Context& context, const StageState& s, Account& account) {
  const Parts parts = Parts::in(s.parts_directory());
  Columns columns;
  for (const auto& f : parts.files()) columns.add(open_result(f.path), "parts/" + f.path.filename().string(), f.items);
  if (parts.files().empty()) add_empty(context, s, columns);
  Draft draft(s.index_file());
  h5::File index = h5::File::create(draft.temporary());
  for (const auto& [name, c] : columns.by_name) {
    if (c.how != "rows") continue;
    h5::Shape shape = c.shape;
    shape[0] = s.plan.items;
    if (s.plan.items == 0)
      (void)index.create(name, c.type, shape);
    else
      index.create_virtual(name, c.type, shape, c.rows);
  }
  columns.write_reduced(index);
  stamp(index, s);
  index.set_attribute("items", s.plan.items);
  {
    Output output(index, s.directory);
    s.stage().finish(parts, context.inputs(s), output);
    account.warnings = output.warnings();
    if (!account.warnings.empty()) index.set_attribute("warnings", account.warnings);
  }
  index.close();
  account.failed = static_cast<std::int64_t>(parts.failed().size());
  write_sidecar(context, s, account);
  draft.commit();  // last: it means that everything is there
}

std::int64_t peak_memory(const Communicator& world) {
  struct rusage usage {};
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

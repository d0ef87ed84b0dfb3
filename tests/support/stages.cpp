// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/stages.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <new>
#include <numeric>
#include <optional>
#include <thread>

#include "framework/base/random.hpp"
#include "framework/base/text.hpp"
#include "framework/comm/waiting.hpp"
#include "framework/engine/at_once.hpp"
#include "stages/registry.hpp"
#include "tests/support/example_stage.hpp"

namespace ronchi::testing {

std::int32_t number(std::uint64_t seed, std::int64_t item, std::int64_t i) {
  Random random(seed, 7, static_cast<std::uint64_t>(item), static_cast<std::uint32_t>(i));
  return static_cast<std::int32_t>(random.bits() % 1000);
}

namespace {

using engine::Inputs, engine::Part, engine::Plan, engine::Task, engine::Team;

void work_for(double milliseconds) {  // a sleep alone oversleeps by 50 us
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double, std::milli>(milliseconds);
  if (milliseconds > 0.2) std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(milliseconds - 0.15));
  while (std::chrono::steady_clock::now() < end) {}
}

int overflow(int depth) {
  volatile int here = depth;  // used after the call, so that it keeps its place on the stack
  return here < 0 ? 0 : 1 + overflow(here + 1) + here;
}

void log_item(const char* stage, std::int64_t item) {
  const char* file = std::getenv("RONCHI_TEST_LOG");
  if (file == nullptr) return;
  const std::string line = fmt::format("{} {}\n", stage, item);
  const int fd = ::open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0 || ::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::perror("RONCHI_TEST_LOG");
  ::close(fd);
}

/// RONCHI_TEST_FAULT="stage:item:what;..." says so; "stage:item+:what" of all items from there.
bool told(const char* stage, std::int64_t item, const char* what) {
  const char* text = std::getenv("RONCHI_TEST_FAULT");
  if (text == nullptr) return false;
  for (const auto& entry : split(text, ';')) {
    const auto words = split(entry, ':');
    if (words.size() != 3 || words[0] != stage || words[2] != what) continue;
    const auto first = std::atoll(words[1].c_str());
    if (item == first || (item > first && words[1].ends_with('+'))) return true;
  }
  return false;
}

bool gate_is_open(const char* stage) {
  const char* gate = std::getenv("RONCHI_TEST_GATE");
  return gate != nullptr && (::access(gate, F_OK) == 0 || ::access(fmt::format("{}.{}", gate, stage).c_str(), F_OK) == 0);
}

/// Waits until the test that started this process opens the gate or asks it to stop; all ranks of the team go on together.
void wait_for_gate(const char* stage, const Team& team) {
  while (!team.comm().any(gate_is_open(stage)) && !team.should_stop()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
}

double late_seconds() {
  const char* text = std::getenv("RONCHI_TEST_LATE");
  return text == nullptr ? 1 : std::atof(text);
}

/// For a message that nobody sends.
[[noreturn]] void wait_for_ever() {
  const Waiting waiting;
  for (int there = 0;; std::this_thread::sleep_for(std::chrono::milliseconds(1)))
    MPI_Iprobe(MPI_ANY_SOURCE, 31999, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
}

void misbehave(const char* stage, std::int64_t item, const Team& team) {
  if (std::getenv("RONCHI_TEST_FAULT") == nullptr) return;
  const auto wants = [&](const char* what) { return told(stage, item, what); };
  if (wants("stop")) ::raise(SIGSTOP);
  if (wants("wait")) wait_for_gate(stage, team);
  if (wants("fail")) fail(Fault::bad_item, "", "item {} is bad", item);
  if (wants("memory")) throw std::bad_alloc();
  if (wants("alone") && team.rank() == team.size() - 1) fail(Fault::numeric, "", "one rank alone fails");
  if (wants("abort")) std::abort();
  if (wants("segfault")) *static_cast<volatile int*>(nullptr) = 1;  // NOLINT
  if (wants("kill")) ::kill(::getpid(), SIGKILL);
  if (wants("overflow")) (void)overflow(1);
  if (wants("late") && team.leads()) std::this_thread::sleep_for(std::chrono::duration<double>(late_seconds()));
  if (wants("absent") && team.rank() == team.size() - 1) wait_for_ever();
}

struct NumbersOptions {
  std::int64_t items = 10, per_task = 3, width = 5;
  double milliseconds = 0;
  bool together = false, shards = false;
};
void describe(config::Schema<NumbersOptions>& s) {
  s.field("together", &NumbersOptions::together)
      .speed()
      .help("The items of a task are computed at once, as by the stages that simulate images");
  s.field("shards", &NumbersOptions::shards).help("The parts stay as they are cut");
  s.field("items", &NumbersOptions::items).at_least(0).help("Number of items");
  s.field("width", &NumbersOptions::width).range(1, 1e7).help("Elements of a row");
  s.field("per_task", &NumbersOptions::per_task).at_least(1).speed().help("Items per task");
  s.field("milliseconds", &NumbersOptions::milliseconds).at_least(0).unit("ms").speed().help("Time for an item");
}

/// A map: random rows, their sum and maximum over all items.
class Numbers : public engine::Stage {
 public:
  using Options = NumbersOptions;
  static constexpr const char* name = "numbers";
  static constexpr const char* summary = "Random rows (for tests)";
  static constexpr int version = 1;
  static constexpr bool random = true;
  explicit Numbers(Options o) : o_(o) {}

  Plan plan(const Inputs&) const override { return {.items = o_.items, .per_task = o_.per_task, .shards = o_.shards}; }
  void run(const Task& task, Team& team, const Inputs& inputs, Part& part) override {
    part.rows<std::int32_t>("values", {o_.width});
    part.rows<std::uint8_t>("marks", {});
    const auto compute = [&](std::int64_t item) {
      log_item(name, item);
      work_for(o_.milliseconds);
      misbehave(name, item, team);
    };
    std::optional<engine::AtOnce> computed;
    if (o_.together) computed.emplace(part, task.items, "numbers", [&](std::int64_t item, std::int64_t) { compute(item); });
    for (std::int64_t item = task.items.first; item < task.items.last; ++item) {
      const auto write = [&] {
        if (!computed) compute(item);
        std::vector<std::int32_t> row(static_cast<std::size_t>(o_.width));
        for (std::size_t i = 0; i < row.size(); ++i) row[i] = number(inputs.seed(), item, static_cast<std::int64_t>(i));
        if (told(name, item, "wrong")) row[0] += 1;
        part.write<std::int32_t>("values", {item, item + 1}, row);
        const std::uint8_t mark = item % 2 == 0 ? 1 : 0;
        part.write<std::uint8_t>("marks", {item, item + 1}, std::span(&mark, 1));
        const std::vector<std::int64_t> wide(row.begin(), row.end());
        part.add("sum", wide, {o_.width});
        part.maximum("max", wide, {o_.width});
      };
      computed ? computed->item(item, write) : part.item(item, write);
    }
  }
  void finish(const engine::Parts& parts, const Inputs&, engine::Output& output) override {
    output.h5().write<std::int64_t>("row_shape", parts.row_shape("values"));
  }

 private:
  Options o_;
};

struct SquaresOptions {
  std::int64_t per_task = 2;
  int power = 2;
  double milliseconds = 0;
  bool leave_out = false;
};
void describe(config::Schema<SquaresOptions>& s) {
  s.field("leave_out", &SquaresOptions::leave_out).help("Items that failed in the stage before are left out");
  s.field("power", &SquaresOptions::power).range(1, 3).help("Power");
  s.field("per_task", &SquaresOptions::per_task).at_least(1).speed().help("Items per task");
  s.field("milliseconds", &SquaresOptions::milliseconds).at_least(0).unit("ms").speed().help("Time for an item");
}

/// Streams from numbers (or from another squares): element by element powers.
class Squares : public engine::Stage {
 public:
  using Options = SquaresOptions;
  static constexpr const char* name = "squares";
  static constexpr const char* summary = "Powers of rows (for tests)";
  static constexpr int version = 1;
  explicit Squares(Options o) : o_(o) {}

  Plan plan(const Inputs& inputs) const override { return {inputs.all().at(0).items, o_.per_task}; }
  std::optional<Range> needs(const std::string&, Range items) const override { return items; }
  void run(const Task& task, Team& team, const Inputs& inputs, Part& part) override {
    const auto source = inputs.all().at(0).parts();
    const auto shape = source.row_shape("values");
    part.rows<std::int32_t>("values", shape);
    for (std::int64_t item = task.items.first; item < task.items.last; ++item) {
      if (o_.leave_out && source.rows<std::uint8_t>("status", {item, item + 1})[0] != 0) continue;
      part.item(item, [&] {
        log_item(name, item);
        work_for(o_.milliseconds);
        misbehave(name, item, team);
        auto row = source.rows<std::int32_t>("values", {item, item + 1});
        std::int64_t sum = 0;
        for (auto& v : row) {
          const auto base = v % 100;
          v = base;
          for (int p = 1; p < o_.power; ++p) v *= base;
          sum += v;
        }
        part.write<std::int32_t>("values", {item, item + 1}, row);
        part.add("total", std::span(&sum, 1), {1});
      });
    }
  }

 private:
  Options o_;
};

struct TotalOptions {
  int steps = 5;
  double milliseconds = 0;
};
void describe(config::Schema<TotalOptions>& s) {
  s.field("steps", &TotalOptions::steps).range(1, 100000).help("Steps");
  s.field("milliseconds", &TotalOptions::milliseconds).at_least(0).unit("ms").speed().help("Time for a step");
}

/// A collective stage: v_i <- (3 v_i + sum of all v) mod 65521, `steps` times over the rows of its inputs, with a checkpoint each.
class Total : public engine::Stage {
 public:
  using Options = TotalOptions;
  static constexpr const char* name = "total";
  static constexpr const char* summary = "Steps over all rows by all ranks (for tests)";
  static constexpr int version = 1;
  explicit Total(Options o) : o_(o) {}

  Plan plan(const Inputs&) const override { return {1, 1, engine::all_ranks}; }
  void run(const Task&, Team& team, const Inputs& inputs, Part& part) override {
    const auto& input = inputs.all().at(0);
    const auto parts = input.parts();
    const Range mine = slab(input.items, team.size(), team.rank());
    const auto shape = parts.row_shape("values");
    const std::int64_t width = shape.empty() ? 0 : shape[0];
    const auto read = parts.rows<std::int32_t>("values", mine);
    std::vector<std::int64_t> v(read.begin(), read.end());
    std::int64_t step = 0;
    if (const auto loaded = team.checkpoints().load()) {
      step = loaded->step;
      v = loaded->file.dataset("v").read<std::int64_t>({mine.first * width}, {mine.size() * width});
    }
    for (; step < o_.steps; ++step) {
      if (team.should_stop()) throw engine::Stopped{};
      if (team.leads()) log_item(name, step);
      misbehave(name, step, team);
      work_for(o_.milliseconds);
      const std::int64_t sum = team.comm().sum(std::accumulate(v.begin(), v.end(), std::int64_t{0}));
      for (auto& x : v) x = (3 * x + sum) % 65521;
      if (told(name, step, "wrong")) v.assign(v.size(), 1);
      std::vector<std::int64_t> all(static_cast<std::size_t>(input.items * width), 0);
      std::copy(v.begin(), v.end(), all.begin() + mine.first * width);
      team.comm().sum(std::span(all));
      if (team.leads()) team.checkpoints().save(step + 1, [&](h5::Group& file) { file.write<std::int64_t>("v", all); });
    }
    part.shared<std::int64_t>("final", {input.items, width}, mine, v);
    std::vector<double> halves(v.begin(), v.end());
    for (auto& h : halves) h *= 0.5;
    if (team.leads()) part.h5().set_attribute("steps", std::int64_t{o_.steps});
    part.shared<double>("nested/halves", {input.items, width}, mine, halves);
    if (team.leads()) write_file(part.product("total.txt"), fmt::format("{} steps\n", o_.steps));
  }

 private:
  static void write_file(const std::filesystem::path& path, const std::string& text) {
    std::FILE* f = std::fopen(path.c_str(), "w");
    std::fputs(text.c_str(), f);
    std::fclose(f);
  }
  Options o_;
};

struct CrowdOptions {
  std::int64_t items = 6, per_task = 2;
  int team = 2;
  double milliseconds = 0;
};
void describe(config::Schema<CrowdOptions>& s) {
  s.field("items", &CrowdOptions::items).at_least(0).help("Number of items");
  s.field("team", &CrowdOptions::team).range(1, 1000).speed().help("Ranks per task");
  s.field("per_task", &CrowdOptions::per_task).at_least(1).speed().help("Items per task");
  s.field("milliseconds", &CrowdOptions::milliseconds).at_least(0).unit("ms").speed().help("Time for an item");
}

/// Tasks by small teams: row `item` = sum over i < 1000 of i * item, added up by the ranks of the team.
class Crowd : public engine::Stage {
 public:
  using Options = CrowdOptions;
  static constexpr const char* name = "crowd";
  static constexpr const char* summary = "Sums by teams of ranks (for tests)";
  static constexpr int version = 1;
  explicit Crowd(Options o) : o_(o) {}

  Plan plan(const Inputs&) const override { return {o_.items, o_.per_task, o_.team}; }
  void run(const Task& task, Team& team, const Inputs&, Part& part) override {
    part.rows<std::int64_t>("sums", {});
    for (std::int64_t item = task.items.first; item < task.items.last; ++item)
      part.item(item, [&] {
        if (team.leads()) log_item(name, item);
        if (const char* sizes = std::getenv("RONCHI_TEST_TEAM"); sizes != nullptr && std::atoi(sizes) != team.size())
          fail(Fault::internal, "", "this team has {} ranks", team.size());
        work_for(o_.milliseconds);
        misbehave(name, item, team);
        const Range mine = slab(1000, team.size(), team.rank());
        std::int64_t sum = 0;
        for (auto i = mine.first; i < mine.last; ++i) sum += i * item;
        sum = team.comm().sum(sum);
        part.write<std::int64_t>("sums", {item, item + 1}, std::span(&sum, 1));
      });
  }

 private:
  Options o_;
};

}  // namespace

const engine::Registry& test_stages() {
  static const engine::Registry registry = [] {
    engine::Registry all = all_stages();
    all.push_back(engine::stage_type<Numbers>());
    all.push_back(engine::stage_type<Squares>());
    all.push_back(engine::stage_type<Total>());
    all.push_back(engine::stage_type<Crowd>());
    all.push_back(engine::stage_type<example::Means>());
    return all;
  }();
  return registry;
}

}  // namespace ronchi::testing

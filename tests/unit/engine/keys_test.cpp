// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/keys.hpp"

#include <gtest/gtest.h>

#include "framework/engine/durable.hpp"
#include "tests/support/stages.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::engine {
namespace {

using config::Option, config::Table;

/// Values other than the default that an option takes.
std::vector<YAML::Node> other_values(const Option& o, const YAML::Node& now) {
  std::vector<YAML::Node> values;
  const auto add = [&](const std::string& text) {
    if (!now.IsScalar() || text != now.Scalar()) values.push_back(YAML::Load(o.list ? "[" + text + "]" : text));
  };
  if (!o.choices.empty())
    for (const auto& c : o.choices) add(c);
  else if (o.type == "bool") {
    add("true");
    add("false");
  } else if (o.type == "text")
    add("'another text'");
  else if (o.type == "size")
    for (const char* text : {"123456", "3 MiB", "30 MiB", "3 GiB"}) add(text);
  else if (o.type == "integer" || o.type == "number")
    for (const char* text : {"1", "2", "3", "5", "7", "12", "100", "0", "0.5", "0.25"}) add(text);
  return values;
}

std::vector<std::string> key_lines(const StageType& type, const YAML::Node& options) {
  config::Problems problems("x");
  const auto configured = type.configure(options, "", problems);
  problems.raise();
  return configured.key_lines;
}

/// Calls visit(option, a copy of `root` with one option changed to a valid other value) for every option, groups included.
template <class Visit>
void each_change(const StageType& type, const Table& table, const YAML::Node& root, std::vector<std::string> path, bool speed,
                 const Visit& visit) {
  const auto at = [&](YAML::Node node) {
    for (const auto& p : path) node.reset(node[p]);
    return node;
  };
  for (const auto& o : table.options) {
    auto deeper = path;
    deeper.push_back(o.name);
    if (o.members && !o.list) {
      each_change(type, *o.members, root, deeper, speed || o.speed, visit);
      continue;
    }
    if (o.members) continue;  // lists of groups: their members are those of a group
    bool changed = false;
    for (const auto& value : other_values(o, at(YAML::Clone(root))[o.name])) {
      YAML::Node copy = YAML::Clone(root);
      at(copy)[o.name] = value;
      try {
        visit(o, speed || o.speed, key_lines(type, copy));
        changed = true;
      } catch (const Failure&) {  // a value that this option does not take
      }
    }
    EXPECT_TRUE(changed) << type.name << "." << o.name << ": no other value was found for this test";
  }
}

Job job_of(const std::string& text) { return parse_job(text, "a.yaml", {}, testing::test_stages()); }
std::string key_of(const std::string& text, const std::string& stage) {
  const Job job = job_of(text);
  const auto ids = identities(job);
  for (std::size_t i = 0; i < ids.size(); ++i)
    if (job.stages[i].name == stage) return ids[i].key();
  return "";
}

}  // namespace

TEST(Keys, ResultOptionsChangeThemAndSpeedOptionsDoNot) {
  int result = 0, speed = 0;
  for (const auto& type : testing::test_stages()) {
    YAML::Node required(YAML::NodeType::Map);
    for (const auto& o : type.table->options)
      if (o.required) required[o.name] = o.list ? YAML::Load("[x]") : YAML::Node("1");
    config::Problems problems("x");
    const YAML::Node defaults = type.configure(required, "", problems).resolved;
    const auto before = key_lines(type, defaults);
    each_change(type, *type.table, defaults, {}, false, [&](const Option& o, bool is_speed, const std::vector<std::string>& after) {
      if (is_speed)
        EXPECT_EQ(before, after) << type.name << "." << o.name << " is a speed option";
      else
        EXPECT_NE(before, after) << type.name << "." << o.name << " is a result option";
      (is_speed ? speed : result) += 1;
    });
  }
  EXPECT_GT(result, 5);
  EXPECT_GT(speed, 5);
}

TEST(Keys, DependOnInputsSeedAndNothingElse) {
  const std::string text = "name: a\nstages:\n  numbers: {}\n  squares: {after: numbers}\n  crowd: {}\n";
  const auto with = [&](std::string from, const std::string& to) {
    auto changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  const auto before = key_of(text, "squares");
  EXPECT_EQ(before.size(), 16u);
  EXPECT_NE(key_of(with("numbers: {}", "numbers: {items: 11}"), "squares"), before);
  EXPECT_EQ(key_of(with("numbers: {}", "numbers: {per_task: 2}"), "squares"), before);
  EXPECT_NE(key_of("seed: 2\n" + text, "squares"), before) << "numbers are random";
  EXPECT_EQ(key_of("seed: 2\n" + text, "crowd"), key_of(text, "crowd")) << "sums are not";
  EXPECT_EQ(key_of(with("name: a", "name: b"), "squares"), before);
  EXPECT_EQ(key_of("name: a\nstages:\n  n: {stage: numbers}\n  s: {stage: squares, after: n}\n", "s"), before)
      << "names are only names";
  EXPECT_EQ(key_of(with("crowd: {}", "x: {stage: crowd}"), "x"), key_of(text, "crowd"));
}

TEST(Keys, AMissSaysWhatChanged) {
  testing::TemporaryDirectory folder;
  const std::string head = "name: a\noutput: " + folder.path().string() + "\nstages:\n";
  const auto keep = [&](const std::string& stages) {
    const Job job = job_of(head + stages);
    const auto ids = identities(job);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const auto directory = stage_directory(job, job.stages[i], ids[i].key());
      make_directories(directory);
      save_identity(directory, job.stages[i], ids[i]);
    }
  };
  const auto changes = [&](const std::string& stages, std::size_t stage) {
    const Job job = job_of(head + stages);
    return what_changed(job, job.stages[stage], identities(job)[stage]);
  };
  const std::string before =
      "  numbers: {items: 4}\n  b: {stage: numbers, items: 5}\n  squares: {after: numbers}\n  total: {after: [numbers, b]}\n";
  EXPECT_TRUE(changes(before, 0).empty());
  keep(before);
  const auto with = [&](std::string text, const std::string& from, const std::string& to) {
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_TRUE(changes(before, 3).empty());
  EXPECT_EQ(changes(with(before, "items: 4", "items: 6, width: 2"), 0),
            (std::vector<std::string>{"items: 4 -> 6", "width: 5 -> 2"}));
  EXPECT_EQ(changes(with(before, "items: 4", "items: 6"), 2), std::vector<std::string>{"its input numbers is another one"});
  EXPECT_EQ(changes(with(before, "[numbers, b]", "[b, numbers]"), 3), std::vector<std::string>{"its input numbers is another one"});
  EXPECT_EQ(changes(with(before, "[numbers, b]", "[squares]"), 3).size(), 2u);
}

}  // namespace ronchi::engine

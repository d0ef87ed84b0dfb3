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

/// A value for every option of a table that must be given.
YAML::Node required_of(const Table& table) {
  YAML::Node node(YAML::NodeType::Map);
  for (const auto& o : table.options)
    if (o.required) node[o.name] = o.list ? YAML::Load("[x]") : YAML::Node("1");
  return node;
}

/// All options with their values, those not given too.
YAML::Node resolved(const StageType& type, const YAML::Node& options) {
  config::Problems problems("x");
  return type.configure(options, "", problems).resolved;
}

/// Calls visit(option, key lines before, key lines with that option changed to a valid other value) for every option of `root`,
/// those of groups included; of a list of groups, with a single element in it.
template <class Visit>
void each_change(const StageType& type, const Table& table, const YAML::Node& root, std::vector<std::string> path, bool speed,
                 const Visit& visit) {
  const auto at = [&](YAML::Node node) {
    for (const auto& p : path) node.reset(node.IsSequence() ? node[std::stoul(p)] : node[p]);
    return node;
  };
  const auto before = key_lines(type, root);
  for (const auto& o : table.options) {
    auto deeper = path;
    deeper.push_back(o.name);
    if (o.members && !o.list) {
      each_change(type, *o.members, root, deeper, speed || o.speed, visit);
      continue;
    }
    if (o.members) {
      YAML::Node copy = YAML::Clone(root);
      YAML::Node list = at(copy)[o.name], one(YAML::NodeType::Sequence);
      one.push_back(list.IsSequence() && list.size() > 0 ? YAML::Clone(list[0]) : required_of(*o.members));
      at(copy)[o.name] = one;
      deeper.emplace_back("0");
      each_change(type, *o.members, resolved(type, copy), deeper, speed || o.speed, visit);
      continue;
    }
    bool changed = false;
    for (const auto& value : other_values(o, at(YAML::Clone(root))[o.name])) {
      YAML::Node copy = YAML::Clone(root);
      at(copy)[o.name] = value;
      try {
        visit(o, speed || o.speed, before, key_lines(type, copy));
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
  bool in_lists = false;
  for (const auto& type : testing::test_stages()) {
    const auto check = [&](const Option& o, bool is_speed, const std::vector<std::string>& before,
                           const std::vector<std::string>& after) {
      in_lists = in_lists || o.name == "debye_waller";  // of a phase
      if (is_speed)
        EXPECT_EQ(before, after) << type.name << "." << o.name << " is a speed option";
      else
        EXPECT_NE(before, after) << type.name << "." << o.name << " is a result option";
      (is_speed ? speed : result) += 1;
    };
    each_change(type, *type.table, resolved(type, required_of(*type.table)), {}, false, check);
  }
  EXPECT_TRUE(in_lists);
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

// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "framework/base/text.hpp"
#include "framework/config/problems.hpp"

/// One declaration per option serves parsing, checking, the resolved YAML, the key, docs/options.md and the JSON schema.
///
///   struct NmfOptions { int components = 8; };
///   inline void describe(Schema<NmfOptions>& s) {
///     s.field("components", &NmfOptions::components).range(1, 256).help("Number of components");
///   }
namespace ronchi::config {

/// A number of bytes, written "4 GiB" or "500 MB" in a job file.
struct Bytes {
  std::int64_t value = 0;
  friend bool operator==(Bytes, Bytes) = default;
};

struct Table;

/// One option, its C++ type erased.
struct Option {
  std::string name, type, unit, help, default_text;
  bool speed = false;  ///< cannot change a bit of the result: stays out of the key
  bool required = false;
  bool list = false;
  bool optional = false;            ///< may be `auto`: the stage chooses
  std::optional<double> low, high;  ///< inclusive
  std::vector<std::string> choices;
  std::shared_ptr<const Table> members;  ///< of a group, or of each element of a list of groups
  std::function<void(void* object, const YAML::Node&, const std::string& path, Problems&, const Option&)> read;
  std::function<YAML::Node(const void* object)> write;
};

/// All options of one struct.
struct Table {
  std::vector<Option> options;
  [[nodiscard]] const Option* find(const std::string& name) const;
};

/// Reads a YAML map into the struct at `object`; unknown keys, wrong types and values out of range become problems.
void read_table(const Table& table, void* object, const YAML::Node& node, const std::string& path, Problems& problems);
/// Every option with its value, in the order of declaration.
[[nodiscard]] YAML::Node write_table(const Table& table, const void* object);
/// "components: 8" lines of the options that affect results; what a key is made of.
[[nodiscard]] std::vector<std::string> result_lines(const Table& table, const void* object, const std::string& prefix = "");

template <class T>
class Schema;

template <class T>
[[nodiscard]] std::shared_ptr<const Table> table_of();

namespace detail {

void check_number(double value, const YAML::Node&, const std::string& path, Problems&, const Option&);
void check_choice(const std::string& value, const YAML::Node&, const std::string& path, Problems&, const Option&);
[[nodiscard]] std::optional<double> parse_number(const YAML::Node&);
[[nodiscard]] std::optional<std::int64_t> parse_whole(const YAML::Node&);
void wrong_type(const YAML::Node&, const std::string& path, Problems&, const Option&);

template <class M>
concept Vector = requires {
  typename M::value_type;
}
&&std::is_same_v<M, std::vector<typename M::value_type>>;
template <class M>
struct is_optional : std::false_type {};
template <class M>
struct is_optional<std::optional<M>> : std::true_type {};

template <class M>
std::string type_name() {
  if constexpr (is_optional<M>::value)
    return type_name<typename M::value_type>();
  else if constexpr (Vector<M>)
    return type_name<typename M::value_type>();
  else if constexpr (std::is_same_v<M, bool>)
    return "bool";
  else if constexpr (std::is_integral_v<M>)
    return "integer";
  else if constexpr (std::is_floating_point_v<M>)
    return "number";
  else if constexpr (std::is_same_v<M, std::string>)
    return "text";
  else if constexpr (std::is_same_v<M, Bytes>)
    return "size";
  else if constexpr (std::is_enum_v<M>)
    return "choice";
  else
    return "group";
}

template <class M>
void read_value(M& value, const YAML::Node& node, const std::string& path, Problems& problems, const Option& option) {
  if constexpr (is_optional<M>::value) {
    if (node.IsNull() || (node.IsScalar() && node.Scalar() == "auto")) {
      value.reset();
      return;
    }
    typename M::value_type inner{};
    read_value(inner, node, path, problems, option);
    value = inner;
  } else if constexpr (Vector<M>) {
    value.clear();
    const auto one = [&](const YAML::Node& n, const std::string& p) {
      typename M::value_type element{};
      read_value(element, n, p, problems, option);
      value.push_back(std::move(element));
    };
    if (node.IsSequence()) {
      for (std::size_t i = 0; i < node.size(); ++i) one(node[i], path + "[" + std::to_string(i) + "]");
    } else if (!node.IsNull()) {
      one(node, path);
    }
  } else if constexpr (std::is_same_v<M, bool>) {
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) wrong_type(node, path, problems, option);
  } else if constexpr (std::is_integral_v<M>) {
    const auto whole = parse_whole(node);
    if (!whole || !std::in_range<M>(*whole)) return wrong_type(node, path, problems, option);
    check_number(static_cast<double>(*whole), node, path, problems, option);
    value = static_cast<M>(*whole);
  } else if constexpr (std::is_floating_point_v<M>) {
    const auto number = parse_number(node);
    if (!number) return wrong_type(node, path, problems, option);
    check_number(*number, node, path, problems, option);
    value = static_cast<M>(*number);
  } else if constexpr (std::is_same_v<M, std::string>) {
    if (!node.IsScalar()) return wrong_type(node, path, problems, option);
    value = node.Scalar();
    if (!option.choices.empty()) check_choice(value, node, path, problems, option);
  } else if constexpr (std::is_same_v<M, Bytes>) {
    const auto bytes = node.IsScalar() ? parse_bytes(node.Scalar()) : std::nullopt;
    if (!bytes) return wrong_type(node, path, problems, option);
    check_number(static_cast<double>(*bytes), node, path, problems, option);
    value.value = *bytes;
  } else if constexpr (std::is_enum_v<M>) {
    if (!node.IsScalar()) return wrong_type(node, path, problems, option);
    check_choice(node.Scalar(), node, path, problems, option);
    for (std::size_t i = 0; i < option.choices.size(); ++i)
      if (option.choices[i] == node.Scalar()) value = static_cast<M>(i);
  } else {
    read_table(*table_of<M>(), &value, node, path, problems);
  }
}

template <class M>
YAML::Node write_value(const M& value, const Option& option) {
  if constexpr (is_optional<M>::value) {
    return value ? write_value(*value, option) : YAML::Node("auto");
  } else if constexpr (Vector<M>) {
    YAML::Node list(YAML::NodeType::Sequence);
    for (const auto& v : value) list.push_back(write_value<typename M::value_type>(v, option));
    list.SetStyle(YAML::EmitterStyle::Flow);
    return list;
  } else if constexpr (std::is_same_v<M, bool>) {
    return YAML::Node(value ? "true" : "false");
  } else if constexpr (std::is_integral_v<M>) {
    return YAML::Node(std::to_string(value));
  } else if constexpr (std::is_floating_point_v<M>) {
    return YAML::Node(exact(static_cast<double>(value)));
  } else if constexpr (std::is_same_v<M, std::string>) {
    return YAML::Node(value);
  } else if constexpr (std::is_same_v<M, Bytes>) {
    return YAML::Node(std::to_string(value.value));
  } else if constexpr (std::is_enum_v<M>) {
    return YAML::Node(option.choices.at(static_cast<std::size_t>(value)));
  } else {
    return write_table(*table_of<M>(), &value);
  }
}

}  // namespace detail

/// What `field` returns: refines the option just declared.
class Field {
 public:
  explicit Field(Option& option) : option_(&option) {}
  Field& range(double low, double high) {
    option_->low = low;
    option_->high = high;
    return *this;
  }
  Field& at_least(double low) {
    option_->low = low;
    return *this;
  }
  Field& unit(std::string unit) {
    option_->unit = std::move(unit);
    return *this;
  }
  Field& help(std::string help) {
    option_->help = std::move(help);
    return *this;
  }
  /// For an enum: the names of its values 0, 1, 2, ... in order. For text: what it may be.
  Field& choices(std::vector<std::string> names) {
    option_->choices = std::move(names);
    return *this;
  }
  Field& required() {
    option_->required = true;
    return *this;
  }
  /// Cannot change a bit of the result; stays out of the key.
  Field& speed() {
    option_->speed = true;
    return *this;
  }

 private:
  Option* option_;
};

/// The declaration of the options struct T. A free function `void describe(Schema<T>&)` beside T fills it.
template <class T>
class Schema {
 public:
  template <class M>
  Field field(std::string name, M T::*member) {
    Option& o = table_->options.emplace_back();
    o.name = std::move(name);
    o.type = detail::type_name<M>();
    o.list = detail::Vector<M>;
    o.optional = detail::is_optional<M>::value;
    if constexpr (detail::Vector<M>) {
      if constexpr (std::is_class_v<typename M::value_type> && !std::is_same_v<typename M::value_type, std::string>)
        o.members = table_of<typename M::value_type>();
    } else if constexpr (std::is_class_v<M> && !std::is_same_v<M, std::string> && !std::is_same_v<M, Bytes> &&
                         !detail::is_optional<M>::value) {
      o.members = table_of<M>();
    }
    o.read = [member](void* object, const YAML::Node& node, const std::string& path, Problems& problems, const Option& option) {
      detail::read_value(static_cast<T*>(object)->*member, node, path, problems, option);
    };
    // The option is looked up again in `write`: choices are declared after this closure is made.
    o.write = [member, table = table_.get(), index = table_->options.size() - 1](const void* object) {
      return detail::write_value(static_cast<const T*>(object)->*member, table->options[index]);
    };
    return Field(o);
  }
  /// Declares the options of a member struct as if they were T's own, on the same level of the file.
  template <class M>
  void include(M T::*member) {
    for (Option o : table_of<M>()->options) {
      o.read = [member, read = o.read](void* object, const YAML::Node& node, const std::string& path, Problems& problems,
                                       const Option& option) {
        read(&(static_cast<T*>(object)->*member), node, path, problems, option);
      };
      o.write = [member, write = o.write](const void* object) { return write(&(static_cast<const T*>(object)->*member)); };
      table_->options.push_back(std::move(o));
    }
  }
  [[nodiscard]] std::shared_ptr<Table> table() const { return table_; }

 private:
  std::shared_ptr<Table> table_ = [] {
    auto t = std::make_shared<Table>();
    t->options.reserve(128);  // Field keeps a pointer
    return t;
  }();
};

/// The table of T, made once; default texts come from T{}.
template <class T>
std::shared_ptr<const Table> table_of() {
  static const std::shared_ptr<const Table> table = [] {
    Schema<T> schema;
    describe(schema);
    const T defaults{};
    for (auto& o : schema.table()->options) {
      YAML::Emitter out;
      out.SetMapFormat(YAML::Flow);
      out.SetSeqFormat(YAML::Flow);
      out << o.write(&defaults);
      o.default_text = out.c_str();
    }
    return schema.table();
  }();
  return table;
}

}  // namespace ronchi::config

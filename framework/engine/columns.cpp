// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/columns.hpp"

#include <algorithm>

namespace ronchi::engine {

void Columns::add(const h5::Group& file, const std::string& source, Range items) {
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

void Columns::write_reduced(h5::Group& out) const {
  for (const auto& [name, c] : by_name) {
    if (c.how == "rows") continue;
    out.write<std::int64_t>(name, c.reduced, c.shape);
    out.dataset(name).set_attribute("combine", c.how);
  }
}

}  // namespace ronchi::engine

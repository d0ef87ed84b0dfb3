// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdio>
#include <fstream>

#include <yaml-cpp/yaml.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/formats.hpp"
#include "framework/formats/info.hpp"

/// dump_frames OPTIONS FILE... [-o OUT] [--hspy OUT] [--emd OUT]: what the readers make of files, for programs that know
/// better. OPTIONS is a YAML map. Prints JSON (shape, type, axes, metadata, warnings, or the failure) and writes the numbers.
using namespace ronchi;

namespace {

std::string json_axes(const std::vector<Axis>& axes) {
  std::vector<std::string> items;
  for (const auto& a : axes)
    items.push_back(fmt::format("{{\"name\": {}, \"units\": {}, \"scale\": {}, \"offset\": {}, \"size\": {}}}", json_string(a.name),
                                json_string(a.units), exact(a.scale), exact(a.offset), a.size));
  return "[" + join(items, ", ") + "]";
}

std::string json_value(const MetadataValue& value) {
  const auto one = []<class T>(const T& v) -> std::string {
    if constexpr (std::is_same_v<T, std::string>)
      return json_string(v);
    else if constexpr (std::is_same_v<T, bool>)
      return v ? "true" : "false";
    else if constexpr (std::is_same_v<T, double>)
      return std::isfinite(v) ? exact(v) : "null";
    else
      return std::to_string(v);
  };
  return std::visit(
      [&]<class T>(const T& v) -> std::string {
        if constexpr (std::is_same_v<T, std::string> || !requires { v.begin(); })
          return one(v);
        else {
          std::vector<std::string> items;
          for (const auto& e : v) items.push_back(one(e));
          return "[" + join(items, ", ") + "]";
        }
      },
      value);
}

void dump(const FrameSource& source, const std::string& out) {
  const auto& info = source.info();
  std::vector<std::string> metadata, warnings;
  for (const auto& [name, value] : info.metadata) metadata.push_back(json_string(name) + ": " + json_value(value));
  for (const auto& w : info.warnings) warnings.push_back(json_string(w));
  std::printf(
      "{\"format\": %s, \"type\": \"%s\", \"navigation\": %s, \"signal\": %s, \"grain\": %lld,\n \"metadata\": {%s},\n "
      "\"warnings\": [%s],\n \"text\": %s}\n",
      json_string(info.format).c_str(), std::string(name_of(info.type)).c_str(), json_axes(info.navigation).c_str(),
      json_axes(info.signal).c_str(), static_cast<long long>(source.grain()), join(metadata, ", ").c_str(),
      join(warnings, ", ").c_str(), json_string(formats::describe_text(source)).c_str());
  if (out.empty()) return;
  std::ofstream file(out, std::ios::binary);
  // An odd number of frames at a time: ranges begin and end anywhere.
  const std::int64_t step = std::max<std::int64_t>(1, (std::int64_t{16} << 20) / info.frame_bytes()) | 1;
  std::vector<std::byte> block;
  for (std::int64_t f = 0; f < info.frames(); f += step) {
    const Range range{f, std::min(f + step, info.frames())};
    block.resize(static_cast<std::size_t>(range.size() * info.frame_bytes()));
    source.read(range, block);
    file.write(reinterpret_cast<const char*>(block.data()), static_cast<std::streamsize>(block.size()));
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    formats::OpenOptions options;
    config::Problems problems("options");
    config::read_table(*config::table_of<formats::OpenOptions>(), &options, YAML::Load(argc > 1 ? argv[1] : "{}"), "", problems);
    problems.raise();
    std::vector<std::string> patterns;
    std::string out, hspy, emd;
    for (int i = 2; i < argc; ++i) {
      const std::string word = argv[i];
      std::string* target = word == "-o" ? &out : word == "--hspy" ? &hspy : word == "--emd" ? &emd : nullptr;
      if (target != nullptr && i + 1 < argc)
        *target = argv[++i];
      else
        patterns.push_back(word);
    }
    const auto source = formats::open_all(formats::expand(patterns), options);
    dump(*source, out);
    if (!hspy.empty()) formats::write_hspy(hspy, *source);
    if (!emd.empty()) formats::write_emd(emd, *source);
  } catch (const Failure& failure) {
    std::printf("{\"fault\": %s, \"message\": %s, \"advice\": %s}\n", json_string(describe(failure.error().fault)).c_str(),
                json_string(failure.error().message).c_str(), json_string(failure.error().advice).c_str());
    return exit_code(failure.error().fault);
  }
  return 0;
}

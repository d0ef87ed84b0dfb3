// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"
#include "framework/data/transform.hpp"

namespace ronchi {

namespace {

constexpr Scalar outputs[] = {Scalar::u8, Scalar::u16, Scalar::u32, Scalar::f32};

template <class T>
std::vector<T> read_if_there(const h5::Group& group, const std::string& name) {
  return group.exists(name) ? group.read<T>(name) : std::vector<T>{};
}

}  // namespace

void Transform::save(h5::Group group) const {
  group.set_attribute("order", std::string("bad pixels, shift, bin, crop, mask"));
  group.set_attribute("bin", bin);
  group.set_attribute("crop_first", std::vector<std::int64_t>{crop_first[0], crop_first[1]});
  group.set_attribute("crop_size", std::vector<std::int64_t>{crop_size[0], crop_size[1]});
  group.set_attribute("output", std::string(name_of(output)));
  if (beam) group.set_attribute("beam", std::vector<double>{(*beam)[0], (*beam)[1]});
  // An empty dataset has no place in HDF5's virtual views; what is absent is not written.
  if (!bad_pixels.empty()) group.write("bad_pixels", bad_pixels);
  if (!shifts.empty()) group.write<std::int32_t>("shifts", std::span(shifts), {static_cast<std::int64_t>(shifts.size() / 2), 2});
  if (!mask.empty()) group.write("mask", mask);
  if (!left_out.empty()) {
    std::vector<std::int64_t> edges;
    for (const Range r : left_out) edges.insert(edges.end(), {r.first, r.last});
    group.write<std::int64_t>("left_out", std::span<const std::int64_t>(edges), {static_cast<std::int64_t>(left_out.size()), 2});
  }
}

Transform Transform::load(const h5::Group& group) {
  Transform t;
  const auto pair = [&](const std::string& name, std::int64_t(&out)[2]) {
    const auto values = group.attribute<std::vector<std::int64_t>>(name);
    if (values.size() != 2)
      fail(Fault::corrupt, "remove the result and run the survey again", "{}: {} has {} values, 2 expected", group.path(), name,
           values.size());
    out[0] = values[0];
    out[1] = values[1];
  };
  t.bin = group.attribute<std::int64_t>("bin");
  pair("crop_first", t.crop_first);
  pair("crop_size", t.crop_size);
  const auto type = group.attribute<std::string>("output");
  bool known = false;
  for (const Scalar s : outputs)
    if (name_of(s) == type) {
      t.output = s;
      known = true;
    }
  if (!known) fail(Fault::corrupt, "remove the result and run the survey again", "{}: output type '{}'", group.path(), type);
  if (group.has_attribute("beam")) {
    const auto beam = group.attribute<std::vector<double>>("beam");
    t.beam = {beam.at(0), beam.at(1)};
  }
  t.bad_pixels = read_if_there<std::int64_t>(group, "bad_pixels");
  t.shifts = read_if_there<std::int32_t>(group, "shifts");
  t.mask = read_if_there<std::uint8_t>(group, "mask");
  const auto edges = read_if_there<std::int64_t>(group, "left_out");
  for (std::size_t i = 0; i + 1 < edges.size(); i += 2) t.left_out.push_back({edges[i], edges[i + 1]});
  return t;
}

}  // namespace ronchi

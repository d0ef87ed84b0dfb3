// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/cluster.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "framework/base/error.hpp"
#include "framework/md/advance.hpp"
#include "framework/md/pair_table.hpp"

namespace ronchi::md {
namespace {

constexpr std::size_t alignment = 64;
static_assert(largest_inner_skin < longest_step, "a step that is too long must not go unnoticed");
/// Where nobody is anybody's neighbour, and still far below the largest square of a float.
constexpr double nowhere = 1e8;

std::byte* aligned(std::byte* p) {
  const auto address = reinterpret_cast<std::uintptr_t>(p);
  return p + ((alignment - address % alignment) % alignment);
}

}  // namespace

template <class T>
template <class U>
U* Cluster<T>::room(std::size_t count) {
  const std::size_t bytes = count * sizeof(U);
  memory_.push_back(std::make_unique<std::byte[]>(bytes + alignment));  // zeros
  return reinterpret_cast<U*>(aligned(memory_.back().get()));
}

template <class T>
Cluster<T>::Cluster(const physics::Particle& particle, const Gupta& potential, Boundary boundary, double box, const Skins& skins,
                    const Kernels<T>& kernels)
    : kernels_(kernels), potential_(potential), skins_(skins) {
  const std::size_t n = particle.size();
  body_.atoms = static_cast<int>(n);
  body_.padded = static_cast<int>((n + lanes - 1) / lanes * lanes);
  body_.walls = boundary == Boundary::periodic     ? Walls::periodic
                : boundary == Boundary::reflecting ? Walls::reflecting
                                                   : Walls::none;
  body_.box = boundary == Boundary::open ? 0 : box;
  const auto padded = static_cast<std::size_t>(body_.padded);
  for (int c = 0; c < 3; ++c) {
    body_.position[c] = room<double>(padded);
    body_.velocity[c] = room<double>(padded);
    body_.force[c] = room<T>(padded + lanes);
    body_.reference[c] = room<double>(padded);
    body_.outer_reference[c] = room<double>(padded);
    coordinates_[c] = room<T>(padded);
  }
  body_.mass = room<double>(padded);
  body_.inverse = room<double>(padded);
  body_.noise = room<double>(padded);
  body_.atom = room<Atom<T>>(padded + lanes);
  body_.inverse_root = room<T>(padded + lanes);
  body_.atom_energy = room<double>(padded + lanes);
  body_.groups = static_cast<int>((n + lanes - 1) / lanes);
  body_.slot = room<Index>(padded);
  body_.sum = room<T>(padded * 4);
  T* table = room<T>(static_cast<std::size_t>(Row::count) * lanes);
  const auto values = pair_table<T>(potential);
  std::copy(values.begin(), values.end(), table);
  body_.table = table;
  outer_begin_.assign(n + 1, 0);
  inner_count_.assign(n, 0);
  group_begin_.assign(static_cast<std::size_t>(body_.groups) + 1, 0);
  body_.outer_begin = outer_begin_.data();
  body_.inner_count = inner_count_.data();
  body_.group_begin = group_begin_.data();
  place(particle);
}

template <class T>
void Cluster<T>::place(const physics::Particle& particle) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
  const std::size_t n = particle.size();
  double total = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double mass = potential_.masses[particle.species[i]] * dalton;
    body_.mass[i] = mass;
    body_.inverse[i] = 1 / mass;
    body_.noise[i] = std::sqrt(1 / mass);
    body_.atom[i].kind = std::bit_cast<T>(static_cast<Bits>(particle.species[i]));
    body_.binary = body_.binary || particle.species[i] != 0;
    total += mass;
    for (std::size_t c = 0; c < 3; ++c) centre_[c] += mass * particle.positions[3 * i + c];
  }
  for (std::size_t c = 0; c < 3; ++c) {
    centre_[c] = body_.walls == Walls::none && total > 0 ? centre_[c] / total : 0;
    for (std::size_t i = 0; i < n; ++i) body_.position[c][i] = particle.positions[3 * i + c] - centre_[c];
  }
  for (int k = 0; k < lanes; ++k) {  // neighbours that are none, and atoms that are none, far from each other
    Atom<T>& atom = body_.atom[body_.padded + k];
    atom = {static_cast<T>(k == 0 ? nowhere : -nowhere), 0, 0, 0};
  }
  outer_reach2_.assign(2 * static_cast<std::size_t>(body_.padded), T(-1));
}

/// Radii of the lists. Distances are taken in T, from positions rounded to T: what that adds at most depends on how far out an atom
/// is, and evaporated atoms are far out.
template <class T>
void Cluster<T>::reach() {
  double extent = least_extent / 2;
  for (int i = 0; i < body_.atoms; ++i)
    for (const T x : {body_.atom[i].x, body_.atom[i].y, body_.atom[i].z})
      extent = std::max(extent, std::abs(static_cast<double>(x)));
  if (extent <= extent_) return;
  extent_ = 2 * extent;
  const double rounding = extent_ * rounding_share;
  const int species = potential_.symbols[1].empty() ? 1 : 2;
  for (int a = 0; a < species; ++a) {
    for (int j = 0; j < body_.atoms; ++j) {
      const double reach = potential_.pair(a, species_of(j)).outer + skins_.outer + rounding;
      outer_reach2_[static_cast<std::size_t>(a * body_.padded + j)] = static_cast<T>(reach * reach);
    }
    for (int b = 0; b < species; ++b) {
      const double reach = potential_.pair(a, b).outer + skins_.inner + rounding;
      inner_reach2_[2 * a + b] = static_cast<T>(reach * reach);
    }
  }
}

template <class T>
int Cluster<T>::species_of(int i) const {
  return std::bit_cast<std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>>(body_.atom[i].kind) != 0 ? 1 : 0;
}

template <class T>
bool Cluster<T>::beyond(double* const (&reference)[3], double bound) const {
  for (int i = 0; i < body_.atoms; ++i) {
    double square = 0;
    for (int c = 0; c < 3; ++c) {
      const double d = body_.position[c][i] - reference[c][i];
      square += d * d;
    }
    if (!(square <= bound * bound)) return true;
  }
  return false;
}

template <class T>
bool Cluster<T>::move(double kick, double drift, int drifts) {
  const bool stale = kernels_.move(body_, kick, drift, bound2_);
  // What is not a number makes the lists stale, and so does a whole step of more than `longest_step` (one that a wall throws back:
  // the next step); half of one may not.
  if (!stale && drifts == 1) return true;
  const double step = drifts * drift;
  for (int i = 0; i < body_.atoms; ++i) {
    double square = 0;
    for (int c = 0; c < 3; ++c) square += body_.velocity[c][i] * body_.velocity[c][i] + 0 * body_.position[c][i];
    if (!(square * step * step <= longest_step * longest_step)) return false;
  }
  if (!stale) return true;
  // A pair that comes within the inner radius later must be in the outer list now.
  if (bound2_ < 0 || beyond(body_.outer_reference, (skins_.outer - skins_.inner) / 2)) rebuild();
  prune();
  return true;
}

template <class T>
void Cluster<T>::rebuild() {
  reach();
  const auto padded = static_cast<std::size_t>(body_.padded);
  if (outer_row_.empty()) outer_row_.resize(static_cast<std::size_t>(body_.atoms) * 64 + padded + 3 * lanes);
  const T* const reach2[2] = {outer_reach2_.data(), outer_reach2_.data() + padded};
  T* const place[3] = {coordinates_[0], coordinates_[1], coordinates_[2]};
  for (int first = 0; first < body_.atoms;) {
    body_.outer_row = outer_row_.data();
    const int capacity = static_cast<int>(outer_row_.size());
    first = kernels_.outer_rows(body_, first, capacity, reach2, place);
    if (first < body_.atoms) outer_row_.resize(outer_row_.size() * 3 / 2 + padded);
  }
  inner_row_.resize(outer_row_.size());
  body_.inner_row = inner_row_.data();
  for (int c = 0; c < 3; ++c) std::copy_n(body_.position[c], padded, body_.outer_reference[c]);
  ++rebuilds_;
}

template <class T>
void Cluster<T>::prune() {
  kernels_.inner_rows(body_, inner_reach2_);
  group();
  for (int c = 0; c < 3; ++c) std::copy_n(body_.position[c], body_.padded, body_.reference[c]);
  bound2_ = skins_.inner * skins_.inner / 4;
  ++prunings_;
}

/// Atoms in the order of their numbers of neighbours, so that the sixteen of a group have about equally many.
template <class T>
void Cluster<T>::group() {
  const int n = body_.atoms;
  const int most = n > 0 ? *std::max_element(inner_count_.begin(), inner_count_.end()) : 0;
  start_of_count_.assign(static_cast<std::size_t>(most) + 2, 0);
  for (const int count : inner_count_) ++start_of_count_[static_cast<std::size_t>(most - count) + 1];
  for (std::size_t k = 1; k < start_of_count_.size(); ++k) start_of_count_[k] += start_of_count_[k - 1];
  for (int s = n; s < body_.padded; ++s) body_.slot[s] = static_cast<Index>(body_.padded + 1);
  for (int i = 0; i < n; ++i)
    body_.slot[start_of_count_[static_cast<std::size_t>(most - inner_count_[static_cast<std::size_t>(i)])]++] =
        static_cast<Index>(i);
  int rows = 0;
  for (int g = 0; g < body_.groups; ++g) {
    group_begin_[static_cast<std::size_t>(g)] = rows;
    rows += inner_count_[body_.slot[g * lanes]];
  }
  group_begin_[static_cast<std::size_t>(body_.groups)] = rows;
  const auto needed = static_cast<std::size_t>(rows);
  if (needed > rows_) {
    rows_ = needed + needed / 4;
    row_memory_ = std::make_unique_for_overwrite<std::byte[]>(rows_ * lanes * (3 * sizeof(T) + sizeof(Index)) + alignment);
    body_.bond = reinterpret_cast<T*>(aligned(row_memory_.get()));
    body_.near = reinterpret_cast<Index*>(body_.bond + rows_ * 3 * lanes);
  }
  for (int s = 0; s < body_.padded; ++s) {
    const int i = body_.slot[s], count = i < n ? inner_count_[static_cast<std::size_t>(i)] : 0;
    const Index* const row = i < n ? body_.inner_row + body_.outer_begin[i] : nullptr;
    const int g = s / lanes;
    Index* to = body_.near + group_begin_[static_cast<std::size_t>(g)] * lanes + s % lanes;
    const int length = group_begin_[static_cast<std::size_t>(g) + 1] - group_begin_[static_cast<std::size_t>(g)];
    for (int k = 0; k < count; ++k, to += lanes) *to = row[k];
    for (int k = count; k < length; ++k, to += lanes) *to = static_cast<Index>(body_.padded);
  }
}

template <class T>
double Cluster<T>::kinetic_energy() const {
  return 0.5 * kernels_.kick(body_, 0);
}

template <class T>
void Cluster<T>::read(physics::Particle& particle, std::vector<double>& velocities) const {
  const auto n = static_cast<std::size_t>(body_.atoms);
  velocities.resize(3 * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t c = 0; c < 3; ++c) {
      double x = body_.position[c][i];
      if (body_.walls == Walls::periodic) x -= body_.box * std::nearbyint(x / body_.box);
      particle.positions[3 * i + c] = x + centre_[c];
      velocities[3 * i + c] = body_.velocity[c][i];
    }
}

template <class T>
void Cluster<T>::set_velocities(const std::vector<double>& velocities) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(body_.atoms); ++i)
    for (std::size_t c = 0; c < 3; ++c) body_.velocity[c][i] = velocities[3 * i + c];
}

template class Cluster<float>;
template class Cluster<double>;

}  // namespace ronchi::md

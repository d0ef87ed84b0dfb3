// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "framework/base/random.hpp"
#include "framework/md/gupta.hpp"
#include "framework/physics/particle.hpp"
#include "stages/simulate_particles/options.hpp"

/// Configurations that simulations start from. Atoms of the first species stand before those of the second.
namespace ronchi::simulate_particles {

/// Distance below which no two atoms are put at random, in units of r0 of their pair.
inline constexpr double closest = 0.8;

/// Atoms at random in a cube from -box/2 to box/2, none closer than `closest`; across its sides too when it is periodic. Throws
/// Failure(bad_item) when there is no room.
[[nodiscard]] physics::Particle random_gas(const md::Gupta& potential, std::array<std::int64_t, 2> counts, double box,
                                           bool periodic, Random& random);

/// `count` atoms of one species around the origin: the nearest ones to a point at random of an fcc crystal that is turned at
/// random, or atoms at random in a sphere with nine tenths of the crystal's density.
[[nodiscard]] physics::Particle droplet(const md::Gupta& potential, std::uint8_t species, std::int64_t count, Structure structure,
                                        Random& random);

/// How far along the unit vector `axis` the second particle must be moved so that no atom of it is closer than `contact` A to the
/// first, and one pair is just there.
[[nodiscard]] double contact_distance(const physics::Particle& first, const physics::Particle& second,
                                      const std::array<double, 3>& axis, double contact);

/// Both in one, the second moved by `shift`.
[[nodiscard]] physics::Particle joined(const physics::Particle& first, const physics::Particle& second,
                                       const std::array<double, 3>& shift);

/// A crystalline cluster of both species with the mean of their r0 (by composition) as nearest-neighbour distance.
[[nodiscard]] physics::Particle cluster(const md::Gupta& potential, std::array<std::int64_t, 2> counts, Shape shape,
                                        Arrangement arrangement, Random& random);

/// A direction at random, uniform on the sphere.
[[nodiscard]] std::array<double, 3> random_direction(Random& random);

}  // namespace ronchi::simulate_particles

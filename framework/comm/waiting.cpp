// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/comm/waiting.hpp"

#include <atomic>

namespace ronchi {

namespace {
std::uint64_t own_counter = 0;
std::uint64_t* reported = &own_counter;
}  // namespace

int Waiting::depth_ = 0;

void Waiting::step(std::uint64_t by) { std::atomic_ref(*reported).fetch_add(by, std::memory_order_relaxed); }

std::uint64_t Waiting::counter() { return std::atomic_ref(*reported).load(std::memory_order_relaxed); }

void Waiting::report_to(std::uint64_t* counter) {
  reported = counter == nullptr ? &own_counter : counter;
  std::atomic_ref(*reported).store(depth_ > 0 ? 1 : 0, std::memory_order_relaxed);
}

}  // namespace ronchi

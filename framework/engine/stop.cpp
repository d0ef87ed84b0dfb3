// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/stop.hpp"

#include <signal.h>

#include <array>
#include <chrono>

#include "framework/engine/slots.hpp"

namespace ronchi::engine {

namespace {

constexpr std::array stop_signals{SIGUSR1, SIGTERM, SIGINT};
std::array<struct sigaction, stop_signals.size()> previous{};
volatile sig_atomic_t asked_to_stop = 0;

extern "C" void on_stop(int signal) {
  asked_to_stop = 1;
  if (signal == SIGTERM) Slots::terminate();
  if (signal == SIGINT) ::signal(SIGINT, SIG_DFL);
}

}  // namespace

double steady_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

StopSignal::StopSignal(double after_seconds) : deadline_(after_seconds > 0 ? steady_seconds() + after_seconds : 0) {
  asked_to_stop = 0;
  struct sigaction action {};
  action.sa_handler = on_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < stop_signals.size(); ++i) ::sigaction(stop_signals[i], &action, &previous[i]);
}

StopSignal::~StopSignal() {
  for (std::size_t i = 0; i < stop_signals.size(); ++i) ::sigaction(stop_signals[i], &previous[i], nullptr);
}

bool StopSignal::asked() const { return asked_to_stop != 0 || (deadline_ > 0 && steady_seconds() > deadline_); }

}  // namespace ronchi::engine

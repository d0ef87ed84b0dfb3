// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "framework/base/text.hpp"
#include "framework/engine/stop.hpp"

namespace ronchi::engine {

void Progress::start(const std::string& stage) {
  const std::scoped_lock lock(mutex_);
  stage_ = stage;
  started_ = steady_seconds();
  first_done_ = -1;
  drawn_at_ = 0;
  now_ = {.stage = stage};
}

Progress::Now Progress::now() const {
  const std::scoped_lock lock(mutex_);
  Now now = now_;
  now.seconds = now.stage.empty() ? 0 : seconds();
  return now;
}

double Progress::seconds() const { return steady_seconds() - started_; }

bool Progress::due() {
  if (!speaks_ || !terminal_ || steady_seconds() - drawn_at_ < 0.2) return false;
  drawn_at_ = steady_seconds();
  return true;
}

void Progress::update(double done, double total, const std::string& what) {
  if (first_done_ < 0) first_done_ = done;  // what an earlier run had done says nothing about the rate of this one
  {
    const std::scoped_lock lock(mutex_);
    now_.done = done;
    now_.total = total;
    now_.fresh = done - first_done_;
  }
  if (!due()) return;
  const double rate = (done - first_done_) / seconds();
  const std::string left = rate > 0 ? human_seconds((total - done) / rate) + " left" : "";
  draw(fmt::format("{:<12} {:3.0f} %  {} of {} {}  {}{}", stage_, total > 0 ? 100 * done / total : 100,
                   human_count(static_cast<std::int64_t>(done)), human_count(static_cast<std::int64_t>(total)), what,
                   rate > 0 ? fmt::format("{:.3g}/s  ", rate) : "", left));
}

void Progress::update(double fraction, const std::string& text) {
  {
    const std::scoped_lock lock(mutex_);
    if (first_done_ < 0) first_done_ = fraction;
    now_.done = fraction;
    now_.total = 1;
    now_.fresh = fraction - first_done_;
    now_.text = text;
  }
  if (!due()) return;
  const std::string left =
      fraction > 0.01 && fraction < 1 ? ", " + human_seconds(seconds() * (1 - fraction) / fraction) + " left at most" : "";
  draw(fmt::format("{:<12} {}{}", stage_, text, left));
}

void Progress::draw(const std::string& text) {
  std::fprintf(stderr, "\r\x1b[K%s", text.substr(0, 150).c_str());
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::say(const std::string& line) {
  if (!speaks_) return;
  std::fprintf(stderr, "%s%s\n", drawn_ ? "\r\x1b[K" : "", line.c_str());
  drawn_ = false;
}

void Progress::finish(const std::string& line) { say(line); }

}  // namespace ronchi::engine

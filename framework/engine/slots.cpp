// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/slots.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <limits>

#include "framework/base/error.hpp"
#include "framework/comm/waiting.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

namespace {

constexpr std::array crash_signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
std::array<struct sigaction, crash_signals.size()> previous{};
Slots::Slot* volatile own_slot = nullptr;  // what the handlers write to
volatile sig_atomic_t terminated = 0;
alignas(16) std::array<char, 65536> handler_stack;  // a stack that overflowed cannot run the handler

extern "C" void on_crash(int signal) {
  if (Slots::Slot* slot = own_slot; slot != nullptr && slot->state != Slots::State::idle) {
    slot->signal = signal;
    slot->state = Slots::State::crashed;
  }
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    if (crash_signals[i] == signal) ::sigaction(signal, &previous[i], nullptr);
  ::raise(signal);
}

void install_handlers() {
  stack_t stack{};
  ::sigaltstack(nullptr, &stack);
  if ((stack.ss_flags & SS_DISABLE) != 0) {
    stack = {};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    ::sigaltstack(&stack, nullptr);
  }
  struct sigaction action {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_NODEFER | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < crash_signals.size(); ++i) ::sigaction(crash_signals[i], &action, &previous[i]);
}

void restore_handlers() {
  for (std::size_t i = 0; i < crash_signals.size(); ++i) ::sigaction(crash_signals[i], &previous[i], nullptr);
}

constexpr const char* ending = ".slots";

}  // namespace

Slots::Slots(const std::filesystem::path& job_directory, const Communicator& node, int world_rank) {
  bytes_ = static_cast<std::size_t>(node.size()) * sizeof(Slot);
  const auto directory = job_directory / "inflight";
  on_leader(node, [&] {
    make_directories(directory);
    file_ = directory / (process_name() + ending);
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    made_ = fd >= 0;
    const int error = fd < 0 ? errno : ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_));
    if (fd >= 0) ::close(fd);
    if (error != 0) fail_system("making", file_, error);
  });
  file_ = node.broadcast(file_.string());
  together(node, [&] {
    const int fd = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
    memory_ = fd >= 0 ? ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    const int error = errno;
    if (fd >= 0) ::close(fd);
    if (memory_ == MAP_FAILED)
      fail(Fault::unreadable, "check the folder's permissions", "{} cannot be mapped: {}", file_.string(), std::strerror(error));
  });
  slot_ = static_cast<Slot*>(memory_) + node.rank();
  slot_->rank = world_rank;
  slot_->pid = ::getpid();
  own_slot = slot_;
  Waiting::report_to(&slot_->waiting);
  install_handlers();
}

Slots::~Slots() {
  restore_handlers();
  own_slot = nullptr;
  Waiting::report_to(nullptr);
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
  std::error_code ec;
  if (made_) std::filesystem::remove(file_, ec);
}

void Slots::begin(const std::string& stage_directory, std::int64_t item, std::int64_t count) {
  slot_->item = item;
  slot_->count = static_cast<std::int32_t>(std::min<std::int64_t>(count, std::numeric_limits<std::int32_t>::max()));
  std::strncpy(slot_->key, stage_directory.c_str(), sizeof slot_->key - 1);
  std::atomic_ref(slot_->items).fetch_add(1, std::memory_order_relaxed);
  std::atomic_ref(slot_->state).store(terminated != 0 ? State::interrupted : State::in_flight);
}

void Slots::end() { std::atomic_ref(slot_->state).store(State::idle); }

void Slots::terminate() {
  terminated = 1;
  Slot* slot = own_slot;
  if (slot != nullptr && slot->state == State::in_flight) slot->state = State::interrupted;
  if (slot != nullptr && slot->verdict != 0) ::_exit(slot->verdict);
}

std::vector<Slots::Trace> Slots::collect(const std::filesystem::path& job_directory, const std::set<std::string>& own) {
  const auto lives = [&](const std::string& process) { return !own.contains(process) && process_lives(process); };
  std::vector<Trace> traces;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(job_directory / "inflight", ec)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(ending)) continue;
    const std::string place = name.substr(0, name.size() - std::strlen(ending)), host = place.substr(0, place.rfind('.') + 1);
    const auto bytes = static_cast<std::size_t>(entry.file_size(ec));
    const int fd = ::open(entry.path().c_str(), O_RDWR | O_CLOEXEC);
    void* memory =
        fd >= 0 && bytes >= sizeof(Slot) ? ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (fd >= 0) ::close(fd);
    bool some_live = lives(place);
    if (memory != MAP_FAILED) {
      for (std::size_t i = 0; i < bytes / sizeof(Slot); ++i) {
        Slot& slot = static_cast<Slot*>(memory)[i];
        if (slot.pid == 0) continue;
        if (lives(host + std::to_string(slot.pid))) {
          some_live = true;
          continue;
        }
        slot.key[sizeof slot.key - 1] = '\0';
        const Trace trace{slot.key, slot.item, slot.state, slot.signal, std::max(1, slot.count)};
        if (std::atomic_ref(slot.state).exchange(State::idle) != State::idle) traces.push_back(trace);
      }
      ::munmap(memory, bytes);
    }
    if (!some_live) std::filesystem::remove(entry.path(), ec);
  }
  return traces;
}

}  // namespace ronchi::engine

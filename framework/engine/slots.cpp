// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/slots.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

constexpr std::array crash_signals{SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL};
std::array<struct sigaction, crash_signals.size()> previous{};
Slots::Slot* volatile own_slot = nullptr;  // what the handlers write to

extern "C" void on_crash(int signal) {
  if (Slots::Slot* slot = own_slot; slot != nullptr && slot->state == Slots::State::in_flight) {
    slot->signal = signal;
    slot->state = Slots::State::crashed;
  }
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    if (crash_signals[i] == signal) ::sigaction(signal, &previous[i], nullptr);
  ::raise(signal);
}

void install_handlers() {
  struct sigaction action{};
  action.sa_handler = on_crash;
  action.sa_flags = SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (std::size_t i = 0; i < crash_signals.size(); ++i) ::sigaction(crash_signals[i], &action, &previous[i]);
}

void restore_handlers() {
  for (std::size_t i = 0; i < crash_signals.size(); ++i) ::sigaction(crash_signals[i], &previous[i], nullptr);
}

constexpr const char* ending = ".slots";

}  // namespace

Slots::Slots(const std::filesystem::path& job_directory, const Communicator& node) {
  bytes_ = static_cast<std::size_t>(node.size()) * sizeof(Slot);
  const auto directory = job_directory / "inflight";
  if (node.leads()) {
    make_directories(directory);
    file_ = directory / (process_name() + ending);
    made_ = true;
    const int fd = ::open(file_.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0 || ::posix_fallocate(fd, 0, static_cast<off_t>(bytes_)) != 0) {
      if (fd >= 0) ::close(fd);
      fail(Fault::no_space, "free some space and check that you may write there", "{} cannot be made: {}", file_.string(), std::strerror(errno));
    }
    ::close(fd);
  }
  file_ = node.broadcast(file_.string());
  const int fd = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
  memory_ = fd >= 0 ? ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
  if (fd >= 0) ::close(fd);
  if (memory_ == MAP_FAILED) fail(Fault::unreadable, "check the folder's permissions", "{} cannot be mapped: {}", file_.string(), std::strerror(errno));
  slot_ = static_cast<Slot*>(memory_) + node.rank();
  own_slot = slot_;
  install_handlers();
  node.barrier();
}

Slots::~Slots() {
  restore_handlers();
  own_slot = nullptr;
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
  std::error_code ec;
  if (made_) std::filesystem::remove(file_, ec);
}

void Slots::begin(const std::string& stage_directory, std::int64_t item) {
  slot_->item = item;
  std::strncpy(slot_->key, stage_directory.c_str(), sizeof slot_->key - 1);
  slot_->state = State::in_flight;
}

void Slots::end() { slot_->state = State::idle; }

std::vector<Slots::Trace> Slots::collect(const std::filesystem::path& job_directory) {
  std::vector<Trace> traces;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(job_directory / "inflight", ec)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(ending) || process_lives(name.substr(0, name.size() - std::strlen(ending)))) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    Slot slot{};
    while (in.read(reinterpret_cast<char*>(&slot), sizeof slot)) {
      slot.key[sizeof slot.key - 1] = '\0';
      if (slot.state != State::idle) traces.push_back({slot.key, slot.item, slot.state, slot.signal});
    }
    std::filesystem::remove(entry.path(), ec);
  }
  return traces;
}

}  // namespace ronchi::engine

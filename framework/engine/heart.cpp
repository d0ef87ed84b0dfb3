// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/heart.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <stop_token>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/stop.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

namespace {

constexpr double patience = 2;  // seconds for the ranks to end by themselves

std::string environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? "" : text;
}

/// True if `pid` runs this very program: a number that came to another process, or means another one in this container, is let be.
bool runs_this_program(pid_t pid) {
  std::error_code ec;
  const auto mine = std::filesystem::read_symlink("/proc/self/exe", ec);
  const auto other = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", ec);  // none: ended
  return !ec && other == mine;
}

/// The beat's file, rewritten in place. It is filled up to whole blocks, so that it grows rarely and needs no new space on a disk
/// that became full.
class BeatFile {
 public:
  explicit BeatFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~BeatFile() {
    if (fd_ >= 0) ::close(fd_);
    std::error_code ec;
    std::filesystem::remove(path_, ec);
  }
  BeatFile(const BeatFile&) = delete;
  BeatFile& operator=(const BeatFile&) = delete;

  /// 0, or the error number.
  int write(std::string text) {
    constexpr std::size_t block = 4096;
    size_ = std::max(size_, (text.size() + block - 1) / block * block);
    text.resize(size_, '\n');
    if (struct stat s{}; fd_ >= 0 && ::fstat(fd_, &s) == 0 && s.st_nlink == 0) {  // somebody took it for a dead one
      ::close(fd_);
      fd_ = -1;
    }
    if (fd_ < 0) fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd_ < 0) return errno;
    ssize_t n = 0;
    do n = ::pwrite(fd_, text.data(), text.size(), 0);
    while (n < 0 && errno == EINTR);
    if (n < 0) return errno;
    if (static_cast<std::size_t>(n) < text.size()) return ENOSPC;
    return ::fsync(fd_) == 0 || errno == EINVAL ? 0 : errno;
  }

 private:
  std::filesystem::path path_;
  int fd_ = -1;
  std::size_t size_ = 0;
};

}  // namespace

class Heart::Thread {
 public:
  Thread(const std::filesystem::path& job_directory, const std::vector<std::string>& nodes, int ranks_of_run, const Slots& slots,
         const Progress& progress, const Options& options)
      : job_directory_(job_directory),
        slots_(&slots),
        progress_(&progress),
        file_(beat_file(job_directory, process_name())),
        watchdog_(job_directory, nodes, process_name(), ranks_of_run > 1 ? options.silence : 0, options.superseded) {
    beat_.process = process_name();
    beat_.host = host_name();
    beat_.slurm_job = environment("SLURM_JOB_ID");
    beat_.slurm_start = environment("SLURM_RESTART_COUNT");
    beat_.epoch = options.epoch;
    beat_.slice = options.slice;
    beat_.started = std::time(nullptr);
    beat_.period = options.beat;
    beat_.silence = options.silence;
    beat_.ranks_of_run = ranks_of_run;
    beat_.coordinates = nodes[0] == process_name();
    const auto place = std::find(nodes.begin(), nodes.end(), process_name()) - nodes.begin();
    first_wait_ = options.beat * static_cast<double>(place + 1) / static_cast<double>(nodes.size());
    began_ = last_ = steady_seconds();
    describe(0);
    if (const int error = file_.write(write_beat(beat_)); error != 0)
      fail_system("writing", beat_file(job_directory, process_name()), error);
  }

  /// Signals are for the thread that computes; those of a crash come to whoever crashes.
  void start() {
    sigset_t all, before;
    sigfillset(&all);
    for (const int s : {SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL}) sigdelset(&all, s);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::jthread([this](const std::stop_token& stop) { live(stop); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

 private:
  void live(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any due;
    for (double wait = first_wait_;; wait = beat_.period) {
      std::unique_lock lock(mutex);
      due.wait_for(lock, stop, std::chrono::duration<double>(wait), [] { return false; });
      if (stop.stop_requested()) return;
      beat();
    }
  }

  void beat() {
    // A pause of this process is no silence of the others: whatever passed, no more than two beats count.
    const double now = steady_seconds(), elapsed = std::min(now - last_, 2 * beat_.period);
    last_ = now;
    describe(elapsed);
    std::optional<Verdict> verdict;
    try {
      verdict = watchdog_.look(beat_, elapsed);
    } catch (const std::exception&) {  // what cannot be read now is read next time
    }
    if (verdict) {
      beat_.verdict = verdict->code;
      beat_.reason = verdict->reason;
    }
    (void)file_.write(write_beat(beat_));  // one that fails is a missed beat
    if (verdict) end(*verdict);
  }

  void describe(double elapsed) {
    ++beat_.number;
    beat_.seconds = steady_seconds() - began_;
    const auto now = progress_->now();
    beat_.stage = {now.stage, now.text, now.done, now.total, now.fresh, now.seconds};
    beat_.ranks = activity_.sample(slots_->all(), elapsed);
    beat_.stuck = NodeActivity::stuck(beat_.ranks);
  }

  [[noreturn]] void end(const Verdict& verdict) {
    if (verdict.first_hand) {
      const auto line = fmt::format("ronchi: {}; this run ends with exit code {}{}\n", verdict.reason, verdict.code,
                                    verdict.code == exit_lost ? ": run the same command again" : "");
      if (::write(2, line.data(), line.size()) < 0) std::perror("ronchi");
    }
    leave_word(verdict);
    std::vector<pid_t> others;
    for (auto& slot : slots_->all()) {
      auto in_flight = Slots::State::in_flight;
      std::atomic_ref(slot.state).compare_exchange_strong(in_flight, Slots::State::interrupted);  // not the item's doing
      if (slot.pid <= 0 || slot.pid == ::getpid() || !runs_this_program(slot.pid)) continue;
      std::atomic_ref(slot.verdict).store(verdict.code);
      ::kill(slot.pid, SIGTERM);
      others.push_back(slot.pid);
    }
    const double until = steady_seconds() + patience;
    while (steady_seconds() < until && std::any_of(others.begin(), others.end(), runs_this_program))
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    for (const pid_t pid : others)
      if (runs_this_program(pid)) ::kill(pid, SIGKILL);
    ::_exit(verdict.code);
  }

  /// For the batch script: a launcher may wait for ever for a node that is gone.
  void leave_word(const Verdict& verdict) const {
    if (beat_.slurm_job.empty()) return;
    const auto start = beat_.slurm_start.empty() ? "0" : beat_.slurm_start;
    try {
      make_directories(job_directory_ / "slurm");
      write_text_file(job_directory_ / "slurm" / ("lost." + beat_.slurm_job + "-" + start),
                      fmt::format("{} {}\n", verdict.code, verdict.reason));
    } catch (const std::exception&) {  // then the exit code must do
    }
  }

  std::filesystem::path job_directory_;
  const Slots* slots_;
  const Progress* progress_;
  BeatFile file_;
  Watchdog watchdog_;
  NodeActivity activity_;
  Beat beat_;
  double began_ = 0, last_ = 0;
  double first_wait_ = 0;  ///< the nodes' beats are spread over the period, not to meet at the file server
  std::jthread thread_;    // last: ends before what it uses
};

Heart::Heart(const std::filesystem::path& job_directory, const Communicator& world, const Communicator& node, const Slots& slots,
             const Progress& progress, Options options) {
  options.beat = world.broadcast_value(options.beat);  // a launcher need not carry the environment to all nodes
  options.silence = world.broadcast_value(options.silence);
  auto nodes = split(world.broadcast(join(world.gather(node.leads() ? process_name() : ""), "\n")), '\n');
  std::erase(nodes, "");
  on_leader(world, [&] {
    make_directories(beats_directory(job_directory));
    sweep_temporaries(beats_directory(job_directory));
  });
  together(world, [&] {
    if (node.leads()) thread_ = std::make_unique<Thread>(job_directory, nodes, world.size(), slots, progress, options);
  });
  if (thread_) thread_->start();
}

Heart::~Heart() = default;

}  // namespace ronchi::engine

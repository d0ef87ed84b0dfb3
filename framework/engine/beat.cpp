// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/beat.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <utility>

#include "framework/base/text.hpp"

namespace ronchi::engine {

namespace {

constexpr std::string_view first_word = "ronchi-beat", last_word = "end", ending = ".beat";

/// FNV-1a, 64 bits (Fowler, Noll, Vo): against damage, not against malice.
std::uint64_t sum_of(std::string_view text) {
  std::uint64_t sum = 0xcbf29ce484222325u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return sum;
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

/// The words of a line, one after the other; `bad` once something did not fit.
struct Words {
  std::string_view rest;
  bool bad = false;

  std::string_view word() {
    const auto end = std::min(rest.find(' '), rest.size());
    const auto w = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return w;
  }
  template <class T>
  requires(std::integral<T> || std::floating_point<T>) void read(T& value) {
    const auto w = word();
    const auto [end, error] = std::from_chars(w.data(), w.data() + w.size(), value);
    bad = bad || error != std::errc{} || end != w.data() + w.size();
  }
  void read(std::string& value) { value = std::exchange(rest, {}); }  // the rest of the line
};

Beat::Rank read_rank(Words& words) {
  Beat::Rank r;
  words.read(r.rank);
  words.read(r.item);
  words.read(r.item_seconds);
  words.read(r.waiting);
  words.read(r.stage);
  return r;
}

void read_line(Beat& b, std::string_view line, bool& bad) {
  Words words{line};
  const auto key = words.word();
  const auto read = [&](auto&... values) { (words.read(values), ...); };
  if (key == "process") {
    read(b.process);
  } else if (key == "host") {
    read(b.host);
  } else if (key == "slurm_job") {
    read(b.slurm_job);
  } else if (key == "slurm_start") {
    read(b.slurm_start);
  } else if (key == "slice") {
    read(b.slice);
  } else if (key == "run") {
    int coordinates = 0;
    read(b.epoch, b.started, b.seconds, b.period, b.silence, b.ranks_of_run, coordinates);
    b.coordinates = coordinates != 0;
  } else if (key == "stage") {
    read(b.stage.done, b.stage.total, b.stage.fresh, b.stage.seconds, b.stage.name);
  } else if (key == "text") {
    read(b.stage.text);
  } else if (key == "stuck") {
    read(b.stuck);
  } else if (key == "verdict") {
    read(b.verdict, b.reason);
  } else if (key == "rank") {
    b.ranks.push_back(read_rank(words));
  }
  bad = bad || words.bad;  // other words are a newer version's
}

}  // namespace

std::string write_beat(const Beat& b) {
  std::string text = fmt::format("{} {}\n", first_word, b.number);
  const auto line = [&](const char* key, const std::string& value) {
    if (!value.empty()) text += fmt::format("{} {}\n", key, one_line(value));
  };
  line("process", b.process);
  line("host", b.host);
  line("slurm_job", b.slurm_job);
  line("slurm_start", b.slurm_start);
  line("slice", b.slice);
  line("run", fmt::format("{} {} {:.3f} {} {} {} {}", b.epoch, b.started, b.seconds, b.period, b.silence, b.ranks_of_run,
                          b.coordinates ? 1 : 0));
  if (!b.stage.name.empty())
    line("stage", fmt::format("{} {} {} {:.3f} {}", b.stage.done, b.stage.total, b.stage.fresh, b.stage.seconds, b.stage.name));
  line("text", b.stage.text);
  line("stuck", fmt::format("{:.3f}", b.stuck));
  if (b.verdict != 0) line("verdict", fmt::format("{} {}", b.verdict, b.reason));
  for (const auto& r : b.ranks)
    line("rank", fmt::format("{} {} {:.1f} {:.1f} {}", r.rank, r.item, r.item_seconds, r.waiting, r.stage));
  return text + fmt::format("{} {} {:016x}\n", last_word, b.number, sum_of(text));
}

std::optional<Beat> parse_beat(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(std::string_view(" \n\0", 3)) + 1);
  const auto last = text.rfind('\n');
  if (last == std::string_view::npos) return std::nullopt;
  Beat b;
  std::int64_t number = 0;
  Words top{text.substr(0, text.find('\n'))}, bottom{text.substr(last + 1)};
  if (top.word() != first_word || bottom.word() != last_word) return std::nullopt;
  top.read(b.number);
  bottom.read(number);
  bool bad = top.bad || bottom.bad || number != b.number;
  bad = bad || bottom.rest != fmt::format("{:016x}", sum_of(text.substr(0, last + 1)));
  for (auto begin = text.find('\n') + 1; !bad && begin < last + 1;) {
    const auto end = text.find('\n', begin);
    read_line(b, text.substr(begin, end - begin), bad);
    begin = end + 1;
  }
  if (bad) return std::nullopt;
  return b;
}

std::optional<Beat> read_beat(const std::filesystem::path& file) {
  // Opened anew each time: only then does a network file system look for what another node has written.
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer;
  for (ssize_t n; (n = ::read(fd, buffer.data(), buffer.size())) > 0 && text.size() < (std::size_t{1} << 20);)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(fd);
  return parse_beat(text);
}

std::filesystem::path beats_directory(const std::filesystem::path& job_directory) { return job_directory / "beats"; }

std::filesystem::path beat_file(const std::filesystem::path& job_directory, const std::string& process) {
  return beats_directory(job_directory) / (process + std::string(ending));
}

std::vector<std::string> beats_in(const std::filesystem::path& job_directory) {
  std::vector<std::string> names;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(beats_directory(job_directory), ec))
    if (const auto name = entry.path().filename().string(); name.ends_with(ending) && !name.starts_with('.'))
      names.push_back(name.substr(0, name.size() - ending.size()));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace ronchi::engine

// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <sys/wait.h>

#include <array>

#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

/// Every small file of every format, damaged in many places: it is read with the shape it had, or refused. Never a crash,
/// never a long wait, never more memory than a small file can need.
using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

struct Sample {
  std::string name;
  std::filesystem::path path;
  OpenOptions options;
  bool shape_is_said_twice = true;  ///< a damaged shape cannot pass unnoticed
};

std::vector<Sample> samples(const TemporaryDirectory& dir) {
  std::vector<Sample> all;
  const auto values = numbers<std::uint16_t>(2 * 3 * 8 * 8, 1, 65536);
  const std::vector<std::uint8_t> small(values.begin(), values.end());
  const auto scan = memory(scan_info(Scalar::u16, 2, 3, 8, 8), values);
  write_hspy(dir / "a.hspy", scan);
  write_hspy(dir / "gzip.hspy", scan, nullptr, {.deflate = 1});
  write_hspy(dir / "positions.hspy", scan);
  {
    auto file = h5::File::open(dir / "positions.hspy", h5::Access::read_write);
    auto experiments = file.group("Experiments");
    experiments.group(experiments.children().at(0) + "/axis-3").write<double>("axis", {0, 1, 2, 3, 4, 5, 6, 7});
  }
  write_emd(dir / "a.emd", scan);
  {
    auto file = h5::File::create(dir / "a.h5");
    file.write<std::uint16_t>("counts", values, {2, 3, 8, 8});
    auto fpd = h5::File::create(dir / "fpd.hdf5");
    fpd.make_group("fpd_expt/fpd_data").write<std::uint16_t>("data", values, {2, 3, 1, 8, 8});
  }
  write_file(dir / "a.npy", npy_file("'<u2'", "(2, 3, 8, 8)", bytes_of(values)));
  write_file(dir / "a.blo", blo_file(2, 3, 8, small));
  std::string mib;
  for (int f = 0; f < 6; ++f)
    mib += mib_header(f, 1, 64, 8, "U08", "1x1", 6, 0.001 * f) + std::string(64 * 8, static_cast<char>(f));
  write_file(dir / "a.mib", mib);
  write_file(dir / "raw.mib", mib_header(0, 4, 256, 64, "R64", "2x2", 1) + std::string(256 * 64 / 8, 'm'));
  write_file(dir / "a.raw", bytes_of(values));
  for (const char* name : {"a.hspy", "gzip.hspy", "positions.hspy", "a.npy", "a.blo"}) all.push_back({name, dir / name, {}});
  // These say their shape once: a damaged number may be a smaller shape that is as good.
  for (const char* name : {"a.emd", "a.h5", "fpd.hdf5", "a.mib", "raw.mib"}) all.push_back({name, dir / name, {}, false});
  all.push_back({"a.raw", dir / "a.raw", {.format = "raw", .scan = {2, 3}, .pattern = {8, 8}}});
  return all;
}

/// "" when it is read or refused as it should be.
std::string look(const Sample& sample, const std::filesystem::path& path, const std::vector<std::int64_t>& shape) {
  try {
    const auto source = open(path, sample.options);
    const auto& info = source->info();
    if (sample.shape_is_said_twice && info.shape() != shape) return "its shape became " + info.text();
    // What is read must have been in the file, but for compression and numbers that were never written.
    const auto bytes = static_cast<double>(info.frames()) * static_cast<double>(info.frame_bytes());
    if (bytes > 64.0 * (1 << 20)) return "it became " + info.text();
    (void)whole(*source);
  } catch (const Failure& failure) {
    if (failure.error().fault == Fault::internal) return failure.what();
    if (failure.error().message.find(path.filename().string()) == std::string::npos)
      return std::string("the file is not named: ") + failure.what();
  } catch (const std::exception& error) { return std::string("another exception: ") + error.what(); }
  return "";
}

/// Runs in a process of its own, so that a crash is seen as one, with the memory limited.
std::string apart(const std::function<std::string()>& work) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
#if !defined(__SANITIZE_ADDRESS__)
    const rlimit limit{std::size_t{1} << 30, std::size_t{1} << 30};
    setrlimit(RLIMIT_AS, &limit);
#endif
    setenv("RONCHI_PROBE_SECONDS", "3", 1);
    alarm(240);
    const std::string outcome = work();
    if (write(ends[1], outcome.data(), outcome.size()) < 0) _exit(2);
    _exit(0);
  }
  close(ends[1]);
  std::string outcome;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) outcome.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    outcome += WIFSIGNALED(status) ? fmt::format(" killed by signal {}", WTERMSIG(status)) : " ended badly";
  return outcome;
}

class Damage : public ::testing::TestWithParam<int> {};

TEST_P(Damage, IsReadOrRefused) {
  const TemporaryDirectory dir;
  const auto sample = samples(dir).at(static_cast<std::size_t>(GetParam()));
  const auto good = read_file(sample.path);
  const auto shape = open(sample.path, sample.options)->info().shape();
  const auto path = dir / ("damaged" + sample.path.extension().string());
  // Headers densely, the rest in some hundred places; each byte is turned into one of three others.
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < good.size(); i += i < 2048 ? 3 : 1 + good.size() / 500) places.push_back(i);
  const std::size_t batch = 256;
  for (std::size_t from = 0; from < places.size(); from += batch) {
    const auto outcome = apart([&] {
      for (std::size_t k = from; k < std::min(places.size(), from + batch); ++k) {
        const int change = std::array{0x01, 0x80, 0xFF}[k % 3];
        auto bytes = good;
        bytes[places[k]] = static_cast<char>(bytes[places[k]] ^ change);
        write_file(path, bytes);
        if (const auto wrong = look(sample, path, shape); !wrong.empty())
          return fmt::format("byte {} ^ {}: {}", places[k], change, wrong);
      }
      return std::string();
    });
    EXPECT_EQ(outcome, "") << sample.name << ", bytes from " << places[from];
  }
}

TEST_P(Damage, TruncatedIsReadOrRefused) {
  const TemporaryDirectory dir;
  const auto sample = samples(dir).at(static_cast<std::size_t>(GetParam()));
  const auto good = read_file(sample.path);
  const auto shape = open(sample.path, sample.options)->info().shape();
  const auto path = dir / ("cut" + sample.path.extension().string());
  const auto outcome = apart([&] {
    for (std::size_t n = 0; n < good.size(); n += 1 + good.size() / 100) {
      write_file(path, good.substr(0, n));
      if (const auto wrong = look(sample, path, shape); !wrong.empty())
        return fmt::format("{} bytes of {}: {}", n, good.size(), wrong);
    }
    return std::string();
  });
  EXPECT_EQ(outcome, "") << sample.name;
  if (sample.name != "a.mib") {  // an interrupted Merlin scan keeps its complete frames
    write_file(path, good.substr(0, good.size() * 3 / 4));
    expect_refused(Fault::corrupt, path, sample.options);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, Damage, ::testing::Range(0, 11));

}  // namespace

// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

void expect_same(const FrameSource& written, const FrameSource& read) {
  EXPECT_EQ(read.info().type, written.info().type);
  EXPECT_EQ(read.info().navigation, written.info().navigation);
  EXPECT_EQ(read.info().signal, written.info().signal);
  EXPECT_EQ(whole(read), whole(written));
  expect_ranges_agree(read);
}

TEST(WriteHspy, RoundTripWithMetadata) {
  const TemporaryDirectory dir;
  auto info = scan_info(Scalar::u16, 4, 3, 5, 6);
  info.metadata["original_metadata.Line counter"] = std::vector<std::int64_t>{73, 74};  // in no group, as Bruker's files have them
  info.metadata["original_metadata.Stage.State"] = std::int64_t{7936};
  const auto source = memory(info, numbers<std::uint16_t>(4 * 3 * 5 * 6, 1, 65536));
  for (const int deflate : {0, 3}) {
    write_hspy(dir / "a.hspy", source, nullptr, {.deflate = deflate});
    const auto read = open(dir / "a.hspy");
    expect_same(source, *read);
    for (const auto& [name, value] : source.info().metadata) EXPECT_EQ(read->info().metadata.at(name), value) << name;
  }
}

TEST(WriteHspy, AnyNumberOfAxes) {
  const TemporaryDirectory dir;
  for (const std::vector<std::int64_t>& sizes : {std::vector<std::int64_t>{}, {4}, {3, 4}, {2, 3, 4}, {2, 2, 3, 1}}) {
    FrameInfo info;
    info.type = Scalar::f32;
    for (const auto s : sizes) info.navigation.push_back({"n" + std::to_string(info.navigation.size()), "nm", 0.5, 1, s});
    info.signal = {{"E", "keV", 0.01, -0.2, 7}};
    const auto source = memory(info, numbers<float>(static_cast<std::size_t>(info.frames() * 7), 2, 1000));
    write_hspy(dir / "a.hspy", source);
    expect_same(source, *open(dir / "a.hspy"));
    write_emd(dir / "a.emd", source);
    const auto emd = open(dir / "a.emd", {.signal_axes = 1});
    EXPECT_EQ(emd->info().navigation, info.navigation);
    EXPECT_EQ(whole(*emd), whole(source));
  }
}

/// Frames whose every number says where it stands; 40 MiB, so that several blocks are copied.
class Counting : public FrameSource {
 public:
  explicit Counting(FrameInfo info) { info_ = std::move(info); }
  void read(Range frames, std::span<std::byte> out) const override {
    auto* values = reinterpret_cast<std::uint32_t*>(out.data());
    for (std::int64_t i = 0; i < frames.size() * info_.pixels(); ++i)
      values[i] = static_cast<std::uint32_t>(frames.first * info_.pixels() + i);
  }
};

TEST(WriteHspy, ManyBlocks) {
  const TemporaryDirectory dir;
  const Counting source(scan_info(Scalar::u32, 5, 7, 512, 600));
  write_hspy(dir / "a.hspy", source);
  const auto read = open(dir / "a.hspy");
  for (std::int64_t f = 0; f < source.info().frames(); ++f) {
    const Range one{f, f + 1};
    ASSERT_EQ(static_cast<const FrameSource&>(*read).read<std::uint32_t>(one),
              static_cast<const FrameSource&>(source).read<std::uint32_t>(one))
        << f;
  }
}

TEST(WriteHspy, DeclaredFramesTakeNoRoom) {
  const TemporaryDirectory dir;
  const Counting source(scan_info(Scalar::u8, 1000, 1000, 64, 64));  // 4 GB
  write_hspy(dir / "a.hspy", source, nullptr, {.frames = false});
  EXPECT_LT(std::filesystem::file_size(dir / "a.hspy"), 100000u);
  const auto read = open(dir / "a.hspy");
  EXPECT_EQ(read->info().text(), "1000 x 1000 | 64 x 64 uint8");
  EXPECT_EQ(read->info().warnings.size(), 1u);
  EXPECT_EQ(static_cast<const FrameSource&>(*read).read<std::uint8_t>({777777, 777778}), std::vector<std::uint8_t>(64 * 64, 0));
}

TEST(WriteHspy, LearningResultsMustFit) {
  const TemporaryDirectory dir;
  const auto source = memory(scan_info(Scalar::u8, 2, 3, 4, 5), numbers<std::uint8_t>(120, 3, 256));
  Learning l{.algorithm = "NMF", .components = 2, .factors = numbers<double>(40, 4, 100), .loadings = numbers<double>(12, 5, 100)};
  l.explained_variance_ratio = {0.5, 0.25};
  l.navigation_mask = {0, 1, 0, 0, 0, 0};
  write_hspy(dir / "a.hspy", source, &l);
  const auto file = h5::File::open(dir / "a.hspy");
  const auto results = file.group("Experiments/a scan/learning_results");
  EXPECT_EQ(results.dataset("factors").shape(), (h5::Shape{20, 2}));
  EXPECT_EQ(results.read<double>("factors"), l.factors);
  EXPECT_EQ(results.read<double>("loadings"), l.loadings);
  EXPECT_EQ(results.dataset("navigation_mask").shape(), (h5::Shape{2, 3}));
  EXPECT_EQ(results.attribute<std::string>("signal_mask"), "_None_");
  l.loadings.pop_back();
  expect_failure(Fault::internal, "loadings", [&] { write_hspy(dir / "b.hspy", source, &l); });
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}), 1);  // nothing half-written is left
}

TEST(WriteEmd, RoundTrip) {
  const TemporaryDirectory dir;
  const auto source = memory(scan_info(Scalar::u16, 4, 3, 5, 6), numbers<std::uint16_t>(4 * 3 * 5 * 6, 6, 65536));
  write_emd(dir / "a.emd", source, 2);
  const auto read = open(dir / "a.emd");
  EXPECT_EQ(read->info().format, "emd");
  EXPECT_EQ(whole(*read), whole(source));
  for (std::size_t i = 0; i < 2; ++i)  // the step stands there as a difference of two positions
    for (const auto& [a, b] : {std::pair{read->info().navigation[i], source.info().navigation[i]},
                               std::pair{read->info().signal[i], source.info().signal[i]}}) {
      EXPECT_EQ(a.name, b.name);
      EXPECT_EQ(a.units, b.units);
      EXPECT_EQ(a.offset, b.offset);
      EXPECT_DOUBLE_EQ(a.scale, b.scale);
    }
  const auto image = memory(scan_info(Scalar::u16, 1, 1, 5, 6), numbers<std::uint16_t>(30, 7, 65536));
  const EmdArray arrays[] = {{"one", &source}, {"two", &image}};
  write_emd(dir / "b.emd", arrays);
  EXPECT_EQ(whole(*open(dir / "b.emd", {.dataset = "two_root/two"})), whole(image));
}

TEST(Write, TheSameBytesEachTime) {
  const TemporaryDirectory dir;
  const auto source = memory(scan_info(Scalar::u16, 4, 3, 5, 6), numbers<std::uint16_t>(4 * 3 * 5 * 6, 8, 65536));
  for (const char* name : {"a", "b"}) {
    write_hspy(dir / (std::string(name) + ".hspy"), source);
    write_emd(dir / (std::string(name) + ".emd"), source);
  }
  EXPECT_EQ(read_file(dir / "a.hspy"), read_file(dir / "b.hspy"));
  EXPECT_EQ(read_file(dir / "a.emd"), read_file(dir / "b.emd"));
}

TEST(Write, AFolderThatMayNotBeWritten) {
  const TemporaryDirectory dir;
  std::filesystem::permissions(
      dir.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec | std::filesystem::perms::others_exec);
  const auto source = memory(scan_info(Scalar::u8, 1, 1, 2, 2), numbers<std::uint8_t>(4, 9, 256));
  const AsNobody nobody;
  expect_failure(Fault::unreadable, "a.hspy", [&] { write_hspy(dir / "a.hspy", source); });
  expect_failure(Fault::unreadable, "a.emd", [&] { write_emd(dir / "none" / "a.emd", source); });
}

}  // namespace

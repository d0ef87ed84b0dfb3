// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <cmath>
#include <fstream>

#include "framework/base/error.hpp"
#include "framework/wave/detector.hpp"

namespace ronchi::wave {

DetectorCurve::DetectorCurve(const std::vector<double>& coefficients, const std::string& option) : coefficients_(coefficients) {
  if (coefficients.empty()) return;
  if (coefficients.size() != 4)
    fail(Fault::usage, "Write four numbers [c0, c1, c2, c3], or [] for a perfect one.", "{} has {} numbers", option,
         coefficients.size());
  if (!(coefficients[0] > 0) || !(coefficients[2] > 0) || !(coefficients[3] > 0) || !std::isfinite((*this)(1)))
    fail(Fault::usage, "Take c0, c2 and c3 above 0.", "{} is [{}]", option, fmt::join(coefficients, ", "));
}

DetectorCurve DetectorCurve::read(const std::string& path) {
  std::ifstream in(path);
  if (!in) fail(Fault::missing, "Give the path of a file with one value per line, their number first.", "cannot read {}", path);
  const auto number = [&](std::size_t line) {
    std::string word;
    if (!(in >> word)) fail(Fault::corrupt, "The first line says how many follow.", "{} ends after {} numbers", path, line);
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (*end != 0 || !std::isfinite(value))
      fail(Fault::corrupt, "Write one number per line.", "{}: '{}' is not a number (value {})", path, word, line);
    return value;
  };
  const double count = number(0);
  if (!(count >= 2 && count <= 1e6 && count == std::floor(count)))
    fail(Fault::corrupt, "The first line is the number of values that follow, from frequency 0 to the Nyquist frequency.",
         "{} begins with {}", path, count);
  DetectorCurve curve;
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    curve.values_.push_back(number(i + 1));
    if (curve.values_[i] < 0 || curve.values_[i] > 100 || curve.values_[0] == 0)
      fail(Fault::corrupt, "Values lie between 0 and about 1, the first is that of frequency 0.", "{}: value {} is {}", path, i + 1,
           curve.values_[i]);
  }
  if (std::string word; in >> word)
    fail(Fault::corrupt, "The first line says how many follow.", "{} goes on with '{}' after its {} values", path, word, count);
  const double whole = curve.values_[0];
  for (double& v : curve.values_) v /= whole;
  return curve;
}

double DetectorCurve::operator()(double q) const {
  if (!coefficients_.empty()) {
    const auto& c = coefficients_;
    return ((c[0] - c[1]) / (1 + std::pow(q / (2 * c[2]), c[3])) + c[1]) / c[0];
  }
  if (values_.empty()) return 1;
  const double at = q * static_cast<double>(values_.size() - 1);
  if (!(at < static_cast<double>(values_.size() - 1))) return values_.back();
  const auto i = static_cast<std::size_t>(at);
  const double t = at - static_cast<double>(i);
  return (1 - t) * values_[i] + t * values_[i + 1];
}

}  // namespace ronchi::wave

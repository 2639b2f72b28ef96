#include <algorithm>
#include <cmath>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/elementwise.h"
#include "kernels/histogram.h"

namespace shoal::kernels {
namespace {

const std::vector<const HistogramTable*>& Paths() {
  static const std::vector<const HistogramTable*> paths = SHOAL_TABLES(kHistograms);
  return paths;
}

/// Numbers of bins around those that are counted in another way.
constexpr size_t kBins[] = {1, 2, 7, 255, 256, 1000, (1 << 14) - 1, (1 << 14) + 1};

Room Zeros(size_t count) { return Room(ElementType::kFloat64, count); }

double* Doubles(Room& room) { return reinterpret_cast<double*>(room.data()); }

}  // namespace

TEST(KernelHistograms, "every element is in the bin that the edges say, or in none, with weights and without, on every path") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    for (const size_t count : kCounts) {
      Room xs = RandomRoom(element_type, count, 5, true);
      Room numbers = Zeros(count);
      Convert({element_type, xs.data(), count}, {ElementType::kFloat64, numbers.data(), count});
      Room weights = RandomRoom(ElementType::kFloat64, count, 6, true);
      for (const size_t bins : kBins) {
        Room edges = Zeros(bins + 1);
        for (size_t i = 0; i <= bins; ++i) Doubles(edges)[i] = -8 + 120.0 * static_cast<double>(i) / static_cast<double>(bins);
        for (const bool weighted : {false, true}) {
          Room expected = Zeros(bins);
          for (size_t i = 0; i < count; ++i) {
            const double x = Doubles(numbers)[i];
            if (!(x >= Doubles(edges)[0] && x <= Doubles(edges)[bins])) continue;
            size_t bin = static_cast<size_t>((x + 8) / 120 * static_cast<double>(bins));
            while (bin > 0 && x < Doubles(edges)[bin < bins ? bin : bins]) --bin;
            while (bin + 1 < bins && x >= Doubles(edges)[bin + 1]) ++bin;
            Doubles(expected)[bin < bins ? bin : bins - 1] += weighted ? Doubles(weights)[i] : 1;
          }
          for (const HistogramTable* path : Paths()) {
            Room counts = Zeros(bins);
            CHECK(path->histogram[type](xs.data(), count, weighted ? Doubles(weights) : nullptr, {Doubles(edges), bins}, Doubles(counts)));
            CHECK(memcmp(counts.data(), expected.data(), expected.bytes()) == 0);
          }
        }
      }
    }
  }
}

TEST(KernelBincounts, "integers are counted in the bins that they name; one without a bin is told, on every path") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    for (const size_t count : kCounts) {
      Room xs(element_type, count);
      Room weights = RandomRoom(ElementType::kFloat64, count, 7, true);
      for (const size_t bins : kBins) {
        const size_t below = bins < 128 ? bins : 128;
        for (size_t i = 0; i < count; ++i) xs.data()[i * BytesOf(element_type)] = static_cast<unsigned char>(i * i % below);
        for (const bool weighted : {false, true}) {
          Room expected = Zeros(bins);
          for (size_t i = 0; i < count; ++i) Doubles(expected)[i * i % below] += weighted ? Doubles(weights)[i] : 1;
          for (const HistogramTable* path : Paths()) {
            const double* of = weighted ? Doubles(weights) : nullptr;
            Room counts = Zeros(bins);
            const bool fits = path->bincount[type](xs.data(), count, of, bins, Doubles(counts)) <= bins;
            CHECK(fits != IsFloatType(type));
            if (fits) CHECK(memcmp(counts.data(), expected.data(), expected.bytes()) == 0);
            if (count == 0 || bins > 127) continue;
            // The last element is one too many, or far too many, or negative.
            unsigned char* last = xs.data() + (count - 1) * BytesOf(element_type);
            const unsigned char kept = *last;
            for (const size_t outside : {bins, size_t{255}}) {
              memset(last, outside == 255 ? 255 : 0, BytesOf(element_type));
              *last = static_cast<unsigned char>(outside);
              Room others = Zeros(bins);
              CHECK(path->bincount[type](xs.data(), count, of, bins, Doubles(others)) == bins + 1);
            }
            memset(last, 0, BytesOf(element_type));
            *last = kept;
          }
        }
      }
    }
  }
}

TEST(KernelHistogramEdges, "the edges say which bin an element is in, on every path") {
  std::mt19937_64 random(8);
  struct Range {
    double first, last;
  };
  for (const Range range : {Range{0, 1}, Range{-3.7, 1e6}, Range{1e9, 1e9 + 1}, Range{0, 5e-324}, Range{-1e308, 1e308}}) {
    for (const size_t bins : {size_t{1}, size_t{3}, size_t{100}, size_t{5000}}) {
      std::vector<double> edges(bins + 1);
      for (size_t i = 0; i < bins; ++i) {
        edges[i] =
            range.first + (range.last / static_cast<double>(bins) - range.first / static_cast<double>(bins)) * static_cast<double>(i);
      }
      edges[bins] = range.last;
      std::vector<double> xs = {NAN, INFINITY, -INFINITY, 0, -0.0};
      for (const double edge : edges) xs.insert(xs.end(), {edge, nextafter(edge, INFINITY), nextafter(edge, -INFINITY)});
      while (xs.size() < 20'000) {
        xs.push_back(range.first + (range.last - range.first) * 1.1 * static_cast<double>(static_cast<int64_t>(random()) >> 1) * 0x1p-62);
      }
      std::vector<double> expected(bins);
      for (const double x : xs) {
        if (!(x >= edges[0] && x <= edges[bins])) continue;
        const auto above = std::upper_bound(edges.begin(), edges.end() - 1, x);
        ++expected[static_cast<size_t>(above - edges.begin()) - 1];
      }
      for (const HistogramTable* path : Paths()) {
        std::vector<double> counts(bins);
        CHECK(path->histogram[static_cast<size_t>(ElementType::kFloat64)](xs.data(), xs.size(), nullptr, {edges.data(), bins},
                                                                          counts.data()));
        CHECK(counts == expected);
      }
    }
  }
}

TEST(KernelBincountsUsed, "integers are counted, and said to be too large, on every path") {
  for (const HistogramTable* path : Paths()) {
    for (size_t type = 0; type < kElementTypes; ++type) {
      if (IsFloatType(type)) continue;
      for (const size_t count : kCounts) {
        for (const size_t bins : {size_t{7}, size_t{300}, size_t{5000}}) {
          Room xs(static_cast<ElementType>(type), count);
          for (size_t i = 0; i < count; ++i) xs.data()[i * kBytesPerElement[type]] = static_cast<unsigned char>(i % 7);
          std::vector<double> counts(bins);
          const auto bincount = path->bincount[type];
          CHECK(bincount(xs.data(), count, nullptr, bins, counts.data()) == (count < 7 ? count : 7));
          for (size_t bin = 0; bin < 7; ++bin) CHECK(counts[bin] == static_cast<double>((count + 6 - bin) / 7));
          if (count == 0) continue;
          // The last one is negative, or above all bins.
          memset(xs.data() + xs.bytes() - kBytesPerElement[type], 0xff, kBytesPerElement[type]);
          const bool is_byte = type == static_cast<size_t>(ElementType::kUint8) || type == static_cast<size_t>(ElementType::kUint8Clamped);
          CHECK(bincount(xs.data(), count, nullptr, bins, counts.data()) == (is_byte && bins > 255 ? 256 : bins + 1));
        }
      }
    }
  }
}

TEST(KernelBincountsMany, "equal integers are counted, more than a count of 16 bits can hold, on every path") {
  for (const HistogramTable* path : Paths()) {
    const std::vector<uint32_t> xs((size_t{1} << 19) + 3, 4095);
    std::vector<double> counts(4096);
    CHECK(path->bincount[static_cast<size_t>(ElementType::kUint32)](xs.data(), xs.size(), nullptr, 4096, counts.data()) == 4096);
    CHECK(counts[4095] == static_cast<double>(xs.size()));
  }
}

}  // namespace shoal::kernels

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/elementwise.h"
#include "kernels/histogram.h"
#include "kernels/matmul.h"
#include "kernels/ordered_keys.h"
#include "kernels/radix_sort.h"
#include "kernels/random.h"
#include "kernels/reductions.h"
#include "kernels/scan.h"
#include "kernels/scan_doubles.h"
#include "kernels/sum.h"

namespace shoal::kernels {
namespace {

/// The tables of one path.
struct Tables {
  const SumTable& sums;
  const ExtremesTable& extremes;
  const ProductTable& products;
  const ElementwiseTable& elementwise;
  const RandomTable& random;
  const MatmulTable& matmuls;
  const DoubleScanTable& scans;
  const HistogramTable& histograms;
};

const Tables kPortable = {portable::kSums,   portable::kExtreme, portable::kProducts,    portable::kElementwise,
                          portable::kRandom, portable::kMatmuls, portable::kDoubleScans, portable::kHistograms};
#if defined(__x86_64__)
const Tables kAvx2 = {avx2::kSums,   avx2::kExtreme, avx2::kProducts,    avx2::kElementwise,
                      avx2::kRandom, avx2::kMatmuls, avx2::kDoubleScans, avx2::kHistograms};
const Tables kAvx512 = {avx512::kSums,   avx512::kExtreme, avx512::kProducts,    avx512::kElementwise,
                        avx512::kRandom, avx512::kMatmuls, avx512::kDoubleScans, avx512::kHistograms};
#endif

/// The paths that this machine runs, besides the portable one.
std::vector<const Tables*> OtherPaths() {
  std::vector<const Tables*> paths;
#if defined(__x86_64__)
  if (ThePath() >= Path::kAvx2) paths.push_back(&kAvx2);
  if (ThePath() >= Path::kAvx512) paths.push_back(&kAvx512);
#endif
  return paths;
}

template <typename Check>
void ForEachInput(Check check) {
  for (size_t type = 0; type < kElementTypes; ++type) {
    for (const size_t count : kCounts) {
      for (const bool tame : {false, true}) {
        const auto element_type = static_cast<ElementType>(type);
        Room xs = RandomRoom(element_type, count, 1, tame);
        Room ys = RandomRoom(element_type, count, 2, tame);
        check(type, count, xs, ys);
      }
    }
  }
}

}  // namespace

TEST(KernelReductions, "reductions are the same bits on every path") {
  ForEachInput([](size_t type, size_t count, Room& xs, Room& ys) {
    Sum sum{};
    Sum compensated{};
    Product product{};
    Moments moments{};
    Squares squares{};
    const Element low = {{1}};
    const Element high = {{0, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40}};
    kPortable.sums.plain[type](xs.data(), count, &sum);
    kPortable.sums.compensated[type](xs.data(), count, &compensated);
    kPortable.products.dot[type](xs.data(), ys.data(), count, &product);
    kPortable.products.moments[type](xs.data(), count, &moments);
    kPortable.products.squares[type](xs.data(), count, &squares);
    const size_t within = kPortable.products.within[type](xs.data(), count, &low, &high);
    for (const Tables* path : OtherPaths()) {
      Sum other{};
      path->sums.plain[type](xs.data(), count, &other);
      CHECK(IsFloatType(type) ? Same(other.real, sum.real) : other.whole == sum.whole);
      other = {};
      path->sums.compensated[type](xs.data(), count, &other);
      CHECK(IsFloatType(type) ? Same(other.real, compensated.real) && Same(other.lost, compensated.lost) : other.whole == sum.whole);
      Product dot{};
      path->products.dot[type](xs.data(), ys.data(), count, &dot);
      CHECK(Same(dot.real, product.real) && dot.low == product.low && dot.high == product.high);
      Moments more{};
      path->products.moments[type](xs.data(), count, &more);
      CHECK(Same(more.count, moments.count) && Same(more.mean, moments.mean) && Same(more.squares, moments.squares));
      Squares root{};
      path->products.squares[type](xs.data(), count, &root);
      CHECK(Same(root.sum, squares.sum) && Same(root.scale, squares.scale));
      CHECK(path->products.within[type](xs.data(), count, &low, &high) == within);
    }
  });
}

TEST(KernelExtremes, "extremes, and where they are, are the same on every path") {
  ForEachInput([](size_t type, size_t count, Room& xs, Room&) {
    if (count == 0) return;
    Extremes both{};
    kPortable.extremes.both[type](xs.data(), count, &both);
    for (const Tables* path : OtherPaths()) {
      Extremes other{};
      path->extremes.both[type](xs.data(), count, &other);
      CHECK(memcmp(&other, &both, sizeof both) == 0);
      for (const bool greatest : {false, true}) {
        Found first{};
        Found again{};
        kPortable.extremes.first[type](xs.data(), count, greatest, &first);
        path->extremes.first[type](xs.data(), count, greatest, &again);
        CHECK(first.index == again.index && first.index < count);
      }
    }
  });
}

TEST(KernelElementwise, "element by element, in place and not, every path stores the same") {
  ForEachInput([](size_t type, size_t count, Room& xs, Room& ys) {
    const auto element_type = static_cast<ElementType>(type);
    Element three = {{3}};
    if (IsFloatType(type)) {
      const double factor = 0.3;
      memcpy(three.bytes, &factor, sizeof factor);
    }
    const Element low = {{1}};
    const Element high = {{0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40}};
    const auto run = [&](const Tables& tables, int operation) {
      Room into(element_type, count);
      if (count > 0) memcpy(into.data(), ys.data(), into.bytes());
      const auto& table = tables.elementwise;
      if (operation == 0) table.fill[type](into.data(), count, &high);
      if (operation == 1) table.iota[type](into.data(), count, 5, &three, &three);
      if (operation == 2) table.scale[type](into.data(), xs.data(), count, &three);
      if (operation == 3) table.scale[type](into.data(), into.data(), count, &three);
      if (operation == 4) table.axpy[type](into.data(), xs.data(), count, &three);
      if (operation == 5) table.add[type](into.data(), xs.data(), into.data(), count);
      if (operation == 6) table.multiply[type](into.data(), into.data(), xs.data(), count);
      if (operation == 7) table.clamp[type](into.data(), xs.data(), count, &low, &high);
      return into;
    };
    for (int operation = 0; operation < 8; ++operation) {
      Room expected = run(kPortable, operation);
      for (const Tables* path : OtherPaths()) CHECK(SameElements(element_type, run(*path, operation).data(), expected.data(), count));
    }
  });
}

TEST(KernelConversions, "any type converts to any other, within their rooms") {
  for (size_t from = 0; from < kElementTypes; ++from) {
    for (size_t to = 0; to < kElementTypes; ++to) {
      for (const size_t count : {0, 1, 33, 1025}) {
        Room xs = RandomRoom(static_cast<ElementType>(from), static_cast<size_t>(count), 3, false);
        Room into(static_cast<ElementType>(to), static_cast<size_t>(count));
        Convert({static_cast<ElementType>(from), xs.data(), static_cast<size_t>(count)},
                {static_cast<ElementType>(to), into.data(), static_cast<size_t>(count)});
      }
    }
  }
}

TEST(KernelScans, "a scan cut in two is the scan as a whole for integers, and every path adds doubles alike") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    const size_t bytes = kBytesPerElement[type];
    for (size_t op = 0; op < kScanOps; ++op) {
      const ScanKernels* kernels = ScanKernelsFor(element_type, static_cast<ScanOp>(op));
      CHECK((kernels == nullptr) == (IsFloatType(type) && op >= 4));
      if (kernels == nullptr) continue;
      for (const size_t count : kCounts) {
        Room xs = RandomRoom(element_type, count, 4, true);
        Room whole(element_type, count);
        Element carry;
        kernels->identity(&carry);
        kernels->scan(xs.data(), whole.data(), count, &carry, false);
        const size_t half = count / 2;
        Room parts(element_type, count);
        Element total;
        kernels->scan(xs.data(), parts.data(), half, &carry, false);
        kernels->total(xs.data(), half, &total);
        kernels->join(&carry, &total);
        kernels->scan(xs.data() + half * bytes, parts.data() + half * bytes, count - half, &carry, false);
        if (!IsFloatType(type) && count > 0) CHECK(memcmp(whole.data(), parts.data(), whole.bytes()) == 0);
      }
    }
  }
  constexpr size_t kBlocks = 9;
  Room xs = RandomRoom(ElementType::kFloat64, kBlocks * kScanBlock, 5, true);
  const auto* source = reinterpret_cast<const double*>(xs.data());
  for (const bool exclusive : {false, true}) {
    Room expected(ElementType::kFloat64, kBlocks * kScanBlock);
    double before = 1;
    kPortable.scans.scan(source, reinterpret_cast<double*>(expected.data()), kBlocks, 3, &before, exclusive);
    for (const Tables* path : OtherPaths()) {
      Room into(ElementType::kFloat64, kBlocks * kScanBlock);
      double other = 1;
      path->scans.scan(source, reinterpret_cast<double*>(into.data()), kBlocks, 3, &other, exclusive);
      CHECK(Same(other, before) && memcmp(into.data(), expected.data(), into.bytes()) == 0);
      other = 1;
      path->scans.total(source, kBlocks, &other);
      CHECK(Same(other, before));
    }
  }
}

TEST(KernelHistograms, "the edges say which bin an element is in, on every path") {
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
      const auto check = [&](const Tables& tables) {
        std::vector<double> counts(bins);
        CHECK(tables.histograms.histogram[static_cast<size_t>(ElementType::kFloat64)](xs.data(), xs.size(), nullptr, {edges.data(), bins},
                                                                                      counts.data()));
        CHECK(counts == expected);
      };
      check(kPortable);
      for (const Tables* path : OtherPaths()) check(*path);
    }
  }
}

TEST(KernelBincount, "integers are counted, and said to be too large, on every path") {
  const auto check = [&](const Tables& tables) {
    for (size_t type = 0; type < kElementTypes; ++type) {
      if (IsFloatType(type)) continue;
      for (const size_t count : kCounts) {
        for (const size_t bins : {size_t{7}, size_t{5000}}) {
          Room xs(static_cast<ElementType>(type), count);
          for (size_t i = 0; i < count; ++i) xs.data()[i * kBytesPerElement[type]] = static_cast<unsigned char>(i % 7);
          std::vector<double> counts(bins);
          const auto bincount = tables.histograms.bincount[type];
          CHECK(bincount(xs.data(), count, nullptr, bins, counts.data()) == (count < 7 ? count : 7));
          for (size_t bin = 0; bin < 7; ++bin) CHECK(counts[bin] == static_cast<double>((count + 6 - bin) / 7));
          if (count == 0) continue;
          // The last one is negative, or above all bins.
          memset(xs.data() + xs.bytes() - kBytesPerElement[type], 0xff, kBytesPerElement[type]);
          if (bins == 7) CHECK(bincount(xs.data(), count, nullptr, bins, counts.data()) == bins + 1);
        }
      }
    }
  };
  check(kPortable);
  for (const Tables* path : OtherPaths()) check(*path);
}

TEST(KernelSort, "elements of every type are sorted by their keys, alone and in place") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    const size_t bytes = kBytesPerElement[type];
    for (const size_t count : {size_t{0}, size_t{1}, size_t{25}, size_t{5000}, size_t{70'000}, size_t{200'000}}) {
      for (const bool descending : {false, true}) {
        const Room xs = RandomRoom(element_type, count, 9, false);
        std::vector<uint64_t> expected(count);
        for (size_t i = 0; i < count; ++i) Keys().encode[type](xs.data() + i * bytes, 1, descending, &expected[i]);
        std::sort(expected.begin(), expected.end());
        for (const bool in_place : {false, true}) {
          Room sorted = RandomRoom(element_type, count, 9, false);
          const SortShape shape{element_type, descending, 0};
          CHECK(in_place ? SortInPlace(element_type, descending, sorted.data(), count) : SortAlone(shape, {sorted.data(), nullptr}, count));
          for (size_t i = 0; i < count; ++i) {
            uint64_t key = 0;
            Keys().encode[type](sorted.data() + i * bytes, 1, descending, &key);
            CHECK(key == expected[i]);
          }
        }
      }
    }
  }
}

TEST(KernelScatter, "a block writes nothing outside its part of each bucket when its elements have changed since they were counted") {
  constexpr size_t kBlock = 3001;
  constexpr uint32_t kUntouched = 0xdeadbeef;
  for (const ElementType type : {ElementType::kUint32, ElementType::kFloat64}) {
    const size_t bytes = kBytesPerElement[static_cast<size_t>(type)];
    for (const int change : {0, 1, 2, 3}) {
      Room keys = RandomRoom(type, 2 * kBlock, 10, true);
      const KeySurvey survey = Keys().survey[static_cast<size_t>(type)](keys.data(), 2 * kBlock, false);
      const auto plan = std::make_unique<BucketPlan>();
      std::vector<uint32_t> counts(2 * kPrefixes);
      std::vector<uint64_t> offsets(3 * kMaxBuckets);
      BeginPlan(type, false, keys.data(), 2 * kBlock, survey.least, survey.most, plan.get());
      for (size_t block = 0; block < 2; ++block) {
        CountPrefixes(type, false, keys.data() + block * kBlock * bytes, kBlock, *plan, counts.data() + block * kPrefixes);
      }
      PlanBuckets(counts.data(), 2, plan.get(), offsets.data());
      // One key for all; other random ones; all bits set; none.
      const Room others = RandomRoom(type, kBlock, 11, true);
      if (change == 0) memset(keys.data(), 0x3f, kBlock * bytes);
      if (change == 1) memcpy(keys.data(), others.data(), kBlock * bytes);
      if (change == 2) memset(keys.data(), 0xff, kBlock * bytes);
      if (change == 3) memset(keys.data(), 0, kBlock * bytes);
      Room to_keys(type, 2 * kBlock);
      memset(to_keys.data(), 0x55, to_keys.bytes());
      Room to_rows(ElementType::kUint32, 2 * kBlock);
      auto* rows = reinterpret_cast<uint32_t*>(to_rows.data());
      std::fill_n(rows, 2 * kBlock, kUntouched);
      CHECK(ScatterBlock({type, false, 4}, {keys.data(), nullptr}, kBlock, 0, *plan, offsets.data(), {to_keys.data(), rows}));
      size_t written = 0;
      for (size_t bucket = 0; bucket < plan->buckets; ++bucket) {
        for (uint64_t i = offsets[bucket]; i < offsets[kMaxBuckets + bucket]; ++i) written += rows[i] != kUntouched;
        for (uint64_t i = offsets[kMaxBuckets + bucket]; i < offsets[2 * kMaxBuckets + bucket]; ++i) {
          CHECK(rows[i] == kUntouched);
          for (size_t byte = 0; byte < bytes; ++byte) CHECK(to_keys.data()[i * bytes + byte] == 0x55);
        }
      }
      CHECK(written > 0);
    }
  }
}

TEST(KernelRandom, "random numbers do not depend on the path, nor on where a part begins") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    const size_t bytes = kBytesPerElement[type];
    const RandomRange range = {-1, 1, 1, 100};
    for (const size_t count : kCounts) {
      Room expected(element_type, count);
      kPortable.random.fill({element_type, expected.data(), count}, 7, 42, 1, range);
      for (const Tables* path : OtherPaths()) {
        for (const size_t cut : {count / 3, count / 2}) {
          Room into(element_type, count);
          path->random.fill({element_type, into.data(), cut}, 7, 42, 1, range);
          path->random.fill({element_type, into.data() + cut * bytes, count - cut}, 7 + cut, 42, 1, range);
          if (count > 0) CHECK(memcmp(into.data(), expected.data(), into.bytes()) == 0);
        }
      }
    }
  }
}

TEST(KernelMatmul, "matrix products are the same bits on every path, whatever the edges") {
  struct Sizes {
    size_t rows, inner, columns;
  };
  auto scratch = static_cast<double*>(aligned_alloc(64, kMatmulScratchElements * sizeof(double)));
  for (const Sizes& sizes :
       {Sizes{1, 1, 1}, Sizes{7, 300, 25}, Sizes{13, 5, 49}, Sizes{64, 257, 31}, Sizes{kMatmulRows, 3, kMatmulColumns}}) {
    for (const ElementType type : {ElementType::kFloat64, ElementType::kFloat32}) {
      Room a = RandomRoom(type, sizes.rows * sizes.inner, 6, true);
      Room b = RandomRoom(type, sizes.inner * sizes.columns, 7, true);
      const auto multiply = [&](const Tables& tables) {
        Room c(type, sizes.rows * sizes.columns);
        const Matmul product = {a.data(), b.data(), c.data(), sizes.inner, sizes.columns};
        // Four tiles, which meet inside the rows and columns of a register.
        const size_t row = sizes.rows / 2;
        const size_t column = sizes.columns / 2;
        for (const MatmulTile& tile :
             {MatmulTile{0, row, 0, column}, MatmulTile{0, row, column, sizes.columns - column},
              MatmulTile{row, sizes.rows - row, 0, column}, MatmulTile{row, sizes.rows - row, column, sizes.columns - column}}) {
          if (type == ElementType::kFloat64) {
            tables.matmuls.doubles(product, tile, scratch);
          } else {
            tables.matmuls.floats(product, tile, reinterpret_cast<float*>(scratch));
          }
        }
        return c;
      };
      Room expected = multiply(kPortable);
      for (const Tables* path : OtherPaths()) CHECK(memcmp(multiply(*path).data(), expected.data(), expected.bytes()) == 0);
    }
  }
  free(scratch);
}

}  // namespace shoal::kernels

#include <cstring>
#include <vector>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/elementwise.h"
#include "kernels/matmul.h"
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
};

const Tables kPortable = {portable::kSums,   portable::kExtreme, portable::kProducts,   portable::kElementwise,
                          portable::kRandom, portable::kMatmuls, portable::kDoubleScans};
#ifdef SHOAL_VECTOR_PATHS
const Tables kAvx2 = {avx2::kSums, avx2::kExtreme, avx2::kProducts, avx2::kElementwise, avx2::kRandom, avx2::kMatmuls, avx2::kDoubleScans};
const Tables kAvx512 = {avx512::kSums,   avx512::kExtreme, avx512::kProducts,   avx512::kElementwise,
                        avx512::kRandom, avx512::kMatmuls, avx512::kDoubleScans};
#endif

/// The paths that this machine runs, besides the portable one.
std::vector<const Tables*> OtherPaths() {
  std::vector<const Tables*> paths;
#ifdef SHOAL_VECTOR_PATHS
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
        Element total;
        kernels->scan(xs.data(), whole.data(), count, &carry, false, &total);
        const size_t half = count / 2;
        Room parts(element_type, count);
        Element scanned;
        kernels->scan(xs.data(), parts.data(), half, &carry, false, &scanned);
        kernels->total(xs.data(), half, &total);
        CHECK(memcmp(scanned.bytes, total.bytes, sizeof total.bytes) == 0);
        kernels->join(&carry, &total);
        kernels->scan(xs.data() + half * bytes, parts.data() + half * bytes, count - half, &carry, false, &total);
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

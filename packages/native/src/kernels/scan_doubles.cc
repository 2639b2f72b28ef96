#include "kernels/scan_doubles.h"

#include "kernels/elements.h"

#if defined(__clang__)
#define SHOAL_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHOAL_SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (Vector<int64_t>){__VA_ARGS__})
#endif

namespace shoal::kernels::SHOAL_PATH {
namespace {

using Doubles = Vector<double>;

struct Block {
  Doubles row[8];
};

SHOAL_INLINE Doubles Low1(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 0, 8, 2, 10, 4, 12, 6, 14); }
SHOAL_INLINE Doubles High1(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 1, 9, 3, 11, 5, 13, 7, 15); }
SHOAL_INLINE Doubles Low2(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 0, 1, 8, 9, 4, 5, 12, 13); }
SHOAL_INLINE Doubles High2(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 2, 3, 10, 11, 6, 7, 14, 15); }
SHOAL_INLINE Doubles Low4(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11); }
SHOAL_INLINE Doubles High4(Doubles a, Doubles b) { return SHOAL_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }

/// Rows become columns: so that one vector holds element i of each of eight rows, which are then added up side by side.
SHOAL_INLINE Block Transpose(const Block& in) {
  Block pairs;
  for (int i = 0; i < 8; i += 2) {
    pairs.row[i] = Low1(in.row[i], in.row[i + 1]);
    pairs.row[i + 1] = High1(in.row[i], in.row[i + 1]);
  }
  Block fours;
  for (int i = 0; i < 8; i += 4) {
    fours.row[i] = Low2(pairs.row[i], pairs.row[i + 2]);
    fours.row[i + 1] = Low2(pairs.row[i + 1], pairs.row[i + 3]);
    fours.row[i + 2] = High2(pairs.row[i], pairs.row[i + 2]);
    fours.row[i + 3] = High2(pairs.row[i + 1], pairs.row[i + 3]);
  }
  Block out;
  for (int i = 0; i < 4; ++i) {
    out.row[i] = Low4(fours.row[i], fours.row[i + 4]);
    out.row[i + 4] = High4(fours.row[i], fours.row[i + 4]);
  }
  return out;
}

/// The columns of a block; rows were eight elements each.
SHOAL_INLINE Block LoadColumns(const double* xs) {
  Block rows;
  for (int i = 0; i < 8; ++i) rows.row[i] = Load<Doubles>(xs + kScanRow * i);
  return Transpose(rows);
}

/// What lies before each row, one row after the other.
SHOAL_INLINE Doubles SumsBefore(Doubles totals, double* before) {
  Doubles sums;
  double sum = *before;
  for (int row = 0; row < 8; ++row) {
    sums[row] = sum;
    sum += totals[row];
  }
  *before = sum;
  return sums;
}

void Total(const double* xs, size_t blocks, double* before) {
  for (size_t block = 0; block < blocks; ++block, xs += kScanBlock) {
    for (int i = 0; i < 8; ++i) PrefetchAhead(xs + kScanRow * i);
    const Block columns = LoadColumns(xs);
    Doubles totals{};
    for (int i = 0; i < 8; ++i) totals += columns.row[i];
    double sum = *before;
    for (int row = 0; row < 8; ++row) sum += totals[row];
    *before = sum;
  }
}

template <bool kExclusive>
SHOAL_INLINE void ScanBlocks(const double* xs, double* into, size_t blocks, double carry, double* before) {
  for (size_t block = 0; block < blocks; ++block, xs += kScanBlock, into += kScanBlock) {
    Block columns = LoadColumns(xs);
    Doubles totals{};
    for (int i = 0; i < 8; ++i) {
      const Doubles last = totals;
      totals += columns.row[i];
      columns.row[i] = kExclusive ? last : totals;
    }
    const Doubles sums = SumsBefore(totals, before);
    for (int i = 0; i < 8; ++i) columns.row[i] = carry + (sums + columns.row[i]);
    const Block rows = Transpose(columns);
    for (int i = 0; i < 8; ++i) Store(into + kScanRow * i, rows.row[i]);
  }
}

void Scan(const double* xs, double* into, size_t blocks, double carry, double* before, bool exclusive) {
  if (exclusive) {
    ScanBlocks<true>(xs, into, blocks, carry, before);
  } else {
    ScanBlocks<false>(xs, into, blocks, carry, before);
  }
}

}  // namespace

const DoubleScanTable kDoubleScans = {Total, Scan};

}  // namespace shoal::kernels::SHOAL_PATH

#ifndef SHOAL_KERNELS_GROUP_COLUMN_H_
#define SHOAL_KERNELS_GROUP_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/element_type.h"
#include "kernels/keys_as.h"

namespace shoal::kernels {

enum class Aggregate : uint8_t { kSum, kMin, kMax };

/// Room for what a batch of elements becomes on its way into a column.
struct GroupBatch {
  uint64_t loaded[kKeyBatch];
  uint64_t ordered[kKeyBatch];
  /// The elements that `ordered` has the keys of: minimum and maximum often are of one column.
  const char* ordered_from = nullptr;
  ElementType ordered_type{};
};

/// One aggregate of each group. Sums are doubles for floats, added in the order of rows, and exact for integers. Minimum and maximum are
/// NaN when a value is.
class GroupColumn {
 public:
  GroupColumn(ElementType type, Aggregate aggregate) : type_(type), aggregate_(aggregate) {}

  /// For so many groups: new ones have no row yet.
  void Grow(size_t groups);
  /// Takes in one element of each of `count` rows, kKeyBatch at most, that are of these groups.
  void Add(const char* elements, size_t count, const uint32_t* groups, GroupBatch* batch);
  /// Takes in what a column of other rows, which come after, has come to.
  void Merge(const uint64_t* values, const uint64_t* high, size_t count, const uint32_t* groups);

  /// Whether sums need more than 64 bits: `high` holds their upper halves.
  bool is_wide() const;
  const std::vector<uint64_t>& values() const { return values_; }
  const std::vector<int64_t>& high() const { return high_; }

  /// Sums as doubles, minimum and maximum as elements. False for a sum of integers that no double holds exactly.
  bool Write(void* to) const;

 private:
  void AddToSums(const char* elements, size_t count, const uint32_t* groups, uint64_t* loaded);
  bool WriteSums(double* to) const;

  ElementType type_;
  Aggregate aggregate_;
  std::vector<uint64_t> values_;
  std::vector<int64_t> high_;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_COLUMN_H_

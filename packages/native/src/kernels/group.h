#ifndef SHOAL_KERNELS_GROUP_H_
#define SHOAL_KERNELS_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/element_type.h"
#include "kernels/group_keys.h"

namespace shoal::kernels {

enum class Aggregate : uint8_t { kSum, kMin, kMax };

/// A column of values, and what is wanted of it.
struct AggregateColumn {
  Elements values;
  Aggregate aggregate;
};

/// Groups of rows with equal keys, in the order in which each key came first. Keys are up to four columns of any type; NaN equals NaN and
/// −0 equals +0. Sums are doubles for floats, added in the order of rows, and exact for integers. Minimum and maximum are NaN when a value
/// is.
///
/// A hash table with open addressing finds a key's group; keys that lie close together are an index themselves.
class Groups {
 public:
  /// Groups of no row yet. Only the types of the columns matter here.
  Groups(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates);

  /// Takes in all rows of the columns, which are those of the constructor or of the same types. False as soon as the groups, written, come
  /// to more than so many bytes.
  bool AddRows(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates, size_t most_bytes = SIZE_MAX);

  /// Takes in what another thread has made of other rows, after its own: `bytes` as written by `Write`. False when it is no such thing.
  bool AddGroups(const uint8_t* bytes, size_t length);

  size_t count() const { return rows_.size(); }
  size_t byte_length() const;
  /// Rows of a group, then its keys and its aggregates: columns of eight bytes.
  void Write(uint8_t* bytes) const;

  /// Element `i` of key column `column` of each group.
  void WriteKeys(size_t column, void* elements) const;
  /// Sums and counts as doubles, minimum and maximum as elements. False for a sum of integers that no double holds exactly.
  void WriteCounts(double* counts) const;
  bool WriteAggregate(size_t column, void* values) const;

 private:
  struct Column {
    ElementType type;
    Aggregate aggregate;
    std::vector<uint64_t> values;
    /// The upper halves of sums of integers.
    std::vector<int64_t> high;
  };

  uint32_t Find(const uint64_t* words);
  uint32_t NewGroup(const uint64_t* words);
  void BeginDirect(const uint64_t* words, size_t count);
  bool Covers(const uint64_t* words, size_t count) const;
  void Rehash(size_t slots);
  void FindBatch(const uint64_t* words, size_t count, uint32_t* groups);
  template <size_t kWords>
  void FindHashed(const uint64_t* words, size_t count, uint32_t* groups);

  GroupKeys group_keys_;
  size_t words_;
  /// Whether the slot of a key is how far it is from `base_`.
  bool is_direct_;
  uint64_t base_ = 0;
  std::vector<uint32_t> slots_;
  size_t mask_ = 0;
  std::vector<uint64_t> keys_;
  std::vector<uint64_t> rows_;
  std::vector<Column> columns_;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_H_

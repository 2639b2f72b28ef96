#ifndef SHOAL_KERNELS_GROUP_H_
#define SHOAL_KERNELS_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/element_type.h"
#include "kernels/group_column.h"
#include "kernels/group_index.h"
#include "kernels/group_keys.h"

namespace shoal::kernels {

/// A column of values, and what is wanted of it.
struct AggregateColumn {
  Elements values;
  Aggregate aggregate;
};

/// Groups of rows with equal keys, in the order in which each key came first. Keys are up to four columns of any type; NaN equals NaN and
/// −0 equals +0.
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
  void WriteCounts(double* counts) const;
  /// As `GroupColumn::Write`.
  bool WriteAggregate(size_t column, void* values) const;

 private:
  /// For the groups that the index has found.
  void Grow();

  GroupKeys group_keys_;
  GroupIndex index_;
  std::vector<uint64_t> rows_;
  std::vector<GroupColumn> columns_;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_H_

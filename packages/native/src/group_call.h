#ifndef SHOAL_GROUP_CALL_H_
#define SHOAL_GROUP_CALL_H_

#include <vector>

#include "kernel_call.h"
#include "kernels/group.h"

namespace shoal {

/// What the calls about groups have in common: the columns that they get, and where groups are written.

inline constexpr size_t kMostKeys = 4;
/// Of a program, and the first row of each group.
inline constexpr size_t kMostAggregates = 64 + 1;

/// What every call begins with: (keys[], values[], aggregates: Uint8Array).
struct GroupColumns {
  explicit GroupColumns(KernelCall& call) {
    kernels::Elements views[kMostKeys];
    keys.assign(views, views + call.Views(views));
    kernels::Elements columns[kMostAggregates];
    const size_t count = call.Views(columns);
    const kernels::Elements wanted = call.View();
    if (keys.empty() || wanted.type != kernels::ElementType::kUint8 || wanted.count != count) call.Refuse();
    if (!call.ok()) return;
    for (size_t i = 0; i < count; ++i) aggregates.push_back({columns[i], static_cast<kernels::Aggregate>(wanted.as<uint8_t>()[i] % 3)});
  }

  std::vector<kernels::Elements> keys;
  std::vector<kernels::AggregateColumn> aggregates;
};

/// To the elements [start, end). False where it has not so many.
inline bool Narrow(kernels::Elements& view, size_t start, size_t end) {
  if (start > end || end > view.count) return false;
  view.data = view.as<char>() + start * BytesOf(view.type);
  view.count = end - start;
  return true;
}

/// Where groups are written: (counts: Float64Array, toKeys[], toValues[]).
struct GroupTargets {
  GroupTargets(KernelCall& call, const GroupColumns& columns) {
    counts = call.View();
    const size_t key_count = call.Views(keys);
    const size_t value_count = call.Views(values);
    bool fits =
        counts.type == kernels::ElementType::kFloat64 && key_count == columns.keys.size() && value_count == columns.aggregates.size();
    for (size_t i = 0; fits && i < key_count; ++i) fits = keys[i].type == columns.keys[i].type && keys[i].count == counts.count;
    for (size_t i = 0; fits && i < value_count; ++i) {
      const kernels::AggregateColumn& column = columns.aggregates[i];
      const kernels::ElementType type = column.aggregate == kernels::Aggregate::kSum ? kernels::ElementType::kFloat64 : column.values.type;
      fits = values[i].type == type && values[i].count == counts.count;
    }
    if (!fits) call.Refuse();
  }

  /// From the element `start` on, where there is room. −1, or the index of a sum that no number holds.
  int32_t Write(const GroupColumns& columns, const kernels::Groups& groups, size_t start) const {
    groups.WriteCounts(counts.as<double>() + start);
    for (size_t i = 0; i < columns.keys.size(); ++i) groups.WriteKeys(i, PlaceOf(keys[i], start));
    for (size_t i = 0; i < columns.aggregates.size(); ++i) {
      if (!groups.WriteAggregate(i, PlaceOf(values[i], start))) return static_cast<int32_t>(i);
    }
    return -1;
  }

  static void* PlaceOf(const kernels::Elements& view, size_t start) { return view.as<char>() + start * BytesOf(view.type); }

  kernels::Elements counts;
  kernels::Elements keys[kMostKeys];
  kernels::Elements values[kMostAggregates];
};

}  // namespace shoal

#endif  // SHOAL_GROUP_CALL_H_

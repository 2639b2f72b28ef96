#include <algorithm>

#include "addon.h"
#include "kernel_call.h"
#include "kernels/group.h"
#include "kernels/group_parts.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

constexpr size_t kMostKeys = 4;
/// Of a program, and the first row of each group.
constexpr size_t kMostAggregates = 64 + 1;

/// What every call begins with: (keys[], values[], aggregates: Uint8Array).
struct GroupColumns {
  explicit GroupColumns(KernelCall& call) {
    Elements views[kMostKeys];
    keys.assign(views, views + call.Views(views));
    Elements columns[kMostAggregates];
    const size_t count = call.Views(columns);
    const Elements wanted = call.View();
    if (keys.empty() || wanted.type != ElementType::kUint8 || wanted.count != count) call.Refuse();
    if (!call.ok()) return;
    for (size_t i = 0; i < count; ++i) aggregates.push_back({columns[i], static_cast<kernels::Aggregate>(wanted.as<uint8_t>()[i] % 3)});
  }

  std::vector<Elements> keys;
  std::vector<kernels::AggregateColumn> aggregates;
};

bool Narrow(Elements& view, size_t start, size_t end) {
  if (start > end || end > view.count) return false;
  view.data = view.as<char>() + start * BytesOf(view.type);
  view.count = end - start;
  return true;
}

/// None where they come to more than so many bytes.
napi_value ToBytes(napi_env env, const kernels::Groups& groups, size_t most_bytes) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value bytes = nullptr;
  const bool fits = groups.byte_length() <= most_bytes;
  const size_t length = fits ? groups.byte_length() : 0;
  if (napi_create_arraybuffer(env, length, &data, &buffer) != napi_ok) return nullptr;
  if (fits) groups.Write(static_cast<uint8_t*>(data));
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &bytes);
  return bytes;
}

bool AddAll(kernels::Groups& groups, const Elements& bytes) {
  return bytes.type == ElementType::kUint8 && groups.AddGroups(bytes.as<uint8_t>(), bytes.count);
}

/// Where groups are written: (counts: Float64Array, toKeys[], toValues[]).
struct GroupTargets {
  GroupTargets(KernelCall& call, const GroupColumns& columns) {
    counts = call.View();
    const size_t key_count = call.Views(keys);
    const size_t value_count = call.Views(values);
    bool fits = counts.type == ElementType::kFloat64 && key_count == columns.keys.size() && value_count == columns.aggregates.size();
    for (size_t i = 0; fits && i < key_count; ++i) fits = keys[i].type == columns.keys[i].type && keys[i].count == counts.count;
    for (size_t i = 0; fits && i < value_count; ++i) {
      const kernels::AggregateColumn& column = columns.aggregates[i];
      const ElementType type = column.aggregate == kernels::Aggregate::kSum ? ElementType::kFloat64 : column.values.type;
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

  static void* PlaceOf(const Elements& view, size_t start) { return view.as<char>() + start * BytesOf(view.type); }

  Elements counts;
  Elements keys[kMostKeys];
  Elements values[kMostAggregates];
};

// kernelGroup(keys[], values[], aggregates, start, end, mostBytes): the groups of these rows, as bytes; none where they are more
napi_value Group(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  GroupColumns columns(call);
  const size_t start = call.Count();
  const size_t end = call.Count();
  const size_t most_bytes = call.Count();
  if (!call.ok()) return nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  bool fits = true;
  for (Elements& key : columns.keys) fits &= Narrow(key, start, end);
  for (kernels::AggregateColumn& column : columns.aggregates) fits &= Narrow(column.values, start, end);
  if (!fits) return call.Refuse(), nullptr;
  groups.AddRows(columns.keys, columns.aggregates, most_bytes);
  return ToBytes(env, groups, most_bytes);
}

// kernelMergeGroups(keys[], values[], aggregates, a, b, mostBytes): of the rows of both, those of `a` first
napi_value MergeGroups(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const GroupColumns columns(call);
  const Elements a = call.View();
  const Elements b = call.View();
  const size_t most_bytes = call.Count();
  if (!call.ok()) return nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  if (!AddAll(groups, a) || !AddAll(groups, b)) return call.Refuse(), nullptr;
  return ToBytes(env, groups, most_bytes);
}

// kernelReadGroups(keys[], values[], aggregates, bytes, counts: Float64Array, toKeys[], toValues[]): −1, or the index of a sum that no
// number holds
napi_value ReadGroups(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const GroupColumns columns(call);
  const Elements bytes = call.View();
  const GroupTargets targets(call, columns);
  if (!call.ok()) return nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  if (!AddAll(groups, bytes) || targets.counts.count != groups.count()) return call.Refuse(), nullptr;
  return ToValue(env, targets.Write(columns, groups, 0));
}

bool IsPartBits(size_t bits) { return bits > 0 && bits <= kernels::kMostPartBits; }

/// Ends of all parts in so many chunks.
bool HasEnds(const Elements& ends, size_t bits, size_t chunks) { return ends.type == ElementType::kUint32 && ends.count >= chunks << bits; }

// kernelSplitRows(keys[], columns[], start, end, bits, chunk, ends: Uint32Array, rows: Uint32Array | Float64Array, to[]): of one chunk
napi_value SplitRows(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  Elements views[kMostKeys];
  const size_t key_count = call.Views(views);
  Elements from[kMostKeys + kMostAggregates];
  const size_t count = call.Views(from);
  const size_t start = call.Count();
  const size_t end = call.Count();
  const size_t bits = call.Count();
  const size_t chunk = call.Count();
  const Elements ends = call.View();
  Elements rows = call.View();
  Elements to[kMostKeys + kMostAggregates];
  if (call.Views(to) != count || key_count == 0 || !IsPartBits(bits)) call.Refuse();
  if (!call.ok()) return nullptr;
  bool fits = chunk > 0 && start % chunk == 0 && end - start <= std::min(chunk, size_t{UINT32_MAX}) &&
              HasEnds(ends, bits, start / chunk + 1) && (rows.type == ElementType::kFloat64 || rows.type == ElementType::kUint32) &&
              Narrow(rows, start, end);
  std::vector<kernels::RowCopy> columns;
  for (size_t i = 0; i < key_count; ++i) fits &= Narrow(views[i], start, end);
  for (size_t i = 0; i < count; ++i) {
    fits &= from[i].type == to[i].type && Narrow(from[i], start, end) && Narrow(to[i], start, end);
    columns.push_back({from[i], to[i].data});
  }
  if (!fits) return call.Refuse(), nullptr;
  kernels::SplitRows({views, views + key_count}, columns, bits, start, ends.as<uint32_t>() + (start / chunk << bits), rows);
  return nullptr;
}

// kernelGroupParts(keys[], values[], aggregates, bits, chunk, ends: Uint32Array, starts: Float64Array, part, endPart,
// found: Float64Array, counts: Float64Array, toKeys[], toValues[]): the groups of a part from the element `starts[part]` on, and how many
// there are in `found[part]`, or a negative number: −1 − the index of a sum that no number holds
napi_value GroupParts(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const GroupColumns columns(call);
  const size_t bits = call.Count();
  const size_t chunk = call.Count();
  const Elements ends = call.View();
  const Elements starts = call.View();
  const size_t part = call.Count();
  const size_t end_part = call.Count();
  const Elements found = call.View();
  const GroupTargets targets(call, columns);
  if (!IsPartBits(bits)) call.Refuse();
  if (!call.ok()) return nullptr;
  const size_t parts = size_t{1} << bits;
  const size_t rows = columns.keys[0].count;
  bool fits = chunk > 0 && HasEnds(ends, bits, (rows + chunk - 1) / chunk) && end_part <= parts && starts.type == ElementType::kFloat64 &&
              starts.count > parts && found.type == ElementType::kFloat64 && found.count >= parts;
  for (const Elements& key : columns.keys) fits &= key.count == rows;
  for (const kernels::AggregateColumn& column : columns.aggregates) fits &= column.values.count == rows;
  const kernels::SplitTable table{columns.keys, columns.aggregates, ends.as<uint32_t>(), parts, chunk};
  for (size_t i = part; fits && i < end_part; ++i) {
    const double start = starts.as<double>()[i];
    const double end = starts.as<double>()[i + 1];
    kernels::Groups groups(columns.keys, columns.aggregates);
    fits = start >= 0 && end <= static_cast<double>(targets.counts.count) && kernels::AddPart(table, i, &groups) &&
           start + static_cast<double>(groups.count()) <= end;
    if (!fits) break;
    const int32_t failed = targets.Write(columns, groups, static_cast<size_t>(start));
    found.as<double>()[i] = failed < 0 ? static_cast<double>(groups.count()) : -1 - failed;
  }
  if (!fits) call.Refuse();
  return nullptr;
}

}  // namespace

void InitGroup(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "kernelGroup", Group);
  ExportFunction(env, exports, "kernelMergeGroups", MergeGroups);
  ExportFunction(env, exports, "kernelReadGroups", ReadGroups);
  ExportFunction(env, exports, "kernelSplitRows", SplitRows);
  ExportFunction(env, exports, "kernelGroupParts", GroupParts);
}

}  // namespace shoal

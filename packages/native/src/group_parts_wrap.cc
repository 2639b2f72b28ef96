#include <algorithm>

#include "addon.h"
#include "group_call.h"
#include "kernels/group_parts.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

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

void InitGroupParts(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelSplitRows", SplitRows);
  ExportFunction(env, exports, "kernelGroupParts", GroupParts);
}

}  // namespace shoal

#include "addon.h"
#include "kernel_call.h"
#include "kernels/group.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

constexpr size_t kMostKeys = 4;
constexpr size_t kMostAggregates = 64;

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
  view.data = static_cast<char*>(view.data) + start * kernels::kBytesPerElement[static_cast<size_t>(view.type)];
  view.count = end - start;
  return true;
}

napi_value ToBytes(napi_env env, const kernels::Groups& groups) {
  void* data = nullptr;
  napi_value buffer = nullptr;
  napi_value bytes = nullptr;
  const size_t length = groups.byte_length();
  if (napi_create_arraybuffer(env, length, &data, &buffer) != napi_ok) return nullptr;
  groups.Write(static_cast<uint8_t*>(data));
  napi_create_typedarray(env, napi_uint8_array, length, buffer, 0, &bytes);
  return bytes;
}

bool AddAll(kernels::Groups& groups, const Elements& bytes) {
  return bytes.type == ElementType::kUint8 && groups.AddGroups(bytes.as<uint8_t>(), bytes.count);
}

// kernelGroup(keys[], values[], aggregates, start, end): the groups of these rows, as bytes
napi_value Group(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  GroupColumns columns(call);
  const size_t start = call.Count();
  const size_t end = call.Count();
  if (!call.ok()) return nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  bool fits = true;
  for (Elements& key : columns.keys) fits &= Narrow(key, start, end);
  for (kernels::AggregateColumn& column : columns.aggregates) fits &= Narrow(column.values, start, end);
  if (!fits) return call.Refuse(), nullptr;
  groups.AddRows(columns.keys, columns.aggregates);
  return ToBytes(env, groups);
}

// kernelMergeGroups(keys[], values[], aggregates, a, b): of the rows of both, those of `a` first
napi_value MergeGroups(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const GroupColumns columns(call);
  const Elements a = call.View();
  const Elements b = call.View();
  if (!call.ok()) return nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  if (!AddAll(groups, a) || !AddAll(groups, b)) return call.Refuse(), nullptr;
  return ToBytes(env, groups);
}

// kernelReadGroups(keys[], values[], aggregates, bytes, counts: Float64Array, toKeys[], toValues[]): −1, or the index of a sum that no
// number holds
napi_value ReadGroups(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const GroupColumns columns(call);
  const Elements bytes = call.View();
  const Elements counts = call.View();
  Elements to_keys[kMostKeys];
  const size_t key_count = call.Views(to_keys);
  Elements to_values[kMostAggregates];
  const size_t value_count = call.Views(to_values);
  if (!call.ok() || key_count != columns.keys.size() || value_count != columns.aggregates.size()) return call.Refuse(), nullptr;
  kernels::Groups groups(columns.keys, columns.aggregates);
  if (!AddAll(groups, bytes) || counts.type != ElementType::kFloat64 || counts.count != groups.count()) return call.Refuse(), nullptr;
  for (size_t i = 0; i < key_count; ++i) {
    if (to_keys[i].type != columns.keys[i].type || to_keys[i].count != groups.count()) return call.Refuse(), nullptr;
    groups.WriteKeys(i, to_keys[i].data);
  }
  groups.WriteCounts(counts.as<double>());
  for (size_t i = 0; i < value_count; ++i) {
    const kernels::AggregateColumn& column = columns.aggregates[i];
    const ElementType type = column.aggregate == kernels::Aggregate::kSum ? ElementType::kFloat64 : column.values.type;
    if (to_values[i].type != type || to_values[i].count != groups.count()) return call.Refuse(), nullptr;
    if (!groups.WriteAggregate(i, to_values[i].data)) return ToValue(env, static_cast<int32_t>(i));
  }
  return ToValue(env, -1);
}

}  // namespace

void InitGroup(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "kernelGroup", Group);
  ExportFunction(env, exports, "kernelMergeGroups", MergeGroups);
  ExportFunction(env, exports, "kernelReadGroups", ReadGroups);
}

}  // namespace shoal

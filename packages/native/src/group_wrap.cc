#include "addon.h"
#include "group_call.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

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

}  // namespace

void InitGroup(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelGroup", Group);
  ExportFunction(env, exports, "kernelMergeGroups", MergeGroups);
  ExportFunction(env, exports, "kernelReadGroups", ReadGroups);
}

}  // namespace shoal

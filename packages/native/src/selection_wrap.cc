#include <algorithm>
#include <cstring>

#include "addon.h"
#include "kernel_call.h"
#include "kernels/gather.h"
#include "kernels/gather_ranges.h"
#include "kernels/ordered_keys.h"
#include "kernels/top_k.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;

napi_value ToNumber(napi_env env, size_t number) {
  napi_value value = nullptr;
  napi_create_double(env, static_cast<double>(number), &value);
  return value;
}

size_t IndexOf(const Elements& elements) { return static_cast<size_t>(elements.type); }

uint64_t Key(KernelCall& call) {
  const kernels::Element element = call.Scalar(ElementType::kBigUint64);
  uint64_t key;
  memcpy(&key, element.bytes, sizeof key);
  return key;
}

// kernelSelect(view, start, end, least, most, leastNot, mostNot, mask: Uint8Array, start): writes mask[start … end), returns how many are
// selected
napi_value Select(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const uint64_t least = Key(call);
  const uint64_t most = Key(call);
  const uint64_t least_not = Key(call);
  const uint64_t most_not = Key(call);
  const Elements mask = call.Beside(ElementType::kUint8, xs.count);
  if (!call.ok()) return nullptr;
  return ToNumber(env, kernels::Keys().select[IndexOf(xs)](xs.data, xs.count, {least, most}, {least_not, most_not}, mask.as<uint8_t>()));
}

// kernelMarkChanges(view, start, end, mask: Uint8Array, start): the first of all counts as a change
napi_value MarkChanges(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements view = call.View();
  const size_t start = call.Count();
  const size_t end = call.Count();
  if (!call.ok() || start > end || end > view.count) return call.Refuse(), nullptr;
  const Elements mask = call.Beside(ElementType::kUint8, end - start);
  if (!call.ok()) return nullptr;
  const size_t bytes = kernels::kBytesPerElement[IndexOf(view)];
  const char* data = static_cast<const char*>(view.data) + start * bytes;
  const char* before = start == 0 ? nullptr : data - bytes;
  return ToNumber(env, kernels::Keys().mark_changes[IndexOf(view)](data, end - start, before, mask.as<uint8_t>()));
}

// kernelCompact(view, start, end, mask: Uint8Array, start, unset, into, at, count): how many of `count` elements are still selected. The
// mask may be the program's, and change after it was counted: to count once more before would not help, to write no more than was counted
// does.
napi_value Compact(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const Elements mask = call.Beside(ElementType::kUint8, xs.count);
  const bool unset = call.Flag();
  const Elements into = call.View();
  const size_t at = call.Count();
  const size_t count = call.Count();
  if (!call.ok() || into.type != xs.type || at > into.count || count > into.count - at) return call.Refuse(), nullptr;
  char* to = static_cast<char*>(into.data) + at * kernels::kBytesPerElement[IndexOf(into)];
  return ToNumber(env, kernels::Keys().compact[IndexOf(xs)](xs.data, xs.count, mask.as<uint8_t>(), unset, to, count));
}

// kernelGather(indices: Uint32Array | Float64Array, start, end, from, into, start): into[i] = from[indices[i]]
napi_value Gather(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements indices = call.Part();
  const Elements from = call.View();
  const Elements into = call.Beside(from.type, indices.count);
  const bool fits = (indices.type == ElementType::kUint32 || indices.type == ElementType::kFloat64) && from.count > 0;
  if (!call.ok() || indices.count == 0) return nullptr;
  if (!fits) return call.Refuse(), nullptr;
  kernels::Gather(indices, from, into.data);
  return nullptr;
}

// kernelGatherRanges(view, start, end, least, shift, wanted: Uint8Array, into, at, count): how many of `count` elements are still in wanted
// ranges
napi_value GatherRanges(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const uint64_t least = Key(call);
  const size_t shift = call.Count();
  const Elements wanted = call.View();
  const Elements into = call.View();
  const size_t at = call.Count();
  const size_t count = call.Count();
  const bool fits = wanted.type == ElementType::kUint8 && into.type == xs.type && at <= into.count && count <= into.count - at;
  if (!call.ok() || !fits || shift >= 64) return call.Refuse(), nullptr;
  char* to = static_cast<char*>(into.data) + at * kernels::kBytesPerElement[IndexOf(into)];
  const kernels::WantedRanges ranges{least, static_cast<uint32_t>(shift), wanted.as<uint8_t>(), wanted.count};
  return ToNumber(env, kernels::GatherRanges(xs.type, xs.data, xs.count, ranges, to, count));
}

// kernelCountMask(mask: Uint8Array, start, end): how many bytes are not 0
napi_value CountMask(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements mask = call.Part();
  if (!call.ok() || mask.type != ElementType::kUint8) return call.Refuse(), nullptr;
  size_t count = 0;
  for (size_t i = 0; i < mask.count; ++i) count += mask.as<uint8_t>()[i] != 0;
  return ToNumber(env, count);
}

// kernelSearchSorted(values, start, end, sorted, orEqual, into: Uint32Array, start)
napi_value SearchSorted(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements values = call.Part();
  const Elements sorted = call.View();
  const bool or_equal = call.Flag();
  const Elements into = call.Beside(ElementType::kUint32, values.count);
  if (!call.ok() || sorted.type != values.type) return call.Refuse(), nullptr;
  kernels::Keys().search[IndexOf(values)](sorted.data, sorted.count, values.data, values.count, or_equal, into.as<uint32_t>());
  return nullptr;
}

// kernelMerge(into, start, end, a, b): elements [start, end) of the merge of two sorted views
napi_value Merge(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements into = call.View();
  const size_t start = call.Count();
  const size_t end = call.Count();
  const Elements a = call.View();
  const Elements b = call.View();
  const bool fits = into.type == a.type && a.type == b.type && start <= end && end <= into.count && into.count == a.count + b.count;
  if (!call.ok() || !fits) return call.Refuse(), nullptr;
  const kernels::KeyTable& keys = kernels::Keys();
  const size_t from = keys.split_merge[IndexOf(a)](a.data, a.count, b.data, b.count, start);
  // Of views that are not sorted, or stored into meanwhile, a later split may come before an earlier one, or far behind it.
  const size_t split = keys.split_merge[IndexOf(a)](a.data, a.count, b.data, b.count, end);
  const size_t to = std::min(std::max(split, from), from + (end - start));
  const size_t bytes = kernels::kBytesPerElement[IndexOf(a)];
  const auto at = [bytes](const Elements& view, size_t index) { return static_cast<char*>(view.data) + index * bytes; };
  keys.merge[IndexOf(a)](at(a, from), to - from, at(b, start - from), (end - to) - (start - from), at(into, start));
  return nullptr;
}

// kernelTopK(view, start, end, k, descending, keys: BigUint64Array, indices: Float64Array): how many there are
napi_value TopK(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements view = call.View();
  const size_t start = call.Count();
  const size_t end = call.Count();
  const size_t k = call.Count();
  const bool descending = call.Flag();
  const Elements keys = call.View();
  const Elements indices = call.View();
  const bool fits = start <= end && end <= view.count && keys.type == ElementType::kBigUint64 && keys.count >= k &&
                    indices.type == ElementType::kFloat64 && indices.count >= k;
  if (!call.ok() || !fits) return call.Refuse(), nullptr;
  const char* data = static_cast<const char*>(view.data) + start * kernels::kBytesPerElement[IndexOf(view)];
  return ToNumber(env, kernels::TopK(view.type, descending, data, end - start, start, k, keys.as<uint64_t>(), indices.as<double>()));
}

}  // namespace

void InitSelection(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelSelect", Select);
  ExportFunction(env, exports, "kernelMarkChanges", MarkChanges);
  ExportFunction(env, exports, "kernelCompact", Compact);
  ExportFunction(env, exports, "kernelGather", Gather);
  ExportFunction(env, exports, "kernelGatherRanges", GatherRanges);
  ExportFunction(env, exports, "kernelCountMask", CountMask);
  ExportFunction(env, exports, "kernelSearchSorted", SearchSorted);
  ExportFunction(env, exports, "kernelMerge", Merge);
  ExportFunction(env, exports, "kernelTopK", TopK);
}

}  // namespace shoal

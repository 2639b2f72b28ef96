#include "addon.h"
#include "kernel_call.h"
#include "kernels/in_place_sort.h"
#include "kernels/radix_sort.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::BucketPlan;
using kernels::Elements;
using kernels::ElementType;

uint8_t BytesOf(const Elements& elements) { return kernels::kBytesPerElement[static_cast<size_t>(elements.type)]; }

void* At(const Elements& elements, size_t index) {
  return elements.data == nullptr ? nullptr : static_cast<char*>(elements.data) + index * BytesOf(elements);
}

/// A view that holds a plan; null after refusing.
BucketPlan* Plan(KernelCall& call) { return static_cast<BucketPlan*>(call.View(ElementType::kUint8, sizeof(BucketPlan)).data); }

napi_value Finish(napi_env env, bool had_memory) {
  if (!had_memory) napi_throw_error(env, "ENOMEM", "ENOMEM: not enough memory, a copy of the part of a view that is sorted");
  return nullptr;
}

// kernelBeginPlan(plan, survey: BigUint64Array, view | undefined, descending)
napi_value BeginPlan(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  BucketPlan* plan = Plan(call);
  const Elements survey = call.View(ElementType::kBigUint64, 2);
  const Elements xs = call.ViewOrNone();
  const bool descending = call.Flag();
  if (!call.ok()) return nullptr;
  kernels::BeginPlan(xs.type, descending, xs.data, xs.count, survey.as<uint64_t>()[0], survey.as<uint64_t>()[1], plan);
  return nullptr;
}

// kernelCountPrefixes(view, start, end, descending, plan, block, counts: Uint32Array)
napi_value CountPrefixes(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const bool descending = call.Flag();
  const BucketPlan* plan = Plan(call);
  const double block = call.Number();
  const Elements counts = call.View(ElementType::kUint32, (block + 1) * kernels::kPrefixes);
  if (!call.ok() || !(block >= 0)) return nullptr;
  kernels::CountPrefixes(xs.type, descending, xs.data, xs.count, *plan,
                         counts.as<uint32_t>() + static_cast<size_t>(block) * kernels::kPrefixes);
  return nullptr;
}

// kernelPlanBuckets(plan, counts: Uint32Array, blocks, offsets: BigUint64Array): the number of buckets
napi_value PlanBuckets(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  BucketPlan* plan = Plan(call);
  const Elements counts = call.View();
  const double blocks = call.Number();
  const Elements offsets = call.View(ElementType::kBigUint64, (blocks + 1) * kernels::kMaxBuckets);
  const bool fits = counts.type == ElementType::kUint32 && blocks >= 0 && static_cast<double>(counts.count) >= blocks * kernels::kPrefixes;
  if (!call.ok() || !fits) return call.Refuse(), nullptr;
  kernels::PlanBuckets(counts.as<uint32_t>(), static_cast<size_t>(blocks), plan, offsets.as<uint64_t>());
  return ToValue(env, static_cast<int32_t>(plan->buckets));
}

// kernelScatter(keys, start, end, payload | undefined, descending, plan, offsets: BigUint64Array, block, toKeys, toPayload | undefined)
napi_value Scatter(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements keys = call.View();
  const size_t start = call.Count();
  const size_t end = call.Count();
  const Elements payload = call.ViewOrNone();
  const bool descending = call.Flag();
  const BucketPlan* plan = Plan(call);
  const Elements offsets = call.View();
  const double block = call.Number();
  const Elements to_keys = call.View();
  const Elements to_payload = call.ViewOrNone();
  if (!call.ok()) return nullptr;
  const bool has_payload = to_payload.data != nullptr;
  const bool fits = start <= end && end <= keys.count && to_keys.type == keys.type && to_keys.count >= keys.count &&
                    (!has_payload || to_payload.count >= keys.count) &&
                    (payload.data == nullptr || (BytesOf(payload) == BytesOf(to_payload) && payload.count >= keys.count)) &&
                    offsets.type == ElementType::kBigUint64 && block >= 0 &&
                    static_cast<double>(offsets.count) >= (block + 2) * kernels::kMaxBuckets;
  if (!fits) return call.Refuse(), nullptr;
  const kernels::SortShape shape{keys.type, descending, has_payload ? BytesOf(to_payload) : uint8_t{0}};
  return Finish(env, kernels::ScatterBlock(shape, {At(keys, start), At(payload, start)}, end - start, start, *plan,
                                           offsets.as<uint64_t>() + static_cast<size_t>(block) * kernels::kMaxBuckets,
                                           {to_keys.data, to_payload.data}));
}

// kernelSortBuckets(keys, payload | undefined, plan, firstBucket, endBucket, descending, toKeys | undefined, toPayload | undefined)
napi_value SortBuckets(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements keys = call.View();
  const Elements payload = call.ViewOrNone();
  const BucketPlan* plan = Plan(call);
  const size_t first = call.Count();
  const size_t end = call.Count();
  const bool descending = call.Flag();
  const Elements to_keys = call.ViewOrNone();
  const Elements to_payload = call.ViewOrNone();
  if (!call.ok()) return nullptr;
  const size_t count = plan->starts[plan->buckets];
  const bool fits =
      first <= end && end <= plan->buckets && keys.count >= count &&
      (to_keys.data == nullptr || (to_keys.type == keys.type && to_keys.count >= count)) &&
      (payload.data == nullptr) == (to_payload.data == nullptr) &&
      (payload.data == nullptr || (BytesOf(payload) == BytesOf(to_payload) && payload.count >= count && to_payload.count >= count));
  if (!fits) return call.Refuse(), nullptr;
  const kernels::SortShape shape{keys.type, descending, payload.data == nullptr ? uint8_t{0} : BytesOf(payload)};
  return Finish(env, kernels::SortBuckets(shape, {keys.data, payload.data}, *plan, first, end, {to_keys.data, to_payload.data}));
}

// kernelSortAlone(keys, payload | undefined, descending)
napi_value SortAlone(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements keys = call.View();
  const Elements payload = call.ViewOrNone();
  const bool descending = call.Flag();
  if (!call.ok()) return nullptr;
  const bool has_payload = payload.data != nullptr;
  if (has_payload && payload.count != keys.count) return call.Refuse(), nullptr;
  return Finish(
      env, kernels::SortAlone({keys.type, descending, has_payload ? BytesOf(payload) : uint8_t{0}}, {keys.data, payload.data}, keys.count));
}

// kernelPermuteInPlace(view, descending, plan): false when there are other elements than were counted
napi_value PermuteInPlace(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.View();
  const bool descending = call.Flag();
  const BucketPlan* plan = Plan(call);
  if (!call.ok()) return nullptr;
  return ToValue(env, kernels::PermuteInPlace(xs.type, descending, xs.data, xs.count, *plan));
}

// kernelSortInPlace(view, start, end, descending)
napi_value SortInPlace(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const bool descending = call.Flag();
  if (!call.ok()) return nullptr;
  return Finish(env, kernels::SortInPlace(xs.type, descending, xs.data, xs.count));
}

}  // namespace

void InitSort(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelBeginPlan", BeginPlan);
  ExportFunction(env, exports, "kernelCountPrefixes", CountPrefixes);
  ExportFunction(env, exports, "kernelPlanBuckets", PlanBuckets);
  ExportFunction(env, exports, "kernelScatter", Scatter);
  ExportFunction(env, exports, "kernelSortBuckets", SortBuckets);
  ExportFunction(env, exports, "kernelSortAlone", SortAlone);
  ExportFunction(env, exports, "kernelPermuteInPlace", PermuteInPlace);
  ExportFunction(env, exports, "kernelSortInPlace", SortInPlace);
  ExportNumber(env, exports, "kPlanBytes", sizeof(BucketPlan));
  ExportNumber(env, exports, "kPrefixes", kernels::kPrefixes);
  ExportNumber(env, exports, "kMaxBuckets", kernels::kMaxBuckets);
}

}  // namespace shoal

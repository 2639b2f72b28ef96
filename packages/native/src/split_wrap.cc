#include "addon.h"
#include "kernel_call.h"
#include "kernels/place_sort.h"
#include "kernels/split_sort.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;
using kernels::SplitPlan;
using kernels::Splitting;

/// A view that holds a plan; null after refusing.
SplitPlan* Plan(KernelCall& call) { return static_cast<SplitPlan*>(call.View(ElementType::kUint8, sizeof(SplitPlan)).data); }

/// What can be split into chunks of so many.
bool AreChunks(const Elements& elements, double chunk) {
  const size_t bytes = kernels::kBytesPerElement[static_cast<size_t>(elements.type)];
  return bytes >= 4 && chunk >= 1 && chunk <= static_cast<double>(kernels::kSplitChunkBytes / bytes);
}

/// Whether there is a row of ends for each chunk of `count` elements.
bool HasRows(const Elements& ends, double count, double chunk, const SplitPlan& plan) {
  return ends.type == ElementType::kUint32 && plan.buckets >= 1 && plan.buckets <= kernels::kMaxSplits &&
         static_cast<double>(ends.count) >= (count / chunk + 1) * static_cast<double>(plan.buckets);
}

napi_value Finish(napi_env env, Splitting outcome) {
  if (outcome == Splitting::kNoMemory)
    napi_throw_error(env, "ENOMEM", "ENOMEM: not enough memory, a copy of the part of a view that is sorted");
  return nullptr;
}

// kernelBeginSplits(view, descending, plan): the number of buckets, or 0 where they are to be sorted in another way
napi_value BeginSplits(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.View();
  const bool descending = call.Flag();
  SplitPlan* plan = Plan(call);
  if (!call.ok()) return nullptr;
  const Splitting outcome = kernels::BeginSplits(xs.type, descending, xs.data, xs.count, plan);
  if (outcome == Splitting::kNoMemory) return Finish(env, outcome);
  return ToDouble(env, outcome == Splitting::kDone ? static_cast<double>(plan->buckets) : 0);
}

// kernelSplitChunks(view, start, end, descending, chunk, plan, ends: Uint32Array, toKeys)
napi_value SplitChunks(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.View();
  const size_t start = call.Count();
  const size_t end = call.Count();
  const bool descending = call.Flag();
  const double chunk = call.Number();
  const SplitPlan* plan = Plan(call);
  const Elements ends = call.View();
  const Elements to = call.View();
  if (!call.ok()) return nullptr;
  const bool fits = start <= end && end <= xs.count && AreChunks(xs, chunk) && to.type == xs.type && to.count >= xs.count &&
                    HasRows(ends, static_cast<double>(end), chunk, *plan);
  if (!fits) return call.Refuse(), nullptr;
  const auto length = static_cast<size_t>(chunk);
  const size_t bytes = kernels::kBytesPerElement[static_cast<size_t>(xs.type)];
  return Finish(env, kernels::SplitChunks(xs.type, descending, static_cast<const char*>(xs.data) + start * bytes, end - start, length,
                                          *plan, ends.as<uint32_t>() + start / length * plan->buckets, to.as<char>() + start * bytes));
}

// kernelPlanSplits(plan, ends: Uint32Array, chunks)
napi_value PlanSplits(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  SplitPlan* plan = Plan(call);
  const Elements ends = call.View();
  const size_t chunks = call.Count();
  if (!call.ok()) return nullptr;
  if (!HasRows(ends, static_cast<double>(chunks), 1, *plan)) return call.Refuse(), nullptr;
  kernels::PlanSplits(ends.as<uint32_t>(), chunks, plan);
  return nullptr;
}

// kernelSortSplits(keys, plan, ends: Uint32Array, chunk, firstBucket, endBucket, descending, to)
napi_value SortSplits(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements keys = call.View();
  const SplitPlan* plan = Plan(call);
  const Elements ends = call.View();
  const double chunk = call.Number();
  const size_t first = call.Count();
  const size_t end = call.Count();
  const bool descending = call.Flag();
  const Elements to = call.View();
  if (!call.ok()) return nullptr;
  const bool fits = AreChunks(keys, chunk) && HasRows(ends, static_cast<double>(keys.count), chunk, *plan) && first <= end &&
                    end <= plan->buckets && to.type == keys.type && to.count >= plan->starts[plan->buckets] &&
                    keys.count == plan->starts[plan->buckets];
  if (!fits) return call.Refuse(), nullptr;
  const kernels::SplitKeys from{keys.data, keys.count, static_cast<size_t>(chunk), ends.as<uint32_t>()};
  return Finish(env, kernels::SortSplits(keys.type, descending, from, *plan, first, end, to.data));
}

// kernelPartition(view, start, end, descending, plan, bucket): how many elements now lie in the front, which belong into buckets up to this
napi_value Partition(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const bool descending = call.Flag();
  const SplitPlan* plan = Plan(call);
  const size_t bucket = call.Count();
  if (!call.ok()) return nullptr;
  const auto partition = kernels::PlaceSorts().partition[static_cast<size_t>(xs.type)];
  if (partition == nullptr || bucket >= plan->buckets || bucket >= kernels::kMaxSplits) return call.Refuse(), nullptr;
  return ToDouble(env, static_cast<double>(partition(xs.data, xs.count, descending, plan->lasts[bucket])));
}

}  // namespace

void InitSplit(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelBeginSplits", BeginSplits);
  ExportFunction(env, exports, "kernelSplitChunks", SplitChunks);
  ExportFunction(env, exports, "kernelPlanSplits", PlanSplits);
  ExportFunction(env, exports, "kernelSortSplits", SortSplits);
  ExportFunction(env, exports, "kernelPartition", Partition);
  const bool sorts_by_vectors = kernels::PlaceSorts().sort[static_cast<size_t>(ElementType::kInt32)] != nullptr;
  napi_set_named_property(env, exports, "kSortsByVectors", ToValue(env, sorts_by_vectors));
  ExportNumber(env, exports, "kSplitPlanBytes", sizeof(SplitPlan));
  ExportNumber(env, exports, "kSplitChunkBytes", kernels::kSplitChunkBytes);
}

}  // namespace shoal

#include "kernels/radix_sort.h"

#include <algorithm>
#include <cstring>

#include "kernels/in_place_sort.h"
#include "kernels/keys_as.h"
#include "kernels/line_writer.h"
#include "kernels/local_radix_sort.h"
#include "kernels/memory.h"
#include "kernels/place_sort.h"

namespace shoal::kernels {
namespace {

/// Calls `f.template operator()<U, P>()` for the widths of key and payload.
template <typename F>
auto ByRow(const SortShape& shape, F f) {
  return ByWidth(shape.type, [&]<typename U>() {
    switch (shape.payload_bytes) {
      case 0:
        return f.template operator()<U, Nothing>();
      case 4:
        return f.template operator()<U, uint32_t>();
      default:
        return f.template operator()<U, uint64_t>();
    }
  });
}

template <typename U, typename P>
Rows<U, P> RowsOf(SortColumns columns) {
  return {static_cast<U*>(columns.keys), static_cast<P*>(columns.payload)};
}

/// Memory for rows.
template <typename U, typename P>
struct OwnRows {
  explicit OwnRows(size_t count) : keys(Memory<U>(count)), payload(Memory<P>(Rows<U, P>::kHasPayload ? count : 0)) {}
  bool ok() const { return keys != nullptr && payload != nullptr; }
  Rows<U, P> rows() const { return {keys.get(), payload.get()}; }

  MemoryOf<U> keys;
  MemoryOf<P> payload;
};

/// Sorts encoded keys, and decodes them unless they are not wanted. `spare` has room for two copies. `to` is never read.
template <typename U, typename P>
void SortRows(const SortShape& shape, Rows<U, P> from, size_t count, Rows<U, P> to, Rows<U, P> spare) {
  if (count == 0) return;
  const auto sorted = LocalRadixSort<U, P>::Sort(from, count, spare);
  if (to.keys != nullptr) Keys().decode[static_cast<size_t>(shape.type)](sorted.keys, count, shape.descending, to.keys);
  if constexpr (Rows<U, P>::kHasPayload) memcpy(to.payload, sorted.payload, count * sizeof(P));
}

template <typename U, typename P>
bool SortBucketRows(const SortShape& shape, Rows<U, P> from, const BucketPlan& plan, size_t first, size_t end, Rows<U, P> to) {
  size_t largest = 0;
  for (size_t bucket = first; bucket < end; ++bucket) largest = std::max(largest, plan.starts[bucket + 1] - plan.starts[bucket]);
  const OwnRows<U, P> spare(2 * largest);
  if (!spare.ok()) return false;
  for (size_t bucket = first; bucket < end; ++bucket) {
    const size_t start = plan.starts[bucket];
    SortRows(shape, from.From(start), plan.starts[bucket + 1] - start, to.From(start), spare.rows());
  }
  return true;
}

template <typename U, typename P>
struct Scatter {
  /// False when there is no memory.
  template <typename KeyWriter, typename PayloadWriter>
  bool By() const {
    constexpr bool kHasPayload = Rows<U, P>::kHasPayload;
    const auto keys_out = Memory<KeyWriter>(1);
    const auto payload_out = Memory<PayloadWriter>(1);
    if (keys_out == nullptr || payload_out == nullptr) return false;
    const uint64_t* const limits = offsets + kMaxBuckets;
    keys_out[0].Begin(to.keys, offsets, limits, plan.buckets);
    if constexpr (kHasPayload) payload_out[0].Begin(to.payload, offsets, limits, plan.buckets);
    uint64_t next[kMaxBuckets];
    std::copy_n(offsets, plan.buckets, next);
    uint16_t buckets[kKeyBatch];
    ForKeys<U>(shape.type, shape.descending, from.keys, count, [&](const U* keys, size_t first, size_t length) {
      FindPrefixes(plan, keys, length, buckets);
      for (size_t i = 0; i < length; ++i) buckets[i] = plan.bucket_of[buckets[i]];
      for (size_t i = 0; i < length; ++i) {
        const size_t bucket = buckets[i];
        const uint64_t at = next[bucket]++;
        keys_out[0].Put(bucket, at, keys[i]);
        if constexpr (kHasPayload) {
          const P value = from.payload == nullptr ? static_cast<P>(first_row + first + i) : from.payload[first + i];
          payload_out[0].Put(bucket, at, value);
        }
      }
    });
    keys_out[0].Finish(next, plan.buckets);
    if constexpr (kHasPayload) payload_out[0].Finish(next, plan.buckets);
    return true;
  }

  const SortShape& shape;
  Rows<U, P> from;
  size_t count;
  size_t first_row;
  const BucketPlan& plan;
  const uint64_t* offsets;
  Rows<U, P> to;
};

/// One block, one thread.
template <typename U, typename P>
bool SortLarge(const SortShape& shape, Rows<U, P> rows, size_t count) {
  const KeySurvey survey = RangeOf(shape.type, shape.descending, rows.keys, count);
  if (survey.is_sorted) return true;
  const OwnRows<U, P> scratch(count);
  const auto counts = Memory<uint32_t>(kPrefixes);
  const auto plan = Memory<BucketPlan>(1);
  if (!scratch.ok() || counts == nullptr || plan == nullptr) return false;
  uint64_t offsets[2 * kMaxBuckets];
  const SortColumns to{scratch.keys.get(), scratch.payload.get()};
  BeginPlan(shape.type, shape.descending, rows.keys, count, survey.least, survey.most, plan.get());
  CountPrefixes(shape.type, shape.descending, rows.keys, count, plan[0], counts.get());
  PlanBuckets(counts.get(), 1, plan.get(), offsets);
  if (!ScatterBlock(shape, {rows.keys, rows.payload}, count, 0, plan[0], offsets, to)) return false;
  return SortBucketRows(shape, scratch.rows(), plan[0], 0, plan[0].buckets, rows);
}

}  // namespace

bool ScatterBlock(const SortShape& shape, SortColumns from, size_t count, size_t first_row, const BucketPlan& plan, const uint64_t* offsets,
                  SortColumns to) {
  return ByRow(shape, [&]<typename U, typename P>() {
    const Scatter<U, P> scatter{shape, RowsOf<U, P>(from), count, first_row, plan, offsets, RowsOf<U, P>(to)};
    if (plan.buckets <= kFewBuckets) return scatter.template By<ElementWriter<U>, ElementWriter<P>>();
    constexpr size_t kPayloadPlaces = Rows<U, P>::kHasPayload ? kMaxBuckets : 1;
    return scatter.template By<LineWriter<U, kMaxBuckets>, LineWriter<P, kPayloadPlaces>>();
  });
}

bool SortBuckets(const SortShape& shape, SortColumns from, const BucketPlan& plan, size_t first, size_t end, SortColumns to) {
  return ByRow(shape,
               [&]<typename U, typename P>() { return SortBucketRows(shape, RowsOf<U, P>(from), plan, first, end, RowsOf<U, P>(to)); });
}

bool SortAlone(const SortShape& shape, SortColumns columns, size_t count) {
  const bool is_place = shape.payload_bytes == 0 && PlaceSorts().sort[static_cast<size_t>(shape.type)] != nullptr;
  if (is_place) return SortInPlace(shape.type, shape.descending, columns.keys, count);
  return ByRow(shape, [&]<typename U, typename P>() {
    const auto rows = RowsOf<U, P>(columns);
    if (count > kCachedRows) return SortLarge(shape, rows, count);
    const OwnRows<U, P> spare(2 * count);
    if (!spare.ok()) return false;
    const auto own = spare.rows().From(count);
    own.CopyFrom(rows, count);
    Keys().encode[static_cast<size_t>(shape.type)](own.keys, count, shape.descending, own.keys);
    SortRows(shape, own, count, rows, spare.rows());
    return true;
  });
}

}  // namespace shoal::kernels

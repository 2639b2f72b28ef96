#include "kernels/radix_sort.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/keys_as.h"
#include "kernels/line_writer.h"
#include "kernels/local_radix_sort.h"
#include "kernels/memory.h"
#include "kernels/place_sort.h"
#include "kernels/sample_place.h"

namespace shoal::kernels {
namespace {

constexpr unsigned kPrefixBits = std::bit_width(kPrefixes) - 1;
constexpr unsigned kFewPrefixBits = kPrefixBits - 4;
/// Up to here a copy of the keys and the passes over them fit the second-level cache.
constexpr size_t kAlone = 1 << 17;

/// Up to here a bucket and two copies of it fit the second-level cache.
constexpr size_t kMostBucketBytes = 1 << 18;

/// Of keys. Those that are outside the range, which a sample may not have told or which came later, have the first or the last one.
template <typename U>
class Prefixes {
 public:
  explicit Prefixes(const BucketPlan& plan)
      : least_(static_cast<U>(plan.least)), shift_(plan.shift), last_(static_cast<U>(plan.prefixes - 1)) {}
  size_t operator()(U key) const {
    const auto distance = static_cast<U>(std::max(key, least_) - least_);
    return std::min(static_cast<U>(distance >> shift_), last_);
  }

 private:
  U least_;
  uint32_t shift_;
  U last_;
};

/// The same of many.
template <typename U>
void FindPrefixes(const BucketPlan& plan, const U* keys, size_t count, uint16_t* into) {
  Keys().prefixes[KeyWidth(sizeof(U))](keys, count, plan.least, plan.shift, static_cast<uint16_t>(plan.prefixes - 1), into);
}

constexpr size_t kSampled = 1024;

/// Whether no stretch of 1 / kSampled of the range holds more than a sixtieth of the elements, or not by much.
bool IsSpread(ElementType type, bool descending, const void* elements, size_t count, const BucketPlan& plan) {
  constexpr uint8_t kMost = 16;
  if (count < kSampled) return false;
  const size_t bytes = kBytesPerElement[static_cast<size_t>(type)];
  uint8_t counts[kSampled] = {};
  for (size_t i = 0; i < kSampled; ++i) {
    uint64_t key = 0;
    Keys().encode[static_cast<size_t>(type)](static_cast<const char*>(elements) + SamplePlace(i, kSampled, count) * bytes, 1, descending,
                                             &key);
    const uint64_t distance = std::max(key, plan.least) - plan.least;
    const size_t stretch = distance >> plan.shift >> (kFewPrefixBits - std::bit_width(kSampled - 1));
    if (++counts[std::min(stretch, kSampled - 1)] > kMost) return false;
  }
  return true;
}

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

/// By the highest bits that vary, of the lowest `bits`, swapping keys to where they belong; small parts by the other sort. `spare` has room
/// for two copies of kInPlaceRows.
template <typename U>
void SortKeysInPlace(U* keys, size_t count, unsigned bits, U* spare) {
  constexpr size_t kDigits = 256;
  if (count <= kInPlaceRows) {
    if (count == 0) return;
    memcpy(spare + count, keys, count * sizeof(U));
    const auto sorted = LocalRadixSort<U, Nothing>::Sort({spare + count, nullptr}, count, {spare, nullptr});
    memcpy(keys, sorted.keys, count * sizeof(U));
    return;
  }
  U any = 0;
  U all = static_cast<U>(~U{0});
  for (size_t i = 0; i < count; ++i) {
    any |= keys[i];
    all &= keys[i];
  }
  const unsigned top = std::min<unsigned>(std::bit_width(static_cast<U>(any ^ all)), bits);
  if (top == 0) return;
  const unsigned shift = top > 8 ? top - 8 : 0;
  const auto digit = [shift](U key) { return static_cast<size_t>(key >> shift) % kDigits; };
  size_t ends[kDigits] = {};
  for (size_t i = 0; i < count; ++i) ++ends[digit(keys[i])];
  size_t next[kDigits];
  size_t sum = 0;
  for (size_t d = 0; d < kDigits; ++d) {
    next[d] = sum;
    ends[d] = sum += ends[d];
  }
  for (size_t d = 0; d < kDigits; ++d) {
    while (next[d] < ends[d]) {
      U key = keys[next[d]];
      // There is room unless somebody stores into the view meanwhile.
      for (size_t to = digit(key); to != d && next[to] < ends[to]; to = digit(key)) std::swap(key, keys[next[to]++]);
      keys[next[d]++] = key;
    }
  }
  if (shift == 0) return;
  for (size_t d = 0; d < kDigits; ++d) {
    const size_t start = d == 0 ? 0 : ends[d - 1];
    SortKeysInPlace(keys + start, ends[d] - start, shift, spare);
  }
}

/// Of a sample, or of all where they may be sorted already.
KeySurvey RangeOf(ElementType type, bool descending, const void* elements, size_t count) {
  const KeySurvey survey = SampleKeys(type, descending, elements, count);
  return survey.is_sorted ? Keys().survey[static_cast<size_t>(type)](elements, count, descending) : survey;
}

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

KeySurvey SampleKeys(ElementType type, bool descending, const void* elements, size_t count) {
  const auto survey = Keys().survey[static_cast<size_t>(type)];
  if (count < kSampled) return survey(elements, count, descending);
  const size_t bytes = kBytesPerElement[static_cast<size_t>(type)];
  Element sample[kSampled];
  auto* const to = reinterpret_cast<char*>(sample);
  for (size_t i = 0; i < kSampled; ++i)
    memcpy(to + i * bytes, static_cast<const char*>(elements) + SamplePlace(i, kSampled, count) * bytes, bytes);
  return survey(sample, kSampled, descending);
}

void BeginPlan(ElementType type, bool descending, const void* elements, size_t count, uint64_t least, uint64_t most, BucketPlan* plan) {
  const auto bits = static_cast<uint32_t>(std::bit_width(most - least));
  plan->key_bytes = kBytesPerElement[static_cast<size_t>(type)];
  plan->counts_outside = count > 0;
  plan->least = least;
  plan->shift = bits > kFewPrefixBits ? bits - kFewPrefixBits : 0;
  if (bits > kFewPrefixBits && !IsSpread(type, descending, elements, count, *plan))
    plan->shift = bits > kPrefixBits ? bits - kPrefixBits : 0;
  plan->prefixes = static_cast<uint32_t>((most - least) >> plan->shift) + 1;
}

void CountPrefixes(ElementType type, bool descending, const void* elements, size_t count, const BucketPlan& plan, uint32_t* counts) {
  memset(counts, 0, kPrefixes * sizeof(uint32_t));
  ByWidth(type, [&]<typename U>() {
    const auto least = static_cast<U>(plan.least);
    uint16_t prefixes[kKeyBatch];
    ForKeys<U>(type, descending, elements, count, [&](const U* keys, size_t, size_t length) {
      if (plan.counts_outside) {
        FindPrefixes(plan, keys, length, prefixes);
        for (size_t i = 0; i < length; ++i) ++counts[prefixes[i]];
        return;
      }
      for (size_t i = 0; i < length; ++i) {
        const uint64_t prefix = static_cast<U>(keys[i] - least) >> plan.shift;
        if (prefix < plan.prefixes) ++counts[prefix];
      }
    });
  });
}

void PlanBuckets(const uint32_t* counts, size_t blocks, BucketPlan* plan, uint64_t* offsets) {
  uint64_t total = 0;
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t prefix = 0; prefix < plan->prefixes; ++prefix) total += counts[block * kPrefixes + prefix];
  }
  // A bucket is closed before it would be larger than this, so two neighbours are larger together: there are at most kMaxBuckets.
  const uint64_t few = total / (kFewBuckets - kFewBuckets / 5) + 1;
  const uint64_t target = few * plan->key_bytes <= kMostBucketBytes ? few : total / (kMaxBuckets / 2) + 1;
  uint64_t start = 0;
  uint64_t size = 0;
  uint32_t bucket = 0;
  plan->starts[0] = 0;
  for (size_t prefix = 0; prefix < plan->prefixes; ++prefix) {
    uint64_t here = 0;
    for (size_t block = 0; block < blocks; ++block) here += counts[block * kPrefixes + prefix];
    if (size > 0 && size + here > target) {
      start += size;
      plan->starts[++bucket] = start;
      size = 0;
    }
    size += here;
    plan->bucket_of[prefix] = static_cast<uint16_t>(bucket);
  }
  plan->buckets = bucket + 1;
  plan->starts[plan->buckets] = start + size;

  for (size_t block = 0; block < blocks; ++block) {
    uint64_t* sizes = offsets + block * kMaxBuckets;
    std::fill_n(sizes, kMaxBuckets, uint64_t{0});
    for (size_t prefix = 0; prefix < plan->prefixes; ++prefix) sizes[plan->bucket_of[prefix]] += counts[block * kPrefixes + prefix];
  }
  for (size_t b = 0; b < plan->buckets; ++b) {
    uint64_t next = plan->starts[b];
    for (size_t block = 0; block < blocks; ++block) {
      uint64_t& slot = offsets[block * kMaxBuckets + b];
      const uint64_t own = slot;
      slot = next;
      next += own;
    }
    offsets[blocks * kMaxBuckets + b] = next;
  }
}

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

bool PermuteInPlace(ElementType type, bool descending, void* elements, size_t count, const BucketPlan& plan) {
  return ByWidth(type, [&]<typename U>() {
    U* const keys = static_cast<U*>(elements);
    Keys().encode[static_cast<size_t>(type)](keys, count, descending, keys);
    const Prefixes<U> prefix_of(plan);
    const auto bucket_of = [&](U key) -> size_t { return plan.bucket_of[prefix_of(key)]; };
    uint64_t next[kMaxBuckets];
    std::copy_n(plan.starts, plan.buckets, next);
    bool fits = plan.starts[plan.buckets] == count;
    for (size_t bucket = 0; fits && bucket < plan.buckets; ++bucket) {
      while (fits && next[bucket] < plan.starts[bucket + 1]) {
        U& slot = keys[next[bucket]];
        size_t to = bucket_of(slot);
        while (to != bucket) {
          // Only where somebody stores into the view meanwhile: nothing is lost, and nothing written outside.
          fits = next[to] < plan.starts[to + 1];
          if (!fits) break;
          std::swap(slot, keys[next[to]++]);
          to = bucket_of(slot);
        }
        if (fits) ++next[bucket];
      }
    }
    Keys().decode[static_cast<size_t>(type)](keys, count, descending, keys);
    return fits;
  });
}

bool SortInPlace(ElementType type, bool descending, void* elements, size_t count) {
  if (const auto sort = PlaceSorts().sort[static_cast<size_t>(type)]; sort != nullptr) {
    if (count > kAlone && RangeOf(type, descending, elements, count).is_sorted) return true;
    const auto own = Memory<char>(PlaceOwnBytes(count, kBytesPerElement[static_cast<size_t>(type)]));
    if (own == nullptr) return false;
    sort(elements, count, descending, own.get());
    return true;
  }
  return ByWidth(type, [&]<typename U>() {
    U* const keys = static_cast<U*>(elements);
    const auto spare = Memory<U>(2 * std::min(count, kInPlaceRows));
    if (spare == nullptr) return false;
    Keys().encode[static_cast<size_t>(type)](keys, count, descending, keys);
    SortKeysInPlace(keys, count, sizeof(U) * 8, spare.get());
    Keys().decode[static_cast<size_t>(type)](keys, count, descending, keys);
    return true;
  });
}

bool SortAlone(const SortShape& shape, SortColumns columns, size_t count) {
  const bool is_place = shape.payload_bytes == 0 && PlaceSorts().sort[static_cast<size_t>(shape.type)] != nullptr;
  if (is_place) return SortInPlace(shape.type, shape.descending, columns.keys, count);
  return ByRow(shape, [&]<typename U, typename P>() {
    const auto rows = RowsOf<U, P>(columns);
    if (count > kAlone) return SortLarge(shape, rows, count);
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

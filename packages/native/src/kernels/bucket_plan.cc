#include "kernels/bucket_plan.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/keys_as.h"
#include "kernels/sample_place.h"

namespace shoal::kernels {
namespace {

constexpr unsigned kPrefixBits = std::bit_width(kPrefixes) - 1;
constexpr unsigned kFewPrefixBits = kPrefixBits - 4;
/// Up to here a bucket and two copies of it fit the second-level cache.
constexpr size_t kMostBucketBytes = 1 << 18;

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

KeySurvey RangeOf(ElementType type, bool descending, const void* elements, size_t count) {
  const KeySurvey survey = SampleKeys(type, descending, elements, count);
  return survey.is_sorted ? Keys().survey[static_cast<size_t>(type)](elements, count, descending) : survey;
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

}  // namespace shoal::kernels

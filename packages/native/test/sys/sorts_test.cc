#include <algorithm>
#include <numeric>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/gather_ranges.h"
#include "kernels/in_place_sort.h"
#include "kernels/memory.h"
#include "kernels/radix_sort.h"
#include "kernels/top_k.h"

namespace shoal::kernels {
namespace {

/// Lengths around what is sorted in another way; the longest is sorted by buckets.
const std::vector<size_t> kLengths = {0, 1, 2, 3, 23, 24, 25, 97, 2047, 2049, 5000, kInPlaceRows, 70'000, (1 << 17) + 3, 200'000};
/// Each block has counts of all prefixes, however short it is.
const std::vector<size_t> kFewLengths = {1, 25, 2049, 70'001};

/// A payload of `bytes` a row: the row's number.
Room Numbered(size_t bytes, size_t count) {
  Room rows(bytes == 8 ? ElementType::kBigUint64 : ElementType::kUint32, bytes == 0 ? 0 : count);
  for (size_t i = 0; i < count && bytes != 0; ++i) memcpy(rows.data() + i * bytes, &i, bytes);
  return rows;
}

/// Rows in the order of their keys; equal ones in that of their numbers.
std::vector<size_t> OrderOf(const std::vector<uint64_t>& keys) {
  std::vector<size_t> order(keys.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
  return order;
}

std::vector<uint64_t> Taken(const std::vector<uint64_t>& keys, const std::vector<size_t>& order) {
  std::vector<uint64_t> taken(order.size());
  for (size_t i = 0; i < order.size(); ++i) taken[i] = keys[order[i]];
  return taken;
}

bool AreNumbered(const unsigned char* rows, size_t bytes, const std::vector<size_t>& order) {
  for (size_t i = 0; i < order.size() && bytes != 0; ++i) {
    size_t row = 0;
    memcpy(&row, rows + i * bytes, bytes);
    if (row != order[i]) return false;
  }
  return true;
}

/// A sort as workers do it, block by block and bucket by bucket.
void SortInSteps(const SortShape& shape, Room& xs, Room* payload, size_t count, unsigned char* to_keys, unsigned char* to_payload) {
  constexpr size_t kBlocks = 3;
  const auto type = static_cast<size_t>(shape.type);
  const size_t bytes = BytesOf(shape.type);
  const auto plan = std::make_unique<BucketPlan>();
  const KeySurvey survey = Keys().survey[type](xs.data(), count, shape.descending);
  BeginPlan(shape.type, shape.descending, xs.data(), count, survey.least, survey.most, plan.get());
  std::vector<uint32_t> counts(kBlocks * kPrefixes);
  std::vector<uint64_t> offsets((kBlocks + 1) * kMaxBuckets);
  const auto start = [count](size_t block) { return block * count / kBlocks; };
  for (size_t block = 0; block < kBlocks; ++block) {
    CountPrefixes(shape.type, shape.descending, xs.data() + start(block) * bytes, start(block + 1) - start(block), *plan,
                  counts.data() + block * kPrefixes);
  }
  PlanBuckets(counts.data(), kBlocks, plan.get(), offsets.data());
  CHECK(plan->buckets <= kMaxBuckets && plan->starts[plan->buckets] == count);
  Room keys(shape.type, count);
  Room rows = Numbered(shape.payload_bytes, count);
  for (size_t block = 0; block < kBlocks; ++block) {
    void* from = payload == nullptr ? nullptr : payload->data() + start(block) * shape.payload_bytes;
    CHECK(ScatterBlock(shape, {xs.data() + start(block) * bytes, from}, start(block + 1) - start(block), start(block), *plan,
                       offsets.data() + block * kMaxBuckets, {keys.data(), rows.data()}));
  }
  const size_t half = plan->buckets / 2;
  CHECK(SortBuckets(shape, {keys.data(), rows.data()}, *plan, half, plan->buckets, {to_keys, to_payload}));
  CHECK(SortBuckets(shape, {keys.data(), rows.data()}, *plan, 0, half, {to_keys, to_payload}));
}

template <typename Check>
void ForEachInput(const std::vector<size_t>& lengths, Check check) {
  for (size_t type = 0; type < kElementTypes; ++type) {
    for (const size_t count : lengths) {
      for (const bool tame : {false, true}) {
        if (tame && !IsFloatType(type)) continue;
        for (const bool descending : {false, true}) check(static_cast<ElementType>(type), count, tame, descending);
      }
    }
  }
}

}  // namespace

TEST(KernelSorts, "sorts on one thread order every type, in both directions, and rows stay in order, with any payload") {
  ForEachInput(kLengths, [](ElementType type, size_t count, bool tame, bool descending) {
    Room xs = RandomRoom(type, count, 21, tame);
    const std::vector<uint64_t> keys = KeysOf(type, xs.data(), count, descending);
    const std::vector<size_t> order = OrderOf(keys);
    const std::vector<uint64_t> sorted = Taken(keys, order);
    for (const uint8_t payload_bytes : {uint8_t{0}, uint8_t{4}, uint8_t{8}}) {
      Room copy = RandomRoom(type, count, 21, tame);
      Room rows = Numbered(payload_bytes, count);
      CHECK(SortAlone({type, descending, payload_bytes}, {copy.data(), rows.data()}, count));
      CHECK(KeysOf(type, copy.data(), count, descending) == sorted);
      CHECK(AreNumbered(rows.data(), payload_bytes, order));
    }
    CHECK(SortInPlace(type, descending, xs.data(), count));
    CHECK(KeysOf(type, xs.data(), count, descending) == sorted);
  });
}

TEST(KernelSortSteps, "a sort in blocks and buckets is that of one thread, with keys wanted or not, and payload given or numbered") {
  ForEachInput(kFewLengths, [](ElementType type, size_t count, bool tame, bool descending) {
    Room xs = RandomRoom(type, count, 22, tame);
    const std::vector<uint64_t> keys = KeysOf(type, xs.data(), count, descending);
    const std::vector<size_t> order = OrderOf(keys);
    const std::vector<uint64_t> sorted = Taken(keys, order);
    for (const uint8_t payload_bytes : {uint8_t{0}, uint8_t{4}, uint8_t{8}}) {
      Room given = Numbered(payload_bytes, count);
      Room to_keys(type, count);
      Room to_rows = Numbered(payload_bytes, count);
      SortInSteps({type, descending, payload_bytes}, xs, payload_bytes == 8 ? &given : nullptr, count, to_keys.data(), to_rows.data());
      CHECK(KeysOf(type, to_keys.data(), count, descending) == sorted);
      CHECK(AreNumbered(to_rows.data(), payload_bytes, order));
      if (payload_bytes == 0) continue;
      Room again = Numbered(payload_bytes, count);
      SortInSteps({type, descending, payload_bytes}, xs, &given, count, nullptr, again.data());
      CHECK(AreNumbered(again.data(), payload_bytes, order));
    }
  });
}

TEST(KernelScatter, "a block writes nothing outside its part of each bucket when its elements have changed since they were counted") {
  constexpr size_t kBlock = 3001;
  constexpr uint32_t kUntouched = 0xdeadbeef;
  for (const ElementType type : {ElementType::kUint32, ElementType::kFloat64}) {
    const size_t bytes = kBytesPerElement[static_cast<size_t>(type)];
    for (const int change : {0, 1, 2, 3}) {
      Room keys = RandomRoom(type, 2 * kBlock, 10, true);
      const KeySurvey survey = Keys().survey[static_cast<size_t>(type)](keys.data(), 2 * kBlock, false);
      const auto plan = std::make_unique<BucketPlan>();
      std::vector<uint32_t> counts(2 * kPrefixes);
      std::vector<uint64_t> offsets(3 * kMaxBuckets);
      BeginPlan(type, false, keys.data(), 2 * kBlock, survey.least, survey.most, plan.get());
      for (size_t block = 0; block < 2; ++block) {
        CountPrefixes(type, false, keys.data() + block * kBlock * bytes, kBlock, *plan, counts.data() + block * kPrefixes);
      }
      PlanBuckets(counts.data(), 2, plan.get(), offsets.data());
      // One key for all; other random ones; all bits set; none.
      const Room others = RandomRoom(type, kBlock, 11, true);
      if (change == 0) memset(keys.data(), 0x3f, kBlock * bytes);
      if (change == 1) memcpy(keys.data(), others.data(), kBlock * bytes);
      if (change == 2) memset(keys.data(), 0xff, kBlock * bytes);
      if (change == 3) memset(keys.data(), 0, kBlock * bytes);
      Room to_keys(type, 2 * kBlock);
      memset(to_keys.data(), 0x55, to_keys.bytes());
      Room to_rows(ElementType::kUint32, 2 * kBlock);
      auto* rows = reinterpret_cast<uint32_t*>(to_rows.data());
      std::fill_n(rows, 2 * kBlock, kUntouched);
      CHECK(ScatterBlock({type, false, 4}, {keys.data(), nullptr}, kBlock, 0, *plan, offsets.data(), {to_keys.data(), rows}));
      size_t written = 0;
      for (size_t bucket = 0; bucket < plan->buckets; ++bucket) {
        for (uint64_t i = offsets[bucket]; i < offsets[kMaxBuckets + bucket]; ++i) written += rows[i] != kUntouched;
        for (uint64_t i = offsets[kMaxBuckets + bucket]; i < offsets[2 * kMaxBuckets + bucket]; ++i) {
          CHECK(rows[i] == kUntouched);
          for (size_t byte = 0; byte < bytes; ++byte) CHECK(to_keys.data()[i * bytes + byte] == 0x55);
        }
      }
      CHECK(written > 0);
    }
  }
}

TEST(KernelPermutations, "elements are swapped into their buckets; where others lie than were counted it is said, and nothing is lost") {
  ForEachInput(kFewLengths, [](ElementType type, size_t count, bool tame, bool descending) {
    const auto index = static_cast<size_t>(type);
    Room xs = RandomRoom(type, count, 23, tame);
    const auto plan = std::make_unique<BucketPlan>();
    const KeySurvey survey = Keys().survey[index](xs.data(), count, descending);
    BeginPlan(type, descending, xs.data(), count, survey.least, survey.most, plan.get());
    std::vector<uint32_t> counts(kPrefixes);
    std::vector<uint64_t> offsets(2 * kMaxBuckets);
    CountPrefixes(type, descending, xs.data(), count, *plan, counts.data());
    PlanBuckets(counts.data(), 1, plan.get(), offsets.data());
    std::vector<uint64_t> sorted = KeysOf(type, xs.data(), count, descending);
    std::sort(sorted.begin(), sorted.end());
    CHECK(PermuteInPlace(type, descending, xs.data(), count, *plan));
    std::vector<uint64_t> keys = KeysOf(type, xs.data(), count, descending);
    for (size_t bucket = 0; bucket < plan->buckets; ++bucket) {
      std::sort(keys.begin() + static_cast<long>(plan->starts[bucket]), keys.begin() + static_cast<long>(plan->starts[bucket + 1]));
    }
    CHECK(keys == sorted);
    Room others = RandomRoom(type, count, 24, !tame);
    sorted = KeysOf(type, others.data(), count, descending);
    std::sort(sorted.begin(), sorted.end());
    PermuteInPlace(type, descending, others.data(), count, *plan);
    keys = KeysOf(type, others.data(), count, descending);
    std::sort(keys.begin(), keys.end());
    CHECK(keys == sorted);
  });
}

TEST(KernelGatherRanges, "elements in wanted ranges of keys are gathered in their order, and no more than there is room for") {
  ForEachInput(kLengths, [](ElementType type, size_t count, bool tame, bool descending) {
    if (descending) return;
    Room xs = RandomRoom(type, count, 27, tame);
    const std::vector<uint64_t> keys = KeysOf(type, xs.data(), count);
    const size_t bytes = BytesOf(type);
    const uint64_t most_key = ~uint64_t{0} >> (64 - 8 * bytes);
    for (const uint64_t least : {uint64_t{0}, count > 0 ? keys[count / 2] : 1}) {
      for (const uint32_t shift : {0U, static_cast<uint32_t>(8 * bytes - 4)}) {
        const uint8_t wanted[] = {0b1010'0110, 0b0000'0001};
        std::vector<uint64_t> expected;
        for (const uint64_t key : keys) {
          const uint64_t range = ((key - least) & most_key) >> shift;
          if (range < 16 && (wanted[range / 8] >> (range % 8) & 1) != 0) expected.push_back(key);
        }
        for (const size_t room : {expected.size() / 2, expected.size(), count}) {
          const size_t written = std::min(room, expected.size());
          // As exact as what is written: a sanitizer sees more.
          Room into(type, written);
          CHECK(GatherRanges(type, xs.data(), count, {least, shift, wanted, sizeof wanted}, into.data(), written) == written);
          const std::vector<uint64_t> gathered = KeysOf(type, into.data(), written);
          CHECK(std::equal(gathered.begin(), gathered.end(), expected.begin()));
        }
      }
    }
  });
}

TEST(KernelTopK, "the first k are those of a sort, with their indices, for none and for more than there are, too") {
  ForEachInput(kLengths, [](ElementType type, size_t count, bool tame, bool descending) {
    Room xs = RandomRoom(type, count, 25, tame);
    const std::vector<uint64_t> keys = KeysOf(type, xs.data(), count, descending);
    const std::vector<size_t> order = OrderOf(keys);
    for (const size_t k : {size_t{0}, size_t{1}, size_t{10}, size_t{1000}}) {
      const size_t expected = std::min(k, count);
      const auto first = std::make_unique<uint64_t[]>(expected);
      const auto indices = std::make_unique<double[]>(expected);
      CHECK(TopK(type, descending, xs.data(), count, 5, k, first.get(), indices.get()) == expected);
      for (size_t i = 0; i < expected; ++i) CHECK(first[i] == keys[order[i]] && indices[i] == static_cast<double>(order[i] + 5));
    }
  });
}

}  // namespace shoal::kernels

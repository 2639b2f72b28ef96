#include <algorithm>
#include <functional>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/place_sort.h"
#include "kernels/split_sort.h"

namespace shoal::kernels {
namespace {

/// Around what fits registers, what is partitioned once, and more.
const std::vector<size_t> kLengths = {0, 1, 2, 15, 16, 17, 63, 64, 65, 127, 128, 129, 255, 256, 257, 1000, 4095, 5000, 70'001};

std::mt19937_64 randomly(31);

/// Key `i` of `count`, none of which is beyond `all`.
using Distribution = std::function<uint64_t(size_t i, size_t count)>;

std::vector<Distribution> Distributions(uint64_t all) {
  return {
      [all](size_t, size_t) { return randomly() & all; },
      [](size_t, size_t) { return randomly() % 7; },
      [all](size_t, size_t) { return all; },
      [](size_t, size_t) { return uint64_t{0}; },
      [](size_t i, size_t) { return static_cast<uint64_t>(i); },
      [all](size_t i, size_t) { return all - i; },
      [](size_t i, size_t count) { return static_cast<uint64_t>(std::min(i, count - i)); },
      // Of one value nearly all, with lesser and greater ones.
      [all](size_t, size_t) { return randomly() % 20 == 0 ? randomly() & all : all / 2; },
      // Spread, but for one value that many have, the last of those with its highest bits.
      [all](size_t, size_t) { return randomly() % 20 == 0 ? all / 4 : randomly() & all; },
      // Each twice as large as the one before, or so.
      [all](size_t, size_t) { return (randomly() & all) >> randomly() % 64; },
      [all](size_t, size_t) { return randomly() % 2 == 0 ? all : 0; },
  };
}

template <typename U>
std::unique_ptr<U[]> Keys(size_t count, const Distribution& of) {
  auto keys = std::make_unique<U[]>(count + kVectorRoom);
  for (size_t i = 0; i < count; ++i) keys[i] = static_cast<U>(of(i, count));
  return keys;
}

template <typename U>
void CheckSort() {
  constexpr U kAll = static_cast<U>(~U{0});
  for (const VectorSortTable* path : SHOAL_TABLES(kVectorSorts)) {
    const auto sort = path->sort[KeyWidth(sizeof(U))];
    if (sort == nullptr) continue;
    for (const auto& distribution : Distributions(kAll)) {
      for (const size_t count : kLengths) {
        for (const bool bounded : {false, true}) {
          const auto keys = Keys<U>(count, distribution);
          std::vector<U> expected(keys.get(), keys.get() + count);
          std::sort(expected.begin(), expected.end());
          const U least = bounded && count > 0 ? expected.front() : 0;
          const U most = bounded && count > 0 ? expected.back() : kAll;
          const auto spare = std::make_unique<U[]>(count + kVectorRoom);
          const auto to = std::make_unique<U[]>(count);
          sort(keys.get(), count, least, most, to.get(), spare.get());
          CHECK(std::equal(expected.begin(), expected.end(), to.get()));
        }
      }
    }
  }
}

template <typename U>
void CheckSplit() {
  constexpr U kAll = static_cast<U>(~U{0});
  for (const VectorSortTable* path : SHOAL_TABLES(kVectorSorts)) {
    const auto split = path->split[KeyWidth(sizeof(U))];
    if (split == nullptr) continue;
    for (const auto& distribution : Distributions(kAll)) {
      for (const size_t count : kLengths) {
        for (const size_t buckets : {size_t{1}, size_t{2}, size_t{13}, size_t{64}}) {
          // Some of the keys; of a value that ends several buckets the first has all.
          std::vector<uint64_t> lasts(buckets);
          for (uint64_t& last : lasts) last = static_cast<U>(distribution(randomly() % (count + 1), count));
          std::sort(lasts.begin(), lasts.end());
          lasts.back() = kAll;
          const auto keys = Keys<U>(count, distribution);
          std::vector<U> expected(keys.get(), keys.get() + count);
          const auto spare = std::make_unique<U[]>(count + kVectorRoom);
          const auto to = std::make_unique<U[]>(count);
          const auto ends = std::make_unique<uint32_t[]>(buckets);
          split(keys.get(), count, lasts.data(), buckets, ends.get(), to.get(), spare.get());
          CHECK(ends[buckets - 1] == count);
          for (size_t bucket = 0; bucket < buckets; ++bucket) {
            const size_t start = bucket == 0 ? 0 : ends[bucket - 1];
            for (size_t i = start; i < ends[bucket]; ++i) CHECK(to[i] <= lasts[bucket] && (bucket == 0 || to[i] > lasts[bucket - 1]));
          }
          std::sort(expected.begin(), expected.end());
          std::sort(to.get(), to.get() + count);
          CHECK(std::equal(expected.begin(), expected.end(), to.get()));
        }
      }
    }
  }
}

/// A sort as workers do it; whether it can be done.
bool SortInSteps(ElementType type, bool descending, const Room& xs, size_t count, unsigned char* to) {
  constexpr size_t kChunk = 1000;
  const size_t bytes = BytesOf(type);
  const auto plan = std::make_unique<SplitPlan>();
  if (BeginSplits(type, descending, xs.data(), count, plan.get()) == Splitting::kUnable) return false;
  const size_t chunks = (count + kChunk - 1) / kChunk;
  const auto ends = std::make_unique<uint32_t[]>(chunks * plan->buckets);
  Room split(type, count);
  for (const size_t first : {chunks / 3, size_t{0}}) {
    const size_t start = first * kChunk;
    const size_t end = first == 0 ? chunks / 3 * kChunk : count;
    CHECK(SplitChunks(type, descending, xs.data() + start * bytes, end - start, kChunk, *plan, ends.get() + first * plan->buckets,
                      split.data() + start * bytes) == Splitting::kDone);
  }
  PlanSplits(ends.get(), chunks, plan.get());
  CHECK(plan->starts[plan->buckets] == count);
  const size_t half = plan->buckets / 2;
  const SplitKeys from{split.data(), count, kChunk, ends.get()};
  CHECK(SortSplits(type, descending, from, *plan, half, plan->buckets, to) == Splitting::kDone);
  CHECK(SortSplits(type, descending, from, *plan, 0, half, to) == Splitting::kDone);
  return true;
}

/// Elements whose keys have a distribution.
Room ElementsOf(ElementType type, size_t count, bool descending, const Distribution& of) {
  Room xs(type, count);
  for (size_t i = 0; i < count; ++i) {
    const uint64_t key = of(i, count);
    portable::kKeys.decode[static_cast<size_t>(type)](&key, 1, descending, xs.data() + i * BytesOf(type));
  }
  return xs;
}

template <typename Check>
void ForEachPlace(const std::vector<size_t>& lengths, Check check) {
  for (const PlaceSortTable* path : SHOAL_TABLES(kPlaceSorts)) {
    for (size_t type = 0; type < kElementTypes; ++type) {
      if (path->sort[type] == nullptr) continue;
      const auto element_type = static_cast<ElementType>(type);
      for (const auto& distribution : Distributions(BytesOf(element_type) == 8 ? ~uint64_t{0} : UINT32_MAX)) {
        for (const size_t count : lengths) {
          for (const bool descending : {false, true}) {
            check(*path, element_type, descending, ElementsOf(element_type, count, descending, distribution), count);
          }
        }
      }
    }
  }
}

}  // namespace

TEST(PlaceSorting, "elements of every type of 4 or 8 bytes are sorted where they lie, with memory for the last steps alone") {
  CHECK((PlaceSorts().sort[static_cast<size_t>(ElementType::kFloat64)] != nullptr) == (ThePath() == Path::kAvx512));
  // As keys of one distribution, and in memory of the thread's own; then partitioned once, and more.
  const std::vector<size_t> lengths = {0, 1, 2, 17, 129, 1000, kPlaceOwn, kPlaceOwn + 1, 3 * kPlaceOwn + 77};
  ForEachPlace(lengths, [](const PlaceSortTable& path, ElementType type, bool descending, Room xs, size_t count) {
    std::vector<uint64_t> expected = KeysOf(type, xs.data(), count, descending);
    std::sort(expected.begin(), expected.end());
    const auto own = std::make_unique<unsigned char[]>(PlaceOwnBytes(count, BytesOf(type)));
    path.sort[static_cast<size_t>(type)](xs.data(), count, descending, own.get());
    CHECK(KeysOf(type, xs.data(), count, descending) == expected);
  });
}

TEST(PlacePartitions, "elements up to a key come to lie before all others, however few there are, and none is lost") {
  ForEachPlace(kLengths, [](const PlaceSortTable& path, ElementType type, bool descending, Room xs, size_t count) {
    std::vector<uint64_t> expected = KeysOf(type, xs.data(), count, descending);
    const uint64_t last = count == 0 ? 0 : expected[randomly() % count];
    const size_t lows = path.partition[static_cast<size_t>(type)](xs.data(), count, descending, last);
    std::vector<uint64_t> keys = KeysOf(type, xs.data(), count, descending);
    for (size_t i = 0; i < count; ++i) CHECK((i < lows) == (keys[i] <= last));
    std::sort(keys.begin(), keys.end());
    std::sort(expected.begin(), expected.end());
    CHECK(keys == expected);
  });
}

TEST(VectorSorting, "keys are sorted by vectors whatever their distribution, within the memory that is given, on every path that can") {
  CheckSort<uint32_t>();
  CheckSort<uint64_t>();
}

TEST(VectorSplitting, "keys are split into buckets, and none is lost, when buckets are empty or of one key, too, on every path that can") {
  CheckSplit<uint32_t>();
  CheckSplit<uint64_t>();
}

TEST(SplitSteps, "a sort in chunks and buckets orders every type of 4 or 8 bytes, in both directions, and repeated elements") {
  for (size_t type = 0; type < kElementTypes; ++type) {
    const auto element_type = static_cast<ElementType>(type);
    for (const size_t count : {size_t{1}, size_t{511}, size_t{3001}, size_t{70'001}}) {
      for (const size_t distinct : {size_t{0}, size_t{1}, size_t{5}, size_t{300}}) {
        for (const bool descending : {false, true}) {
          Room xs = RandomRoom(element_type, count, 26, distinct == 300);
          const size_t bytes = BytesOf(element_type);
          for (size_t i = distinct; distinct > 0 && i < count; ++i) {
            memcpy(xs.data() + i * bytes, xs.data() + i * i % 1009 % distinct * bytes, bytes);
          }
          std::vector<uint64_t> expected = KeysOf(element_type, xs.data(), count, descending);
          std::sort(expected.begin(), expected.end());
          Room to(element_type, count);
          const bool is_done = SortInSteps(element_type, descending, xs, count, to.data());
          CHECK(is_done == (bytes >= 4 && count >= 512 && ThePath() == Path::kAvx512));
          CHECK(!is_done || KeysOf(element_type, to.data(), count, descending) == expected);
        }
      }
    }
  }
}

}  // namespace shoal::kernels

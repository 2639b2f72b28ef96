#include <algorithm>

#include "check.h"
#include "kernel_inputs.h"

namespace shoal::kernels {
namespace {

const std::vector<const KeyTable*>& Paths() {
  static const std::vector<const KeyTable*> paths = SHOAL_TABLES(kKeys);
  return paths;
}

template <typename Check>
void ForEachInput(Check check) {
  for (size_t type = 0; type < kElementTypes; ++type) {
    for (const size_t count : kCounts) {
      for (const bool tame : {false, true}) check(type, count, RandomRoom(static_cast<ElementType>(type), count, 11, tame));
    }
  }
}

/// The elements in ascending order, in a room of their own.
Room Sorted(ElementType type, Room& xs, size_t count) {
  Room sorted(type, count);
  std::vector<uint64_t> keys = KeysOf(type, xs.data(), count);
  std::sort(keys.begin(), keys.end());
  std::vector<unsigned char> narrow(xs.bytes());
  for (size_t i = 0; i < count; ++i) memcpy(narrow.data() + i * BytesOf(type), &keys[i], BytesOf(type));
  portable::kKeys.decode[static_cast<size_t>(type)](narrow.data(), count, false, sorted.data());
  return sorted;
}

/// Each byte in turn 0, 1 or 255: an array as exact as a room.
std::unique_ptr<uint8_t[]> Mask(size_t count, unsigned seed) {
  auto mask = std::make_unique<uint8_t[]>(count);
  std::mt19937 random(seed);
  for (size_t i = 0; i < count; ++i) mask[i] = static_cast<uint8_t>(random() % 3 * 127);
  return mask;
}

}  // namespace

TEST(KeysThereAndBack, "elements become keys and keys the same elements, in place too, in both directions, on every path") {
  ForEachInput([](size_t type, size_t count, Room xs) {
    const auto element_type = static_cast<ElementType>(type);
    for (const bool descending : {false, true}) {
      Room keys(element_type, count);
      portable::kKeys.encode[type](xs.data(), count, descending, keys.data());
      for (const KeyTable* path : Paths()) {
        Room other(element_type, count);
        path->encode[type](xs.data(), count, descending, other.data());
        CHECK(memcmp(other.data(), keys.data(), keys.bytes()) == 0);
        path->decode[type](other.data(), count, descending, other.data());
        CHECK(SameElements(element_type, other.data(), xs.data(), count));
      }
    }
  });
}

TEST(KeysPrefixed, "a prefix is the key's distance from the least one, shifted, within its bounds, on every path") {
  ForEachInput([](size_t type, size_t count, Room xs) {
    const auto element_type = static_cast<ElementType>(type);
    const size_t bytes = BytesOf(element_type);
    const std::vector<uint64_t> keys = KeysOf(element_type, xs.data(), count);
    Room encoded(element_type, count);
    portable::kKeys.encode[type](xs.data(), count, false, encoded.data());
    for (const uint64_t least : {uint64_t{0}, count > 0 ? keys[count / 2] : 1}) {
      for (const uint32_t shift : {0U, static_cast<uint32_t>(bytes * 8 - 5)}) {
        for (const uint16_t last : {uint16_t{0}, uint16_t{20}, uint16_t{65'535}}) {
          for (const KeyTable* path : Paths()) {
            auto prefixes = std::make_unique<uint16_t[]>(count);
            path->prefixes[KeyWidth(bytes)](encoded.data(), count, least, shift, last, prefixes.get());
            for (size_t i = 0; i < count; ++i) {
              CHECK(prefixes[i] == std::min<uint64_t>((std::max(keys[i], least) - least) >> shift, last));
            }
          }
        }
      }
    }
  });
}

TEST(KeysSurveyed, "a survey knows the ends of the range, and whether elements are in order, on every path") {
  ForEachInput([](size_t type, size_t count, Room xs) {
    if (count == 0) return;
    const auto element_type = static_cast<ElementType>(type);
    Room sorted = Sorted(element_type, xs, count);
    for (Room* room : {&xs, &sorted}) {
      for (const bool descending : {false, true}) {
        const std::vector<uint64_t> keys = KeysOf(element_type, room->data(), count, descending);
        for (const KeyTable* path : Paths()) {
          const KeySurvey survey = path->survey[type](room->data(), count, descending);
          CHECK(survey.least == *std::min_element(keys.begin(), keys.end()) && survey.most == *std::max_element(keys.begin(), keys.end()));
          CHECK(survey.first == keys.front() && survey.last == keys.back());
          CHECK((survey.is_sorted != 0) == std::is_sorted(keys.begin(), keys.end()));
        }
      }
    }
  });
}

TEST(KeysSelected, "selecting, marking changes and compacting are those of a plain loop, on every path") {
  ForEachInput([](size_t type, size_t count, Room xs) {
    const auto element_type = static_cast<ElementType>(type);
    const std::vector<uint64_t> keys = KeysOf(element_type, xs.data(), count);
    const KeyRange inside = count > 1 ? KeyRange{std::min(keys[0], keys[1]), std::max(keys[0], keys[1])} : KeyRange{0, UINT64_MAX};
    const KeyRange outside = count > 2 ? KeyRange{keys[2], keys[2]} : KeyRange{1, 0};
    for (const KeyTable* path : Paths()) {
      auto mask = Mask(count, 1);
      size_t selected = path->select[type](xs.data(), count, inside, outside, mask.get());
      for (size_t i = 0; i < count; ++i) {
        const bool is_in = keys[i] >= inside.least && keys[i] <= inside.most && !(keys[i] >= outside.least && keys[i] <= outside.most);
        CHECK(mask[i] == is_in);
        selected -= is_in;
      }
      CHECK(selected == 0);
      const Element before{};
      for (const void* first : {static_cast<const void*>(nullptr), static_cast<const void*>(&before)}) {
        size_t changes = path->mark_changes[type](xs.data(), count, first, mask.get());
        for (size_t i = 0; i < count; ++i) changes -= mask[i];
        CHECK(changes == 0 && (count == 0 || first != nullptr || mask[0] == 1));
      }
      mask = Mask(count, 2);
      for (const bool unset : {false, true}) {
        std::vector<uint64_t> kept;
        for (size_t i = 0; i < count; ++i) {
          if ((mask[i] != 0) != unset) kept.push_back(keys[i]);
        }
        Room into(element_type, kept.size());
        CHECK(path->compact[type](xs.data(), count, mask.get(), unset, into.data(), kept.size()) == kept.size());
        CHECK(KeysOf(element_type, into.data(), kept.size()) == kept);
        // The mask says that more are kept than there is room for: a sanitizer would see what goes beyond.
        const auto all = Mask(count, 1);
        memset(all.get(), unset ? 0 : 1, count);
        CHECK(path->compact[type](xs.data(), count, all.get(), unset, into.data(), kept.size()) == kept.size());
        CHECK(memcmp(into.data(), xs.data(), into.bytes()) == 0);
        // And that none is.
        memset(all.get(), unset ? 1 : 0, count);
        CHECK(path->compact[type](xs.data(), count, all.get(), unset, into.data(), kept.size()) == 0);
      }
    }
  });
}

TEST(KeysSearched, "searching and merging, whole and in parts, are those of sorted keys, on every path") {
  ForEachInput([](size_t type, size_t count, Room xs) {
    const auto element_type = static_cast<ElementType>(type);
    const size_t bytes = BytesOf(element_type);
    const size_t half = count / 3;
    Room a(element_type, half);
    Room b(element_type, count - half);
    if (count > 0) {
      memcpy(a.data(), xs.data(), a.bytes());
      memcpy(b.data(), xs.data() + a.bytes(), b.bytes());
    }
    a = Sorted(element_type, a, half);
    b = Sorted(element_type, b, count - half);
    Room whole = Sorted(element_type, xs, count);
    const std::vector<uint64_t> sorted = KeysOf(element_type, whole.data(), count);
    const std::vector<uint64_t> among = KeysOf(element_type, a.data(), half);
    const std::vector<uint64_t> wanted = KeysOf(element_type, b.data(), count - half);
    // Zeros of both signs are one value to a search.
    const uint64_t zero = IsFloatType(type) ? uint64_t{1} << (bytes * 8 - 1) : UINT64_MAX;
    const auto value = [zero](uint64_t key) { return key == zero - 1 ? zero : key; };
    for (const KeyTable* path : Paths()) {
      for (const bool or_equal : {false, true}) {
        auto found = std::make_unique<uint32_t[]>(count - half);
        path->search[type](a.data(), half, b.data(), count - half, or_equal, found.get());
        for (size_t i = 0; i < count - half; ++i) {
          if (i % 17 != 0) continue;
          const auto less = [&](uint64_t key) { return or_equal ? value(key) <= value(wanted[i]) : value(key) < value(wanted[i]); };
          CHECK(found[i] == static_cast<size_t>(std::count_if(among.begin(), among.end(), less)));
        }
      }
      Room into(element_type, count);
      size_t from = 0;
      for (const size_t end : {count / 7, count / 2, count}) {
        const size_t start = end == count ? count / 2 : end == count / 2 ? count / 7 : 0;
        const size_t to = path->split_merge[type](a.data(), half, b.data(), count - half, end);
        path->merge[type](a.data() + from * bytes, to - from, b.data() + (start - from) * bytes, (end - to) - (start - from),
                          into.data() + start * bytes);
        from = to;
      }
      CHECK(KeysOf(element_type, into.data(), count) == sorted);
    }
  });
}

}  // namespace shoal::kernels

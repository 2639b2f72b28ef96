#include "kernels/ordered_keys.h"

#include "kernels/key_of.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

template <typename T>
using KeyType = typename KeyOf<T>::U;

template <typename T>
void Encode(const void* elements, size_t count, bool descending, void* keys) {
  using K = KeyOf<T>;
  const auto* from = static_cast<const KeyType<T>*>(elements);
  auto* to = static_cast<KeyType<T>*>(keys);
  const auto flip = K::Flip(descending);
  for (size_t i = 0; i < count; ++i) to[i] = K::Encode(from[i], flip);
}

template <typename T>
void Decode(const void* keys, size_t count, bool descending, void* elements) {
  using K = KeyOf<T>;
  const auto* from = static_cast<const KeyType<T>*>(keys);
  auto* to = static_cast<KeyType<T>*>(elements);
  const auto flip = K::Flip(descending);
  for (size_t i = 0; i < count; ++i) to[i] = K::Decode(from[i], flip);
}

template <typename T>
KeySurvey Survey(const void* elements, size_t count, bool descending) {
  using K = KeyOf<T>;
  using U = KeyType<T>;
  constexpr size_t kBatch = 4096;
  const auto* from = static_cast<const U*>(elements);
  const U flip = K::Flip(descending);
  U least = K::kAll;
  U most = 0;
  U before = K::Encode(from[0], flip);
  const U first = before;
  bool is_sorted = true;
  for (size_t start = 0; start < count; start += kBatch) {
    const U* batch = from + start;
    const size_t length = count - start < kBatch ? count - start : kBatch;
    for (size_t i = 0; i < length; ++i) {
      const U key = K::Encode(batch[i], flip);
      least = key < least ? key : least;
      most = key > most ? key : most;
    }
    if (!is_sorted) continue;
    U descents = before > K::Encode(batch[0], flip);
    for (size_t i = 1; i < length; ++i) descents |= K::Encode(batch[i - 1], flip) > K::Encode(batch[i], flip);
    is_sorted = descents == 0;
    before = K::Encode(batch[length - 1], flip);
  }
  return {least, most, first, K::Encode(from[count - 1], flip), is_sorted};
}

template <typename T>
size_t Select(const void* elements, size_t count, KeyRange inside, KeyRange outside, uint8_t* mask) {
  using K = KeyOf<T>;
  using U = KeyType<T>;
  const auto* from = static_cast<const U*>(elements);
  const U least = static_cast<U>(inside.least);
  const U most = static_cast<U>(inside.most);
  const U least_not = static_cast<U>(outside.least);
  const U most_not = static_cast<U>(outside.most);
  size_t selected = 0;
  for (size_t i = 0; i < count; ++i) {
    const U key = K::Encode(from[i], 0);
    mask[i] = static_cast<uint8_t>((key >= least) & (key <= most) & !((key >= least_not) & (key <= most_not)));
    selected += mask[i];
  }
  return selected;
}

template <typename T>
size_t MarkChanges(const void* elements, size_t count, const void* before, uint8_t* mask) {
  using K = KeyOf<T>;
  using U = KeyType<T>;
  if (count == 0) return 0;
  const auto* from = static_cast<const U*>(elements);
  const auto key = [](U bits) __attribute__((always_inline)) { return K::Equal(K::Encode(bits, 0)); };
  mask[0] = before == nullptr || key(*static_cast<const U*>(before)) != key(from[0]);
  size_t changes = mask[0];
  for (size_t i = 1; i < count; ++i) {
    mask[i] = key(from[i - 1]) != key(from[i]);
    changes += mask[i];
  }
  return changes;
}

template <typename T>
size_t Compact(const void* elements, size_t count, const uint8_t* mask, bool unset, void* into, size_t room) {
  using U = KeyType<T>;
  const auto* from = static_cast<const U*>(elements);
  auto* to = static_cast<U*>(into);
  // What lies after the last that is kept belongs to somebody else.
  size_t next = 0;
  for (size_t i = 0; i < count && next < room; ++i) {
    to[next] = from[i];
    next += (mask[i] != 0) != unset;
  }
  return next;
}

template <typename T>
void Search(const void* sorted, size_t length, const void* values, size_t count, bool or_equal, uint32_t* into) {
  using K = KeyOf<T>;
  using U = KeyType<T>;
  const auto* among = static_cast<const U*>(sorted);
  const auto* from = static_cast<const U*>(values);
  for (size_t i = 0; i < count; ++i) {
    const U key = K::Equal(K::Encode(from[i], 0));
    size_t start = 0;
    for (size_t rest = length; rest > 0;) {
      const size_t half = rest / 2;
      const U middle = K::Equal(K::Encode(among[start + half], 0));
      const bool after = or_equal ? middle <= key : middle < key;
      start += after ? half + 1 : 0;
      rest = after ? rest - half - 1 : half;
    }
    into[i] = static_cast<uint32_t>(start);
  }
}

template <typename T>
size_t SplitMerge(const void* a, size_t a_count, const void* b, size_t b_count, size_t diagonal) {
  using K = KeyOf<T>;
  const auto* left = static_cast<const KeyType<T>*>(a);
  const auto* right = static_cast<const KeyType<T>*>(b);
  size_t least = diagonal > b_count ? diagonal - b_count : 0;
  size_t most = diagonal < a_count ? diagonal : a_count;
  while (least < most) {
    const size_t middle = least + (most - least) / 2;
    // Equal elements come from `a` first.
    if (K::Encode(left[middle], 0) <= K::Encode(right[diagonal - middle - 1], 0)) {
      least = middle + 1;
    } else {
      most = middle;
    }
  }
  return least;
}

template <typename T>
void Merge(const void* a, size_t a_count, const void* b, size_t b_count, void* into) {
  using K = KeyOf<T>;
  using U = KeyType<T>;
  const auto* left = static_cast<const U*>(a);
  const auto* right = static_cast<const U*>(b);
  auto* to = static_cast<U*>(into);
  size_t i = 0;
  size_t j = 0;
  while (i < a_count && j < b_count) {
    const U x = left[i];
    const U y = right[j];
    const bool takes_left = K::Encode(x, 0) <= K::Encode(y, 0);
    *to++ = takes_left ? x : y;
    i += takes_left;
    j += !takes_left;
  }
  while (i < a_count) *to++ = left[i++];
  while (j < b_count) *to++ = right[j++];
}

template <typename U>
void Prefixes(const void* keys, size_t count, uint64_t least, uint32_t shift, uint16_t last, uint16_t* into) {
  const auto* from = static_cast<const U*>(keys);
  const U first = static_cast<U>(least);
  const U most = last < KeyOf<U>::kAll ? static_cast<U>(last) : KeyOf<U>::kAll;
  for (size_t i = 0; i < count; ++i) {
    const U key = from[i] > first ? from[i] : first;
    const U prefix = static_cast<U>(static_cast<U>(key - first) >> shift);
    into[i] = static_cast<uint16_t>(prefix < most ? prefix : most);
  }
}

}  // namespace

const KeyTable kKeys = {{SHOAL_EACH_TYPE(Encode)},      {SHOAL_EACH_TYPE(Decode)},
                        {SHOAL_EACH_TYPE(Survey)},      {SHOAL_EACH_TYPE(Select)},
                        {SHOAL_EACH_TYPE(MarkChanges)}, {SHOAL_EACH_TYPE(Compact)},
                        {SHOAL_EACH_TYPE(Search)},      {SHOAL_EACH_TYPE(SplitMerge)},
                        {SHOAL_EACH_TYPE(Merge)},       {Prefixes<uint8_t>, Prefixes<uint16_t>, Prefixes<uint32_t>, Prefixes<uint64_t>}};

}  // namespace shoal::kernels::SHOAL_PATH

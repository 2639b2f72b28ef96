#ifndef SHOAL_KERNELS_ORDERED_KEYS_H_
#define SHOAL_KERNELS_ORDERED_KEYS_H_

#include "kernels/element_type.h"
#include "kernels/paths.h"

namespace shoal::kernels {

/// What is known of the keys of a part.
struct KeySurvey {
  uint64_t least;
  uint64_t most;
  uint64_t first;
  uint64_t last;
  uint64_t is_sorted;
};

/// Both ends belong to it; empty when `least` is greater.
struct KeyRange {
  uint64_t least;
  uint64_t most;
};

inline constexpr size_t kKeyWidths = 4;

/// The place of keys of `bytes` bytes among those of 1, 2, 4 and 8.
constexpr size_t KeyWidth(size_t bytes) { return bytes == 8 ? 3 : bytes / 2; }

/// *Keys* are unsigned integers, as wide as the elements, that compare as the elements do: what sorts, selects or groups elements works on
/// keys, by width alone. NaN comes last in both directions, and all NaNs become one; −0 comes before +0, or after it when descending.
struct KeyTable {
  /// `keys` may be `elements`.
  void (*encode[kElementTypes])(const void* elements, size_t count, bool descending, void* keys);
  void (*decode[kElementTypes])(const void* keys, size_t count, bool descending, void* elements);
  /// Of one element at least.
  KeySurvey (*survey[kElementTypes])(const void* elements, size_t count, bool descending);
  /// `mask[i]` = 1 where the ascending key lies inside one range and outside another; how many do.
  size_t (*select[kElementTypes])(const void* elements, size_t count, KeyRange inside, KeyRange outside, uint8_t* mask);
  /// `mask[i]` = 1 where an element differs from the one before; `before` is the one before the first. NaN equals NaN, −0 equals +0.
  size_t (*mark_changes[kElementTypes])(const void* elements, size_t count, const void* before, uint8_t* mask);
  /// Appends the elements whose byte in `mask` is not 0, or is 0 if `unset`. Writes `room` elements at most, also where the mask has
  /// changed since they were counted. How many there are up to there.
  size_t (*compact[kElementTypes])(const void* elements, size_t count, const uint8_t* mask, bool unset, void* into, size_t room);
  /// `into[i]` = how many of `sorted`, which ascends, are less than `values[i]`; `or_equal`: less or equal. −0 equals +0 here.
  void (*search[kElementTypes])(const void* sorted, size_t length, const void* values, size_t count, bool or_equal, uint32_t* into);
  /// How many of the first `diagonal` elements of the stable merge of `a` and `b` come from `a`.
  size_t (*split_merge[kElementTypes])(const void* a, size_t a_count, const void* b, size_t b_count, size_t diagonal);
  void (*merge[kElementTypes])(const void* a, size_t a_count, const void* b, size_t b_count, void* into);
  /// By width, see `KeyWidth`: `into[i]` = `(keys[i] - least) >> shift`, 0 below `least` and `last` above that.
  void (*prefixes[kKeyWidths])(const void* keys, size_t count, uint64_t least, uint32_t shift, uint16_t last, uint16_t* into);
};
SHOAL_DECLARE_KERNELS(KeyTable, Keys)

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_ORDERED_KEYS_H_

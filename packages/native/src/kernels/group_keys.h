#ifndef SHOAL_KERNELS_GROUP_KEYS_H_
#define SHOAL_KERNELS_GROUP_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/element_type.h"

namespace shoal::kernels {

inline const char* At(const Elements& elements, size_t index) { return elements.as<const char>() + index * BytesOf(elements.type); }

/// The keys (`ordered_keys.h`) of `count` elements, kKeyBatch at most.
void LoadKeys(ElementType type, const void* elements, size_t count, uint64_t* keys);

/// What rows are grouped by, as words: one for each row while the columns fit in it, else one for each column. Equal keys are equal words:
/// NaN equals NaN, and −0 equals +0.
class GroupKeys {
 public:
  explicit GroupKeys(const std::vector<Elements>& columns);

  size_t words() const { return words_; }
  /// Of all columns.
  size_t bits() const { return bits_; }

  /// The words of `count` rows from `start` on, kKeyBatch at most.
  void Load(const std::vector<Elements>& columns, size_t start, size_t count, uint64_t* words) const;
  /// The elements of one column, from the words of so many rows.
  void Store(size_t column, const uint64_t* words, size_t count, void* elements) const;

 private:
  std::vector<ElementType> types_;
  /// Where each column's bits lie in the one word.
  std::vector<uint8_t> shifts_;
  size_t bits_ = 0;
  size_t words_;
};

/// Tables are indexed by the low bits, parts by the high ones. Both halves of a product: the low one alone has the zeros of its factor at
/// the end, of which doubles that are whole numbers have many.
inline uint64_t HashOf(const uint64_t* words, size_t count) {
  uint64_t hash = 0;
  for (size_t i = 0; i < count; ++i) {
    const unsigned __int128 product = static_cast<unsigned __int128>(hash ^ words[i]) * 0x9e37'79b9'7f4a'7c15;
    hash = static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }
  return hash;
}

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_KEYS_H_

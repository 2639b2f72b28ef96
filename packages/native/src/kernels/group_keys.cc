#include "kernels/group_keys.h"

#include <algorithm>

#include "kernels/keys_as.h"

namespace shoal::kernels {
namespace {

/// The key of −0 of this type, or a key that no element has: +0 is one more.
uint64_t MinusZero(ElementType type) { return IsFloat(type) ? (uint64_t{1} << (BytesOf(type) * 8 - 1)) - 1 : UINT64_MAX; }

}  // namespace

void LoadKeys(ElementType type, const void* elements, size_t count, uint64_t* keys) {
  const auto encode = Keys().encode[static_cast<size_t>(type)];
  if (BytesOf(type) == 8) return encode(elements, count, false, keys);
  ByWidth(type, [&]<typename U>() {
    U narrow[kKeyBatch];
    encode(elements, count, false, narrow);
    for (size_t i = 0; i < count; ++i) keys[i] = narrow[i];
  });
}

GroupKeys::GroupKeys(const std::vector<Elements>& columns) {
  for (const Elements& column : columns) bits_ += BytesOf(column.type) * 8;
  const bool is_packed = bits_ <= 64;
  words_ = is_packed ? 1 : columns.size();
  size_t shift = 0;
  for (const Elements& column : columns) {
    types_.push_back(column.type);
    shifts_.push_back(static_cast<uint8_t>(shift));
    if (is_packed) shift += BytesOf(column.type) * 8;
  }
}

void GroupKeys::Load(const std::vector<Elements>& columns, size_t start, size_t count, uint64_t* words) const {
  uint64_t loaded[kKeyBatch];
  for (size_t column = 0; column < columns.size(); ++column) {
    const ElementType type = types_[column];
    LoadKeys(type, At(columns[column], start), count, loaded);
    const uint64_t minus_zero = MinusZero(type);
    if (IsFloat(type)) {
      for (size_t i = 0; i < count; ++i) loaded[i] += loaded[i] == minus_zero;
    }
    if (words_ > 1) {
      for (size_t i = 0; i < count; ++i) words[i * words_ + column] = loaded[i];
    } else if (column == 0) {
      std::copy_n(loaded, count, words);
    } else {
      for (size_t i = 0; i < count; ++i) words[i] |= loaded[i] << shifts_[column];
    }
  }
}

void GroupKeys::Store(size_t column, const uint64_t* words, size_t count, void* elements) const {
  const ElementType type = types_[column];
  ByWidth(type, [&]<typename U>() {
    U* to = static_cast<U*>(elements);
    const size_t word = words_ > 1 ? column : 0;
    for (size_t i = 0; i < count; ++i) to[i] = static_cast<U>(words[i * words_ + word] >> shifts_[column]);
  });
  Keys().decode[static_cast<size_t>(type)](elements, count, false, elements);
}

}  // namespace shoal::kernels

#include "kernels/group_index.h"

#include <algorithm>
#include <bit>

#include "kernels/group_keys.h"

namespace shoal::kernels {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr size_t kDirectBits = 16;
constexpr size_t kFirstSlots = 1024;
/// What the first rows must lie within for others to be expected near them.
constexpr uint64_t kNear = 1 << 14;

}  // namespace

GroupIndex::GroupIndex(size_t words, size_t bits) : words_(words), is_direct_(bits <= kDirectBits) {
  slots_.assign(is_direct_ ? size_t{1} << bits : kFirstSlots, kNone);
  mask_ = slots_.size() - 1;
}

void GroupIndex::BeginDirect(const uint64_t* words, size_t total) {
  if (is_direct_ || words_ > 1 || total == 0) return;
  const auto [least, most] = std::minmax_element(words, words + total);
  if (*most - *least >= kNear) return;
  base_ = *least < kNear ? 0 : *least - kNear;
  slots_.assign(size_t{1} << kDirectBits, kNone);
  is_direct_ = true;
}

void GroupIndex::Find(const uint64_t* words, size_t total, uint32_t* groups) {
  if (is_direct_ && !Covers(words, total)) Rehash(std::max(kFirstSlots, std::bit_ceil(count() * 4)));
  if (is_direct_) {
    for (size_t i = 0; i < total; ++i) {
      uint32_t& slot = slots_[words[i] - base_];
      if (slot == kNone) slot = NewGroup(words + i);
      groups[i] = slot;
    }
    return;
  }
  switch (words_) {
    case 1:
      return FindHashed<1>(words, total, groups);
    case 2:
      return FindHashed<2>(words, total, groups);
    case 3:
      return FindHashed<3>(words, total, groups);
    default:
      return FindHashed<4>(words, total, groups);
  }
}

uint32_t GroupIndex::NewGroup(const uint64_t* words) {
  keys_.insert(keys_.end(), words, words + words_);
  return static_cast<uint32_t>(count_++);
}

bool GroupIndex::Covers(const uint64_t* words, size_t total) const {
  bool covered = true;
  for (size_t i = 0; i < total; ++i) covered &= words[i] - base_ < slots_.size();
  return covered;
}

/// Hashed, into that many slots. Groups keep their numbers.
void GroupIndex::Rehash(size_t slots) {
  is_direct_ = false;
  slots_.assign(slots, kNone);
  mask_ = slots_.size() - 1;
  for (size_t group = 0; group < count(); ++group) {
    size_t slot = HashOf(keys_.data() + group * words_, words_) & mask_;
    while (slots_[slot] != kNone) slot = (slot + 1) & mask_;
    slots_[slot] = static_cast<uint32_t>(group);
  }
}

template <size_t kWords>
void GroupIndex::FindHashed(const uint64_t* words, size_t total, uint32_t* groups) {
  for (size_t i = 0; i < total; ++i) {
    const uint64_t* key = words + i * kWords;
    for (size_t slot = HashOf(key, kWords) & mask_;; slot = (slot + 1) & mask_) {
      uint32_t group = slots_[slot];
      if (group == kNone) {
        slots_[slot] = group = NewGroup(key);
        if (count() * 2 > slots_.size()) Rehash(slots_.size() * 2);
        groups[i] = group;
        break;
      }
      bool same = true;
      for (size_t w = 0; w < kWords; ++w) same &= keys_[group * kWords + w] == key[w];
      if (!same) continue;
      groups[i] = group;
      break;
    }
  }
}

}  // namespace shoal::kernels

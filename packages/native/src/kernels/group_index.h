#ifndef SHOAL_KERNELS_GROUP_INDEX_H_
#define SHOAL_KERNELS_GROUP_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace shoal::kernels {

/// The groups that keys belong to, numbered in the order in which each key came first. Keys are words (`GroupKeys`).
///
/// A hash table with open addressing finds a key's group; keys that lie close together are an index themselves.
class GroupIndex {
 public:
  /// Of keys of so many words, with so many bits in all.
  GroupIndex(size_t words, size_t bits);

  /// For an index without groups, from the first keys: they are an index themselves when they are close together, with room to both sides.
  void BeginDirect(const uint64_t* words, size_t total);
  /// The groups of `total` keys: new ones for those that have not come before.
  void Find(const uint64_t* words, size_t total, uint32_t* groups);

  size_t count() const { return count_; }
  /// The words of each group's key.
  const uint64_t* keys() const { return keys_.data(); }

 private:
  uint32_t NewGroup(const uint64_t* words);
  bool Covers(const uint64_t* words, size_t total) const;
  void Rehash(size_t slots);
  template <size_t kWords>
  void FindHashed(const uint64_t* words, size_t total, uint32_t* groups);

  size_t words_;
  /// Whether the slot of a key is how far it is from `base_`.
  bool is_direct_;
  uint64_t base_ = 0;
  std::vector<uint32_t> slots_;
  size_t mask_ = 0;
  std::vector<uint64_t> keys_;
  size_t count_ = 0;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_GROUP_INDEX_H_

#ifndef SHOAL_KERNELS_SCAN_CHAIN_H_
#define SHOAL_KERNELS_SCAN_CHAIN_H_

#include <atomic>
#include <cstdint>

#include "kernels/scan.h"

namespace shoal::kernels {

/// What is known of one chunk: zero bytes in the beginning. Every thread that finds out the same finds out the same bits.
struct ScanLink {
  std::atomic<uint64_t> total;
  std::atomic<uint64_t> through;
  /// Stored after the element that it speaks of; never goes down.
  std::atomic<uint32_t> state;
};
static_assert(sizeof(ScanLink) == 24 && std::atomic<uint64_t>::is_always_lock_free);

/// Chunks of one array that threads and processes scan in a single pass: each adds up its chunk, makes known what that comes to, and scans
/// it while it still lies in the cache. After Merrill and Garland ("Single-pass parallel prefix scan with decoupled look-back", 2016), but
/// nobody waits for good: a total that does not come is found out by who needs it. So chunks may be done in any order, twice, or not at
/// all.
///
/// In place the helper reads what the owner may begin to overwrite meanwhile. The owner makes its total known before it does; a total that
/// is known once the helper has read is taken instead of the helper's own.
class ScanChain {
 public:
  ScanChain(const ScanKernels& kernels, const Elements& xs, size_t chunk_length, ScanLink* links)
      : kernels_(kernels), xs_(xs), chunk_length_(chunk_length), links_(links) {}

  /// Makes known what a chunk comes to.
  void Total(size_t chunk) const;

  /// Prefixes of a chunk into as many elements from `into` on, which may be the chunk itself. `alone`: nobody else is at work, so
  /// that the total is only known in the end.
  void Scan(size_t chunk, void* into, bool exclusive, bool alone) const;

 private:
  Elements Chunk(size_t chunk) const;
  Element Before(size_t chunk) const;
  Element Joined(Element carry, const Element& total) const;
  Element AwaitTotal(size_t chunk) const;
  void KnowTotal(size_t chunk, const Element& total) const;
  void KnowThrough(size_t chunk, const Element& through) const;

  const ScanKernels& kernels_;
  Elements xs_;
  size_t chunk_length_;
  ScanLink* links_;
};

}  // namespace shoal::kernels

#endif  // SHOAL_KERNELS_SCAN_CHAIN_H_

#include "kernels/scan_chain.h"

#include <bit>
#include <chrono>

#include "sys/futex.h"

namespace shoal::kernels {
namespace {

enum : uint32_t { kNothing, kTotal, kThrough };

/// Ranks that are at work keep step by themselves. One that is waited for longer mostly has no CPU, and its chunk is added up in 20 to 50
/// µs.
constexpr std::chrono::nanoseconds kPatience = std::chrono::microseconds(10);

Element Load(const std::atomic<uint64_t>& word) { return std::bit_cast<Element>(word.load(std::memory_order_relaxed)); }

void Store(std::atomic<uint64_t>& word, const Element& element) { word.store(std::bit_cast<uint64_t>(element), std::memory_order_relaxed); }

}  // namespace

void ScanChain::Total(size_t chunk) const {
  if (links_[chunk].state.load(std::memory_order_acquire) != kNothing) return;
  const Elements xs = Chunk(chunk);
  Element total;
  kernels_.total(xs.data, xs.count, &total);
  KnowTotal(chunk, total);
}

void ScanChain::Scan(size_t chunk, void* into, bool exclusive, bool alone) const {
  const Elements xs = Chunk(chunk);
  if (!alone) Total(chunk);
  const Element before = Before(chunk);
  // Who has the next chunk goes on from here.
  if (!alone) KnowThrough(chunk, Joined(before, Load(links_[chunk].total)));
  Element total;
  kernels_.scan(xs.data, into, xs.count, &before, exclusive, &total);
  if (alone) KnowThrough(chunk, Joined(before, total));
}

Elements ScanChain::Chunk(size_t chunk) const {
  const size_t start = chunk * chunk_length_;
  const size_t left = xs_.count - start;
  char* data = xs_.as<char>() + start * BytesOf(xs_.type);
  return {xs_.type, data, left < chunk_length_ ? left : chunk_length_};
}

/// What everything before a chunk comes to: from the nearest chunk on of which that is known, always from left to right.
Element ScanChain::Before(size_t chunk) const {
  size_t known = chunk;
  while (known > 0 && links_[known - 1].state.load(std::memory_order_acquire) != kThrough) --known;
  Element through;
  if (known == 0) {
    kernels_.identity(&through);
  } else {
    through = Load(links_[known - 1].through);
  }
  for (; known < chunk; ++known) {
    through = Joined(through, AwaitTotal(known));
    KnowThrough(known, through);
  }
  return through;
}

Element ScanChain::Joined(Element carry, const Element& total) const {
  kernels_.join(&carry, &total);
  return carry;
}

Element ScanChain::AwaitTotal(size_t chunk) const {
  const ScanLink& link = links_[chunk];
  if (SpinUntil(kPatience, [&] { return link.state.load(std::memory_order_acquire) != kNothing; })) return Load(link.total);
  const Elements xs = Chunk(chunk);
  Element total;
  kernels_.total(xs.data, xs.count, &total);
  // Nothing above is read after the state: while it says nothing, nothing was overwritten.
  std::atomic_thread_fence(std::memory_order_acquire);
  if (link.state.load(std::memory_order_acquire) != kNothing) return Load(link.total);
  KnowTotal(chunk, total);
  return total;
}

void ScanChain::KnowTotal(size_t chunk, const Element& total) const {
  ScanLink& link = links_[chunk];
  Store(link.total, total);
  uint32_t nothing = kNothing;
  link.state.compare_exchange_strong(nothing, kTotal, std::memory_order_release, std::memory_order_relaxed);
  // What the owner overwrites from here on is stored after the state.
  std::atomic_thread_fence(std::memory_order_release);
}

void ScanChain::KnowThrough(size_t chunk, const Element& through) const {
  Store(links_[chunk].through, through);
  links_[chunk].state.store(kThrough, std::memory_order_release);
}

}  // namespace shoal::kernels

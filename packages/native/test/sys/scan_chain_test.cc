#include "kernels/scan_chain.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "check.h"
#include "kernel_inputs.h"

namespace shoal::kernels {
namespace {

constexpr size_t kChunk = 100;
constexpr size_t kChunks = 41;
constexpr size_t kLength = kChunk * (kChunks - 1) + 7;

struct Input {
  ElementType type;
  ScanOp op;
  bool exclusive;
};

const Input kInputs[] = {{ElementType::kFloat64, ScanOp::kSum, false}, {ElementType::kFloat64, ScanOp::kSum, true},
                         {ElementType::kFloat32, ScanOp::kMax, true},  {ElementType::kInt8, ScanOp::kSum, false},
                         {ElementType::kBigInt64, ScanOp::kXor, true}, {ElementType::kUint8Clamped, ScanOp::kProduct, false}};

Room Numbers(const Input& input) { return RandomRoom(input.type, kLength, 6, true); }

/// Scans the chunks in the order given, `threads` of them at a time.
void ScanAll(const Input& input, void* xs, void* into, const std::vector<size_t>& order, size_t threads, bool alone) {
  std::vector<ScanLink> links(kChunks);
  const ScanChain chain(*ScanKernelsFor(input.type, input.op), {input.type, xs, kLength}, kChunk, links.data());
  std::atomic<size_t> next = 0;
  std::vector<std::thread> running;
  for (size_t thread = 0; thread < threads; ++thread) {
    running.emplace_back([&] {
      for (size_t at = next++; at < order.size(); at = next++) {
        char* target = static_cast<char*>(into) + order[at] * kChunk * BytesOf(input.type);
        chain.Scan(order[at], target, input.exclusive, alone);
      }
    });
  }
  for (std::thread& thread : running) thread.join();
}

std::vector<size_t> InOrder() {
  std::vector<size_t> order(kChunks);
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Room Expected(const Input& input) {
  Room xs = Numbers(input);
  Room into(input.type, kLength);
  ScanAll(input, xs.data(), into.data(), InOrder(), 1, true);
  return into;
}

bool AreSame(const Room& a, const Room& b) { return memcmp(a.data(), b.data(), a.bytes()) == 0; }

}  // namespace

TEST(ScanChainOrder, "chunks in any order, some of them twice, by one thread or several, come to the same bits") {
  std::mt19937 random(1);
  for (const Input& input : kInputs) {
    const Room expected = Expected(input);
    std::vector<size_t> order = InOrder();
    for (const size_t threads : {1, 2, 5}) {
      for (int round = 0; round < 4; ++round) {
        Room xs = Numbers(input);
        Room into(input.type, kLength);
        ScanAll(input, xs.data(), into.data(), order, static_cast<size_t>(threads), false);
        CHECK(AreSame(into, expected));
        std::shuffle(order.begin(), order.end(), random);
      }
    }
    // What two threads do at once they both store.
    order.insert(order.end(), {0, 17, kChunks - 1, 17});
    Room xs = Numbers(input);
    Room into(input.type, kLength);
    ScanAll(input, xs.data(), into.data(), order, 1, false);
    CHECK(AreSame(into, expected));
  }
}

TEST(ScanChainInPlace, "in place, from the last chunk to the first: what nobody has added up is added up by who needs it") {
  for (const Input& input : kInputs) {
    const Room expected = Expected(input);
    std::vector<size_t> order = InOrder();
    std::reverse(order.begin(), order.end());
    Room xs = Numbers(input);
    ScanAll(input, xs.data(), xs.data(), order, 1, false);
    CHECK(AreSame(xs, expected));
  }
}

TEST(ScanChainTotals, "totals that are known first are enough to scan each chunk by itself") {
  for (const Input& input : kInputs) {
    const Room expected = Expected(input);
    Room xs = Numbers(input);
    std::vector<ScanLink> links(kChunks);
    const ScanChain chain(*ScanKernelsFor(input.type, input.op), {input.type, xs.data(), kLength}, kChunk, links.data());
    for (size_t chunk = 0; chunk < kChunks; ++chunk) chain.Total(chunk);
    for (size_t i = 0; i < kChunks; ++i) {
      // Every chunk once, far apart.
      const size_t chunk = i * 7 % kChunks;
      chain.Scan(chunk, xs.data() + chunk * kChunk * BytesOf(input.type), input.exclusive, true);
    }
    CHECK(AreSame(xs, expected));
  }
}

}  // namespace shoal::kernels

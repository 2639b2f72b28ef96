#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <numeric>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/elementwise.h"
#include "kernels/group_parts.h"
#include "kernels/histogram.h"
#include "kernels/place_sort.h"
#include "kernels/reductions.h"
#include "kernels/split_sort.h"
#include "kernels/top_k.h"

namespace shoal::kernels {
namespace {

const size_t kPage = static_cast<size_t>(sysconf(_SC_PAGESIZE));

/// Elements of which those from the middle on lie in the last page that can be read. The first touch of that page changes all before it:
/// what another thread may do at any moment is done at one that is known. Every element is a small number in its lowest byte.
class ChangingElements {
 public:
  ChangingElements(ElementType type, size_t before) : type_(type), before_(before) {
    const size_t pages = (before * BytesOf(type) + kPage - 1) / kPage;
    length_ = (pages + 2) * kPage;
    memory_ = static_cast<unsigned char*>(mmap(nullptr, length_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    CHECK(memory_ != MAP_FAILED);
    last_page_ = memory_ + pages * kPage;
    CHECK(mprotect(last_page_ + kPage, kPage, PROT_NONE) == 0);
  }
  ~ChangingElements() { munmap(memory_, length_); }

  unsigned char* data() const { return last_page_ - before_ * BytesOf(type_); }
  size_t count() const { return before_ + kPage / BytesOf(type_); }
  Elements elements() const { return {type_, data(), count()}; }

  void Set(size_t i, unsigned char value) const { data()[i * BytesOf(type_)] = value; }
  void SetAll(size_t end, unsigned char value) const {
    for (size_t i = 0; i < end; ++i) Set(i, value);
  }

  /// Runs `call`, in the middle of which all elements before the last page become `value`.
  template <typename Call>
  void Run(unsigned char value, Call call) {
    changing_ = this;
    value_ = value;
    struct sigaction action = {};
    struct sigaction before = {};
    action.sa_sigaction = [](int, siginfo_t* info, void*) {
      // What is touched later lies outside.
      CHECK(changing_ != nullptr);
      changing_->Touched(info->si_addr);
    };
    action.sa_flags = SA_SIGINFO;
    CHECK(sigaction(SIGSEGV, &action, &before) == 0);
    CHECK(mprotect(last_page_, kPage, PROT_NONE) == 0);
    call();
    CHECK(sigaction(SIGSEGV, &before, nullptr) == 0);
    CHECK(changing_ == nullptr);
  }

 private:
  void Touched(const void* address) {
    CHECK(address >= last_page_ && address < last_page_ + kPage);
    CHECK(mprotect(last_page_, kPage, PROT_READ | PROT_WRITE) == 0);
    SetAll(before_, value_);
    changing_ = nullptr;
  }

  static inline ChangingElements* changing_ = nullptr;
  ElementType type_;
  size_t before_;
  size_t length_;
  unsigned char* memory_;
  unsigned char* last_page_;
  unsigned char value_ = 0;
};

template <typename Check>
void ForEachType(Check check) {
  for (size_t type = 0; type < kElementTypes; ++type) check(static_cast<ElementType>(type));
}

}  // namespace

TEST(MeanwhileExtremes, "the place of an extreme lies in the view when the extreme is gone before it is looked for, on every path") {
  // Blocks in which the place is looked for.
  constexpr size_t kBlock = 2048;
  ForEachType([](ElementType type) {
    for (const ExtremesTable* path : SHOAL_TABLES(kExtreme)) {
      for (const bool greatest : {false, true}) {
        ChangingElements xs(type, kBlock);
        xs.SetAll(xs.count(), 2);
        xs.Set(5, greatest ? 3 : 1);
        xs.Run(2, [&] {
          Found found{};
          path->first[static_cast<size_t>(type)](xs.data(), xs.count(), greatest, &found);
          CHECK(found.index < xs.count());
          CHECK(found.element.bytes[0] == (greatest ? 3 : 1));
        });
      }
    }
  });
}

TEST(MeanwhileGroups, "each row is in one group when keys and values change while they are read") {
  ForEachType([](ElementType type) {
    // In the middle of a batch.
    ChangingElements xs(type, 1024 + 512);
    for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % 7));
    const std::vector<Elements> keys = {xs.elements()};
    std::vector<AggregateColumn> columns;
    for (const Aggregate aggregate : {Aggregate::kSum, Aggregate::kMin, Aggregate::kMax}) columns.push_back({xs.elements(), aggregate});
    Groups groups(keys, columns);
    xs.Run(200, [&] { groups.AddRows(keys, columns); });
    std::vector<double> counts(groups.count());
    groups.WriteCounts(counts.data());
    CHECK(groups.count() >= 7 && groups.count() <= 8);
    CHECK(std::accumulate(counts.begin(), counts.end(), 0.0) == static_cast<double>(xs.count()));
  });
}

TEST(MeanwhileGroupParts, "each row is in one part when keys change while rows are split") {
  ForEachType([](ElementType type) {
    ChangingElements xs(type, 1024 + 512);
    for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % 100));
    Room copy(type, xs.count());
    uint32_t ends[4];
    std::vector<uint32_t> rows(xs.count());
    xs.Run(200, [&] {
      SplitRows({xs.elements()}, {{xs.elements(), copy.data()}}, 2, 0, ends, {ElementType::kUint32, rows.data(), rows.size()});
    });
    CHECK(ends[3] == xs.count());
    std::sort(rows.begin(), rows.end());
    for (size_t i = 0; i < rows.size(); ++i) CHECK(rows[i] == i);
  });
}

TEST(MeanwhileTopK, "the first k are as many, each at a place of its own, when elements change while they are looked at") {
  ForEachType([](ElementType type) {
    ChangingElements xs(type, 1024 + 512);
    for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % 100));
    constexpr size_t kWanted = 10;
    uint64_t keys[kWanted];
    double indices[kWanted];
    xs.Run(120, [&] { CHECK(TopK(type, true, xs.data(), xs.count(), 0, kWanted, keys, indices) == kWanted); });
    for (size_t i = 0; i < kWanted; ++i) {
      CHECK(indices[i] < static_cast<double>(xs.count()));
      for (size_t j = 0; j < i; ++j) CHECK(indices[j] != indices[i]);
    }
  });
}

TEST(MeanwhileSplits, "each element is in one bucket, and sorted there, when elements change while they are split") {
  ForEachType([](ElementType type) {
    ChangingElements xs(type, 1024 + 512);
    for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % 100));
    const size_t count = xs.count();
    const auto plan = std::make_unique<SplitPlan>();
    if (BeginSplits(type, false, xs.data(), count, plan.get()) == Splitting::kUnable) return;
    const auto ends = std::make_unique<uint32_t[]>(plan->buckets);
    Room split(type, count);
    Room sorted(type, count);
    xs.Run(120, [&] { CHECK(SplitChunks(type, false, xs.data(), count, count, *plan, ends.get(), split.data()) == Splitting::kDone); });
    PlanSplits(ends.get(), 1, plan.get());
    CHECK(plan->starts[plan->buckets] == count);
    const SplitKeys from{split.data(), count, count, ends.get()};
    CHECK(SortSplits(type, false, from, *plan, 0, plan->buckets, sorted.data()) == Splitting::kDone);
    const std::vector<uint64_t> keys = KeysOf(type, sorted.data(), count);
    CHECK(std::is_sorted(keys.begin(), keys.end()));
  });
}

TEST(MeanwhilePlaces, "a sort where elements lie comes to an end when they change in its middle") {
  ForEachType([](ElementType type) {
    const auto sort = PlaceSorts().sort[static_cast<size_t>(type)];
    if (sort == nullptr) return;
    for (const unsigned char value : {0, 50, 120}) {
      ChangingElements xs(type, 3 * kPlaceOwn);
      for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % 100));
      const auto own = std::make_unique<unsigned char[]>(PlaceOwnBytes(xs.count(), BytesOf(type)));
      xs.Run(value, [&] { sort(xs.data(), xs.count(), false, own.get()); });
      const std::vector<uint64_t> keys = KeysOf(type, xs.data(), xs.count());
      CHECK(std::is_sorted(keys.begin(), keys.end()));
    }
  });
}

TEST(MeanwhileHistograms, "counts stay within their bins when elements change while they are put into them, on every path") {
  constexpr size_t kBins = 5;
  ForEachType([](ElementType type) {
    for (const HistogramTable* path : SHOAL_TABLES(kHistograms)) {
      for (const bool is_integers : {false, true}) {
        if (is_integers && IsFloatType(static_cast<size_t>(type))) continue;
        ChangingElements xs(type, 1024 + 128);
        for (size_t i = 0; i < xs.count(); ++i) xs.Set(i, static_cast<unsigned char>(i % kBins));
        // Each element lies on an edge, where it is looked at once more.
        double edges[kBins + 1];
        for (size_t i = 0; i <= kBins; ++i) {
          Element edge{};
          edge.bytes[0] = static_cast<unsigned char>(i);
          Room one(ElementType::kFloat64, 1);
          Convert({type, edge.bytes, 1}, {ElementType::kFloat64, one.data(), 1});
          memcpy(edges + i, one.data(), sizeof edges[i]);
        }
        const auto counts = std::make_unique<double[]>(kBins);
        xs.Run(200, [&] {
          const auto index = static_cast<size_t>(type);
          if (is_integers) {
            path->bincount[index](xs.data(), xs.count(), nullptr, kBins, counts.get());
          } else {
            CHECK(path->histogram[index](xs.data(), xs.count(), nullptr, {edges, kBins}, counts.get()));
          }
        });
        CHECK(std::accumulate(counts.get(), counts.get() + kBins, 0.0) <= static_cast<double>(xs.count()));
      }
    }
  });
}

}  // namespace shoal::kernels

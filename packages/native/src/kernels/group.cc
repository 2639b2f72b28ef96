#include "kernels/group.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/keys_as.h"

#define SHOAL_PATH portable
#include "kernels/key_of.h"

namespace shoal::kernels {
namespace {

using portable::Clamped;
using portable::Get;
using portable::Half;

constexpr uint32_t kNone = UINT32_MAX;
constexpr size_t kDirectBits = 16;
constexpr size_t kFirstSlots = 1024;
/// What the first rows must lie within for others to be expected near them.
constexpr uint64_t kNear = 1 << 14;

/// Sums of these may need more than 64 bits.
bool IsWide(ElementType type) { return type == ElementType::kBigInt64 || type == ElementType::kBigUint64; }

template <typename T, typename To>
void Widen(const void* elements, size_t count, To* to) {
  const T* from = static_cast<const T*>(elements);
  for (size_t i = 0; i < count; ++i) to[i] = static_cast<To>(Get(from + i));
}

template <typename To>
void LoadAs(ElementType type, const void* elements, size_t count, To* to) {
  using Load = void (*)(const void*, size_t, To*);
#define WIDEN(...)                                                                                                          \
  {                                                                                                                         \
    Widen<int8_t, To>, Widen<uint8_t, To>, Widen<Clamped, To>, Widen<int16_t, To>, Widen<uint16_t, To>, Widen<int32_t, To>, \
        Widen<uint32_t, To>, Widen<float, To>, Widen<double, To>, Widen<int64_t, To>, Widen<uint64_t, To>, Widen<Half, To>  \
  }
  static constexpr Load kLoads[kElementTypes] = WIDEN();
#undef WIDEN
  kLoads[static_cast<size_t>(type)](elements, count, to);
}

uint64_t BitsOf(double number) {
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  return bits;
}

double NumberOf(uint64_t bits) {
  double number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

uint64_t FirstValue(ElementType type, Aggregate aggregate) {
  if (aggregate == Aggregate::kSum) return 0;
  const size_t bits = BytesOf(type) * 8;
  return aggregate == Aggregate::kMax ? 0 : bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
}

}  // namespace

Groups::Groups(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates)
    : group_keys_(keys), words_(group_keys_.words()) {
  is_direct_ = group_keys_.bits() <= kDirectBits;
  slots_.assign(is_direct_ ? size_t{1} << group_keys_.bits() : kFirstSlots, kNone);
  mask_ = slots_.size() - 1;
  for (const AggregateColumn& column : aggregates) columns_.push_back({column.values.type, column.aggregate, {}, {}});
}

bool Groups::AddRows(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates, size_t most_bytes) {
  const size_t total = keys[0].count;
  std::vector<uint64_t> words(words_ * kKeyBatch);
  uint64_t loaded[kKeyBatch];
  uint64_t ordered[kKeyBatch];
  uint32_t groups[kKeyBatch];
  for (size_t start = 0; start < total; start += kKeyBatch) {
    if (byte_length() > most_bytes) return false;
    const size_t count = std::min(kKeyBatch, total - start);
    group_keys_.Load(keys, start, count, words.data());
    if (start == 0 && rows_.empty()) BeginDirect(words.data(), count);
    FindBatch(words.data(), count, groups);
    for (size_t i = 0; i < count; ++i) ++rows_[groups[i]];
    /// The column that `ordered` has the keys of: minimum and maximum often are of one.
    const char* ordered_from = nullptr;
    ElementType ordered_type{};
    for (size_t c = 0; c < columns_.size(); ++c) {
      Column& column = columns_[c];
      uint64_t* const values = column.values.data();
      const char* from = At(aggregates[c].values, start);
      if (column.aggregate == Aggregate::kSum && IsFloat(column.type)) {
        auto* const numbers = reinterpret_cast<double*>(loaded);
        const double* terms = numbers;
        if (column.type == ElementType::kFloat64) {
          terms = reinterpret_cast<const double*>(from);
        } else {
          LoadAs<double>(column.type, from, count, numbers);
        }
        for (size_t i = 0; i < count; ++i) values[groups[i]] = BitsOf(NumberOf(values[groups[i]]) + terms[i]);
      } else if (column.aggregate == Aggregate::kSum) {
        LoadAs<uint64_t>(column.type, from, count, loaded);
        if (IsWide(column.type)) {
          const bool is_signed = column.type == ElementType::kBigInt64;
          for (size_t i = 0; i < count; ++i) {
            uint64_t& low = values[groups[i]];
            low += loaded[i];
            column.high[groups[i]] += (low < loaded[i] ? 1 : 0) - (is_signed && loaded[i] >> 63 != 0 ? 1 : 0);
          }
        } else {
          for (size_t i = 0; i < count; ++i) values[groups[i]] += loaded[i];
        }
      } else {
        if (ordered_from != from || ordered_type != column.type) LoadKeys(column.type, from, count, ordered);
        ordered_from = from;
        ordered_type = column.type;
        if (column.aggregate == Aggregate::kMax) {
          for (size_t i = 0; i < count; ++i) values[groups[i]] = std::max(values[groups[i]], ordered[i]);
        } else {
          // NaN, the greatest key, is to win here, too.
          const uint64_t nan = IsFloat(column.type) ? FirstValue(column.type, Aggregate::kMin) : 0;
          for (size_t i = 0; i < count; ++i) values[groups[i]] = std::min(values[groups[i]], ordered[i] == nan ? 0 : ordered[i]);
        }
      }
    }
  }
  return byte_length() <= most_bytes;
}

bool Groups::AddGroups(const uint8_t* bytes, size_t length) {
  size_t at = 0;
  const auto read = [&](size_t count) {
    std::vector<uint64_t> words;
    if (count > (length - at) / sizeof(uint64_t)) return words;
    words.resize(count);
    if (count > 0) memcpy(words.data(), bytes + at, count * sizeof(uint64_t));
    at += count * sizeof(uint64_t);
    return words;
  };
  const std::vector<uint64_t> head = read(1);
  if (head.empty()) return false;
  const size_t others = head[0];
  const std::vector<uint64_t> rows = read(others);
  const std::vector<uint64_t> words = rows.size() == others ? read(others * words_) : rows;
  if (rows.size() != others || words.size() != others * words_) return false;
  std::vector<uint32_t> groups(others);
  for (size_t i = 0; i < others; ++i) {
    groups[i] = Find(words.data() + i * words_);
    rows_[groups[i]] += rows[i];
  }
  for (Column& column : columns_) {
    const std::vector<uint64_t> values = read(others);
    const std::vector<uint64_t> high =
        column.aggregate == Aggregate::kSum && IsWide(column.type) ? read(others) : std::vector<uint64_t>(others);
    if (values.size() != others || high.size() != others) return false;
    for (size_t i = 0; i < others; ++i) {
      uint64_t& value = column.values[groups[i]];
      if (column.aggregate == Aggregate::kMin) {
        value = std::min(value, values[i]);
      } else if (column.aggregate == Aggregate::kMax) {
        value = std::max(value, values[i]);
      } else if (IsFloat(column.type)) {
        value = BitsOf(NumberOf(value) + NumberOf(values[i]));
      } else {
        value += values[i];
        if (IsWide(column.type)) column.high[groups[i]] += static_cast<int64_t>(high[i]) + (value < values[i] ? 1 : 0);
      }
    }
  }
  return at == length;
}

size_t Groups::byte_length() const {
  size_t columns = 1 + words_;
  for (const Column& column : columns_) columns += column.aggregate == Aggregate::kSum && IsWide(column.type) ? 2 : 1;
  return (1 + columns * count()) * sizeof(uint64_t);
}

void Groups::Write(uint8_t* bytes) const {
  const auto write = [&](const void* from, size_t words) {
    if (words > 0) memcpy(bytes, from, words * sizeof(uint64_t));
    bytes += words * sizeof(uint64_t);
  };
  const uint64_t groups = count();
  write(&groups, 1);
  write(rows_.data(), groups);
  write(keys_.data(), groups * words_);
  for (const Column& column : columns_) {
    write(column.values.data(), groups);
    if (column.aggregate == Aggregate::kSum && IsWide(column.type)) write(column.high.data(), groups);
  }
}

void Groups::WriteKeys(size_t column, void* elements) const { group_keys_.Store(column, keys_.data(), count(), elements); }

void Groups::WriteCounts(double* counts) const {
  for (size_t i = 0; i < count(); ++i) counts[i] = static_cast<double>(rows_[i]);
}

bool Groups::WriteAggregate(size_t index, void* values) const {
  const Column& column = columns_[index];
  if (column.aggregate != Aggregate::kSum) {
    ByWidth(column.type, [&]<typename U>() {
      for (size_t i = 0; i < count(); ++i) static_cast<U*>(values)[i] = static_cast<U>(column.values[i]);
    });
    Keys().decode[static_cast<size_t>(column.type)](values, count(), false, values);
    return true;
  }
  auto* to = static_cast<double*>(values);
  for (size_t i = 0; i < count(); ++i) {
    if (IsFloat(column.type)) {
      to[i] = NumberOf(column.values[i]);
      continue;
    }
    const auto low = static_cast<int64_t>(column.values[i]);
    constexpr int64_t kMostExact = int64_t{1} << 53;
    if (low > kMostExact || low < -kMostExact) return false;
    if (IsWide(column.type) && column.high[i] != (low < 0 ? -1 : 0)) return false;
    to[i] = static_cast<double>(low);
  }
  return true;
}

uint32_t Groups::NewGroup(const uint64_t* words) {
  const auto group = static_cast<uint32_t>(rows_.size());
  keys_.insert(keys_.end(), words, words + words_);
  rows_.push_back(0);
  for (Column& column : columns_) {
    column.values.push_back(FirstValue(column.type, column.aggregate));
    if (column.aggregate == Aggregate::kSum && IsWide(column.type)) column.high.push_back(0);
  }
  return group;
}

/// From the first rows: direct slots when they are close together, with room to both sides.
void Groups::BeginDirect(const uint64_t* words, size_t total) {
  if (is_direct_ || words_ > 1 || total == 0) return;
  const auto [least, most] = std::minmax_element(words, words + total);
  if (*most - *least >= kNear) return;
  base_ = *least < kNear ? 0 : *least - kNear;
  slots_.assign(size_t{1} << kDirectBits, kNone);
  is_direct_ = true;
}

bool Groups::Covers(const uint64_t* words, size_t total) const {
  bool covered = true;
  for (size_t i = 0; i < total; ++i) covered &= words[i] - base_ < slots_.size();
  return covered;
}

/// Hashed, into that many slots. Groups keep their numbers.
void Groups::Rehash(size_t slots) {
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
void Groups::FindHashed(const uint64_t* words, size_t total, uint32_t* groups) {
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

void Groups::FindBatch(const uint64_t* words, size_t total, uint32_t* groups) {
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

uint32_t Groups::Find(const uint64_t* words) {
  uint32_t group;
  FindBatch(words, 1, &group);
  return group;
}

}  // namespace shoal::kernels

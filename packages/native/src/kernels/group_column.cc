#include "kernels/group_column.h"

#include <algorithm>
#include <cstring>

#include "kernels/group_keys.h"

#define SHOAL_PATH portable
#include "kernels/key_of.h"

namespace shoal::kernels {
namespace {

using portable::Clamped;
using portable::Get;
using portable::Half;

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

bool GroupColumn::is_wide() const {
  return aggregate_ == Aggregate::kSum && (type_ == ElementType::kBigInt64 || type_ == ElementType::kBigUint64);
}

void GroupColumn::Grow(size_t groups) {
  values_.resize(groups, FirstValue(type_, aggregate_));
  if (is_wide()) high_.resize(groups);
}

void GroupColumn::Add(const char* elements, size_t count, const uint32_t* groups, GroupBatch* batch) {
  if (aggregate_ == Aggregate::kSum) return AddToSums(elements, count, groups, batch->loaded);
  uint64_t* const values = values_.data();
  uint64_t* const ordered = batch->ordered;
  if (batch->ordered_from != elements || batch->ordered_type != type_) LoadKeys(type_, elements, count, ordered);
  batch->ordered_from = elements;
  batch->ordered_type = type_;
  if (aggregate_ == Aggregate::kMax) {
    for (size_t i = 0; i < count; ++i) values[groups[i]] = std::max(values[groups[i]], ordered[i]);
  } else {
    // NaN, the greatest key, is to win here, too.
    const uint64_t nan = IsFloat(type_) ? FirstValue(type_, Aggregate::kMin) : 0;
    for (size_t i = 0; i < count; ++i) values[groups[i]] = std::min(values[groups[i]], ordered[i] == nan ? 0 : ordered[i]);
  }
}

void GroupColumn::AddToSums(const char* elements, size_t count, const uint32_t* groups, uint64_t* loaded) {
  uint64_t* const values = values_.data();
  if (IsFloat(type_)) {
    auto* const numbers = reinterpret_cast<double*>(loaded);
    const double* terms = numbers;
    if (type_ == ElementType::kFloat64) {
      terms = reinterpret_cast<const double*>(elements);
    } else {
      LoadAs<double>(type_, elements, count, numbers);
    }
    for (size_t i = 0; i < count; ++i) values[groups[i]] = BitsOf(NumberOf(values[groups[i]]) + terms[i]);
    return;
  }
  LoadAs<uint64_t>(type_, elements, count, loaded);
  if (!is_wide()) {
    for (size_t i = 0; i < count; ++i) values[groups[i]] += loaded[i];
    return;
  }
  const bool is_signed = type_ == ElementType::kBigInt64;
  for (size_t i = 0; i < count; ++i) {
    uint64_t& low = values[groups[i]];
    low += loaded[i];
    high_[groups[i]] += (low < loaded[i] ? 1 : 0) - (is_signed && loaded[i] >> 63 != 0 ? 1 : 0);
  }
}

void GroupColumn::Merge(const uint64_t* values, const uint64_t* high, size_t count, const uint32_t* groups) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t& value = values_[groups[i]];
    if (aggregate_ == Aggregate::kMin) {
      value = std::min(value, values[i]);
    } else if (aggregate_ == Aggregate::kMax) {
      value = std::max(value, values[i]);
    } else if (IsFloat(type_)) {
      value = BitsOf(NumberOf(value) + NumberOf(values[i]));
    } else {
      value += values[i];
      if (is_wide()) high_[groups[i]] += static_cast<int64_t>(high[i]) + (value < values[i] ? 1 : 0);
    }
  }
}

bool GroupColumn::Write(void* to) const {
  if (aggregate_ == Aggregate::kSum) return WriteSums(static_cast<double*>(to));
  ByWidth(type_, [&]<typename U>() {
    for (size_t i = 0; i < values_.size(); ++i) static_cast<U*>(to)[i] = static_cast<U>(values_[i]);
  });
  Keys().decode[static_cast<size_t>(type_)](to, values_.size(), false, to);
  return true;
}

bool GroupColumn::WriteSums(double* to) const {
  for (size_t i = 0; i < values_.size(); ++i) {
    if (IsFloat(type_)) {
      to[i] = NumberOf(values_[i]);
      continue;
    }
    const auto low = static_cast<int64_t>(values_[i]);
    constexpr int64_t kMostExact = int64_t{1} << 53;
    if (low > kMostExact || low < -kMostExact) return false;
    if (is_wide() && high_[i] != (low < 0 ? -1 : 0)) return false;
    to[i] = static_cast<double>(low);
  }
  return true;
}

}  // namespace shoal::kernels

#include "kernels/group.h"

#include <algorithm>
#include <cstring>

namespace shoal::kernels {

Groups::Groups(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates)
    : group_keys_(keys), index_(group_keys_.words(), group_keys_.bits()) {
  for (const AggregateColumn& column : aggregates) columns_.emplace_back(column.values.type, column.aggregate);
}

bool Groups::AddRows(const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates, size_t most_bytes) {
  const size_t total = keys[0].count;
  std::vector<uint64_t> words(group_keys_.words() * kKeyBatch);
  uint32_t groups[kKeyBatch];
  GroupBatch batch;
  for (size_t start = 0; start < total; start += kKeyBatch) {
    if (byte_length() > most_bytes) return false;
    const size_t count = std::min(kKeyBatch, total - start);
    group_keys_.Load(keys, start, count, words.data());
    if (start == 0 && rows_.empty()) index_.BeginDirect(words.data(), count);
    index_.Find(words.data(), count, groups);
    Grow();
    for (size_t i = 0; i < count; ++i) ++rows_[groups[i]];
    batch.ordered_from = nullptr;
    for (size_t c = 0; c < columns_.size(); ++c) columns_[c].Add(At(aggregates[c].values, start), count, groups, &batch);
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
  const size_t key_words = group_keys_.words();
  const std::vector<uint64_t> rows = read(others);
  const std::vector<uint64_t> words = rows.size() == others ? read(others * key_words) : rows;
  if (rows.size() != others || words.size() != others * key_words) return false;
  std::vector<uint32_t> groups(others);
  for (size_t i = 0; i < others; ++i) index_.Find(words.data() + i * key_words, 1, &groups[i]);
  Grow();
  for (size_t i = 0; i < others; ++i) rows_[groups[i]] += rows[i];
  for (GroupColumn& column : columns_) {
    const std::vector<uint64_t> values = read(others);
    const std::vector<uint64_t> high = column.is_wide() ? read(others) : std::vector<uint64_t>(others);
    if (values.size() != others || high.size() != others) return false;
    column.Merge(values.data(), high.data(), others, groups.data());
  }
  return at == length;
}

size_t Groups::byte_length() const {
  size_t columns = 1 + group_keys_.words();
  for (const GroupColumn& column : columns_) columns += column.is_wide() ? 2 : 1;
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
  write(index_.keys(), groups * group_keys_.words());
  for (const GroupColumn& column : columns_) {
    write(column.values().data(), groups);
    if (column.is_wide()) write(column.high().data(), groups);
  }
}

void Groups::WriteKeys(size_t column, void* elements) const { group_keys_.Store(column, index_.keys(), count(), elements); }

void Groups::WriteCounts(double* counts) const {
  for (size_t i = 0; i < count(); ++i) counts[i] = static_cast<double>(rows_[i]);
}

bool Groups::WriteAggregate(size_t column, void* values) const { return columns_[column].Write(values); }

void Groups::Grow() {
  if (rows_.size() == index_.count()) return;
  rows_.resize(index_.count());
  for (GroupColumn& column : columns_) column.Grow(index_.count());
}

}  // namespace shoal::kernels

#include "kernels/group_parts.h"

#include <algorithm>

#include "kernels/group_keys.h"
#include "kernels/keys_as.h"

namespace shoal::kernels {
namespace {

template <typename T>
void NumberRows(const std::vector<uint32_t>& places, size_t first, T* rows) {
  for (size_t i = 0; i < places.size(); ++i) rows[places[i]] = static_cast<T>(first + i);
}

Elements Piece(const Elements& column, size_t start, size_t end) {
  return {column.type, const_cast<char*>(At(column, start)), end - start};
}

}  // namespace

void SplitRows(const std::vector<Elements>& keys, const std::vector<RowCopy>& columns, size_t bits, size_t first, uint32_t* ends,
               const Elements& rows) {
  const GroupKeys group_keys(keys);
  const size_t count = keys[0].count;
  std::vector<uint64_t> words(group_keys.words() * kKeyBatch);
  std::vector<uint32_t> next(size_t{1} << bits);
  // The part of each row first, and then where it goes.
  std::vector<uint32_t> places(count);
  for (size_t start = 0; start < count; start += kKeyBatch) {
    const size_t length = std::min(kKeyBatch, count - start);
    group_keys.Load(keys, start, length, words.data());
    for (size_t i = 0; i < length; ++i) {
      const auto part = static_cast<uint32_t>(HashOf(words.data() + i * group_keys.words(), group_keys.words()) >> (64 - bits));
      places[start + i] = part;
      ++next[part];
    }
  }
  uint32_t end = 0;
  for (size_t part = 0; part < next.size(); ++part) {
    const uint32_t length = next[part];
    next[part] = end;
    end += length;
    ends[part] = end;
  }
  for (uint32_t& place : places) place = next[place]++;
  for (const RowCopy& column : columns) {
    ByWidth(column.from.type, [&]<typename U>() {
      const U* from = column.from.as<U>();
      U* to = static_cast<U*>(column.to);
      for (size_t i = 0; i < count; ++i) to[places[i]] = from[i];
    });
  }
  if (rows.type == ElementType::kFloat64) return NumberRows(places, first, rows.as<double>());
  NumberRows(places, first, rows.as<uint32_t>());
}

bool AddPart(const SplitTable& table, size_t part, Groups* groups) {
  const size_t total = table.keys[0].count;
  std::vector<Elements> keys = table.keys;
  std::vector<AggregateColumn> aggregates = table.aggregates;
  const uint32_t* ends = table.ends + part;
  for (size_t first = 0; first < total; first += table.chunk, ends += table.parts) {
    const size_t start = part == 0 ? 0 : ends[-1];
    const size_t end = ends[0];
    if (start > end || end > std::min(table.chunk, total - first)) return false;
    for (size_t i = 0; i < keys.size(); ++i) keys[i] = Piece(table.keys[i], first + start, first + end);
    for (size_t i = 0; i < aggregates.size(); ++i) aggregates[i].values = Piece(table.aggregates[i].values, first + start, first + end);
    groups->AddRows(keys, aggregates);
  }
  return true;
}

}  // namespace shoal::kernels

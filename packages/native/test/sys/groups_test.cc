#include <algorithm>
#include <map>

#include "check.h"
#include "kernel_inputs.h"
#include "kernels/elementwise.h"
#include "kernels/group_parts.h"

namespace shoal::kernels {
namespace {

using Key = std::vector<uint64_t>;

/// How keys lie: anywhere, a few only, or close together.
enum class Spread { kWide, kFew, kNear };

/// Columns of rows in rooms of their own.
struct Table {
  Table(const std::vector<ElementType>& types, size_t count, Spread spread) {
    for (const ElementType type : types) {
      rooms.push_back(RandomRoom(type, count, static_cast<unsigned>(31 + rooms.size()), false));
      unsigned char* data = rooms.back().data();
      const size_t bytes = BytesOf(type);
      for (size_t i = 0; i < count && spread != Spread::kWide; ++i) {
        const unsigned char low = data[i * bytes];
        memset(data + i * bytes, 0, bytes);
        if (spread == Spread::kNear || bytes == 1) data[i * bytes] = low;
        // Zeros of both signs among floats.
        data[(i + 1) * bytes - 1] = static_cast<unsigned char>(spread == Spread::kNear ? 1 : low & 0x80);
      }
      columns.push_back({type, data, count});
    }
  }

  std::vector<Room> rooms;
  std::vector<Elements> columns;
};

Elements Part(const Elements& column, size_t start, size_t end) {
  return {column.type, static_cast<char*>(column.data) + start * BytesOf(column.type), end - start};
}

/// Every aggregate of a column of each type.
std::vector<AggregateColumn> AllOf(Table& values) {
  std::vector<AggregateColumn> all;
  for (const Elements& column : values.columns) {
    for (const Aggregate aggregate : {Aggregate::kSum, Aggregate::kMin, Aggregate::kMax}) all.push_back({column, aggregate});
  }
  return all;
}

/// What groups are, one row after the other.
struct Plain {
  Plain(const std::vector<Elements>& keys, size_t count) {
    std::vector<std::vector<uint64_t>> columns;
    for (const Elements& key : keys) {
      columns.push_back(KeysOf(key.type, key.data, count));
      const uint64_t zero = uint64_t{1} << (BytesOf(key.type) * 8 - 1);
      for (uint64_t& word : columns.back()) word += IsFloatType(static_cast<size_t>(key.type)) && word == zero - 1;
    }
    std::map<Key, size_t> found;
    for (size_t i = 0; i < count; ++i) {
      Key key;
      for (const auto& column : columns) key.push_back(column[i]);
      const auto [at, is_new] = found.try_emplace(key, rows.size());
      if (is_new) rows.emplace_back();
      rows[at->second].push_back(i);
    }
  }

  std::vector<std::vector<size_t>> rows;
};

__int128 WholeAt(const Elements& column, size_t i) {
  const bool is_signed = column.type == ElementType::kInt8 || column.type == ElementType::kInt16 || column.type == ElementType::kInt32 ||
                         column.type == ElementType::kBigInt64;
  const size_t bytes = BytesOf(column.type);
  uint64_t bits = 0;
  memcpy(&bits, static_cast<const char*>(column.data) + i * bytes, bytes);
  const __int128 limit = static_cast<__int128>(1) << (bytes * 8);
  return is_signed && bits >> (bytes * 8 - 1) != 0 ? static_cast<__int128>(bits) - limit : static_cast<__int128>(bits);
}

void CheckSum(const Groups& groups, size_t index, const Elements& column, const Plain& plain, bool in_order) {
  Room sums(ElementType::kFloat64, groups.count());
  const auto* actual = reinterpret_cast<const double*>(sums.data());
  const bool is_float = IsFloatType(static_cast<size_t>(column.type));
  Room numbers(ElementType::kFloat64, column.count);
  if (is_float) Convert(column, {ElementType::kFloat64, numbers.data(), column.count});
  bool is_exact = true;
  std::vector<double> expected;
  for (const auto& rows : plain.rows) {
    __int128 whole = 0;
    double real = 0;
    for (const size_t i : rows) {
      if (is_float)
        real += reinterpret_cast<const double*>(numbers.data())[i];
      else
        whole += WholeAt(column, i);
    }
    constexpr __int128 kMost = static_cast<__int128>(1) << 53;
    is_exact &= whole <= kMost && whole >= -kMost;
    expected.push_back(is_float ? real : static_cast<double>(whole));
  }
  CHECK(groups.WriteAggregate(index, sums.data()) == is_exact);
  for (size_t g = 0; is_exact && g < expected.size() && (!is_float || in_order); ++g) CHECK(Same(actual[g], expected[g]));
}

/// Minimum and maximum: NaN when a value is.
void CheckExtreme(const Groups& groups, size_t index, const AggregateColumn& column, const Plain& plain) {
  const ElementType type = column.values.type;
  const size_t bytes = BytesOf(type);
  Room found(type, groups.count());
  CHECK(groups.WriteAggregate(index, found.data()));
  const std::vector<uint64_t> actual = KeysOf(type, found.data(), groups.count());
  const std::vector<uint64_t> keys = KeysOf(type, column.values.data, column.values.count);
  const uint64_t nan = UINT64_MAX >> (64 - bytes * 8);
  for (size_t g = 0; g < plain.rows.size(); ++g) {
    uint64_t expected = keys[plain.rows[g][0]];
    bool has_nan = false;
    for (const size_t i : plain.rows[g]) {
      expected = column.aggregate == Aggregate::kMin ? std::min(expected, keys[i]) : std::max(expected, keys[i]);
      has_nan |= IsFloatType(static_cast<size_t>(type)) && keys[i] == nan;
    }
    CHECK(actual[g] == (has_nan ? nan : expected));
  }
}

void CheckGroups(const Groups& groups, const std::vector<Elements>& keys, const std::vector<AggregateColumn>& aggregates,
                 const Plain& plain, bool in_order) {
  CHECK(groups.count() == plain.rows.size());
  Room counts(ElementType::kFloat64, groups.count());
  groups.WriteCounts(reinterpret_cast<double*>(counts.data()));
  for (size_t g = 0; g < plain.rows.size(); ++g) {
    CHECK(reinterpret_cast<const double*>(counts.data())[g] == static_cast<double>(plain.rows[g].size()));
  }
  for (size_t column = 0; column < keys.size(); ++column) {
    const ElementType type = keys[column].type;
    Room found(type, groups.count());
    groups.WriteKeys(column, found.data());
    const std::vector<uint64_t> all = KeysOf(type, keys[column].data, keys[column].count);
    const std::vector<uint64_t> actual = KeysOf(type, found.data(), groups.count());
    const uint64_t zero = IsFloatType(static_cast<size_t>(type)) ? uint64_t{1} << (BytesOf(type) * 8 - 1) : UINT64_MAX;
    for (size_t g = 0; g < plain.rows.size(); ++g) {
      const uint64_t key = all[plain.rows[g][0]];
      CHECK(actual[g] == (key == zero - 1 ? zero : key));
    }
  }
  for (size_t i = 0; i < aggregates.size(); ++i) {
    if (aggregates[i].aggregate == Aggregate::kSum)
      CheckSum(groups, i, aggregates[i].values, plain, in_order);
    else
      CheckExtreme(groups, i, aggregates[i], plain);
  }
}

std::vector<std::vector<ElementType>> KeyColumns() {
  using enum ElementType;
  std::vector<std::vector<ElementType>> columns;
  for (size_t type = 0; type < kElementTypes; ++type) columns.push_back({static_cast<ElementType>(type)});
  columns.insert(columns.end(), {{kUint8, kInt8},
                                 {kFloat32, kInt16, kUint8},
                                 {kFloat64, kBigInt64},
                                 {kBigUint64, kFloat16, kInt32},
                                 {kInt8, kFloat64, kUint8Clamped, kFloat32}});
  return columns;
}

std::vector<ElementType> AllTypes() {
  std::vector<ElementType> types;
  for (size_t type = 0; type < kElementTypes; ++type) types.push_back(static_cast<ElementType>(type));
  return types;
}

template <typename Check>
void ForEachTable(Check check) {
  for (const auto& types : KeyColumns()) {
    for (const size_t count : {0, 1, 2, 1023, 1025, 5000}) {
      for (const Spread spread : {Spread::kWide, Spread::kFew, Spread::kNear}) {
        Table keys(types, static_cast<size_t>(count), spread);
        Table values(AllTypes(), static_cast<size_t>(count), Spread::kWide);
        const Plain plain(keys.columns, static_cast<size_t>(count));
        check(keys, AllOf(values), plain, static_cast<size_t>(count));
      }
    }
  }
}

}  // namespace

TEST(KernelGroups, "groups of up to four key columns of any type are those of a plain loop, with every aggregate of every type") {
  ForEachTable([](Table& keys, const std::vector<AggregateColumn>& aggregates, const Plain& plain, size_t) {
    Groups groups(keys.columns, aggregates);
    groups.AddRows(keys.columns, aggregates);
    CheckGroups(groups, keys.columns, aggregates, plain, true);
  });
}

TEST(KernelGroupsMerged, "groups of two parts, written and read at an odd place, are those of the whole; what is cut off is refused") {
  ForEachTable([](Table& keys, const std::vector<AggregateColumn>& aggregates, const Plain& plain, size_t count) {
    Groups merged(keys.columns, aggregates);
    for (const auto& [start, end] : {std::pair{size_t{0}, count / 3}, std::pair{count / 3, count}}) {
      std::vector<Elements> part;
      for (const Elements& key : keys.columns) part.push_back(Part(key, start, end));
      std::vector<AggregateColumn> values;
      for (const AggregateColumn& column : aggregates) values.push_back({Part(column.values, start, end), column.aggregate});
      Groups groups(part, values);
      groups.AddRows(part, values);
      Room bytes(ElementType::kUint8, groups.byte_length());
      groups.Write(bytes.data());
      CHECK(merged.AddGroups(bytes.data(), bytes.bytes()));
      for (const size_t length : {size_t{0}, size_t{7}, bytes.bytes() / 2, bytes.bytes() - 1}) {
        Groups refusing(part, values);
        if (length < bytes.bytes()) CHECK(!refusing.AddGroups(bytes.data(), length));
      }
    }
    CheckGroups(merged, keys.columns, aggregates, plain, false);
  });
}

namespace {

/// The elements of these rows, in rooms of their own.
std::vector<Elements> Gathered(const std::vector<Elements>& columns, const std::vector<uint32_t>& rows, std::vector<Room>* rooms) {
  std::vector<Elements> gathered;
  for (const Elements& column : columns) {
    const size_t bytes = BytesOf(column.type);
    rooms->emplace_back(column.type, rows.size());
    for (size_t i = 0; i < rows.size(); ++i) memcpy(rooms->back().data() + i * bytes, At(column, rows[i]), bytes);
    gathered.push_back({column.type, rooms->back().data(), rows.size()});
  }
  return gathered;
}

std::vector<Elements> Parts(const std::vector<Elements>& columns, size_t start, size_t end) {
  std::vector<Elements> parts;
  for (const Elements& column : columns) parts.push_back(Part(column, start, end));
  return parts;
}

/// Copies of all columns, split chunk by chunk.
struct SplitRoom {
  SplitRoom(const std::vector<Elements>& keys, const std::vector<Elements>& values, size_t bits, size_t chunk)
      : rows(keys[0].count), ends((keys[0].count / chunk + 1) << bits) {
    const size_t count = keys[0].count;
    std::vector<Elements> all = keys;
    all.insert(all.end(), values.begin(), values.end());
    for (const Elements& column : all) {
      rooms.emplace_back(column.type, count);
      copies.push_back({column.type, rooms.back().data(), count});
    }
    for (size_t start = 0; start < count; start += chunk) {
      const size_t end = std::min(count, start + chunk);
      std::vector<RowCopy> columns;
      for (size_t i = 0; i < all.size(); ++i) columns.push_back({Part(all[i], start, end), Part(copies[i], start, end).data});
      const Elements numbers{ElementType::kUint32, rows.data() + start, end - start};
      SplitRows(Parts(keys, start, end), columns, bits, start, ends.data() + (start / chunk << bits), numbers);
    }
  }

  std::vector<Room> rooms;
  std::vector<Elements> copies;
  std::vector<uint32_t> rows;
  std::vector<uint32_t> ends;
};

}  // namespace

TEST(KernelGroupParts, "rows that are split by chunks are in one part each, in their order, and its groups are those of a plain loop") {
  ForEachTable([](Table& keys, const std::vector<AggregateColumn>& aggregates, const Plain&, size_t count) {
    constexpr size_t kBits = 2;
    constexpr size_t kParts = 1 << kBits;
    constexpr size_t kChunk = 1100;
    std::vector<Elements> values;
    for (size_t i = 0; i < aggregates.size(); i += 3) values.push_back(aggregates[i].values);
    SplitRoom split(keys.columns, values, kBits, kChunk);
    SplitTable table{{split.copies.begin(), split.copies.begin() + static_cast<ptrdiff_t>(keys.columns.size())},
                     aggregates,
                     split.ends.data(),
                     kParts,
                     kChunk};
    for (size_t i = 0; i < aggregates.size(); ++i) table.aggregates[i].values = split.copies[keys.columns.size() + i / 3];
    size_t rows_in_parts = 0;
    for (size_t part = 0; part < kParts; ++part) {
      std::vector<uint32_t> rows;
      for (size_t first = 0; first < count; first += kChunk) {
        const uint32_t* ends = split.ends.data() + (first / kChunk << kBits) + part;
        for (size_t i = part == 0 ? 0 : ends[-1]; i < ends[0]; ++i) rows.push_back(split.rows[first + i]);
      }
      CHECK(std::is_sorted(rows.begin(), rows.end()));
      rows_in_parts += rows.size();
      Groups groups(table.keys, table.aggregates);
      CHECK(AddPart(table, part, &groups));
      std::vector<Room> rooms;
      const std::vector<Elements> part_keys = Gathered(keys.columns, rows, &rooms);
      const std::vector<Elements> part_values = Gathered(values, rows, &rooms);
      std::vector<AggregateColumn> part_aggregates = aggregates;
      for (size_t i = 0; i < aggregates.size(); ++i) part_aggregates[i].values = part_values[i / 3];
      CheckGroups(groups, part_keys, part_aggregates, Plain(part_keys, rows.size()), true);
    }
    CHECK(rows_in_parts == count);
    std::sort(split.rows.begin(), split.rows.end());
    for (size_t i = 0; i < count; ++i) CHECK(split.rows[i] == i);
    // What is no table of parts is read no further.
    if (count == 0) return;
    split.ends[1] = static_cast<uint32_t>(count) + 1;
    Groups refusing(table.keys, table.aggregates);
    CHECK(!AddPart(table, 1, &refusing));
  });
}

TEST(KernelGroupLimit, "rows are taken in until the groups come to more bytes than they may") {
  Table keys({ElementType::kFloat64}, 5000, Spread::kWide);
  Groups groups(keys.columns, {});
  CHECK(!groups.AddRows(keys.columns, {}, 30'000));
  CHECK(groups.byte_length() > 30'000 && groups.count() < 5000);
  Groups fitting(keys.columns, {});
  CHECK(fitting.AddRows(keys.columns, {}, 5001 * 2 * sizeof(uint64_t)));
  CHECK(fitting.count() == 5000);
}

TEST(KernelGroupHash, "keys that are whole numbers, of floats too, have hashes of which the lowest and the highest bits differ") {
  for (const ElementType type : {ElementType::kInt32, ElementType::kFloat32, ElementType::kFloat64, ElementType::kBigInt64}) {
    constexpr size_t kCount = 1000;
    Room numbers(ElementType::kInt32, kCount);
    for (int32_t i = 0; i < static_cast<int32_t>(kCount); ++i) memcpy(numbers.data() + 4 * i, &i, sizeof i);
    Room column(type, kCount);
    Convert({ElementType::kInt32, numbers.data(), kCount}, {type, column.data(), kCount});
    const std::vector<Elements> keys = {{type, column.data(), kCount}};
    uint64_t words[kCount];
    GroupKeys(keys).Load(keys, 0, kCount, words);
    std::map<uint64_t, int> lowest;
    std::map<uint64_t, int> highest;
    for (const uint64_t& word : words) {
      ++lowest[HashOf(&word, 1) & 1023];
      ++highest[HashOf(&word, 1) >> 54];
    }
    // Of random ones 638 of 1024 would be met.
    CHECK(lowest.size() > 500 && highest.size() > 500);
  }
}

}  // namespace shoal::kernels

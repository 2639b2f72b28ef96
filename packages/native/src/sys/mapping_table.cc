#include "sys/mapping_table.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <tuple>

namespace shoal {
namespace {

/// Device and inode, or −1 and the SysV id; then offset, length, access.
using Key = std::tuple<uint64_t, uint64_t, uint64_t, size_t, Access>;

// Process-wide on purpose: environments come and go, addresses are the process's.
std::mutex table_mutex;
std::map<Key, std::weak_ptr<Mapping>>& Table() {
  static auto* table = new std::map<Key, std::weak_ptr<Mapping>>();  // never destroyed: finalisers run after exit handlers
  return *table;
}

template <typename MapIt>
Result<std::shared_ptr<Mapping>> FindOrMap(const Key& key, MapIt map_it) {
  std::lock_guard lock(table_mutex);
  std::weak_ptr<Mapping>& entry = Table()[key];
  if (auto found = entry.lock(); found != nullptr && !found->detached()) {
    ++found->users;
    return found;
  }
  auto made = map_it();
  if (made.ok()) {
    ++made.value()->users;
    entry = made.value();
  } else {
    Table().erase(key);
  }
  std::erase_if(Table(), [](const auto& item) { return item.second.expired(); });
  return made;
}

}  // namespace

Result<std::shared_ptr<Mapping>> ShareDescriptor(UniqueFd fd, Extent extent, Access access) {
  if (access == Access::kCopyOnWrite) {
    auto made = Mapping::OfDescriptor(std::move(fd), extent, access);
    if (made.ok()) AddUser(*made.value());
    return made;
  }
  struct stat status;
  if (fstat(fd.get(), &status) != 0) return LastError("fstat");
  return FindOrMap(Key{status.st_dev, status.st_ino, extent.offset, extent.length, access},
                   [&] { return Mapping::OfDescriptor(std::move(fd), extent, access); });
}

Result<std::shared_ptr<Mapping>> ShareSysv(int shmid, size_t length, Access access) {
  return FindOrMap(Key{UINT64_MAX, static_cast<uint64_t>(shmid), 0, length, access}, [&] { return Mapping::OfSysv(shmid, length, access); });
}

void AddUser(Mapping& mapping) {
  std::lock_guard lock(table_mutex);
  ++mapping.users;
}

Status RemoveUser(Mapping& mapping, bool detach) {
  std::lock_guard lock(table_mutex);
  if (--mapping.users > 0 || !detach) return Done{};
  return mapping.Detach();
}

}  // namespace shoal

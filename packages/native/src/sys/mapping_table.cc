#include "sys/mapping_table.h"

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <unordered_map>

namespace shoal {
namespace {

// Process-wide on purpose: environments come and go, addresses are the process's.
std::mutex table_mutex;
std::map<MappingKey, std::weak_ptr<Mapping>>& Table() {
  static auto* table = new std::map<MappingKey, std::weak_ptr<Mapping>>();  // never destroyed: finalisers run after exit handlers
  return *table;
}

/// All that have users, also those that are not shared.
std::unordered_map<const void*, std::weak_ptr<Mapping>>& ByAddress() {
  static auto* table = new std::unordered_map<const void*, std::weak_ptr<Mapping>>();
  return *table;
}

Result<MappingKey> KeyOf(int fd, Extent extent, Access access) {
  struct stat status;
  if (fstat(fd, &status) != 0) return LastError("fstat");
  return MappingKey{status.st_dev, status.st_ino, extent, access};
}

void AddUser(const std::shared_ptr<Mapping>& mapping) {
  if (mapping->users++ == 0) ByAddress()[mapping->data()] = mapping;
}

void Enter(const std::shared_ptr<Mapping>& mapping, const MappingKey& key) {
  Table()[key] = mapping;
  mapping->key = key;
}

template <typename MapIt>
Result<std::shared_ptr<Mapping>> FindOrMap(const MappingKey& key, MapIt map_it) {
  std::lock_guard lock(table_mutex);
  if (auto entry = Table().find(key); entry != Table().end()) {
    // A damaged mapping stays as it is for those who have it; who opens again gets what the file holds now.
    if (auto found = entry->second.lock(); found != nullptr && !found->detached() && found->CheckDamage() == 0) {
      AddUser(found);
      return found;
    }
  }
  auto made = map_it();
  if (made.ok()) {
    AddUser(made.value());
    Enter(made.value(), key);
  }
  return made;
}

Result<std::shared_ptr<Mapping>> Counted(Result<std::shared_ptr<Mapping>> made) {
  if (made.ok()) AddMapping(made.value(), false);
  return made;
}

}  // namespace

Result<std::shared_ptr<Mapping>> MapDescriptorOnce(UniqueFd fd, Extent extent, const MapOptions& options, bool shared) {
  if (!shared || options.access == Access::kCopyOnWrite) return Counted(Mapping::OfDescriptor(std::move(fd), extent, options));
  auto key = KeyOf(fd.get(), extent, options.access);
  if (!key.ok()) return key.error();
  return FindOrMap(key.value(), [&] { return Mapping::OfDescriptor(std::move(fd), extent, options); });
}

Result<std::shared_ptr<Mapping>> MapSysvOnce(int shmid, size_t length, const MapOptions& options, bool shared) {
  if (!shared) return Counted(Mapping::OfSysv(shmid, length, options));
  const MappingKey key{UINT64_MAX, static_cast<uint64_t>(shmid), Extent{0, length}, options.access};
  return FindOrMap(key, [&] { return Mapping::OfSysv(shmid, length, options); });
}

void AddMapping(const std::shared_ptr<Mapping>& mapping, bool shared) {
  std::lock_guard lock(table_mutex);
  AddUser(mapping);
  if (!shared) return;
  auto key = KeyOf(mapping->fd(), Extent{0, mapping->length()}, Access::kReadWrite);
  if (key.ok()) Enter(mapping, key.value());
}

std::shared_ptr<Mapping> MappingAt(const void* data) {
  std::lock_guard lock(table_mutex);
  auto entry = ByAddress().find(data);
  return entry == ByAddress().end() ? nullptr : entry->second.lock();
}

Status RemoveUser(Mapping& mapping, bool detach) {
  std::lock_guard lock(table_mutex);
  if (--mapping.users > 0) return Done{};
  ByAddress().erase(mapping.data());
  if (mapping.key) {
    auto entry = Table().find(*mapping.key);
    if (entry != Table().end() && (entry->second.expired() || entry->second.lock().get() == &mapping)) Table().erase(entry);
  }
  return detach ? mapping.Detach() : Done{};
}

}  // namespace shoal

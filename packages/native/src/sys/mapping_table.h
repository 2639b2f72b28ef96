#ifndef SHOAL_SYS_MAPPING_TABLE_H_
#define SHOAL_SYS_MAPPING_TABLE_H_

#include <memory>

#include "sys/mapping.h"

namespace shoal {

/// Maps an object. With `shared`, finds the mapping of the same bytes with the same access that another thread of this
/// process already has: then waiters and wakers of all threads meet at one address. Private copies are never shared.
/// Each call makes one user of the mapping.
Result<std::shared_ptr<Mapping>> MapDescriptorOnce(UniqueFd fd, Extent extent, const MapOptions& options, bool shared);
Result<std::shared_ptr<Mapping>> MapSysvOnce(int shmid, size_t length, const MapOptions& options, bool shared);

/// Counts the first user of a mapping that has just been made and, with `shared`, lets others find it.
void AddMapping(const std::shared_ptr<Mapping>& mapping, bool shared);

/// The mapping that starts at an address, while it has users: for who was sent a buffer over it. nullptr if there is none.
std::shared_ptr<Mapping> MappingAt(const void* data);

/// One user less. With `detach`, the last one takes the object out of the address space at once.
Status RemoveUser(Mapping& mapping, bool detach);

}  // namespace shoal

#endif  // SHOAL_SYS_MAPPING_TABLE_H_

#ifndef SHOAL_SYS_MAPPING_TABLE_H_
#define SHOAL_SYS_MAPPING_TABLE_H_

#include <memory>

#include "sys/mapping.h"

namespace shoal {

/// Maps an object, or finds the mapping of the same bytes with the same access that another thread of this process
/// already has: then waiters and wakers of all threads meet at one address. Private copies are never shared.
/// Each call makes one user of the mapping.
Result<std::shared_ptr<Mapping>> ShareDescriptor(UniqueFd fd, Extent extent, Access access);
Result<std::shared_ptr<Mapping>> ShareSysv(int shmid, size_t length, Access access);

/// Counts a user made elsewhere, of a mapping that is not to be found by others.
void AddUser(Mapping& mapping);

/// One user less. With `detach`, the last one takes the object out of the address space at once.
Status RemoveUser(Mapping& mapping, bool detach);

}  // namespace shoal

#endif  // SHOAL_SYS_MAPPING_TABLE_H_

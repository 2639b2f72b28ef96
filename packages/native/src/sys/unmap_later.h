#ifndef SHOAL_SYS_UNMAP_LATER_H_
#define SHOAL_SYS_UNMAP_LATER_H_

#include <cstddef>

namespace shoal {

/// Takes a range out of the address space, together with up to 63 others: each `munmap` by itself stops every thread of
/// the process for a moment, and a collection lets thousands of small segments go. At most 1 MiB waits for its turn;
/// what is larger goes at once. For memory that nobody can miss: no locks, no attachments that others count.
void UnmapLater(void* begin, size_t length);

}  // namespace shoal

#endif  // SHOAL_SYS_UNMAP_LATER_H_

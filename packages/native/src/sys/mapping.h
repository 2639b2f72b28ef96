#ifndef SHOAL_SYS_MAPPING_H_
#define SHOAL_SYS_MAPPING_H_
namespace shoal {}
#endif  // SHOAL_SYS_MAPPING_H_

#ifndef SHOAL_SYSTEM_ERROR_H_
#define SHOAL_SYSTEM_ERROR_H_

#include <node_api.h>

#include "sys/result.h"

namespace shoal {

/// As that of napi_error.h, for plain Node-API.
napi_value ThrowSystemError(napi_env env, const SysError& error);

}  // namespace shoal

#endif  // SHOAL_SYSTEM_ERROR_H_

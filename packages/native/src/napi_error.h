#ifndef SHOAL_NAPI_ERROR_H_
#define SHOAL_NAPI_ERROR_H_

#include <napi.h>

#include <string>

#include "sys/result.h"

namespace shoal {

/// An Error of Node's shape: message "ENOENT: no such file or directory, shm_open '/name'", code, errno (negative), syscall, path.
Napi::Error SystemError(Napi::Env env, const SysError& error, const std::string& path = "");

/// Throws it into JavaScript; returns undefined so that a wrapper can `return ThrowSystemError(…)`.
Napi::Value ThrowSystemError(Napi::Env env, const SysError& error, const std::string& path = "");

/// For arguments that the TypeScript side has let through: only so that native code cannot crash.
Napi::Value ThrowBadArguments(Napi::Env env, const char* function);

}  // namespace shoal

#endif  // SHOAL_NAPI_ERROR_H_

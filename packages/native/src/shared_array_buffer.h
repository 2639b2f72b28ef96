#ifndef SHOAL_SHARED_ARRAY_BUFFER_H_
#define SHOAL_SHARED_ARRAY_BUFFER_H_

#include <napi.h>

#include <memory>

namespace shoal {

/// A SharedArrayBuffer over memory that is not V8's. `owner` is released on any thread, when the last buffer over this
/// backing store, in any environment, has gone. Undefined where this runtime offers no way; never throws.
Napi::Value NewSharedArrayBuffer(Napi::Env env, void* data, size_t length, std::shared_ptr<void> owner);

}  // namespace shoal

#endif  // SHOAL_SHARED_ARRAY_BUFFER_H_

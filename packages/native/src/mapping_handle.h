#ifndef SHOAL_MAPPING_HANDLE_H_
#define SHOAL_MAPPING_HANDLE_H_

#include <napi.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "sys/mapping.h"

namespace shoal {

/// What one environment tells its collector about segments: V8 counts shared buffers as nothing and would never collect
/// dropped ones. Memory may be released on any thread; the environment's own thread subtracts it when it next looks.
class Account {
 public:
  void Add(napi_env env, size_t bytes);
  void Release(size_t bytes) { released_.fetch_add(static_cast<int64_t>(bytes), std::memory_order_relaxed); }
  void Settle(napi_env env);

 private:
  std::atomic<int64_t> released_{0};
};

/// One user of a mapping. The buffer owns it, so it goes at once when the collector takes the buffer: on whichever thread,
/// and also in programs that never let the finalisers of handles run.
class Attachment {
 public:
  Attachment(std::shared_ptr<Mapping> mapping, std::shared_ptr<Account> account, size_t accounted)
      : mapping_(std::move(mapping)), account_(std::move(account)), accounted_(accounted) {}
  /// For the length of one call, by somebody who is no user of the mapping: another thread has sent him the buffer.
  explicit Attachment(std::shared_ptr<Mapping> mapping) : Attachment(std::move(mapping), nullptr, 0) {}
  ~Attachment() { LetGo(false); }

  Mapping& mapping() const { return *mapping_; }
  const std::shared_ptr<Mapping>& shared_mapping() const { return mapping_; }

  /// Idempotent. With `detach`, the last user of the mapping takes the object out of the address space.
  Status LetGo(bool detach);

 private:
  std::shared_ptr<Mapping> mapping_;
  std::shared_ptr<Account> account_;
  size_t accounted_;
  std::atomic<bool> gone_{false};
};

/// The JavaScript handle: it owns the attachment until a buffer does, and only knows it afterwards.
Napi::Value NewMappingHandle(Napi::Env env, std::shared_ptr<Attachment> attachment);

/// The attachment behind argument 0: a handle, or a view from the first byte of a buffer that another thread has made. nullptr with
/// a TypeError pending for anything else, or when its buffer is gone.
std::shared_ptr<Attachment> AttachmentOf(const Napi::CallbackInfo& info, const char* function);

/// A buffer over the mapping, which takes the attachment over.
Napi::Value NewBufferOverMapping(const Napi::CallbackInfo& info);

}  // namespace shoal

#endif  // SHOAL_MAPPING_HANDLE_H_

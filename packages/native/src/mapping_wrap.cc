#include <sys/mman.h>

#include <atomic>
#include <memory>

#include "addon.h"
#include "napi_error.h"
#include "shared_array_buffer.h"
#include "sys/mapping.h"
#include "sys/mapping_table.h"
#include "sys/memfd.h"

namespace shoal {
namespace {

constexpr napi_type_tag kMappingTag = {0x7368'6f61'6c2d'6d61, 0x8c1d'4e02'9f6b'a35eULL};

/// What one JavaScript handle holds of a mapping: one user of it, and its share of what the collector is told.
class MappingHandle {
 public:
  explicit MappingHandle(std::shared_ptr<Mapping> mapping) : mapping_(std::move(mapping)) {}

  Mapping& mapping() { return *mapping_; }
  const std::shared_ptr<Mapping>& shared() const { return mapping_; }

  /// V8 counts shared buffers as nothing and would never collect dropped ones.
  void Account(napi_env env, int64_t bytes) {
    int64_t total;
    accounted_ += bytes;
    napi_adjust_external_memory(env, bytes, &total);
  }

  Status LetGo(napi_env env, bool detach) {
    if (accounted_ > 0) Account(env, -accounted_);
    if (std::exchange(gone_, true)) return Done{};
    return RemoveUser(*mapping_, detach);
  }

  static void Finalize(napi_env env, void* data, void* /*hint*/) {
    auto* handle = static_cast<MappingHandle*>(data);
    handle->LetGo(env, false);
    delete handle;
  }

 private:
  std::shared_ptr<Mapping> mapping_;
  int64_t accounted_ = 0;
  bool gone_ = false;
};

Napi::Value NewHandle(Napi::Env env, std::shared_ptr<Mapping> mapping, bool account) {
  Napi::Object object = Napi::Object::New(env);
  auto* handle = new MappingHandle(std::move(mapping));
  if (account) handle->Account(env, static_cast<int64_t>(handle->mapping().length()));
  napi_wrap(env, object, handle, MappingHandle::Finalize, nullptr, nullptr);
  napi_type_tag_object(env, object, &kMappingTag);
  return object;
}

/// The handle in argument 0, or nullptr with a TypeError pending.
MappingHandle* HandleOf(const Napi::CallbackInfo& info, const char* function) {
  bool tagged = false;
  void* handle = nullptr;
  if (info[0].IsObject()) napi_check_object_type_tag(info.Env(), info[0], &kMappingTag, &tagged);
  if (tagged) napi_unwrap(info.Env(), info[0], &handle);
  if (handle == nullptr) ThrowBadArguments(info.Env(), function);
  return static_cast<MappingHandle*>(handle);
}

bool AreNumbers(const Napi::CallbackInfo& info, size_t from, size_t to) {
  for (size_t i = from; i < to; ++i) {
    if (!info[i].IsNumber()) return false;
  }
  return true;
}

uint64_t Unsigned(const Napi::Value& value) { return static_cast<uint64_t>(value.As<Napi::Number>().Int64Value()); }

// createAnonymous(byteLength)
Napi::Value CreateAnonymous(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!AreNumbers(info, 0, 1)) return ThrowBadArguments(env, "createAnonymous");
  const size_t length = Unsigned(info[0]);
  auto fd = CreateMemfd(length);
  if (!fd.ok()) return ThrowSystemError(env, fd.error());
  auto mapping = Mapping::OfDescriptor(std::move(fd.value()), Extent{0, length}, Access::kReadWrite);
  if (!mapping.ok()) return ThrowSystemError(env, mapping.error());
  mapping.value()->Advise(MADV_DONTDUMP);  // a core dump of every dataset would be slow, and holds up the discovery of a death
  AddUser(*mapping.value());
  return NewHandle(env, std::move(mapping.value()), true);
}

// mapDescriptor(fd, byteOffset, byteLength, access, shared): owns the descriptor from the first line on
Napi::Value MapDescriptor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!AreNumbers(info, 0, 4)) return ThrowBadArguments(env, "mapDescriptor");
  UniqueFd fd(info[0].As<Napi::Number>().Int32Value());
  const Extent extent{Unsigned(info[1]), Unsigned(info[2])};
  const auto access = static_cast<Access>(info[3].As<Napi::Number>().Int32Value());
  auto mapping = info[4].ToBoolean() ? ShareDescriptor(std::move(fd), extent, access) : Mapping::OfDescriptor(std::move(fd), extent, access);
  if (!mapping.ok()) return ThrowSystemError(env, mapping.error());
  if (!info[4].ToBoolean()) AddUser(*mapping.value());
  mapping.value()->Advise(MADV_DONTDUMP);
  return NewHandle(env, std::move(mapping.value()), false);
}

// mapSysv(id, byteLength, access, shared)
Napi::Value MapSysv(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!AreNumbers(info, 0, 3)) return ThrowBadArguments(env, "mapSysv");
  const int id = info[0].As<Napi::Number>().Int32Value();
  const size_t length = Unsigned(info[1]);
  const auto access = static_cast<Access>(info[2].As<Napi::Number>().Int32Value());
  auto mapping = info[3].ToBoolean() ? ShareSysv(id, length, access) : Mapping::OfSysv(id, length, access);
  if (!mapping.ok()) return ThrowSystemError(env, mapping.error());
  if (!info[3].ToBoolean()) AddUser(*mapping.value());
  mapping.value()->Advise(MADV_DONTDUMP);
  return NewHandle(env, std::move(mapping.value()), false);
}

// bufferOf(mapping)
Napi::Value BufferOf(const Napi::CallbackInfo& info) {
  MappingHandle* handle = HandleOf(info, "bufferOf");
  if (handle == nullptr) return info.Env().Undefined();
  return NewSharedArrayBuffer(info.Env(), handle->mapping().data(), handle->mapping().length(), handle->shared());
}

// descriptorOf(mapping)
Napi::Value DescriptorOf(const Napi::CallbackInfo& info) {
  MappingHandle* handle = HandleOf(info, "descriptorOf");
  if (handle == nullptr) return info.Env().Undefined();
  return Napi::Number::New(info.Env(), handle->mapping().fd());
}

// unmap(mapping)
Napi::Value Unmap(const Napi::CallbackInfo& info) {
  MappingHandle* handle = HandleOf(info, "unmap");
  if (handle == nullptr) return info.Env().Undefined();
  auto done = handle->LetGo(info.Env(), true);
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error());
}

// syncMapping(mapping)
Napi::Value SyncMapping(const Napi::CallbackInfo& info) {
  MappingHandle* handle = HandleOf(info, "syncMapping");
  if (handle == nullptr) return info.Env().Undefined();
  auto done = handle->mapping().Sync();
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error());
}

}  // namespace

void InitMapping(Napi::Env env, Napi::Object exports) {
  exports.Set("createAnonymous", Napi::Function::New(env, CreateAnonymous));
  exports.Set("mapDescriptor", Napi::Function::New(env, MapDescriptor));
  exports.Set("mapSysv", Napi::Function::New(env, MapSysv));
  exports.Set("bufferOf", Napi::Function::New(env, BufferOf));
  exports.Set("descriptorOf", Napi::Function::New(env, DescriptorOf));
  exports.Set("unmap", Napi::Function::New(env, Unmap));
  exports.Set("syncMapping", Napi::Function::New(env, SyncMapping));
}

}  // namespace shoal

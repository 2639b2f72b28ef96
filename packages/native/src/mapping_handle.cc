#include "mapping_handle.h"

#include <utility>

#include "napi_error.h"
#include "shared_array_buffer.h"
#include "sys/mapping_table.h"

namespace shoal {
namespace {

constexpr napi_type_tag kMappingTag = {0x7368'6f61'6c2d'6d61ULL, 0x8c1d'4e02'9f6b'a35eULL};

struct Handle {
  std::shared_ptr<Attachment> owned;
  std::weak_ptr<Attachment> known;

  static void Finalize(napi_env /*env*/, void* data, void* /*hint*/) { delete static_cast<Handle*>(data); }
};

Handle* HandleOf(const Napi::CallbackInfo& info) {
  bool tagged = false;
  void* handle = nullptr;
  if (info[0].IsObject()) napi_check_object_type_tag(info.Env(), info[0], &kMappingTag, &tagged);
  if (tagged) napi_unwrap(info.Env(), info[0], &handle);
  return static_cast<Handle*>(handle);
}

std::shared_ptr<Attachment> Borrowed(const Napi::CallbackInfo& info) {
  void* data = nullptr;
  napi_get_typedarray_info(info.Env(), info[0], nullptr, nullptr, &data, nullptr, nullptr);
  auto mapping = MappingAt(data);
  return mapping == nullptr ? nullptr : std::make_shared<Attachment>(std::move(mapping));
}

}  // namespace

void Account::Add(napi_env env, size_t bytes) {
  Settle(env);
  int64_t total;
  napi_adjust_external_memory(env, static_cast<int64_t>(bytes), &total);
}

void Account::Settle(napi_env env) {
  const int64_t released = released_.exchange(0, std::memory_order_relaxed);
  int64_t total;
  if (released != 0) napi_adjust_external_memory(env, -released, &total);
}

Status Attachment::LetGo(bool detach) {
  if (account_ == nullptr || gone_.exchange(true, std::memory_order_acq_rel)) return Done{};
  account_->Release(accounted_);
  return RemoveUser(*mapping_, detach);
}

Napi::Value NewMappingHandle(Napi::Env env, std::shared_ptr<Attachment> attachment) {
  Napi::Object object = Napi::Object::New(env);
  auto* handle = new Handle{attachment, attachment};
  // Every call can fail once the environment is being terminated.
  if (napi_wrap(env, object, handle, Handle::Finalize, nullptr, nullptr) != napi_ok) {
    delete handle;
    return env.Undefined();
  }
  napi_type_tag_object(env, object, &kMappingTag);
  return object;
}

std::shared_ptr<Attachment> AttachmentOf(const Napi::CallbackInfo& info, const char* function) {
  Handle* handle = info[0].IsTypedArray() ? nullptr : HandleOf(info);
  auto attachment = handle != nullptr ? handle->known.lock() : info[0].IsTypedArray() ? Borrowed(info) : nullptr;
  if (attachment == nullptr) ThrowBadArguments(info.Env(), function);
  return attachment;
}

Napi::Value NewBufferOverMapping(const Napi::CallbackInfo& info) {
  Handle* handle = HandleOf(info);
  auto attachment = handle == nullptr ? nullptr : handle->known.lock();
  if (attachment == nullptr) return ThrowBadArguments(info.Env(), "bufferOf");
  const Mapping& mapping = attachment->mapping();
  Napi::Value buffer = NewSharedArrayBuffer(info.Env(), mapping.data(), mapping.length(), attachment);
  if (!buffer.IsUndefined()) handle->owned.reset();
  return buffer;
}

}  // namespace shoal

#include <cstring>
#include <memory>

#include "addon.h"
#include "mapping_handle.h"
#include "napi_error.h"

namespace shoal {
namespace {

/// A blocking call about one mapping on a thread of libuv's pool; the promise says when it is done.
class Background : public Napi::AsyncWorker {
 public:
  Background(Napi::Env env, std::shared_ptr<Attachment> attachment)
      : Napi::AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), attachment_(std::move(attachment)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void OnOK() override {
    if (status_.ok()) {
      deferred_.Resolve(Env().Undefined());
    } else {
      deferred_.Reject(SystemError(Env(), status_.error()).Value());
    }
  }

 protected:
  Napi::Promise::Deferred deferred_;
  std::shared_ptr<Attachment> attachment_;
  Status status_ = Done{};
};

class Populate : public Background {
 public:
  Populate(Napi::Env env, std::shared_ptr<Attachment> attachment, size_t offset, size_t length)
      : Background(env, std::move(attachment)), offset_(offset), length_(length) {}

  void Execute() override { status_ = attachment_->mapping().Populate(offset_, length_); }

 private:
  size_t offset_;
  size_t length_;
};

class CopyIn : public Background {
 public:
  CopyIn(Napi::Env env, std::shared_ptr<Attachment> attachment, Napi::TypedArray source, size_t offset, size_t length)
      : Background(env, std::move(attachment)), source_(Napi::Persistent(source)), offset_(offset), length_(length) {
    void* data = nullptr;
    napi_get_typedarray_info(env, source, nullptr, nullptr, &data, nullptr, nullptr);
    from_ = static_cast<const char*>(data);
  }

  void Execute() override { memcpy(static_cast<char*>(attachment_->mapping().data()) + offset_, from_ + offset_, length_); }

 private:
  Napi::Reference<Napi::TypedArray> source_;  // the collector must not take it meanwhile
  const char* from_ = nullptr;
  size_t offset_;
  size_t length_;
};

bool PartOf(const Napi::CallbackInfo& info, size_t at, const Mapping& mapping, size_t* offset, size_t* length) {
  if (!info[at].IsNumber() || !info[at + 1].IsNumber()) return false;
  *offset = static_cast<size_t>(info[at].As<Napi::Number>().Int64Value());
  *length = static_cast<size_t>(info[at + 1].As<Napi::Number>().Int64Value());
  return *offset <= mapping.length() && *length <= mapping.length() - *offset;
}

// populate(mapping, byteOffset, byteLength)
Napi::Value PopulateWrap(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "populate");
  if (attachment == nullptr) return info.Env().Undefined();
  size_t offset;
  size_t length;
  if (!PartOf(info, 1, attachment->mapping(), &offset, &length)) return ThrowBadArguments(info.Env(), "populate");
  auto* work = new Populate(info.Env(), std::move(attachment), offset, length);
  work->Queue();
  return work->promise();
}

// copyIn(mapping, source, byteOffset, byteLength): the same part of both
Napi::Value CopyInWrap(const Napi::CallbackInfo& info) {
  auto attachment = AttachmentOf(info, "copyIn");
  if (attachment == nullptr) return info.Env().Undefined();
  size_t offset;
  size_t length;
  if (!info[1].IsTypedArray() || !PartOf(info, 2, attachment->mapping(), &offset, &length)) return ThrowBadArguments(info.Env(), "copyIn");
  auto source = info[1].As<Napi::TypedArray>();
  if (offset + length > source.ByteLength()) return ThrowBadArguments(info.Env(), "copyIn");
  auto* work = new CopyIn(info.Env(), std::move(attachment), source, offset, length);
  work->Queue();
  return work->promise();
}

}  // namespace

void InitBackground(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("populate", Napi::Function::New(env, PopulateWrap));
  exports.Set("copyIn", Napi::Function::New(env, CopyInWrap));
}

}  // namespace shoal

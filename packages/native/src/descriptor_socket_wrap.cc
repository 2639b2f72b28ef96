#include <algorithm>

#include "addon.h"
#include "napi_error.h"
#include "sys/descriptor_socket.h"

namespace shoal {
namespace {

constexpr double kLongestSliceMs = 50;

Napi::Value CreatePair(const Napi::CallbackInfo& info) {
  auto pair = CreateSocketPair();
  if (!pair.ok()) return ThrowSystemError(info.Env(), pair.error());
  Napi::Array fds = Napi::Array::New(info.Env(), 2);
  for (uint32_t i = 0; i < 2; ++i) fds.Set(i, Napi::Number::New(info.Env(), pair.value()[i].Release()));
  return fds;
}

// sendDescriptor(socketFd, message, fd)
Napi::Value Send(const Napi::CallbackInfo& info) {
  if (info.Length() < 3 || !info[0].IsNumber() || !info[1].IsTypedArray() || !info[2].IsNumber()) {
    return ThrowBadArguments(info.Env(), "sendDescriptor");
  }
  // Plain Node-API: the C++ class refuses arrays over a SharedArrayBuffer.
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(info.Env(), info[1], &type, &length, &data, nullptr, nullptr) != napi_ok || type != napi_uint8_array ||
      length == 0) {
    return ThrowBadArguments(info.Env(), "sendDescriptor");
  }
  Status status = SendDescriptor(info[0].As<Napi::Number>(), {static_cast<const std::byte*>(data), length}, info[2].As<Napi::Number>());
  return status.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), status.error());
}

// receiveDescriptor(socketFd, timeoutMs)
Napi::Value Receive(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[0].IsNumber() || !info[1].IsNumber()) return ThrowBadArguments(env, "receiveDescriptor");
  const int socket = info[0].As<Napi::Number>();
  const double timeout_ms = info[1].As<Napi::Number>();
  const double slice_ms = timeout_ms > 0 ? std::min(timeout_ms, kLongestSliceMs) : 0;
  auto size = AwaitMessage(socket, std::chrono::milliseconds(static_cast<int>(slice_ms)));
  if (!size.ok()) return ThrowSystemError(env, size.error());
  if (!size.value().has_value()) return env.Undefined();
  Napi::Uint8Array message = Napi::Uint8Array::New(env, *size.value());
  auto fd = ReceiveDescriptor(socket, {reinterpret_cast<std::byte*>(message.Data()), message.ByteLength()});
  if (!fd.ok()) return ThrowSystemError(env, fd.error());
  Napi::Object result = Napi::Object::New(env);
  result.Set("message", message);
  result.Set("fd", Napi::Number::New(env, fd.value().Release()));
  return result;
}

// closeDescriptor(fd)
Napi::Value Close(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsNumber()) return ThrowBadArguments(info.Env(), "closeDescriptor");
  // EINTR has closed it all the same on Linux.
  if (close(info[0].As<Napi::Number>()) == 0 || errno == EINTR) return info.Env().Undefined();
  return ThrowSystemError(info.Env(), LastError("close"));
}

}  // namespace

void InitDescriptorSocket(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("createSocketPair", Napi::Function::New(env, CreatePair, "createSocketPair"));
  exports.Set("sendDescriptor", Napi::Function::New(env, Send, "sendDescriptor"));
  exports.Set("receiveDescriptor", Napi::Function::New(env, Receive, "receiveDescriptor"));
  exports.Set("closeDescriptor", Napi::Function::New(env, Close, "closeDescriptor"));
}

}  // namespace shoal

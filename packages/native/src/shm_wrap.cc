#include "addon.h"
#include "napi_error.h"
#include "sys/posix_shm.h"
#include "sys/sysv_shm.h"

namespace shoal {
namespace {

int Int(const Napi::Value& value) { return value.As<Napi::Number>().Int32Value(); }

// getSysv(key, byteLength, flags)
Napi::Value GetSysvWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber() || !info[1].IsNumber() || !info[2].IsNumber()) return ThrowBadArguments(info.Env(), "getSysv");
  auto id = GetSysv(Int(info[0]), static_cast<size_t>(info[1].As<Napi::Number>().Int64Value()), Int(info[2]));
  if (!id.ok()) return ThrowSystemError(info.Env(), id.error());
  return Napi::Number::New(info.Env(), id.value());
}

// statSysv(id)
Napi::Value StatSysvWrap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsNumber()) return ThrowBadArguments(env, "statSysv");
  auto status = StatSysv(Int(info[0]));
  if (!status.ok()) return ThrowSystemError(env, status.error());
  const SysvStat& from = status.value();
  Napi::Object result = Napi::Object::New(env);
  const auto set = [&](const char* name, double value) { result.Set(name, Napi::Number::New(env, value)); };
  set("byteLength", static_cast<double>(from.length));
  set("attached", static_cast<double>(from.attached));
  set("changeTime", static_cast<double>(from.change_time));
  set("creatorPid", from.creator_pid);
  set("uid", from.uid);
  set("creatorUid", from.creator_uid);
  set("mode", from.mode & 0777);
  set("key", from.key);
  return result;
}

// removeSysv(id)
Napi::Value RemoveSysvWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) return ThrowBadArguments(info.Env(), "removeSysv");
  auto done = RemoveSysv(Int(info[0]));
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error());
}

// keyOfPath(path, projectId)
Napi::Value KeyOfPathWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsNumber()) return ThrowBadArguments(info.Env(), "keyOfPath");
  const std::string path = info[0].As<Napi::String>();
  auto key = KeyOfPath(path, Int(info[1]));
  if (!key.ok()) return ThrowSystemError(info.Env(), key.error(), path);
  return Napi::Number::New(info.Env(), key.value());
}

// openPosix(name, flags, mode)
Napi::Value OpenPosixWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsNumber() || !info[2].IsNumber()) return ThrowBadArguments(info.Env(), "openPosix");
  const std::string name = info[0].As<Napi::String>();
  auto fd = OpenPosix(name, Int(info[1]), static_cast<unsigned>(Int(info[2])));
  if (!fd.ok()) return ThrowSystemError(info.Env(), fd.error(), name);
  return Napi::Number::New(info.Env(), fd.value().Release());
}

// removePosix(name)
Napi::Value RemovePosixWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) return ThrowBadArguments(info.Env(), "removePosix");
  const std::string name = info[0].As<Napi::String>();
  auto done = RemovePosix(name);
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error(), name);
}

}  // namespace

void InitShm(Napi::Env env, Napi::Object exports) {
  exports.Set("getSysv", Napi::Function::New(env, GetSysvWrap));
  exports.Set("statSysv", Napi::Function::New(env, StatSysvWrap));
  exports.Set("removeSysv", Napi::Function::New(env, RemoveSysvWrap));
  exports.Set("keyOfPath", Napi::Function::New(env, KeyOfPathWrap));
  exports.Set("openPosix", Napi::Function::New(env, OpenPosixWrap));
  exports.Set("removePosix", Napi::Function::New(env, RemovePosixWrap));
}

}  // namespace shoal

#include <fcntl.h>

#include "addon.h"
#include "napi_error.h"
#include "sys/file_lock.h"
#include "sys/whole_file.h"

namespace shoal {
namespace {

int Int(const Napi::Value& value) { return value.As<Napi::Number>().Int32Value(); }

Napi::Value Answer(Napi::Env env, Result<bool> result) {
  return result.ok() ? Napi::Boolean::New(env, result.value()) : ThrowSystemError(env, result.error());
}

// tryLockFile(fd)
Napi::Value TryLockFileWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) return ThrowBadArguments(info.Env(), "tryLockFile");
  return Answer(info.Env(), TryLockFile(Int(info[0])));
}

// isFileLocked(fd)
Napi::Value IsFileLockedWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) return ThrowBadArguments(info.Env(), "isFileLocked");
  return Answer(info.Env(), IsFileLocked(Int(info[0])));
}

// ownerFile(folder)
Napi::Value OwnerFileWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString()) return ThrowBadArguments(info.Env(), "ownerFile");
  const std::string folder = info[0].As<Napi::String>();
  auto name = OwnerFile(folder);
  return name.ok() ? Napi::String::New(info.Env(), name.value()) : ThrowSystemError(info.Env(), name.error(), folder);
}

// openFile(path, flags, mode)
Napi::Value OpenFileWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsNumber() || !info[2].IsNumber()) return ThrowBadArguments(info.Env(), "openFile");
  const std::string path = info[0].As<Napi::String>();
  auto fd = OpenFile(path, Int(info[1]), static_cast<unsigned>(Int(info[2])));
  if (!fd.ok()) return ThrowSystemError(info.Env(), fd.error(), path);
  return Napi::Number::New(info.Env(), fd.value().Release());
}

// openUnnamed(folder, mode)
Napi::Value OpenUnnamedWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsString() || !info[1].IsNumber()) return ThrowBadArguments(info.Env(), "openUnnamed");
  const std::string folder = info[0].As<Napi::String>();
  auto fd = OpenUnnamed(folder, static_cast<unsigned>(Int(info[1])));
  if (!fd.ok()) return ThrowSystemError(info.Env(), fd.error(), folder);
  return Napi::Number::New(info.Env(), fd.value().Release());
}

// nameFile(fd, path)
Napi::Value NameFileWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber() || !info[1].IsString()) return ThrowBadArguments(info.Env(), "nameFile");
  const std::string path = info[1].As<Napi::String>();
  auto done = NameFile(Int(info[0]), path);
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error(), path);
}

// reserve(fd, byteLength)
Napi::Value ReserveWrap(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber() || !info[1].IsNumber()) return ThrowBadArguments(info.Env(), "reserve");
  auto done = Reserve(Int(info[0]), static_cast<size_t>(info[1].As<Napi::Number>().Int64Value()));
  return done.ok() ? info.Env().Undefined() : ThrowSystemError(info.Env(), done.error());
}

// sealsOf(fd): −1 for what cannot be sealed
Napi::Value SealsOf(const Napi::CallbackInfo& info) {
  if (!info[0].IsNumber()) return ThrowBadArguments(info.Env(), "sealsOf");
  return Napi::Number::New(info.Env(), fcntl(Int(info[0]), F_GET_SEALS));
}

}  // namespace

void InitFile(Napi::Env env, Napi::Object exports) {
  exports.Set("tryLockFile", Napi::Function::New(env, TryLockFileWrap));
  exports.Set("isFileLocked", Napi::Function::New(env, IsFileLockedWrap));
  exports.Set("ownerFile", Napi::Function::New(env, OwnerFileWrap));
  exports.Set("openFile", Napi::Function::New(env, OpenFileWrap));
  exports.Set("openUnnamed", Napi::Function::New(env, OpenUnnamedWrap));
  exports.Set("nameFile", Napi::Function::New(env, NameFileWrap));
  exports.Set("reserve", Napi::Function::New(env, ReserveWrap));
  exports.Set("sealsOf", Napi::Function::New(env, SealsOf));
}

}  // namespace shoal

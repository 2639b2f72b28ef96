#include "napi_error.h"

#include <uv.h>

#include <cerrno>

#include "system_error.h"

namespace shoal {

Napi::Error SystemError(Napi::Env env, const SysError& error, const std::string& path) {
  const int number = uv_translate_sys_error(error.number);
  // A System V object that has been removed: libuv has no name for it.
  const bool is_removed = error.number == EIDRM;
  const std::string code = is_removed ? "EIDRM" : uv_err_name(number);
  std::string message = code;
  message.append(": ").append(is_removed ? "identifier removed" : uv_strerror(number)).append(", ").append(error.syscall);
  if (!path.empty()) message.append(" '").append(path).append("'");
  Napi::Error result = Napi::Error::New(env, message);
  result.Set("code", Napi::String::New(env, code));
  result.Set("errno", Napi::Number::New(env, number));
  result.Set("syscall", Napi::String::New(env, error.syscall));
  if (!path.empty()) result.Set("path", Napi::String::New(env, path));
  return result;
}

Napi::Value ThrowSystemError(Napi::Env env, const SysError& error, const std::string& path) {
  SystemError(env, error, path).ThrowAsJavaScriptException();
  return env.Undefined();
}

napi_value ThrowSystemError(napi_env env, const SysError& error) { return ThrowSystemError(Napi::Env(env), error); }

Napi::Value ThrowBadArguments(Napi::Env env, const char* function) {
  Napi::TypeError::New(env, std::string("Illegal arguments for native ") + function).ThrowAsJavaScriptException();
  return env.Undefined();
}

}  // namespace shoal

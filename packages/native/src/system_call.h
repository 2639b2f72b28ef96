#ifndef SHOAL_SYSTEM_CALL_H_
#define SHOAL_SYSTEM_CALL_H_

#include <napi.h>

#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "napi_error.h"
#include "sys/unique_fd.h"

namespace shoal {

/// How an argument is told and taken over, by the type of the parameter.
template <typename Parameter>
struct Argument;

template <typename Number>
  requires std::is_integral_v<Number>
struct Argument<Number> {
  static bool Fits(const Napi::Value& value) { return value.IsNumber(); }
  static Number Of(const Napi::Value& value) { return static_cast<Number>(value.As<Napi::Number>().Int64Value()); }
};

template <>
struct Argument<std::string> {
  static bool Fits(const Napi::Value& value) { return value.IsString(); }
  static std::string Of(const Napi::Value& value) { return value.As<Napi::String>(); }
};

/// What a call gives, in JavaScript. A type of its own needs an overload of its own, in this namespace.
inline Napi::Value ValueOf(Napi::Env env, Done) { return env.Undefined(); }
inline Napi::Value ValueOf(Napi::Env env, bool truth) { return Napi::Boolean::New(env, truth); }
inline Napi::Value ValueOf(Napi::Env env, int number) { return Napi::Number::New(env, number); }
inline Napi::Value ValueOf(Napi::Env env, const std::string& text) { return Napi::String::New(env, text); }
/// The descriptor is JavaScript's from now on.
inline Napi::Value ValueOf(Napi::Env env, UniqueFd& fd) { return Napi::Number::New(env, fd.Release()); }

/// The first text among the arguments: what the message of a failure names.
inline std::string PathIn() { return ""; }
template <typename First, typename... Rest>
std::string PathIn(const First& first, const Rest&... rest) {
  if constexpr (std::is_same_v<First, std::string>) return first;
  return PathIn(rest...);
}

template <typename T, typename... Parameters, size_t... kIndex>
Napi::Value CallSystem(const Napi::CallbackInfo& info, Result<T> (*function)(Parameters...), std::index_sequence<kIndex...>) {
  const Napi::Env env = info.Env();
  if (!(Argument<std::decay_t<Parameters>>::Fits(info[kIndex]) && ...)) {
    return ThrowBadArguments(env, static_cast<const char*>(info.Data()));
  }
  const std::tuple arguments(Argument<std::decay_t<Parameters>>::Of(info[kIndex])...);
  auto result = std::apply(function, arguments);
  if (result.ok()) return ValueOf(env, result.value());
  return ThrowSystemError(env, result.error(), PathIn(std::get<kIndex>(arguments)...));
}

template <typename T, typename... Parameters>
Napi::Value CallSystem(const Napi::CallbackInfo& info, Result<T> (*function)(Parameters...)) {
  return CallSystem(info, function, std::index_sequence_for<Parameters...>());
}

template <auto kFunction>
Napi::Value SystemCall(const Napi::CallbackInfo& info) {
  return CallSystem(info, kFunction);
}

/// Adds a function of the system layer to the addon's exports: its arguments are checked and its result is turned by their types.
template <auto kFunction>
void ExportSystemCall(Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New(exports.Env(), SystemCall<kFunction>, name, const_cast<char*>(name)));
}

}  // namespace shoal

#endif  // SHOAL_SYSTEM_CALL_H_

#include <vector>

#include "addon.h"
#include "sys/sysv_semaphore.h"
#include "system_call.h"

namespace shoal {

static Napi::Value ValueOf(Napi::Env env, const SemaphoreSetStat& stat) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("count", static_cast<double>(stat.count));
  result.Set("operationTime", static_cast<double>(stat.operation_time));
  result.Set("changeTime", static_cast<double>(stat.change_time));
  result.Set("creatorUid", stat.creator_uid);
  result.Set("mode", stat.mode);
  result.Set("key", stat.key);
  return result;
}

namespace {

// Numbers only; anything else counts as 0, which the kernel refuses or which harms nobody.
int Integer(const Napi::CallbackInfo& info, size_t i) {
  return i < info.Length() && info[i].IsNumber() ? info[i].As<Napi::Number>().Int32Value() : 0;
}

// setSemaphores(id, values)
Napi::Value Set(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 2 || !info[1].IsArray()) return ThrowBadArguments(env, "setSemaphores");
  const Napi::Array array = info[1].As<Napi::Array>();
  auto stat = StatSemaphoreSet(Integer(info, 0));
  if (!stat.ok()) return ThrowSystemError(env, stat.error());
  // The kernel reads as many as the set has.
  if (stat.value().count != array.Length()) return ThrowBadArguments(env, "setSemaphores");
  std::vector<uint16_t> values;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value value = array.Get(i);
    values.push_back(value.IsNumber() ? static_cast<uint16_t>(value.As<Napi::Number>().Uint32Value()) : 0);
  }
  Status status = SetSemaphores(Integer(info, 0), values);
  return status.ok() ? env.Undefined() : ThrowSystemError(env, status.error());
}

// operateSemaphores(id, operations, timeoutMs): triples of index, change and flags in an Int16Array.
Napi::Value Operate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 3 || !info[1].IsTypedArray() || !info[2].IsNumber()) return ThrowBadArguments(env, "operateSemaphores");
  const Napi::TypedArray array = info[1].As<Napi::TypedArray>();
  if (array.TypedArrayType() != napi_int16_array) return ThrowBadArguments(env, "operateSemaphores");
  const Napi::Int16Array numbers = info[1].As<Napi::Int16Array>();
  std::vector<sembuf> operations;
  for (size_t i = 0; i + 2 < numbers.ElementLength(); i += 3) {
    operations.push_back({static_cast<unsigned short>(numbers[i]), numbers[i + 1], numbers[i + 2]});
  }
  const double timeout_ms = info[2].As<Napi::Number>();
  const std::chrono::nanoseconds timeout(timeout_ms > 0 ? static_cast<int64_t>(std::min(timeout_ms, 50.0) * 1e6) : 0);
  auto operated = OperateSemaphores(Integer(info, 0), operations, timeout);
  return operated.ok() ? Napi::Boolean::New(env, operated.value()) : ThrowSystemError(env, operated.error());
}

}  // namespace

void InitSysvSemaphore(Napi::Env env, Napi::Object exports) {
  ExportSystemCall<GetSemaphoreSet>(exports, "getSemaphoreSet");
  ExportSystemCall<StatSemaphoreSet>(exports, "statSemaphoreSet");
  ExportSystemCall<RemoveSemaphoreSet>(exports, "removeSemaphoreSet");
  ExportSystemCall<SemaphoreValue>(exports, "semaphoreValue");
  exports.Set("setSemaphores", Napi::Function::New(env, Set, "setSemaphores"));
  exports.Set("operateSemaphores", Napi::Function::New(env, Operate, "operateSemaphores"));
}

}  // namespace shoal

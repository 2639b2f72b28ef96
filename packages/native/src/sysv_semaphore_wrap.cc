#include <memory>
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

// Triples of index, change and flags in an Int16Array.
bool ReadOperations(const Napi::Value& value, std::vector<sembuf>* operations) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_int16_array) return false;
  const Napi::Int16Array numbers = value.As<Napi::Int16Array>();
  for (size_t i = 0; i + 2 < numbers.ElementLength(); i += 3) {
    operations->push_back({static_cast<unsigned short>(numbers[i]), numbers[i + 1], numbers[i + 2]});
  }
  return true;
}

// operateSemaphores(id, operations, timeoutMs)
Napi::Value Operate(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<sembuf> operations;
  if (info.Length() < 3 || !info[2].IsNumber() || !ReadOperations(info[1], &operations)) return ThrowBadArguments(env, "operateSemaphores");
  const double timeout_ms = info[2].As<Napi::Number>();
  const std::chrono::nanoseconds timeout(timeout_ms > 0 ? static_cast<int64_t>(std::min(timeout_ms, 50.0) * 1e6) : 0);
  auto operated = OperateSemaphores(Integer(info, 0), operations, timeout);
  return operated.ok() ? Napi::Boolean::New(env, operated.value()) : ThrowSystemError(env, operated.error());
}

// What is done when a thread's environment ends, as SEM_UNDO is when its process does.
struct Reversal {
  int id;
  std::vector<sembuf> operations;

  static void Run(void* data) {
    auto* self = static_cast<Reversal*>(data);
    // A set that has been removed meanwhile needs nothing.
    OperateSemaphores(self->id, self->operations, std::chrono::nanoseconds(0));
    delete self;
  }
};

// operateUntilEnd(id, operations, reversal): undefined where the operations would have to wait, else a function, to be called once, that
// takes the order for the reversal back.
Napi::Value OperateUntilEnd(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto reversal = std::unique_ptr<Reversal>(new Reversal{Integer(info, 0), {}});
  std::vector<sembuf> operations;
  if (info.Length() < 3 || !ReadOperations(info[1], &operations) || !ReadOperations(info[2], &reversal->operations)) {
    return ThrowBadArguments(env, "operateUntilEnd");
  }
  auto operated = OperateSemaphores(reversal->id, operations, std::chrono::nanoseconds(0));
  if (!operated.ok()) return ThrowSystemError(env, operated.error());
  if (!operated.value()) return env.Undefined();
  // In the same native call: no termination comes between the two.
  napi_add_env_cleanup_hook(env, Reversal::Run, reversal.get());
  const auto cancel = [](const Napi::CallbackInfo& call) {
    auto* ordered = static_cast<Reversal*>(call.Data());
    napi_remove_env_cleanup_hook(call.Env(), Reversal::Run, ordered);
    delete ordered;
  };
  return Napi::Function::New(env, cancel, "cancel", reversal.release());
}

}  // namespace

void InitSysvSemaphore(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  ExportSystemCall<GetSemaphoreSet>(exports, "getSemaphoreSet");
  ExportSystemCall<StatSemaphoreSet>(exports, "statSemaphoreSet");
  ExportSystemCall<RemoveSemaphoreSet>(exports, "removeSemaphoreSet");
  ExportSystemCall<SemaphoreValue>(exports, "semaphoreValue");
  exports.Set("setSemaphores", Napi::Function::New(env, Set, "setSemaphores"));
  exports.Set("operateSemaphores", Napi::Function::New(env, Operate, "operateSemaphores"));
  exports.Set("operateUntilEnd", Napi::Function::New(env, OperateUntilEnd, "operateUntilEnd"));
}

}  // namespace shoal

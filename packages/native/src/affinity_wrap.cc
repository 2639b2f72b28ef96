#include <cmath>

#include "addon.h"
#include "napi_error.h"
#include "sys/affinity.h"

namespace shoal {
namespace {

// allowedCpus(): numbers, ascending.
Napi::Value AllowedCpusWrap(const Napi::CallbackInfo& info) {
  const std::vector<int> cpus = AllowedCpus();
  Napi::Array result = Napi::Array::New(info.Env(), cpus.size());
  for (uint32_t i = 0; i < cpus.size(); i++) result.Set(i, Napi::Number::New(info.Env(), cpus[i]));
  return result;
}

// setAffinity(tid, cpus).
Napi::Value SetAffinityWrap(const Napi::CallbackInfo& info) {
  constexpr int kMostCpus = 1 << 20;
  if (info.Length() < 2 || !info[0].IsNumber() || !info[1].IsArray()) return ThrowBadArguments(info.Env(), "setAffinity");
  const Napi::Array list = info[1].As<Napi::Array>();
  std::vector<int> cpus;
  for (uint32_t i = 0; i < list.Length(); i++) {
    const Napi::Value value = list.Get(i);
    const double cpu = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
    if (!(cpu >= 0 && cpu < kMostCpus && cpu == std::floor(cpu))) return ThrowBadArguments(info.Env(), "setAffinity");
    cpus.push_back(static_cast<int>(cpu));
  }
  Status status = SetAffinity(info[0].As<Napi::Number>().Int32Value(), cpus);
  if (!status.ok()) return ThrowSystemError(info.Env(), status.error());
  return info.Env().Undefined();
}

}  // namespace

void InitAffinity(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("allowedCpus", Napi::Function::New(env, AllowedCpusWrap, "allowedCpus"));
  exports.Set("setAffinity", Napi::Function::New(env, SetAffinityWrap, "setAffinity"));
}

}  // namespace shoal

#include "addon.h"
#include "sys/affinity.h"

namespace shoal {

void InitAffinity(Napi::Env env, Napi::Object exports) {
  exports.Set("allowedCpus", Napi::Function::New(env, [](const Napi::CallbackInfo& info) -> Napi::Value {
                return Napi::Number::New(info.Env(), AllowedCpus());
              }));
}

}  // namespace shoal

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "addon.h"
#include "napi_error.h"

namespace shoal {
namespace {

// dieWithParent(parentPid). The order closes the race: a parent that ends before prctl() no longer is our parent after it.
Napi::Value DieWithParent(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsNumber()) return ThrowBadArguments(info.Env(), "dieWithParent");
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return ThrowSystemError(info.Env(), LastError("prctl"));
  return Napi::Boolean::New(info.Env(), getppid() == info[0].As<Napi::Number>().Int32Value());
}

}  // namespace

void InitParentDeath(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("dieWithParent", Napi::Function::New(env, DieWithParent, "dieWithParent"));
}

}  // namespace shoal

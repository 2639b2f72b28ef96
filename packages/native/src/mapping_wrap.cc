#include "addon.h"

namespace shoal {
void InitMapping(Napi::Env, Napi::Object) {}
}  // namespace shoal

#include <napi.h>

#include "addon.h"

// The addon is loaded once per environment (main thread, worker threads), in any order: nothing here may be static.
static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  shoal::InitMapping(env, exports);
  return exports;
}

NODE_API_MODULE(shoal_native, Init)

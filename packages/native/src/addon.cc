#include "addon.h"

#include <napi.h>

// The addon is loaded once per environment (main thread, worker threads), in any order: nothing here may be static.
static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  shoal::InitAffinity(env, exports);
  shoal::InitBackground(env, exports);
  shoal::InitElementwise(env, exports);
  shoal::InitFile(env, exports);
  shoal::InitGroup(env, exports);
  shoal::InitGroupParts(env, exports);
  shoal::InitHistogram(env, exports);
  shoal::InitKeys(env, exports);
  shoal::InitMapping(env, exports);
  shoal::InitShm(env, exports);
  shoal::InitFutex(env, exports);
  shoal::InitBarrier(env, exports);
  shoal::InitLife(env, exports);
  shoal::InitScan(env, exports);
  shoal::InitWordWatcher(env, exports);
  shoal::InitSemaphore(env, exports);
  shoal::InitSysvSemaphore(env, exports);
  shoal::InitMutex(env, exports);
  shoal::InitMatmul(env, exports);
  shoal::InitMemberTable(env, exports);
  shoal::InitRandom(env, exports);
  shoal::InitReadWriteLock(env, exports);
  shoal::InitRecordRing(env, exports);
  shoal::InitReduction(env, exports);
  shoal::InitSelection(env, exports);
  shoal::InitSort(env, exports);
  shoal::InitSplit(env, exports);
  shoal::InitDoorbell(env, exports);
  shoal::InitDescriptorSocket(env, exports);
  shoal::InitParentDeath(env, exports);
  shoal::InitChildEnd(env, exports);
  return exports;
}

NODE_API_MODULE(shoal_native, Init)

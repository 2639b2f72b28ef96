#ifndef SHOAL_ADDON_H_
#define SHOAL_ADDON_H_

#include <napi.h>

namespace shoal {

/// One registrar per concept; each adds its functions to `exports`.
void InitAffinity(Napi::Env env, Napi::Object exports);
void InitBackground(Napi::Env env, Napi::Object exports);
void InitElementwise(Napi::Env env, Napi::Object exports);
void InitFile(Napi::Env env, Napi::Object exports);
void InitGroup(Napi::Env env, Napi::Object exports);
void InitGroupParts(Napi::Env env, Napi::Object exports);
void InitHistogram(Napi::Env env, Napi::Object exports);
void InitKeys(Napi::Env env, Napi::Object exports);
void InitMapping(Napi::Env env, Napi::Object exports);
void InitShm(Napi::Env env, Napi::Object exports);
void InitFutex(Napi::Env env, Napi::Object exports);
void InitBarrier(Napi::Env env, Napi::Object exports);
void InitLife(Napi::Env env, Napi::Object exports);
void InitScan(Napi::Env env, Napi::Object exports);
void InitWordWatcher(Napi::Env env, Napi::Object exports);
void InitSemaphore(Napi::Env env, Napi::Object exports);
void InitSysvSemaphore(Napi::Env env, Napi::Object exports);
void InitMutex(Napi::Env env, Napi::Object exports);
void InitMatmul(Napi::Env env, Napi::Object exports);
void InitMemberTable(Napi::Env env, Napi::Object exports);
void InitRandom(Napi::Env env, Napi::Object exports);
void InitReadWriteLock(Napi::Env env, Napi::Object exports);
void InitRecordRing(Napi::Env env, Napi::Object exports);
void InitReduction(Napi::Env env, Napi::Object exports);
void InitSelection(Napi::Env env, Napi::Object exports);
void InitSort(Napi::Env env, Napi::Object exports);
void InitSplit(Napi::Env env, Napi::Object exports);
void InitDoorbell(Napi::Env env, Napi::Object exports);
void InitDescriptorSocket(Napi::Env env, Napi::Object exports);
void InitParentDeath(Napi::Env env, Napi::Object exports);

}  // namespace shoal

#endif  // SHOAL_ADDON_H_

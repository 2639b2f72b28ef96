#ifndef SHOAL_ADDON_H_
#define SHOAL_ADDON_H_

#include <node_api.h>

namespace shoal {

/// One registrar per concept; each adds its functions to `exports`. Plain Node-API, as most of them are: the C++ wrapper's header takes a
/// second to compile.
void InitAffinity(napi_env env, napi_value exports);
void InitBackground(napi_env env, napi_value exports);
void InitChildEnd(napi_env env, napi_value exports);
void InitElementwise(napi_env env, napi_value exports);
void InitFile(napi_env env, napi_value exports);
void InitGroup(napi_env env, napi_value exports);
void InitGroupParts(napi_env env, napi_value exports);
void InitHistogram(napi_env env, napi_value exports);
void InitKeys(napi_env env, napi_value exports);
void InitMapping(napi_env env, napi_value exports);
void InitShm(napi_env env, napi_value exports);
void InitFutex(napi_env env, napi_value exports);
void InitBarrier(napi_env env, napi_value exports);
void InitLife(napi_env env, napi_value exports);
void InitScan(napi_env env, napi_value exports);
void InitWordWatcher(napi_env env, napi_value exports);
void InitSemaphore(napi_env env, napi_value exports);
void InitSysvSemaphore(napi_env env, napi_value exports);
void InitMutex(napi_env env, napi_value exports);
void InitMatmul(napi_env env, napi_value exports);
void InitMemberTable(napi_env env, napi_value exports);
void InitRandom(napi_env env, napi_value exports);
void InitReadWriteLock(napi_env env, napi_value exports);
void InitRecordRing(napi_env env, napi_value exports);
void InitReduction(napi_env env, napi_value exports);
void InitSelection(napi_env env, napi_value exports);
void InitSort(napi_env env, napi_value exports);
void InitSplit(napi_env env, napi_value exports);
void InitDoorbell(napi_env env, napi_value exports);
void InitDescriptorSocket(napi_env env, napi_value exports);
void InitParentDeath(napi_env env, napi_value exports);

}  // namespace shoal

#endif  // SHOAL_ADDON_H_

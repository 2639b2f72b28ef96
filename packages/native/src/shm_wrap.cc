#include "addon.h"
#include "sys/posix_shm.h"
#include "sys/sysv_shm.h"
#include "system_call.h"

namespace shoal {

static Napi::Value ValueOf(Napi::Env env, const SysvStat& stat) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("byteLength", static_cast<double>(stat.length));
  result.Set("attached", static_cast<double>(stat.attached));
  result.Set("changeTime", static_cast<double>(stat.change_time));
  result.Set("creatorPid", stat.creator_pid);
  result.Set("uid", stat.uid);
  result.Set("creatorUid", stat.creator_uid);
  result.Set("mode", stat.mode & 0777);
  result.Set("key", stat.key);
  return result;
}

void InitShm(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  ExportSystemCall<GetSysv>(exports, "getSysv");
  ExportSystemCall<StatSysv>(exports, "statSysv");
  ExportSystemCall<RemoveSysv>(exports, "removeSysv");
  ExportSystemCall<KeyOfPath>(exports, "keyOfPath");
  ExportSystemCall<OpenPosix>(exports, "openPosix");
  ExportSystemCall<RemovePosix>(exports, "removePosix");
}

}  // namespace shoal

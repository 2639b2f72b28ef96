#include "addon.h"

#include <cstring>

// The addon is loaded once per environment (main thread, worker threads), in any order: nothing here may change.
namespace {

struct Registrar {
  const char* part;
  void (*init)(napi_env env, napi_value exports);
};

/// Parts are named after the files of the TypeScript side.
constexpr Registrar kRegistrars[] = {
    {"affinity", shoal::InitAffinity},
    {"barrier", shoal::InitBarrier},
    {"child-end", shoal::InitChildEnd},
    {"descriptor-socket", shoal::InitDescriptorSocket},
    {"doorbell", shoal::InitDoorbell},
    {"elementwise", shoal::InitElementwise},
    {"file", shoal::InitFile},
    {"futex", shoal::InitFutex},
    {"group", shoal::InitGroup},
    {"group", shoal::InitGroupParts},
    {"histogram", shoal::InitHistogram},
    {"life", shoal::InitLife},
    {"mapping", shoal::InitMapping},
    {"mapping", shoal::InitBackground},
    {"matmul", shoal::InitMatmul},
    {"member-table", shoal::InitMemberTable},
    {"mutex", shoal::InitMutex},
    {"parent-death", shoal::InitParentDeath},
    {"random", shoal::InitRandom},
    {"read-write-lock", shoal::InitReadWriteLock},
    {"record-ring", shoal::InitRecordRing},
    {"reduction", shoal::InitReduction},
    {"scan", shoal::InitScan},
    {"selection", shoal::InitSelection},
    {"semaphore", shoal::InitSemaphore},
    {"shm", shoal::InitShm},
    {"sort", shoal::InitSort},
    {"sort", shoal::InitKeys},
    {"split", shoal::InitSplit},
    {"sysv-semaphore", shoal::InitSysvSemaphore},
    {"wait-async", shoal::InitWordWatcher},
};

// part(name): a new object of the part's functions
napi_value Part(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  char name[32] = "";
  napi_value functions = nullptr;
  if (napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr) != napi_ok) return nullptr;
  if (napi_get_value_string_latin1(env, argument, name, sizeof(name), nullptr) != napi_ok) return nullptr;
  if (napi_create_object(env, &functions) != napi_ok) return nullptr;
  for (const Registrar& registrar : kRegistrars) {
    if (std::strcmp(registrar.part, name) == 0) registrar.init(env, functions);
  }
  return functions;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value part;
  if (napi_create_function(env, "part", NAPI_AUTO_LENGTH, Part, nullptr, &part) != napi_ok) return nullptr;
  napi_set_named_property(env, exports, "part", part);
  return exports;
}

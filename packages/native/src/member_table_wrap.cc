#include "addon.h"
#include "sys/member_table.h"
#include "system_error.h"
#include "word_call.h"

namespace shoal {
namespace {

// All take (view, index, count): the table's first word and its number of slots.
class TableCall {
 public:
  bool Read(napi_env env, napi_callback_info info) {
    // Once for the count, once for the room that it takes.
    if (!call_.Read(env, info)) return false;
    const int32_t count = call_.Integer(0);
    return call_.Read(env, info, sizeof(MemberSlot) * static_cast<size_t>(count < 0 ? INT32_MAX : count), alignof(MemberSlot));
  }
  MemberTable table() const { return MemberTable(call_.word(), call_.Integer(0)); }

 private:
  WordCall<1> call_;
};

// membersInitialise(view, index, count)
napi_value Initialise(napi_env env, napi_callback_info info) {
  TableCall call;
  if (!call.Read(env, info)) return nullptr;
  if (const Status& usable = RobustMutex::Usable(); !usable.ok()) return ThrowSystemError(env, usable.error());
  Status status = call.table().Initialise();
  if (!status.ok()) return ThrowSystemError(env, status.error());
  return nullptr;
}

// membersJoin(view, index, count)
napi_value Join(napi_env env, napi_callback_info info) {
  TableCall call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, call.table().Join());
}

// membersLeave(view, index, count)
napi_value Leave(napi_env env, napi_callback_info info) {
  TableCall call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, call.table().Leave());
}

// membersFindDead(view, index, count)
napi_value FindDead(napi_env env, napi_callback_info info) {
  TableCall call;
  if (!call.Read(env, info)) return nullptr;
  return ToValue(env, call.table().FindDead());
}

// membersBury(view, index, count)
napi_value Bury(napi_env env, napi_callback_info info) {
  TableCall call;
  if (!call.Read(env, info)) return nullptr;
  call.table().Bury();
  return nullptr;
}

}  // namespace

void InitMemberTable(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "membersInitialise", Initialise);
  ExportFunction(env, exports, "membersJoin", Join);
  ExportFunction(env, exports, "membersLeave", Leave);
  ExportFunction(env, exports, "membersFindDead", FindDead);
  ExportFunction(env, exports, "membersBury", Bury);
}

}  // namespace shoal

#include <fcntl.h>

#include "addon.h"
#include "sys/file_lock.h"
#include "sys/whole_file.h"
#include "system_call.h"

namespace shoal {
namespace {

// −1 for what cannot be sealed.
Result<int> SealsOf(int fd) { return fcntl(fd, F_GET_SEALS); }

}  // namespace

void InitFile(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  ExportSystemCall<TryLockFile>(exports, "tryLockFile");
  ExportSystemCall<IsFileLocked>(exports, "isFileLocked");
  ExportSystemCall<OwnerFile>(exports, "ownerFile");
  ExportSystemCall<KnownOwnerFile>(exports, "knownOwnerFile");
  ExportSystemCall<OpenFile>(exports, "openFile");
  ExportSystemCall<OpenUnnamed>(exports, "openUnnamed");
  ExportSystemCall<NameFile>(exports, "nameFile");
  ExportSystemCall<Reserve>(exports, "reserve");
  ExportSystemCall<SealsOf>(exports, "sealsOf");
}

}  // namespace shoal

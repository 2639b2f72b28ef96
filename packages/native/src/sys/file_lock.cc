#include "sys/file_lock.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <map>
#include <mutex>

#include "sys/whole_file.h"

namespace shoal {
namespace {

struct flock WholeFile(short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

struct Owner {
  std::string name;
  UniqueFd fd;
};

std::mutex owners_mutex;
std::map<std::string, Owner>& Owners() {
  static auto* owners = new std::map<std::string, Owner>();  // never destroyed: the lock lasts as long as the process
  return *owners;
}

std::string RandomName() {
  unsigned char bytes[12];
  if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) return "";
  std::string name;
  for (unsigned char byte : bytes) name.append({"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]});
  return name + ".owner";
}

Result<Owner> MakeOwner(const std::string& folder) {
  const std::string name = RandomName();
  if (name.empty()) return LastError("getrandom");
  auto fd = OpenUnnamed(folder, 0600);
  if (!fd.ok()) return fd.error();
  auto locked = TryLockFile(fd.value().get());
  if (!locked.ok()) return locked.error();
  auto named = NameFile(fd.value().get(), folder + "/" + name);
  if (!named.ok()) return named.error();
  return Owner{name, std::move(fd.value())};
}

/// Somebody may have cleared the whole folder away: then the lock guards nothing any more.
bool IsStillThere(const Owner& owner, const std::string& folder) {
  struct stat held;
  struct stat named;
  return fstat(owner.fd.get(), &held) == 0 && stat((folder + "/" + owner.name).c_str(), &named) == 0 && held.st_ino == named.st_ino;
}

}  // namespace

Result<bool> TryLockFile(int fd) {
  struct flock lock = WholeFile(F_WRLCK);
  if (fcntl(fd, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return LastError("fcntl");
}

Result<bool> IsFileLocked(int fd) {
  struct flock lock = WholeFile(F_WRLCK);
  if (fcntl(fd, F_OFD_GETLK, &lock) != 0) return LastError("fcntl");
  return lock.l_type != F_UNLCK;
}

Result<std::string> OwnerFile(const std::string& folder) {
  std::lock_guard lock(owners_mutex);
  auto known = Owners().find(folder);
  if (known != Owners().end() && IsStillThere(known->second, folder)) return known->second.name;
  auto made = MakeOwner(folder);
  if (!made.ok()) return made.error();
  const std::string name = made.value().name;
  Owners()[folder] = std::move(made.value());
  return name;
}

Result<std::string> KnownOwnerFile(const std::string& folder) {
  std::lock_guard lock(owners_mutex);
  auto known = Owners().find(folder);
  return known == Owners().end() ? std::string() : known->second.name;
}

}  // namespace shoal

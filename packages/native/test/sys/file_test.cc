#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "check.h"
#include "sys/file_lock.h"
#include "sys/whole_file.h"

namespace shoal {
namespace {

std::string Folder() {
  char path[] = "/dev/shm/shoal-sys-test-XXXXXX";
  CHECK(mkdtemp(path) != nullptr);
  return path;
}

TEST(WholeOrNot, "a file has no name until it is finished, and no other file's name after") {
  const std::string folder = Folder();
  const std::string path = folder + "/whole";
  auto fd = OpenUnnamed(folder, 0600);
  CHECK(fd.ok());
  CHECK(Reserve(fd.value().get(), 5000).ok());
  CHECK(access(path.c_str(), F_OK) != 0);
  CHECK(NameFile(fd.value().get(), path).ok());
  struct stat status;
  CHECK(stat(path.c_str(), &status) == 0 && status.st_size == 5000 && status.st_blocks * 512 >= 5000);
  auto second = OpenUnnamed(folder, 0600);
  CHECK(NameFile(second.value().get(), path).error().number == EEXIST);
  unlink(path.c_str());
  rmdir(folder.c_str());
}

TEST(LockDiesWithItsHolder, "an owner file is locked while its process lives, and free when it was killed") {
  const std::string folder = Folder();
  int pipe_ends[2];
  CHECK(pipe(pipe_ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const std::string name = OwnerFile(folder).value();
    CHECK(write(pipe_ends[1], name.data(), name.size()) == static_cast<ssize_t>(name.size()));
    pause();
  }
  char name[64] = {};
  CHECK(read(pipe_ends[0], name, sizeof(name) - 1) > 0);
  const std::string path = folder + "/" + name;
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CLOEXEC));
  CHECK(IsFileLocked(fd.get()).value());
  CHECK(!TryLockFile(fd.get()).value());
  kill(child, SIGKILL);
  CHECK(waitpid(child, nullptr, 0) == child);
  CHECK(!IsFileLocked(fd.get()).value());
  CHECK(TryLockFile(fd.get()).value());
  unlink(path.c_str());
  rmdir(folder.c_str());
}

TEST(OneOwnerFileAProcess, "a process has one owner file a folder, and a new one when the folder was cleared") {
  const std::string folder = Folder();
  CHECK(KnownOwnerFile(folder).value().empty());
  const std::string name = OwnerFile(folder).value();
  CHECK(OwnerFile(folder).value() == name);
  CHECK(KnownOwnerFile(folder).value() == name);
  unlink((folder + "/" + name).c_str());
  const std::string next = OwnerFile(folder).value();
  CHECK(next != name);
  unlink((folder + "/" + next).c_str());
  rmdir(folder.c_str());
}

}  // namespace
}  // namespace shoal

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "addon.h"
#include "napi_error.h"
#include "sys/unique_fd.h"

// Linux 5.3; headers of older systems do not name them. The numbers are the same on all architectures.
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

namespace shoal {
namespace {

constexpr auto kPidFd = static_cast<idtype_t>(3);  // P_PIDFD

// A child that ends with the environment of the thread that has made it. Known by a descriptor, since its pid may be another's by then.
struct ChildEnd {
  UniqueFd fd;

  static void Run(void* data) {
    const std::unique_ptr<ChildEnd> self(static_cast<ChildEnd*>(data));
    siginfo_t info;
    syscall(SYS_pidfd_send_signal, self->fd.get(), SIGKILL, nullptr, 0);
    // Fails at once where the event loop has waited for it already.
    while (waitid(kPidFd, static_cast<id_t>(self->fd.get()), &info, WEXITED) != 0 && errno == EINTR) continue;
  }
};

// endWithThread(pid): a function, to be called once, that takes it back; undefined where the system can not do it.
Napi::Value EndWithThread(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (info.Length() < 1 || !info[0].IsNumber()) return ThrowBadArguments(env, "endWithThread");
  auto child = std::make_unique<ChildEnd>();
  child->fd = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, info[0].As<Napi::Number>().Int32Value(), 0)));
  if (!child->fd) return env.Undefined();
  napi_add_env_cleanup_hook(env, ChildEnd::Run, child.get());
  const auto cancel = [](const Napi::CallbackInfo& call) {
    const std::unique_ptr<ChildEnd> ordered(static_cast<ChildEnd*>(call.Data()));
    napi_remove_env_cleanup_hook(call.Env(), ChildEnd::Run, ordered.get());
  };
  return Napi::Function::New(env, cancel, "cancel", child.release());
}

}  // namespace

void InitChildEnd(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("endWithThread", Napi::Function::New(env, EndWithThread, "endWithThread"));
}

}  // namespace shoal

#include <sys/eventfd.h>
#include <uv.h>

#include "addon.h"
#include "napi_error.h"
#include "sys/unique_fd.h"

namespace shoal {
namespace {

// An eventfd polled by the loop of the environment that made it. Lives until close() or the end of the environment, whichever comes
// first: an open doorbell is reachable from the loop, so it keeps its JavaScript object.
class Doorbell : public Napi::ObjectWrap<Doorbell> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Doorbell",
                       {InstanceAccessor<&Doorbell::GetFd>("fd"), InstanceMethod<&Doorbell::RefPoll>("ref"),
                        InstanceMethod<&Doorbell::UnrefPoll>("unref"), InstanceMethod<&Doorbell::Close>("close")});
  }

  explicit Doorbell(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Doorbell>(info) {
    const Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsFunction()) {
      ThrowBadArguments(env, "createDoorbell");
      return;
    }
    fd_ = UniqueFd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd_) {
      ThrowSystemError(env, LastError("eventfd"));
      return;
    }
    uv_loop_t* loop;
    napi_get_uv_event_loop(env, &loop);
    // The handle outlives this object when the loop closes it late.
    poll_ = new Poll{{}, std::move(fd_), this};
    poll_->handle.data = poll_;
    if (const int failure = uv_poll_init(loop, &poll_->handle, poll_->fd.get()); failure != 0) {
      delete std::exchange(poll_, nullptr);
      ThrowSystemError(env, SysError{-failure, "uv_poll_init"});
      return;
    }
    uv_poll_start(&poll_->handle, UV_READABLE, [](uv_poll_t* handle, int, int) { static_cast<Poll*>(handle->data)->Ring(); });
    uv_unref(reinterpret_cast<uv_handle_t*>(&poll_->handle));
    callback_ = Napi::Persistent(info[0].As<Napi::Function>());
    context_ = std::make_unique<Napi::AsyncContext>(env, "shoal:doorbell");
    // Asynchronous: the environment may end only after the loop has let the handle go.
    napi_add_async_cleanup_hook(
        env, [](napi_async_cleanup_hook_handle, void* self) { static_cast<Doorbell*>(self)->Shut(); }, this, &poll_->cleanup);
    Ref();
  }

 private:
  struct Poll {
    uv_poll_t handle;
    UniqueFd fd;
    Doorbell* owner;
    napi_async_cleanup_hook_handle cleanup = nullptr;

    void Ring() {
      uint64_t rings;
      // EAGAIN: another reader has drained it.
      if (read(fd.get(), &rings, sizeof rings) == sizeof rings && owner != nullptr) owner->Call();
    }
  };

  void Call() {
    const Napi::Env env = Env();
    Napi::HandleScope scope(env);
    // Plain Node-API: a worker that is being terminated fails here, and its failure cannot be thrown.
    if (napi_make_callback(env, *context_, env.Global(), callback_.Value(), 0, nullptr, nullptr) != napi_pending_exception) return;
    // Like an exception in any callback of the loop: 'uncaughtException'.
    napi_value error;
    if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
  }

  void Shut() {
    Poll* poll = std::exchange(poll_, nullptr);
    if (poll == nullptr) return;
    poll->owner = nullptr;
    callback_.Reset();
    context_.reset();
    uv_poll_stop(&poll->handle);
    uv_close(reinterpret_cast<uv_handle_t*>(&poll->handle), [](uv_handle_t* handle) {
      Poll* closed = static_cast<Poll*>(handle->data);
      napi_remove_async_cleanup_hook(closed->cleanup);
      delete closed;
    });
  }

  Napi::Value GetFd(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), poll_ == nullptr ? -1 : poll_->fd.get()); }

  Napi::Value RefPoll(const Napi::CallbackInfo& info) {
    if (poll_ != nullptr) uv_ref(reinterpret_cast<uv_handle_t*>(&poll_->handle));
    return info.Env().Undefined();
  }

  Napi::Value UnrefPoll(const Napi::CallbackInfo& info) {
    if (poll_ != nullptr) uv_unref(reinterpret_cast<uv_handle_t*>(&poll_->handle));
    return info.Env().Undefined();
  }

  Napi::Value Close(const Napi::CallbackInfo& info) {
    if (poll_ != nullptr) {
      Shut();
      Unref();
    }
    return info.Env().Undefined();
  }

  UniqueFd fd_;
  Poll* poll_ = nullptr;
  Napi::FunctionReference callback_;
  std::unique_ptr<Napi::AsyncContext> context_;
};

// ringDoorbell(fd)
Napi::Value Ring(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsNumber()) return ThrowBadArguments(info.Env(), "ringDoorbell");
  const uint64_t one = 1;
  // EAGAIN: the counter is full, so it rings already.
  if (write(info[0].As<Napi::Number>(), &one, sizeof one) == sizeof one || errno == EAGAIN) return info.Env().Undefined();
  return ThrowSystemError(info.Env(), LastError("write"));
}

}  // namespace

void InitDoorbell(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("Doorbell", Doorbell::Define(env));
  exports.Set("ringDoorbell", Napi::Function::New(env, Ring, "ringDoorbell"));
}

}  // namespace shoal

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <climits>

#include "addon.h"
#include "napi_error.h"
#include "sys/futex.h"
#include "word_call.h"

namespace shoal {
namespace {

// Waits for a word on a thread of its own, so that neither the event loop nor libuv's few threads are blocked, and calls back. The call
// keeps the loop alive. The thread sleeps in slices: who wakes it may have died.
class AsyncWait {
 public:
  AsyncWait(napi_env env, Word* word, int32_t expected, std::chrono::nanoseconds timeout)
      : env_(env), word_(word), expected_(expected), deadline_(Clock::now() + timeout) {}

  bool Start(napi_value view, napi_value callback) {
    napi_value name;
    napi_create_string_utf8(env_, "shoal:wait", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env_, callback, nullptr, name, 0, 1, nullptr, nullptr, nullptr, CallBack, &done_) != napi_ok) {
      delete this;
      return false;
    }
    napi_create_reference(env_, view, 1, &view_);
    // After the function's own hook, so before it when the environment ends: the thread is gone by the time the function is.
    napi_add_env_cleanup_hook(env_, End, this);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    const int failure = pthread_create(&thread_, &attributes, Run, this);
    pthread_attr_destroy(&attributes);
    if (failure == 0) return true;
    napi_remove_env_cleanup_hook(env_, End, this);
    napi_release_threadsafe_function(done_, napi_tsfn_abort);
    napi_delete_reference(env_, view_);
    ThrowSystemError(env_, SysError{failure, "pthread_create"});
    delete this;
    return false;
  }

  void Cancel() {
    cancelled_.store(true, std::memory_order_relaxed);
    FutexWake(word_, INT_MAX);
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kStackBytes = 256 * 1024;

  static void* Run(void* self) {
    static_cast<AsyncWait*>(self)->Wait();
    return nullptr;
  }

  void Wait() {
    // Sequentially consistent, as the count of sleepers that the caller is in: see EventCount.
    while (word_->load(std::memory_order_seq_cst) == expected_ && !cancelled_.load(std::memory_order_relaxed)) {
      const auto left = deadline_ - Clock::now();
      if (left.count() <= 0) break;
      FutexWait(word_, expected_, left);
    }
    called_ = napi_call_threadsafe_function(done_, this, napi_tsfn_nonblocking) == napi_ok;
    napi_release_threadsafe_function(done_, napi_tsfn_release);
  }

  static void CallBack(napi_env env, napi_value callback, void*, void* data) {
    auto* self = static_cast<AsyncWait*>(data);
    if (env == nullptr) {
      delete self;
      return;
    }
    napi_remove_env_cleanup_hook(env, End, self);
    pthread_join(self->thread_, nullptr);
    napi_delete_reference(env, self->view_);
    delete self;
    napi_value global;
    napi_get_global(env, &global);
    napi_call_function(env, global, callback, 0, nullptr, nullptr);
  }

  static void End(void* data) {
    auto* self = static_cast<AsyncWait*>(data);
    self->Cancel();
    pthread_join(self->thread_, nullptr);
    napi_delete_reference(self->env_, self->view_);
    // Otherwise the function, which is emptied next, deletes it.
    if (!self->called_) delete self;
  }

  napi_env env_;
  Word* word_;
  int32_t expected_;
  Clock::time_point deadline_;
  std::atomic<bool> cancelled_{false};
  bool called_ = false;
  pthread_t thread_{};
  napi_threadsafe_function done_ = nullptr;
  napi_ref view_ = nullptr;
};

// waitAsync(view, index, expected, timeoutMs, callback): a function that cancels, to be called before the callback only.
napi_value Start(napi_env env, napi_callback_info info) {
  WordCall<2, 1> call;
  if (!call.Read(env, info)) return nullptr;
  napi_valuetype type;
  if (napi_typeof(env, call.other(0), &type) != napi_ok || type != napi_function) return ThrowBadArguments(env, "waitAsync");
  auto* wait = new AsyncWait(env, call.word(), call.Integer(0), call.Milliseconds(1));
  if (!wait->Start(call.view(), call.other(0))) return nullptr;
  napi_value cancel;
  const auto cancel_wait = [](napi_env env, napi_callback_info info) -> napi_value {
    void* self;
    size_t none = 0;
    napi_get_cb_info(env, info, &none, nullptr, nullptr, &self);
    static_cast<AsyncWait*>(self)->Cancel();
    return nullptr;
  };
  napi_create_function(env, "cancel", NAPI_AUTO_LENGTH, cancel_wait, wait, &cancel);
  return cancel;
}

}  // namespace

void InitAsyncWait(Napi::Env env, Napi::Object exports) { ExportFunction(env, exports, "waitAsync", Start); }

}  // namespace shoal

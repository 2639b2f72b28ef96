#include "addon.h"
#include "napi_error.h"
#include "sys/word_watcher.h"

namespace shoal {
namespace {

// One for each environment that waits without blocking its loop. Lives as long as the environment, and keeps the loop alive while it
// watches something.
class WordWatcherWrap : public Napi::ObjectWrap<WordWatcherWrap> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "WordWatcher",
                       {InstanceMethod<&WordWatcherWrap::Watch>("watch"), InstanceMethod<&WordWatcherWrap::Cancel>("cancel")});
  }

  // new WordWatcher(callback): which is called with the ids of the watches that are over.
  explicit WordWatcherWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<WordWatcherWrap>(info), watcher_(Notify, this) {
    const Napi::Env env = info.Env();
    if (info.Length() < 1 || !info[0].IsFunction()) {
      ThrowBadArguments(env, "WordWatcher");
      return;
    }
    napi_create_threadsafe_function(env, info[0], nullptr, Napi::String::New(env, "shoal:wait"), 0, 1, nullptr, nullptr, this, CallBack,
                                    &over_);
    napi_unref_threadsafe_function(env, over_);
    if (Status status = watcher_.Start(); !status.ok()) {
      napi_release_threadsafe_function(over_, napi_tsfn_abort);
      ThrowSystemError(env, status.error());
      return;
    }
    // After the function's own hook, so before it when the environment ends: the thread is gone by the time the function is.
    napi_add_env_cleanup_hook(env, [](void* self) { static_cast<WordWatcherWrap*>(self)->watcher_.Stop(); }, this);
    Ref();
  }

 private:
  // watch(view, index, expected, timeoutMs): its id. The caller keeps the view.
  Napi::Value Watch(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    if (info.Length() < 4 || !info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_int32_array ||
        !info[1].IsNumber() || !info[2].IsNumber() || !info[3].IsNumber()) {
      return ThrowBadArguments(env, "watch");
    }
    const auto words = info[0].As<Napi::Int32Array>();
    const int64_t index = info[1].As<Napi::Number>();
    if (index < 0 || static_cast<size_t>(index) >= words.ElementLength()) return ThrowBadArguments(env, "watch");
    const double ms = info[3].As<Napi::Number>();
    const std::chrono::nanoseconds timeout(ms > 0 ? static_cast<int64_t>(std::min(ms, 3.6e6) * 1e6) : 0);
    const auto* word = reinterpret_cast<const Word*>(words.Data()) + index;
    const WordWatcher::Id id = watcher_.Watch(word, info[2].As<Napi::Number>(), timeout);
    if (pending_++ == 0) napi_ref_threadsafe_function(env, over_);
    return Napi::Number::New(env, id);
  }

  // cancel(id): its watch is not over any more, and its word may go.
  Napi::Value Cancel(const Napi::CallbackInfo& info) {
    if (info.Length() > 0 && info[0].IsNumber() && watcher_.Cancel(info[0].As<Napi::Number>().Uint32Value())) Settle(info.Env(), 1);
    return info.Env().Undefined();
  }

  void Settle(napi_env env, size_t count) {
    pending_ -= count;
    if (count > 0 && pending_ == 0) napi_unref_threadsafe_function(env, over_);
  }

  // On the watcher's thread.
  static void Notify(void* self) {
    napi_call_threadsafe_function(static_cast<WordWatcherWrap*>(self)->over_, nullptr, napi_tsfn_nonblocking);
  }

  static void CallBack(napi_env env, napi_value callback, void* context, void*) {
    if (env == nullptr) return;
    auto* self = static_cast<WordWatcherWrap*>(context);
    const std::vector<WordWatcher::Id> over = self->watcher_.Take();
    self->Settle(env, over.size());
    Napi::Array ids = Napi::Array::New(env, over.size());
    for (uint32_t i = 0; i < over.size(); ++i) ids.Set(i, over[i]);
    napi_value argument = ids;
    napi_value global;
    napi_get_global(env, &global);
    napi_call_function(env, global, callback, 1, &argument, nullptr);
  }

  WordWatcher watcher_;
  napi_threadsafe_function over_ = nullptr;
  size_t pending_ = 0;
};

}  // namespace

void InitWordWatcher(napi_env env, napi_value object) {
  Napi::Object exports(env, object);
  exports.Set("WordWatcher", WordWatcherWrap::Define(env));
}

}  // namespace shoal

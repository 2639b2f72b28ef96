#include "shared_array_buffer.h"

#include <dlfcn.h>

#include <new>
#include <utility>

// The four symbols of V8 that stand in where Node-API has no call for this (before 22.23.3, 24.16 and 26.1). Every such
// release exists already, so each can be tested. Only names and pointer-sized shapes are relied on, no V8 header.
namespace v8 {
class Isolate;
class BackingStore;
class SharedArrayBuffer;
}  // namespace v8

namespace shoal {
namespace {

using Owner = std::shared_ptr<void>;

using NodeApiCreate = napi_status (*)(napi_env, void*, size_t, void (*)(void*, void*), void*, napi_value*);

void ReleaseOwner(void* /*data*/, void* owner) { delete static_cast<Owner*>(owner); }
void ReleaseOwnerV8(void* /*data*/, size_t /*length*/, void* owner) { delete static_cast<Owner*>(owner); }

/// V8's own functions, found once by their mangled names.
struct V8Functions {
  /// Stands for v8::Local: one pointer, returned in a register; Node-API's napi_value is that pointer.
  struct Local {
    napi_value slot;
  };
  struct Destroy {
    void operator()(v8::BackingStore* store) const;
  };
  using Store = std::unique_ptr<v8::BackingStore, Destroy>;

  v8::Isolate* (*current_isolate)();
  Store (*new_backing_store)(void*, size_t, void (*)(void*, size_t, void*), void*);
  Local (*new_buffer)(v8::Isolate*, std::shared_ptr<v8::BackingStore>);
  void (*destroy_backing_store)(v8::BackingStore*);

  bool complete() const { return current_isolate && new_backing_store && new_buffer && destroy_backing_store; }

  static const V8Functions& Get() {
    static const V8Functions functions = {
        Find<decltype(current_isolate)>("_ZN2v87Isolate10GetCurrentEv"),
        Find<decltype(new_backing_store)>("_ZN2v817SharedArrayBuffer15NewBackingStoreEPvmPFvS1_mS1_ES1_"),
        Find<decltype(new_buffer)>("_ZN2v817SharedArrayBuffer3NewEPNS_7IsolateESt10shared_ptrINS_12BackingStoreEE"),
        Find<decltype(destroy_backing_store)>("_ZN2v812BackingStoreD1Ev"),
    };
    return functions;
  }

  template <typename Function>
  static Function Find(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
  }
};

void V8Functions::Destroy::operator()(v8::BackingStore* store) const {
  Get().destroy_backing_store(store);
  ::operator delete(store);
}

}  // namespace

Napi::Value NewSharedArrayBuffer(Napi::Env env, void* data, size_t length, std::shared_ptr<void> owner) {
  auto* held = new Owner(std::move(owner));
  static const auto node_api_create = V8Functions::Find<NodeApiCreate>("node_api_create_external_sharedarraybuffer");
  if (node_api_create != nullptr) {
    napi_value buffer = nullptr;
    if (node_api_create(env, data, length, ReleaseOwner, held, &buffer) == napi_ok) return Napi::Value(env, buffer);
    delete held;
    return env.Undefined();
  }
  const V8Functions& v8 = V8Functions::Get();
  if (!v8.complete()) {
    delete held;
    return env.Undefined();
  }
  std::shared_ptr<v8::BackingStore> store(v8.new_backing_store(data, length, ReleaseOwnerV8, held));
  return Napi::Value(env, v8.new_buffer(v8.current_isolate(), std::move(store)).slot);
}

}  // namespace shoal

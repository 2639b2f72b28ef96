#include "addon.h"
#include "sys/barrier.h"
#include "word_call.h"

namespace shoal {
namespace {

template <size_t kNumbers>
bool ReadBarrier(WordCall<kNumbers>& call, napi_env env, napi_callback_info info) {
  return call.Read(env, info, sizeof(Barrier), alignof(Barrier));
}

// barrierInitialise(view, index, parties)
napi_value Initialise(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  call.At<Barrier>()->Initialise(call.Integer(0));
  return nullptr;
}

napi_value Arrive(napi_env env, napi_callback_info info) {
  PlaceCall<Barrier, 2> barrier;
  if (!barrier.Read(env, info)) return nullptr;
  const auto arrival = barrier->Arrive(barrier.Nanoseconds(0), barrier.Milliseconds(1));
  if (arrival.result != BarrierResult::kWaiting) return ToValue(env, static_cast<int32_t>(arrival.result) - 3);
  napi_value generation = nullptr;
  napi_create_uint32(env, arrival.generation, &generation);
  return generation;
}

// barrierArriveAt(view, index): a function (spinNs, timeoutMs) that returns a generation to wait on, or what Await would return, minus 3.
napi_value ArriveAt(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  return ReadBarrier(call, env, info) ? PlaceCall<Barrier, 2>::Function(env, call, Arrive) : nullptr;
}

// barrierAwait(view, index, generation, spinNs, timeoutMs)
napi_value Await(napi_env env, napi_callback_info info) {
  WordCall<3> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  const auto generation = static_cast<uint32_t>(call.Integer(0));
  const auto result = call.At<Barrier>()->Await(generation, call.Nanoseconds(1), call.Milliseconds(2));
  return ToValue(env, static_cast<int32_t>(result) - 3);
}

// barrierBreak(view, index, rank, reason)
napi_value Break(napi_env env, napi_callback_info info) {
  WordCall<2> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  return ToValue(env, call.At<Barrier>()->Break(call.Integer(0), call.Integer(1)));
}

// barrierBreakGeneration(view, index, generation, rank, reason)
napi_value BreakGeneration(napi_env env, napi_callback_info info) {
  WordCall<3> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  return ToValue(env, call.At<Barrier>()->BreakGeneration(call.Integer(0), call.Integer(1), call.Integer(2)));
}

// barrierReset(view, index)
napi_value Reset(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  call.At<Barrier>()->Reset();
  return nullptr;
}

// barrierDetach(view, index)
napi_value Detach(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  if (!ReadBarrier(call, env, info)) return nullptr;
  call.At<Barrier>()->Detach();
  return nullptr;
}

}  // namespace

void InitBarrier(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "barrierInitialise", Initialise);
  ExportFunction(env, exports, "barrierArriveAt", ArriveAt);
  ExportFunction(env, exports, "barrierAwait", Await);
  ExportFunction(env, exports, "barrierBreak", Break);
  ExportFunction(env, exports, "barrierBreakGeneration", BreakGeneration);
  ExportFunction(env, exports, "barrierReset", Reset);
  ExportFunction(env, exports, "barrierDetach", Detach);
}

}  // namespace shoal

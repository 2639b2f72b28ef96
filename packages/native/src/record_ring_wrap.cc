#include "addon.h"
#include "sys/record_ring.h"
#include "system_error.h"
#include "word_call.h"

namespace shoal {
namespace {

constexpr size_t kHead = sizeof(RecordRing);

/// (view, index, spinNs, timeoutMs, bytes) and shorter forms: the ring with all its records, whose room it says itself.
template <size_t kNumbers, size_t kOthers>
RecordRing* ReadRing(WordCall<kNumbers, kOthers>& call, napi_env env, napi_callback_info info) {
  if (!call.Read(env, info, kHead, alignof(RecordRing))) return nullptr;
  auto* ring = call.template At<RecordRing>();
  if (ring->capacity() != 0 && ring->capacity() % 8 == 0 && call.bytes() - kHead >= ring->capacity()) return ring;
  napi_throw_type_error(env, nullptr, "Expected a ring that lies inside the view");
  return nullptr;
}

bool ReadBytes(napi_env env, napi_value value, std::span<std::byte>* bytes) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) == napi_ok && type == napi_uint8_array) {
    *bytes = {static_cast<std::byte*>(data), length};
    return true;
  }
  napi_throw_type_error(env, nullptr, "Expected a Uint8Array for a record");
  return false;
}

// ringInitialise(view, index, capacity)
napi_value Initialise(napi_env env, napi_callback_info info) {
  WordCall<1> call;
  if (!call.Read(env, info, kHead, alignof(RecordRing))) return nullptr;
  const int32_t capacity = call.Integer(0);
  if (capacity <= 0 || capacity % 8 != 0 || !call.Read(env, info, kHead + capacity, alignof(RecordRing))) return nullptr;
  if (const Status& usable = RobustMutex::Usable(); !usable.ok()) return ThrowSystemError(env, usable.error());
  Status status = call.At<RecordRing>()->Initialise(capacity);
  if (!status.ok()) return ThrowSystemError(env, status.error());
  return nullptr;
}

// ringPush(view, index, spinNs, timeoutMs, record): the outcome.
napi_value Push(napi_env env, napi_callback_info info) {
  WordCall<2, 1> call;
  std::span<std::byte> record;
  RecordRing* ring = ReadRing(call, env, info);
  if (ring == nullptr || !ReadBytes(env, call.other(0), &record)) return nullptr;
  return ToValue(env, static_cast<int32_t>(ring->Push(record, call.Nanoseconds(0), call.Milliseconds(1))));
}

// ringPop(view, index, spinNs, timeoutMs, into): the record's length, or minus the outcome, or −8 − length where it did not fit.
napi_value Pop(napi_env env, napi_callback_info info) {
  WordCall<2, 1> call;
  std::span<std::byte> into;
  RecordRing* ring = ReadRing(call, env, info);
  if (ring == nullptr || !ReadBytes(env, call.other(0), &into)) return nullptr;
  const auto [outcome, length] = ring->Pop(into, call.Nanoseconds(0), call.Milliseconds(1));
  switch (outcome) {
    case RecordRing::Outcome::kDone:
      return ToValue(env, static_cast<int32_t>(length));
    case RecordRing::Outcome::kTooSmall:
      return ToValue(env, -8 - static_cast<int32_t>(length));
    default:
      return ToValue(env, -static_cast<int32_t>(outcome));
  }
}

// ringEnd(view, index)
napi_value End(napi_env env, napi_callback_info info) {
  WordCall<0> call;
  RecordRing* ring = ReadRing(call, env, info);
  if (ring != nullptr) ring->End();
  return nullptr;
}

}  // namespace

void InitRecordRing(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "ringInitialise", Initialise);
  ExportFunction(env, exports, "ringPush", Push);
  ExportFunction(env, exports, "ringPop", Pop);
  ExportFunction(env, exports, "ringEnd", End);
  ExportNumber(env, exports, "kRingHeadBytes", kHead);
}

}  // namespace shoal

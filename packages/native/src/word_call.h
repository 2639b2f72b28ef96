#ifndef SHOAL_WORD_CALL_H_
#define SHOAL_WORD_CALL_H_

#include <node_api.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "sys/futex.h"

namespace shoal {

/// Numbers among the arguments of a call.
template <size_t kNumbers>
class Numbers {
 public:
  /// False where one is no number.
  bool ReadNumbers(napi_env env, const napi_value* values) {
    for (size_t i = 0; i < kNumbers; ++i) {
      if (napi_get_value_double(env, values[i], &numbers_[i]) != napi_ok) return false;
    }
    return true;
  }

  /// As ToInt32 would, for any number.
  int32_t Integer(size_t i) const {
    const double number = numbers_[i];
    return number >= -9.2e18 && number <= 9.2e18 ? static_cast<int32_t>(static_cast<int64_t>(number)) : 0;
  }

  std::chrono::nanoseconds Nanoseconds(size_t i) const { return Clamped(numbers_[i]); }
  std::chrono::nanoseconds Milliseconds(size_t i) const { return Clamped(numbers_[i] * 1e6); }

 private:
  // NaN counts as 0, and nothing is longer than an hour: callers cap at a slice anyway.
  static std::chrono::nanoseconds Clamped(double ns) {
    if (!(ns > 0)) return std::chrono::nanoseconds(0);
    return std::chrono::nanoseconds(ns > 3.6e12 ? 3'600'000'000'000 : static_cast<int64_t>(ns));
  }

  double numbers_[kNumbers == 0 ? 1 : kNumbers] = {};
};

/// The arguments of a hot call: (Int32Array or DataView, index, numbers…, others…). Plain Node-API, which costs 25 ns less a call than the
/// C++ wrapper; a DataView costs 15 ns less than an array, whose type takes that long to find out.
/// The checks keep native code from crashing; the TypeScript side words the errors.
template <size_t kNumbers, size_t kOthers = 0>
class WordCall : public Numbers<kNumbers> {
 public:
  /// False after throwing a TypeError. `bytes` from the word on are promised to lie inside the view, at a multiple of `alignment`.
  bool Read(napi_env env, napi_callback_info info, size_t bytes = sizeof(Word), size_t alignment = alignof(Word)) {
    size_t count = kArguments;
    if (napi_get_cb_info(env, info, &count, values_, nullptr, nullptr) != napi_ok || count < kArguments) return Refuse(env);
    size_t length;
    void* data;
    if (napi_get_dataview_info(env, values_[0], &length, &data, nullptr, nullptr) == napi_ok) {
      length /= sizeof(Word);
    } else {
      napi_typedarray_type type;
      const napi_status status = napi_get_typedarray_info(env, values_[0], &type, &length, &data, nullptr, nullptr);
      if (status != napi_ok || type != napi_int32_array) return Refuse(env);
    }
    int64_t index;
    if (napi_get_value_int64(env, values_[1], &index) != napi_ok || index < 0) return Refuse(env);
    const auto first = static_cast<uint64_t>(index);
    if (first >= length) return Refuse(env);
    bytes_ = (length - first) * sizeof(Word);
    if (bytes_ < bytes) return Refuse(env);
    word_ = static_cast<Word*>(data) + first;
    if (reinterpret_cast<uintptr_t>(word_) % alignment != 0) return Refuse(env);
    return this->ReadNumbers(env, values_ + 2) || Refuse(env);
  }

  Word* word() const { return word_; }
  /// From the word to the end of the view.
  size_t bytes() const { return bytes_; }
  napi_value view() const { return values_[0]; }
  napi_value other(size_t i) const { return values_[2 + kNumbers + i]; }

  template <typename T>
  T* At() const {
    return reinterpret_cast<T*>(word_);
  }

 private:
  static bool Refuse(napi_env env) {
    napi_throw_type_error(env, nullptr, "Expected (Int32Array or DataView, index, numbers) inside the view for a native call on a word");
    return false;
  }

  static constexpr size_t kArguments = 2 + kNumbers + kOthers;
  napi_value values_[kArguments];
  Word* word_ = nullptr;
  size_t bytes_ = 0;
};

/// A call, (numbers…), of a function that was made for one place in shared memory. The place was checked when the function was made, which
/// spares a call 20 ns: what the fastest calls take themselves.
template <typename T, size_t kNumbers>
class PlaceCall : public Numbers<kNumbers> {
 public:
  /// False after throwing a TypeError.
  bool Read(napi_env env, napi_callback_info info) {
    size_t count = kNumbers;
    napi_value values[kNumbers == 0 ? 1 : kNumbers];
    void* place = nullptr;
    napi_get_cb_info(env, info, &count, values, nullptr, &place);
    place_ = static_cast<T*>(place);
    if (this->ReadNumbers(env, values)) return true;
    napi_throw_type_error(env, nullptr, "Expected (numbers) for a native call on a place");
    return false;
  }

  T* operator->() const { return place_; }

  /// Makes such a function, for the place that `made_at` has read.
  template <typename Call>
  static napi_value Function(napi_env env, const Call& made_at, napi_callback callback) {
    napi_value function = nullptr;
    if (napi_create_function(env, nullptr, 0, callback, made_at.word(), &function) != napi_ok) return nullptr;
    // The memory has to stay for as long as there is a function that reads it.
    napi_set_named_property(env, function, "view", made_at.view());
    return function;
  }

 private:
  T* place_ = nullptr;
};

inline napi_value ToValue(napi_env env, int32_t number) {
  napi_value value = nullptr;
  napi_create_int32(env, number, &value);
  return value;
}

inline napi_value ToValue(napi_env env, bool truth) {
  napi_value value = nullptr;
  napi_get_boolean(env, truth, &value);
  return value;
}

/// Adds a plain Node-API function to the addon's exports.
inline void ExportFunction(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function) != napi_ok) return;
  napi_set_named_property(env, exports, name, function);
}

inline void ExportNumber(napi_env env, napi_value exports, const char* name, size_t number) {
  napi_value value;
  if (napi_create_double(env, static_cast<double>(number), &value) != napi_ok) return;
  napi_set_named_property(env, exports, name, value);
}

}  // namespace shoal

#endif  // SHOAL_WORD_CALL_H_

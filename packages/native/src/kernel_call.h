#ifndef SHOAL_KERNEL_CALL_H_
#define SHOAL_KERNEL_CALL_H_

#include <node_api.h>

#include "kernels/element_type.h"

namespace shoal {

/// The arguments of a kernel's call, read one after the other in plain Node-API. The first that does not fit makes `ok()` false and throws
/// a TypeError; what is read after it is empty. The checks keep native code from crashing; the TypeScript side words the errors.
class KernelCall {
 public:
  KernelCall(napi_env env, napi_callback_info info) : env_(env) {
    if (napi_get_cb_info(env, info, &count_, values_, nullptr, nullptr) != napi_ok || count_ > kMost) Refuse();
  }

  bool ok() const { return ok_; }

  /// A typed array as a whole: one argument.
  kernels::Elements View() { return ViewOf(Next()); }

  /// The same, of this type and so many elements at least.
  kernels::Elements View(kernels::ElementType type, double least) {
    const kernels::Elements view = View();
    return view.type == type && static_cast<double>(view.count) >= least ? view : Refuse();
  }

  /// Part of a typed array: three arguments, (view, start, end).
  kernels::Elements Part() {
    kernels::Elements view = View();
    const double start = Number();
    const double end = Number();
    if (!(start >= 0 && start <= end && end <= static_cast<double>(view.count))) return Refuse();
    const auto first = static_cast<size_t>(start);
    char* data = static_cast<char*>(view.data) + first * kernels::kBytesPerElement[static_cast<size_t>(view.type)];
    return {view.type, data, static_cast<size_t>(end) - first};
  }

  /// `count` elements of a typed array of the given type, from `start` on: two arguments, (view, start).
  kernels::Elements Beside(const kernels::Elements& other) { return Beside(other.type, other.count); }
  kernels::Elements Beside(kernels::ElementType type, size_t count) {
    const kernels::Elements part = Beside(count);
    return part.type == type ? part : Refuse();
  }
  /// The same, of any type.
  kernels::Elements Beside(size_t count) {
    const kernels::Elements view = View();
    const double start = Number();
    if (!(start >= 0 && start + static_cast<double>(count) <= static_cast<double>(view.count))) return Refuse();
    char* data = static_cast<char*>(view.data) + static_cast<size_t>(start) * kernels::kBytesPerElement[static_cast<size_t>(view.type)];
    return {view.type, data, count};
  }

  /// A typed array, or undefined for none: `data` is null then.
  kernels::Elements ViewOrNone() {
    napi_valuetype type = napi_object;
    if (ok_ && next_ < count_ && napi_typeof(env_, values_[next_], &type) == napi_ok && type == napi_undefined) {
      ++next_;
      return {kernels::ElementType::kInt8, nullptr, 0};
    }
    return View();
  }

  /// An array of typed arrays, at most as many as fit.
  template <size_t kCapacity>
  size_t Views(kernels::Elements (&views)[kCapacity]) {
    const napi_value array = Next();
    uint32_t length = 0;
    if (napi_get_array_length(env_, array, &length) != napi_ok || length > kCapacity) {
      Refuse();
      return 0;
    }
    for (uint32_t i = 0; i < length; ++i) {
      napi_value element = nullptr;
      if (napi_get_element(env_, array, i, &element) != napi_ok) Refuse();
      views[i] = ViewOf(element);
    }
    return length;
  }

  double Number() {
    double number = 0;
    if (napi_get_value_double(env_, Next(), &number) != napi_ok) Refuse();
    return number;
  }

  size_t Count() {
    const double number = Number();
    if (number >= 0 && number < 0x1p53) return static_cast<size_t>(number);
    Refuse();
    return 0;
  }

  bool Flag() {
    bool flag = false;
    if (napi_get_value_bool(env_, Next(), &flag) != napi_ok) Refuse();
    return flag;
  }

  /// A value of an element: a number, or a bigint for the two BigInt types. Expects the TypeScript side to have looked at its range.
  kernels::Element Scalar(kernels::ElementType type);

  /// What elements are multiplied by: a double for floats, else as `Scalar`.
  kernels::Element Factor(kernels::ElementType type);

  /// For arguments that contradict each other.
  kernels::Elements Refuse() {
    if (ok_) napi_throw_type_error(env_, nullptr, "Expected views of one type, and parts inside them, for a native kernel");
    ok_ = false;
    return {kernels::ElementType::kInt8, nullptr, 0};
  }

 private:
  static constexpr size_t kMost = 16;
  static constexpr auto kUnknownType = static_cast<napi_typedarray_type>(-1);
  static constexpr auto kFloat16Type = static_cast<napi_typedarray_type>(11);

  napi_value Next() { return ok_ && next_ < count_ ? values_[next_++] : nullptr; }

  kernels::Elements ViewOf(napi_value value) {
    napi_typedarray_type type = kUnknownType;
    size_t length = 0;
    void* data = nullptr;
    if (napi_get_typedarray_info(env_, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return Refuse();
    // Node-API releases that do not know Float16Array yet leave its type as it was.
    if (type < napi_int8_array || type > napi_biguint64_array) type = kFloat16Type;
    return {static_cast<kernels::ElementType>(type), data, length};
  }

  napi_env env_;
  napi_value values_[kMost] = {};
  size_t count_ = kMost;
  size_t next_ = 0;
  bool ok_ = true;
};

inline bool IsBigInt(kernels::ElementType type) {
  return type == kernels::ElementType::kBigInt64 || type == kernels::ElementType::kBigUint64;
}

/// A number or bigint.
napi_value ToScalar(napi_env env, kernels::ElementType type, const kernels::Element& element);

napi_value ToDouble(napi_env env, double number);

}  // namespace shoal

#endif  // SHOAL_KERNEL_CALL_H_

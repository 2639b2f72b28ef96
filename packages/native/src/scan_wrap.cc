#include <cstring>

#include "addon.h"
#include "kernel_call.h"
#include "kernels/scan.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;
using kernels::ScanKernels;

const ScanKernels* Op(KernelCall& call, ElementType type) {
  const size_t op = call.Count();
  const ScanKernels* found = op < kernels::kScanOps ? kernels::ScanKernelsFor(type, static_cast<kernels::ScanOp>(op)) : nullptr;
  if (found == nullptr) call.Refuse();
  return found;
}

/// What a type's prefixes are kept in between chunks.
ElementType CarryOf(ElementType type) { return IsFloat(type) ? ElementType::kFloat64 : type; }

size_t BytesOf(ElementType type) { return kernels::kBytesPerElement[static_cast<size_t>(type)]; }

// kernelScanTotal(xs, start, end, op, totals, index)
napi_value Total(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const ScanKernels* op = Op(call, xs.type);
  const Elements total = call.Beside(CarryOf(xs.type), 1);
  if (!call.ok()) return nullptr;
  kernels::Element element;
  op->total(xs.data, xs.count, &element);
  memcpy(total.data, element.bytes, BytesOf(total.type));
  return nullptr;
}

// kernelScan(xs, start, end, op, carries, index, into, intoStart, exclusive)
napi_value Scan(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.Part();
  const ScanKernels* op = Op(call, xs.type);
  const Elements carry = call.Beside(CarryOf(xs.type), 1);
  const Elements into = call.Beside(xs);
  const bool exclusive = call.Flag();
  if (!call.ok()) return nullptr;
  kernels::Element element{};
  memcpy(element.bytes, carry.data, BytesOf(carry.type));
  op->scan(xs.data, into.data, xs.count, &element, exclusive);
  return nullptr;
}

// kernelScanCarries(xs for their type, op, totals): each total becomes what lies before it.
napi_value Carries(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const Elements xs = call.View();
  const ScanKernels* op = Op(call, xs.type);
  const Elements totals = call.View();
  if (totals.type != CarryOf(xs.type)) call.Refuse();
  if (!call.ok()) return nullptr;
  const size_t bytes = BytesOf(totals.type);
  kernels::Element carry;
  op->identity(&carry);
  for (size_t i = 0; i < totals.count; ++i) {
    char* at = totals.as<char>() + i * bytes;
    kernels::Element total{};
    memcpy(total.bytes, at, bytes);
    memcpy(at, carry.bytes, bytes);
    op->join(&carry, &total);
  }
  return nullptr;
}

}  // namespace

void InitScan(Napi::Env env, Napi::Object exports) {
  ExportFunction(env, exports, "kernelScanTotal", Total);
  ExportFunction(env, exports, "kernelScan", Scan);
  ExportFunction(env, exports, "kernelScanCarries", Carries);
}

}  // namespace shoal

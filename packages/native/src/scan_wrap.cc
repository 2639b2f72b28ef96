#include "addon.h"
#include "kernel_call.h"
#include "kernels/scan.h"
#include "kernels/scan_chain.h"
#include "word_call.h"

namespace shoal {
namespace {

using kernels::Elements;
using kernels::ElementType;
using kernels::ScanKernels;

constexpr size_t kWordsPerLink = sizeof(kernels::ScanLink) / sizeof(uint64_t);

const ScanKernels* Op(KernelCall& call, ElementType type) {
  const size_t op = call.Count();
  const ScanKernels* found = op < kernels::kScanOps ? kernels::ScanKernelsFor(type, static_cast<kernels::ScanOp>(op)) : nullptr;
  if (found == nullptr) call.Refuse();
  return found;
}

/// What every call begins with: (xs, chunkLength, op, links, chunk).
struct ChainCall : KernelCall {
  ChainCall(napi_env env, napi_callback_info info) : KernelCall(env, info) {
    xs = View();
    chunk_length = Count();
    op = Op(*this, xs.type);
    links = View();
    chunk = Count();
    const size_t chunks = chunk_length == 0 ? 0 : xs.count / chunk_length + (xs.count % chunk_length != 0 ? 1 : 0);
    const bool has_room = links.type == ElementType::kBigUint64 && links.count / kWordsPerLink >= chunks;
    if (chunk >= chunks || !has_room) Refuse();
  }

  kernels::ScanChain chain() const { return {*op, xs, chunk_length, links.as<kernels::ScanLink>()}; }

  Elements xs;
  size_t chunk_length;
  const ScanKernels* op;
  Elements links;
  size_t chunk;
};

// kernelScanTotal(xs, chunkLength, op, links, chunk)
napi_value Total(napi_env env, napi_callback_info info) {
  ChainCall call(env, info);
  if (call.ok()) call.chain().Total(call.chunk);
  return nullptr;
}

// kernelScan(xs, chunkLength, op, links, chunk, into, exclusive, alone)
napi_value Scan(napi_env env, napi_callback_info info) {
  ChainCall call(env, info);
  const Elements into = call.View();
  const bool exclusive = call.Flag();
  const bool alone = call.Flag();
  if (into.type != call.xs.type || into.count != call.xs.count) call.Refuse();
  if (!call.ok()) return nullptr;
  const size_t offset = call.chunk * call.chunk_length * BytesOf(into.type);
  call.chain().Scan(call.chunk, into.as<char>() + offset, exclusive, alone);
  return nullptr;
}

}  // namespace

void InitScan(napi_env env, napi_value exports) {
  ExportFunction(env, exports, "kernelScanTotal", Total);
  ExportFunction(env, exports, "kernelScan", Scan);
}

}  // namespace shoal

#include <cstdlib>

#include "addon.h"
#include "kernel_call.h"
#include "kernels/matmul.h"
#include "word_call.h"

namespace shoal {
namespace {

/// Room for the packed parts of a tile, kept by each thread that has multiplied once.
class Scratch {
 public:
  Scratch() : memory_(aligned_alloc(64, kernels::kMatmulScratchElements * sizeof(double))) {}
  ~Scratch() { free(memory_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  static void* OfThisThread() {
    thread_local Scratch scratch;
    return scratch.memory_;
  }

 private:
  void* memory_;
};

// In doubles, because the product of two counts may not fit a size_t.
bool IsMatrix(const kernels::Elements& elements, size_t rows, size_t columns) {
  return static_cast<double>(rows) * static_cast<double>(columns) == static_cast<double>(elements.count);
}

// kernelMatmul(a, b, c, rows, inner, columns, row, column): the tile of c that begins at (row, column)
napi_value Multiply(napi_env env, napi_callback_info info) {
  KernelCall call(env, info);
  const kernels::Elements a = call.View();
  const kernels::Elements b = call.View();
  const kernels::Elements c = call.View();
  const size_t rows = call.Count();
  const size_t inner = call.Count();
  const size_t columns = call.Count();
  const size_t row = call.Count();
  const size_t column = call.Count();
  const bool fit = IsMatrix(a, rows, inner) && IsMatrix(b, inner, columns) && IsMatrix(c, rows, columns) && row < rows && column < columns;
  const bool typed = a.type == b.type && b.type == c.type;
  if (!fit || !typed || (c.type != kernels::ElementType::kFloat64 && c.type != kernels::ElementType::kFloat32)) call.Refuse();
  if (!call.ok()) return nullptr;
  void* scratch = Scratch::OfThisThread();
  if (scratch == nullptr) {
    napi_throw_error(env, "ENOMEM", "No memory for the packed tiles of a matrix product");
    return nullptr;
  }
  const kernels::Matmul product = {a.data, b.data, c.data, inner, columns};
  const kernels::MatmulTile tile = {row, rows - row < kernels::kMatmulRows ? rows - row : kernels::kMatmulRows, column,
                                    columns - column < kernels::kMatmulColumns ? columns - column : kernels::kMatmulColumns};
  if (c.type == kernels::ElementType::kFloat64) {
    kernels::Matmuls().doubles(product, tile, static_cast<double*>(scratch));
  } else {
    kernels::Matmuls().floats(product, tile, static_cast<float*>(scratch));
  }
  return nullptr;
}

}  // namespace

void InitMatmul(napi_env env, napi_value exports) { ExportFunction(env, exports, "kernelMatmul", Multiply); }

}  // namespace shoal

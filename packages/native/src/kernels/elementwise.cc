#include "kernels/elementwise.h"

#include "kernels/elements.h"

namespace shoal::kernels::SHOAL_PATH {
namespace {

template <typename T>
void Fill(void* into, size_t count, const Element* value) {
  T element;
  memcpy(&element, value->bytes, sizeof element);
  T* out = static_cast<T*>(into);
  for (size_t i = 0; i < count; ++i) out[i] = element;
}

}  // namespace

const ElementwiseTable kElementwise = {{SHOAL_EACH_TYPE(Fill)}};

}  // namespace shoal::kernels::SHOAL_PATH

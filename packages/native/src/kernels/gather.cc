#include "kernels/gather.h"

#include "kernels/keys_as.h"

namespace shoal::kernels {
namespace {

size_t Inside(uint32_t index, size_t length) { return index < length ? index : 0; }

size_t Inside(double index, size_t length) { return index >= 0 && index < static_cast<double>(length) ? static_cast<size_t>(index) : 0; }

template <typename Index, typename U>
void GatherBy(const Elements& indices, const Elements& from, U* into) {
  for (size_t i = 0; i < indices.count; ++i) into[i] = from.as<U>()[Inside(indices.as<Index>()[i], from.count)];
}

}  // namespace

void Gather(const Elements& indices, const Elements& from, void* into) {
  ByWidth(from.type, [&]<typename U>() {
    if (indices.type == ElementType::kFloat64) {
      GatherBy<double>(indices, from, static_cast<U*>(into));
    } else {
      GatherBy<uint32_t>(indices, from, static_cast<U*>(into));
    }
  });
}

}  // namespace shoal::kernels

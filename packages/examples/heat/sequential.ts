/** The same iteration as `heat` on one thread over any two equal grids: what the parallel one must equal to the last bit. */
export function heatSequential(grids: readonly [Float64Array, Float64Array], width: number, steps: number): Float64Array {
  let [from, to] = grids
  const height = from.length / width
  for (let step = 0; step < steps; step++) {
    for (let y = 1; y < height - 1; y++) {
      const end = (y + 1) * width - 1
      for (let i = y * width + 1; i < end; i++) {
        to[i] = 0.25 * (from[i - 1]! + from[i + 1]! + from[i - width]! + from[i + width]!)
      }
    }
    ;[from, to] = [to, from]
  }
  return from
}

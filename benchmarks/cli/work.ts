/** Some microseconds for every element, and nothing that memory or a disk could hold up. */
export function chunk({ start, end }: { readonly start: number; readonly end: number }): number {
  let sum = 0
  for (let element = start; element < end; element++) {
    let x = element
    for (let turn = 0; turn < 1000; turn++) x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) + turn
    sum = (sum + x) | 0
  }
  return sum
}

/** Wraps around, so the order does not matter. */
export function combine(a: number, b: number): number {
  return (a + b) | 0
}

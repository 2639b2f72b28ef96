/** What records come to: nothing when all of them were skipped. */
export type Outcome = { readonly value: unknown } | { readonly isEmpty: true }

/** Of neighbours, the earlier one first. */
export function joinOutcomes(a: Outcome, b: Outcome, combine: ((a: unknown, b: unknown) => unknown) | undefined): Outcome {
  if (!('value' in a)) return b
  if (!('value' in b)) return a
  return { value: combine?.(a.value, b.value) }
}

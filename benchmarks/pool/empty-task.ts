/** For piscina and tinypool. */
export default (x: number): number => x

/** Returns when as many workers are in it as `workers` says: each has answered once, and none for another. */
export function meet({ arrived, workers }: { arrived: Int32Array; workers: number }): void {
  Atomics.add(arrived, 0, 1)
  Atomics.notify(arrived, 0)
  for (let count = Atomics.load(arrived, 0); count < workers; count = Atomics.load(arrived, 0)) Atomics.wait(arrived, 0, count)
}

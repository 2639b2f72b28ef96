/** As test libraries have them: clocks that stand still. Returns what ends that. */
export function stopClocks(): () => void {
  const { now } = performance
  const { hrtime } = process
  const [stands, alike] = [now.call(performance), hrtime()]
  performance.now = () => stands
  process.hrtime = Object.assign((): [number, number] => alike, { bigint: () => BigInt(alike[0]) * 1_000_000_000n })
  return () => {
    performance.now = now
    process.hrtime = hrtime
  }
}

const units = [
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
] as const

export interface Unit {
  readonly name: string
  readonly seconds: number
}

/** The largest unit in which none of these times is below 1. */
export function unitOf(...seconds: readonly number[]): Unit {
  const least = Math.min(...seconds)
  const [name, size] = units.find(([, size]) => least >= size) ?? (least > 0 ? units.at(-1)! : units[0])
  return { name, seconds: size }
}

/** A time with a unit of its own. */
export function formatTime(seconds: number): string {
  const unit = unitOf(seconds)
  return `${formatNumber(seconds / unit.seconds)} ${unit.name}`
}

/** Two digits after the point, and three significant ones of what is below 1. */
export function formatNumber(value: number): string {
  return value >= 1 ? value.toFixed(2) : value.toPrecision(3)
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: the two largest units. */
export function durationText(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 10) return `${Math.max(0, seconds).toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair(whole, 60, 'min', 's')
  const minutes = Math.round(seconds / 60)
  return minutes < 24 * 60 ? pair(minutes, 60, 'h', 'min') : pair(Math.round(minutes / 60), 24, 'd', 'h')
}

function pair(value: number, per: number, large: string, small: string): string {
  const rest = value % per
  const whole = `${Math.floor(value / per)} ${large}`
  return rest === 0 ? whole : `${whole} ${rest} ${small}`
}

const factors: Readonly<Record<string, number>> = { ms: 1, s: 1000, '': 1000, m: 60_000, min: 60_000, h: 3_600_000 }

/** `90`, `90s`, `1.5m`, `200ms` or `2h` → milliseconds; undefined for what is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h)?$/.exec(text.trim()) ?? []
  const ms = digits === undefined ? 0 : Math.round(Number(digits) * factors[unit ?? '']!)
  return ms > 0 ? ms : undefined
}

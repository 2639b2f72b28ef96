const prefixes = ['', 'k', 'M', 'G', 'T', 'P']

/** `1.23 GB/s` for 1,230,000,000 and `B/s`: three digits, powers of a thousand. */
export function siText(value: number, unit: string): string {
  const step = value < 1 ? 0 : Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3))
  return `${Number((value / 1000 ** step).toPrecision(3))} ${prefixes[step]}${unit}`.trimEnd()
}

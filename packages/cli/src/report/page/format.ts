function siText(value: number, unit: string): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P']
  const step = value === 0 ? 0 : Math.min(prefixes.length - 1, Math.max(0, Math.floor(Math.log10(Math.abs(value)) / 3)))
  return `${Number((value / 1000 ** step).toPrecision(3))} ${prefixes[step]}${unit}`.trim()
}

function secondsText(ms: number, digits = 3): string {
  if (ms === 0) return '0'
  if (Math.abs(ms) < 1) return `${Number((ms * 1000).toPrecision(digits))} µs`
  return Math.abs(ms) < 1000 ? `${Number(ms.toPrecision(digits))} ms` : `${Number((ms / 1000).toPrecision(Math.max(4, digits)))} s`
}

/** The value of a colour variable of the page's style. */
function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

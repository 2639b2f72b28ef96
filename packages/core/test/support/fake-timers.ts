import timers from 'node:timers'
import { stopClocks } from './fake-clock.js'

const NAMES = ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate'] as const

/** As test libraries have them: timers that never go off, global ones and those of the module, and clocks that stand still. */
export async function withFakeTimers(body: () => Promise<void>): Promise<void> {
  const places = [globalThis, timers] as unknown as Record<string, unknown>[]
  const real = places.map((place) => NAMES.map((name) => place[name]))
  const startClocks = stopClocks()
  for (const place of places) for (const name of NAMES) place[name] = () => ({ ref() {}, unref() {} })
  try {
    await body()
  } finally {
    for (const [at, place] of places.entries()) for (const [index, name] of NAMES.entries()) place[name] = real[at]![index]
    startClocks()
  }
}

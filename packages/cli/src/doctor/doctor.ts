import { styleText } from 'node:util'
import { write } from '../write.js'
import { checkAddon } from './check-addon.js'
import { checkRuntime } from './check-runtime.js'
import type { Finding } from './finding.js'

/** `shoal doctor`: says each finding as soon as it is there. */
export async function doctor({ json }: { readonly json?: true }): Promise<number> {
  let isBroken = false
  for await (const finding of findings()) {
    isBroken ||= finding.status === 'broken'
    await write(process.stdout, json === true ? `${JSON.stringify(finding)}\n` : lineOf(finding))
  }
  return isBroken ? 1 : 0
}

/** What needs the library is looked at only where the library loads. */
async function* findings(): AsyncGenerator<Finding> {
  yield* checkRuntime()
  const addon = await checkAddon()
  yield addon
  if (addon.status === 'broken') return
  const { limits } = await import('@shoal/core')
  const [{ checkCpus }, { checkLeftovers }, { checkLimits }, { checkMemory }, { selfTest }] = await Promise.all([
    import('./check-cpus.js'),
    import('./check-leftovers.js'),
    import('./check-limits.js'),
    import('./check-memory.js'),
    import('./self-test.js'),
  ])
  const now = limits()
  yield* checkMemory(now)
  yield* checkLimits(now)
  yield* checkCpus(now)
  yield checkLeftovers()
  yield await selfTest('threads')
  yield await selfTest('processes')
}

const colours = { ok: 'green', warning: 'yellow', broken: 'red' } as const

function lineOf({ check, status, found, advice }: Finding): string {
  const mark = process.stdout.isTTY && process.stdout.hasColors() ? styleText(colours[status], status.padEnd(7)) : status.padEnd(7)
  return `${mark}  ${check.padEnd(20)}  ${found}\n${advice === undefined ? '' : `${' '.repeat(31)}→ ${advice}\n`}`
}

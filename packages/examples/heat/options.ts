import { parseArgs } from 'node:util'
import type { PoolOptions } from '@shoal/core'

const usage = 'usage: node packages/examples/dist/heat/main.js [--size 4000] [--steps 100] [--backend threads|processes] [--workers N]'
const options = { size: { type: 'string' }, steps: { type: 'string' }, backend: { type: 'string' }, workers: { type: 'string' } } as const

export interface HeatOptions {
  readonly size: number
  readonly steps: number
  readonly pool: PoolOptions
}

/** What the command line asks for; undefined, and a message on stderr, where it is wrong. */
export function heatOptions(): HeatOptions | undefined {
  try {
    const { size = '4000', steps = '100', backend = 'threads', workers } = parseArgs({ options }).values
    if (backend !== 'threads' && backend !== 'processes') {
      throw new RangeError(`Expected threads or processes for --backend but received ${backend}`)
    }
    return {
      size: wholeNumber('size', size, 1),
      steps: wholeNumber('steps', steps, 0),
      pool: { backend, ...(workers !== undefined && { workers: wholeNumber('workers', workers, 1) }) },
    }
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`)
    process.exitCode = 2
    return undefined
  }
}

function wholeNumber(name: string, text: string, least: number): number {
  if (/^\d+$/.test(text) && Number(text) >= least) return Number(text)
  throw new RangeError(`Expected a whole number from ${least} on for --${name} but received '${text}'`)
}

import { expectedRange, expectedType } from '../errors/index.js'

/** How an index range is cut into chunks. */
export type Schedule = 'auto' | 'static' | 'dynamic' | 'guided'

const SCHEDULES: readonly unknown[] = ['auto', 'static', 'dynamic', 'guided'] satisfies Schedule[]

/** @param name what it is called where it was given */
export function checkSchedule(name: string, schedule: unknown): Schedule {
  if (!SCHEDULES.includes(schedule)) throw expectedType(name, "'auto', 'static', 'dynamic' or 'guided'", schedule)
  return schedule as Schedule
}

export interface CuttingOptions {
  readonly schedule?: Schedule | undefined
  readonly chunkLength?: number | undefined
  readonly unit?: number | undefined
  /** How many workers take part. Only `static` cuts by it, and what is `coarse`. */
  readonly width: number
  /** For work whose result does not depend on the cuts: `auto` makes no more chunks than keep the workers evenly busy. */
  readonly coarse?: boolean
}

/**
 * A way to cut `[0, length)` into `count` chunks, as plain data that travels to the workers.
 * Every cut is a closed form of the chunk's index, so nothing has to be stored or repaired when a worker dies.
 */
export interface Cutting {
  readonly length: number
  /** Cuts fall on multiples of this. */
  readonly unit: number
  readonly count: number
  /** Units in a chunk; with `halving`, in a chunk of the first group. */
  readonly block: number
  /** `guided`: each group of this many chunks is half as long as the one before, down to `least`; 0 = all alike. */
  readonly group: number
  readonly least: number
  /** The ranks take the chunks in turn, instead of a stretch of neighbours each. */
  readonly roundRobin: boolean
}

/** The chunk count that `auto` aims at: PostgreSQL's parallel scan uses the same 2,048 (table_block_parallelscan_startblock_init). */
const AUTO_CHUNKS = 2048
/**
 * At least so many chunks a worker where they are coarse. A loop over memory loses a microsecond at each new chunk, a tenth of its time with
 * chunks of 128 KiB. With fewer chunks skewed work would be spread worse.
 */
const COARSE_CHUNKS = 256
const GUIDED_GROUP = 16
/** Chunk indices live in 32-bit words, with room for the overshoot of every rank's last claim. */
export const MAX_CHUNKS = 2 ** 31 - 2 ** 17

/**
 * Cuts `[0, length)`.
 * `auto`: power-of-two blocks, about 2,048 of them, or fewer that are `coarse`. `dynamic`: blocks of `chunkLength`. `guided`: shrinking blocks,
 * at least `chunkLength`. `static`: one block a worker, or round-robin blocks of `chunkLength`. Only `static` without `chunkLength`, and what is
 * `coarse`, depend on the number of workers.
 * @throws RangeError for a chunk length that needs more than 2^31 chunks, or is no positive integer.
 */
export function cut(length: number, options: CuttingOptions): Cutting {
  checkCutting(options)
  const { schedule = 'auto', unit = 1, chunkLength } = options
  const units = Math.ceil(length / unit)
  const asked = chunkLength === undefined ? undefined : Math.max(1, Math.floor(chunkLength / unit))
  switch (schedule) {
    case 'auto': {
      const block = powerOfTwoAtLeast(units / AUTO_CHUNKS)
      const coarse = options.coarse ? powerOfTwoAtMost(units / (COARSE_CHUNKS * options.width)) : 0
      return uniform(length, unit, units, asked ?? Math.max(block, coarse))
    }
    case 'dynamic':
      return uniform(length, unit, units, asked ?? powerOfTwoAtLeast(units / AUTO_CHUNKS))
    case 'static':
      return uniform(length, unit, units, asked ?? Math.max(1, Math.ceil(units / options.width)), asked !== undefined)
    case 'guided':
      return shrinking(length, unit, units, asked ?? powerOfTwoAtLeast(units / (16 * AUTO_CHUNKS)))
  }
}

/** Of `count` chunks that a source has cut in its own way, and knows by their numbers. */
export function numbered(count: number, length = count, roundRobin = false): Cutting {
  return { length, unit: 1, count, block: 1, group: 0, least: 1, roundRobin }
}

/** First index of chunk `index`; `chunkStart(c, c.count)` is the length. O(1) for all but `guided`, O(log length) there. */
export function chunkStart(cutting: Cutting, index: number): number {
  if (index >= cutting.count) return cutting.length
  if (cutting.group === 0) return index * cutting.block * cutting.unit
  let start = 0
  let block = cutting.block
  let left = index
  while (left >= cutting.group && block > cutting.least) {
    start += cutting.group * block
    left -= cutting.group
    block = Math.max(cutting.least, Math.ceil(block / 2))
  }
  return Math.min(cutting.length, (start + left * block) * cutting.unit)
}

function uniform(length: number, unit: number, units: number, block: number, roundRobin = false): Cutting {
  return { length, unit, count: checkedCount(Math.ceil(units / block)), block, group: 0, least: block, roundRobin }
}

/** Factoring (FAC2, Hummel, Schonberg and Flynn 1992): groups of equal chunks, each group half as long as the one before. */
function shrinking(length: number, unit: number, units: number, least: number): Cutting {
  const block = Math.max(least, Math.ceil(units / (2 * GUIDED_GROUP)))
  let count = 0
  let left = units
  for (let size = block; left > 0; size = Math.max(least, Math.ceil(size / 2))) {
    const chunks = size === least ? Math.ceil(left / size) : Math.min(GUIDED_GROUP, Math.ceil(left / size))
    count += chunks
    left -= chunks * size
  }
  return { length, unit, count: checkedCount(count), block, group: GUIDED_GROUP, least, roundRobin: false }
}

function checkedCount(count: number): number {
  if (count > MAX_CHUNKS) throw expectedRange('chunkLength', `a length that makes at most ${MAX_CHUNKS} chunks`, count)
  return count
}

function powerOfTwoAtLeast(value: number): number {
  return value <= 1 ? 1 : 2 ** Math.ceil(Math.log2(value))
}

function powerOfTwoAtMost(value: number): number {
  return value <= 1 ? 1 : 2 ** Math.floor(Math.log2(value))
}

/** Also where nothing is cut by them: what is wrong with them does not depend on that. */
export function checkCutting({ schedule, chunkLength, unit }: Pick<CuttingOptions, 'schedule' | 'chunkLength' | 'unit'>): void {
  if (schedule !== undefined) checkSchedule('schedule', schedule)
  if (chunkLength !== undefined) checkPositiveInteger('chunkLength', chunkLength)
  if (unit !== undefined) checkPositiveInteger('unit', unit)
}

export function checkPositiveInteger(name: string, value: unknown): void {
  if (typeof value !== 'number') throw expectedType(name, 'a positive integer', value)
  if (!Number.isSafeInteger(value) || value < 1) throw expectedRange(name, 'a positive integer', value)
}

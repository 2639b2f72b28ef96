import { ShoalError, type ShoalErrorCode } from '../errors/index.js'
import { limits, oomKills } from '../memory/index.js'
import type { IndexRange } from '../source/index.js'
import type { Death } from './worker-handle.js'

/** A worker ended in the middle of something that can not be done again. */
export function deathError(rank: number, death: Death, code: ShoalErrorCode, what: string, range?: IndexRange): ShoalError {
  const message = `${subject(rank, death)} ${death.how} in the middle of ${what}${place(range)}: its work is lost${memoryNote(death)}`
  return new ShoalError(code, message, { rank, cause: death.cause, ...(range && { range }) })
}

/** The same chunk has ended several workers: it is the chunk, not the workers. */
export function poisonError(rank: number, death: Death, range: IndexRange | undefined, attempts: number): ShoalError {
  const message = `${attempts} workers in a row ended${place(range)}, the last one, ${subject(rank, death)}, ${death.how}: it is not tried again${memoryNote(death)}`
  return new ShoalError('SHOAL_REGION_CHUNK_POISONOUS', message, { rank, cause: death.cause, ...(range && { range }) })
}

function subject(rank: number, { pid }: Death): string {
  return pid === undefined ? `Worker ${rank} (a thread)` : `Worker ${rank} (process ${pid})`
}

/** On which part of the source; nothing where that is not known. */
export function place(range: IndexRange | undefined): string {
  if (range === undefined) return ''
  return ` on [${range.start}, ${range.end})${range.path === undefined ? '' : ` of ${range.path}`}`
}

/** What these signals do not say: whether memory was short. The kernel kills, and node aborts when its heap is full. */
function memoryNote({ how, pid }: Death): string {
  const signal = how.match(/SIGKILL|SIGABRT/)?.[0]
  if (signal === undefined || pid === undefined) return ''
  const { cgroupMemoryBytes } = limits()
  const kills = oomKills()
  const facts = [
    `this process uses ${mebibytes(process.memoryUsage.rss())}`,
    ...(cgroupMemoryBytes === undefined ? [] : [`its control group allows ${mebibytes(cgroupMemoryBytes)} more`]),
    ...(kills === undefined ? [] : [`the kernel has killed ${kills} of that group for want of memory so far`]),
  ]
  const limit = signal === 'SIGKILL' ? 'a limit of memory' : 'a full heap, whose limit resourceLimits and --max-old-space-size say'
  return ` (${signal} may come from ${limit}: ${facts.join(', ')})`
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

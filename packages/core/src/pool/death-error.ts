import { ShoalError, type ShoalErrorCode } from '../errors/index.js'
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

function place(range: IndexRange | undefined): string {
  if (range === undefined) return ''
  return ` on [${range.start}, ${range.end})${range.path === undefined ? '' : ` of ${range.path}`}`
}

/** What SIGKILL does not say: whether memory was short. */
function memoryNote({ how, pid }: Death): string {
  if (!how.includes('SIGKILL') || pid === undefined) return ''
  const mebibytes = Math.round(process.memoryUsage.rss() / 2 ** 20)
  return ` (this process uses ${mebibytes} MiB; SIGKILL may come from the memory limit of a control group)`
}

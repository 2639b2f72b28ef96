import { type BigIntStats, type Stats, statSync } from 'node:fs'
import { ShoalError } from '../errors/index.js'

/**
 * To be called before opening, which can already do something to a device, and waits for who writes into a FIFO.
 *
 * @throws ShoalError `SHOAL_SEGMENT_NOT_A_FILE`; an error of Node's shape for a path where nothing is
 */
export function requireMappable(path: string): void {
  // In big integers, as `statPath`.
  refuseUnmappable(`file '${path}'`, statSync(path, { bigint: true }))
}

/** @throws ShoalError `SHOAL_SEGMENT_NOT_A_FILE` */
export function refuseUnmappable(subject: string, stats: Stats | BigIntStats): void {
  if (stats.isFile()) return
  const what = stats.isDirectory() ? 'a directory' : stats.isFIFO() ? 'a FIFO' : stats.isSocket() ? 'a socket' : 'a device'
  throw new ShoalError('SHOAL_SEGMENT_NOT_A_FILE', `The ${subject} is ${what}; only regular files can be mapped`)
}

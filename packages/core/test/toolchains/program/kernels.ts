import { basename } from 'node:path'
import type { Chunk } from '@shoal/core'
import { suffix } from './suffix.js'

/** Uses imports of its module, of Node and of its own. */
export function label(chunk: Chunk): string {
  const join = (path: string, end: string): string => basename(path) + end
  return join(`/chunks/${chunk.length}`, suffix)
}

export function join(a: string, b: string): string {
  return a + b
}

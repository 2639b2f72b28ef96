import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const library = fileURLToPath(new URL('..', import.meta.resolve('#internal/pool/index.js')))

/** Where the program called the library, as `file:line:column`, with source maps if Node was told to use them. */
export function callSite(): string {
  const { stackTraceLimit } = Error
  Reflect.set(Error, 'stackTraceLimit', 50) // which fails quietly where intrinsics are frozen
  const frames = String(new Error().stack).split('\n').slice(1)
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  for (const frame of frames) {
    const [, location] = /(?:\(|at (?:async )?)((?:file:\/\/|\/).+:\d+:\d+)\)?$/.exec(frame) ?? []
    if (location === undefined) continue
    const path = location.startsWith('file:') ? fileURLToPath(location) : location
    if (path.startsWith(library) || path.includes('/node_modules/@shoal/')) continue
    return shorten(path)
  }
  return 'unknown place'
}

function shorten(path: string): string {
  try {
    const fromHere = relative(process.cwd(), path)
    return fromHere.startsWith('..') ? path : fromHere
  } catch {
    return path // the working directory no longer exists
  }
}

import { fileURLToPath } from 'node:url'

const bundle = new URL('..', import.meta.resolve('#internal/pool/index.js'))
/** Where the library is, and where its own source maps say that it is. */
const OURS = [bundle, new URL('../src/', bundle)].map((url) => fileURLToPath(url))

const LOCATION = /(?:\(|at (?:async )?)((?:file:\/\/|\/).+:\d+:\d+)\)?$/
/** The name of the function that formats stacks, where nobody has put another in its place. */
const NODES_OWN = 'ErrorPrepareStackTrace'

/** Where the program called the library, as `file:line:column`, with source maps if Node was told to use them. */
export function callSite(): string {
  for (const frame of frames()) {
    const place = typeof frame === 'string' ? LOCATION.exec(frame)?.[1] : frame.getFileName()
    if (!place?.startsWith('/') && !place?.startsWith('file://')) continue
    const path = place.startsWith('file:') ? fileURLToPath(place) : place
    if (OURS.some((folder) => path.startsWith(folder)) || path.includes('/node_modules/@shoal/')) continue
    const position = typeof frame === 'string' ? '' : `:${frame.getLineNumber()}:${frame.getColumnNumber()}`
    return shorten(path) + position
  }
  return 'unknown place'
}

/**
 * As text only where somebody maps places to sources: a text has the place of every frame, and to find the first one in a script as long as
 * this library takes V8 a millisecond.
 */
function frames(): readonly (string | NodeJS.CallSite)[] {
  const { stackTraceLimit, prepareStackTrace } = Error
  const isOwn = Object.hasOwn(Error, 'prepareStackTrace')
  const isMapped = process.sourceMapsEnabled || (typeof prepareStackTrace === 'function' && prepareStackTrace.name !== NODES_OWN)
  // Which fails quietly where intrinsics are frozen.
  Reflect.set(Error, 'stackTraceLimit', 50)
  if (!isMapped) Reflect.set(Error, 'prepareStackTrace', (_: Error, sites: NodeJS.CallSite[]) => sites)
  const stack: unknown = new Error().stack
  if (!isMapped && isOwn) Reflect.set(Error, 'prepareStackTrace', prepareStackTrace)
  if (!isMapped && !isOwn) Reflect.deleteProperty(Error, 'prepareStackTrace')
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  // A formatter of the program may make anything of it.
  if (Array.isArray(stack)) return stack.filter(isFrame)
  return typeof stack === 'string' ? stack.split('\n').slice(1) : []
}

function isFrame(value: unknown): value is string | NodeJS.CallSite {
  return typeof value === 'string' || typeof (value as NodeJS.CallSite | null)?.getFileName === 'function'
}

function shorten(path: string): string {
  try {
    // `relative()` of `node:path` takes V8 longer to get ready than all the rest here.
    const folder = process.cwd().replace(/\/?$/, '/')
    return path.startsWith(folder) ? path.slice(folder.length) : path
  } catch {
    return path // the working directory no longer exists
  }
}

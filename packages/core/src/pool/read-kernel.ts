import { Script } from 'node:vm'
import { ShoalError, type ShoalErrorCode } from '../errors/index.js'
import type { SourceKernel } from '../protocol/index.js'
import { callSite } from './call-site.js'
import { parseKernel } from './parse-kernel.js'

/** What bundlers and test runners put into sources, by what it is. */
const COUNTER = /^(cov_\w+|__coverage__)$/
const IMPORT = /^__vi(te_ssr)?_(import|export)/
/** Provided by every worker: what esbuild's keepNames and vite's dynamic imports call. */
const PROVIDED = new Set(['__name', '__vite_ssr_dynamic_import__'])
/** What is sent to a process goes in one message. */
const MAX_LENGTH = 64 * 1024
/** Less than a socket takes in one message, unless the machine is set up for less. */
const MAX_JSON_BYTES = 3 * MAX_LENGTH
/** Of a control character. */
const MOST_JSON_BYTES_A_CHARACTER = 6

const MODULE = 'move it to a module of its own and use kernelsFrom()'

/**
 * Reads the source of a kernel and refuses what can not run away from where it was written.
 * Free names are not judged here: which ones are global is known in the worker.
 */
export function readKernel(name: string, source: string): SourceKernel {
  const title = `The kernel${name === 'kernel' ? '' : ` ${name.trim()}`} (${callSite()})`
  const refuse = (code: ShoalErrorCode, what: string): never => {
    throw new ShoalError(code, `${title} ${what}`)
  }

  if (/\{\s*\[native code\]\s*\}$/.test(source)) {
    refuse('SHOAL_KERNEL_NO_SOURCE', 'is native or bound and has no source to send: wrap the call in an arrow function')
  }
  if (source.length > MAX_LENGTH) {
    refuse('SHOAL_KERNEL_TOO_LARGE', `has ${source.length} characters of source, more than ${MAX_LENGTH}: ${MODULE}`)
  }
  if (source.length > MAX_JSON_BYTES / MOST_JSON_BYTES_A_CHARACTER) {
    const bytes = Buffer.byteLength(JSON.stringify(source))
    if (bytes > MAX_JSON_BYTES) {
      refuse('SHOAL_KERNEL_TOO_LARGE', `has ${bytes} bytes of source as JSON, more than ${MAX_JSON_BYTES}: ${MODULE}`)
    }
  }
  const parsed = parseKernel(source)
  if (parsed === undefined) {
    // Newer syntax than the parser knows goes unchecked, if V8 knows it.
    if (!compiles(source)) {
      if (compiles(source, '')) {
        refuse('SHOAL_KERNEL_NO_SOURCE', 'is not allowed in strict mode, in which kernels run: write it as that has it')
      }
      refuse('SHOAL_KERNEL_NO_SOURCE', `has a source that does not stand alone (an accessor or a private method?): ${MODULE}`)
    }
    return { type: 'source', name, title, text: source, isAsync: false, freeNames: [] }
  }

  const { text, kind, context, freeNames } = parsed
  if (kind === 'class') refuse('SHOAL_KERNEL_NO_SOURCE', 'is a class, which can not be called: wrap its use in an arrow function')
  if (kind === 'generator') refuse('SHOAL_KERNEL_GENERATOR', 'is a generator, whose body nobody would run: return an array instead')
  if (context !== undefined) {
    refuse('SHOAL_KERNEL_CONTEXT', `uses ${context}, which is not there when it runs in a worker: pass what it needs in args, or ${MODULE}`)
  }
  if (freeNames.some((free) => COUNTER.test(free))) {
    refuse(
      'SHOAL_KERNEL_INSTRUMENTED',
      `holds the counters of a coverage tool: use V8 coverage (c8), exclude it by a comment, or ${MODULE}`,
    )
  }
  const imported = freeNames.find((free) => IMPORT.test(free))
  if (imported !== undefined) {
    refuse('SHOAL_KERNEL_IMPORT', `uses an import of its file (as ${imported}), and only its own source is sent: ${MODULE}`)
  }
  return {
    type: 'source',
    name,
    title,
    text,
    isAsync: kind === 'async function',
    freeNames: freeNames.filter((free) => !PROVIDED.has(free)),
  }
}

function compiles(source: string, directive = "'use strict';"): boolean {
  try {
    new Script(`${directive}(${source}\n)`)
    return true
  } catch {
    return false
  }
}

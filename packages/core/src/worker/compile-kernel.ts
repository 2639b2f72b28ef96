import { constants, Script } from 'node:vm'
import { ShoalError } from '../errors/index.js'
import type { SourceKernel } from '../protocol/index.js'
import { refusePromise } from './refuse-promise.js'

/**
 * Compiles an expression in which `kernel` is the kernel: in strict mode, as in the module that it comes from.
 *
 * @throws ShoalError `SHOAL_KERNEL_FREE_NAME` when the kernel uses names that are not global here.
 */
export function compileAround(kernel: SourceKernel, expression: string): unknown {
  const missing = kernel.freeNames.filter((name) => !(name in globalThis))
  if (missing.length > 0) throw freeNameError(kernel, missing)
  // The kernel begins on the first line, so that line numbers in stack traces are those within its source.
  return compileExpression(`{ const kernel = (${kernel.text}\n); return ${expression} }`, kernel.name)
}

/** Beside what is global there are the helpers that tools call: esbuild's keepNames the first, vite the second. */
export function compileExpression(body: string, name: string): unknown {
  const helpers = '__name = (named) => named, __vite_ssr_dynamic_import__ = (url) => import(url)'
  // Where it is compiled goes by this name in stacks. As the file's name it would be what imports are relative to, and nothing is found there.
  const sourceName = `shoal:kernel/${name.replaceAll(/[\s'"]/g, '_')}`
  const script = new Script(`'use strict';((refusePromise, ${helpers}) => ${body})\n//# sourceURL=${sourceName}`, {
    filename: 'kernel',
    // Packages are found from the working directory, and from nowhere else: the file that the kernel was written in is not known.
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  return script.runInThisContext()(refusePromise)
}

function freeNameError({ title }: SourceKernel, missing: readonly string[]): ShoalError {
  return new ShoalError(
    'SHOAL_KERNEL_FREE_NAME',
    `${title} uses ${missing.join(', ')}, not defined in a worker: only its own source is sent. ` +
      'Pass values in args; to use imports and functions of a file, move it to a module of its own and use kernelsFrom()',
  )
}

import type { Stretch } from '../kernels/index.js'
import type { SharedView, TypedArray } from '../memory/index.js'
import type { Pool } from '../pool/index.js'
import { checkFor, checkWritable } from './check-view.js'
import { type AlgorithmOptions, givenOptions } from './options.js'
import { eachAlone, eachOn } from './run.js'

type Kernel = (stretch: Stretch<TypedArray>, ...args: never[]) => void

/** The two forms of an algorithm that stores into every element of `xs` and reads none: a chunk may be done twice. */
export function overwrite<O extends AlgorithmOptions>(
  pool: Pool | undefined,
  xs: unknown,
  options: unknown,
  kernel: Kernel,
  argsOf: (view: TypedArray, options: O) => readonly unknown[],
): TypedArray | Promise<TypedArray> {
  if (pool !== undefined) return overwriteOn(pool, xs, options, kernel, argsOf)
  const view = checkWritable('xs', checkFor(pool, 'xs', xs))
  eachAlone(view, kernel as never, argsOf(view, givenOptions<O>(options) as O))
  return view
}

async function overwriteOn<O extends AlgorithmOptions>(
  pool: Pool,
  xs: unknown,
  given: unknown,
  kernel: Kernel,
  argsOf: (view: TypedArray, options: O) => readonly unknown[],
): Promise<TypedArray> {
  const options = givenOptions<O>(given) as O
  const view = checkWritable('xs', checkFor(pool, 'xs', xs)) as SharedView
  await eachOn(pool, view, kernel as never, argsOf(view, options), options, 'idempotent')
  return view
}
